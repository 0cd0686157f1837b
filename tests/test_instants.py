"""Instants: recipes for any frame rate and size, and sounds drawn as moments and heard again."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signals import music

from eidophone.base.errors import FilmError, RecipeError
from eidophone.film.facts import FilmFacts
from eidophone.film.instants import draw, instants_recipe, read, spiral_of
from eidophone.picture.axis import hz_of_row, row_of_hz
from eidophone.picture.codec import decode_blocks, encode_blocks
from eidophone.picture.facts import Source
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.sound.sound import Sound

STANDARD = PRESETS["standard"]


def facts_of(sound, fps=60, size=256):
    return FilmFacts(
        kind="instants",
        recipe=instants_recipe(STANDARD, Fraction(fps), size).for_rate(sound.rate),
        source=Source(rate=sound.rate, channels=sound.channels, sample_count=sound.sample_count),
        fps=Fraction(fps),
        width=size,
        height=size,
    )


def film_of(sound, fps=60, size=256):
    facts = facts_of(sound, fps, size)
    return list(draw(encode_blocks(sound, facts.recipe), facts)), facts


def columns_of(frames, facts, numbers=None):
    numbers = range(len(frames)) if numbers is None else numbers
    return np.concatenate(list(read(zip(numbers, frames, strict=True), facts)), axis=1)


def tone(hz, seconds=0.5, rate=44_100, gains=(0.5,)):
    wave = np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return Sound(np.outer(gains, wave), rate)


# --- recipes --------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(fps=st.fractions(10, 120, max_denominator=1001), size=st.integers(64, 4096))
def test_a_frame_is_a_whole_number_of_columns_at_any_rate_and_size(fps, size):
    recipe = instants_recipe(STANDARD, fps, size)
    columns = 1 / (float(fps) * recipe.hop_seconds)
    assert columns == pytest.approx(round(columns))
    assert recipe.hop_seconds <= recipe.window_seconds / 4 + 1e-9
    assert recipe.max_hz >= STANDARD.max_hz


@pytest.mark.parametrize(("fps", "columns"), [(24, 5), (25, 5), (30, 4), (60, 2), (120, 1)])
def test_columns_are_at_most_8_5_ms_apart_where_there_is_room(fps, columns):
    recipe = instants_recipe(STANDARD, fps, 1024)
    assert 1 / (fps * recipe.hop_seconds) == pytest.approx(columns)
    assert recipe.hop_seconds < 0.0085


def test_every_a_is_in_the_middle_of_its_semitone():
    recipe = instants_recipe(STANDARD, 60, 1024)
    assert recipe.rows % 117 == 0  # semitones from A at 27.5 Hz to the F below 23 kHz
    a4 = 48 * recipe.rows // 117 + recipe.rows // 117 / 2 - 0.5
    assert hz_of_row(a4, recipe) == pytest.approx(440)


def test_levels_are_those_of_the_recipe_that_was_asked_for():
    recipe = instants_recipe(Recipe(top_db=20, range_db=120), 60, 512)
    assert (recipe.top_db, recipe.range_db) == (20, 120)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_instants(name):
    assert instants_recipe(PRESETS[name], 60, 256).axis == "octaves"


@pytest.mark.parametrize("fps", [0, -1, 9.9, 241, float("nan")])
def test_impossible_frame_rates_are_refused(fps):
    with pytest.raises(FilmError, match="frames per second"):
        instants_recipe(STANDARD, fps, 256)


@pytest.mark.parametrize(("fps", "columns"), [(Fraction(1, 10), 1200), (Fraction(240), 0)])
def test_facts_that_cannot_be_are_refused(fps, columns):
    facts = facts_of(tone(440))
    hop = facts.recipe.hop_seconds if columns else 0.04
    facts = replace(facts, fps=fps, recipe=replace(facts.recipe, hop_seconds=hop))
    with pytest.raises(RecipeError, match=f"{columns} columns"):
        spiral_of(facts)


# --- drawing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fps", [24, 30, 60])
def test_there_is_a_frame_for_every_moment(fps):
    frames, facts = film_of(tone(440, seconds=1.01), fps)
    assert len(frames) == facts.frame_count
    assert len(frames) == pytest.approx(1.01 * fps, abs=1.1)


def test_silence_is_black():
    frames, _ = film_of(Sound(np.zeros((1, 10_000)), 44_100))
    assert not any(frame.any() for frame in frames)


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
@pytest.mark.parametrize("hz", [880, 2500])
def test_a_tone_glows_at_its_place(hz, rate):
    frames, facts = film_of(tone(hz, rate=rate), size=512)
    spiral = spiral_of(facts)
    alone = np.zeros((spiral.recipe.rows, spiral.subs, 3), np.float32)
    alone[-1 - round(float(row_of_hz(hz, spiral.recipe)))] = 1
    frame, place = frames[15].max(axis=2), spiral.draw(alone).max(axis=2)
    assert frame[place > 0.9 * place.max()].mean() > 0.9 * frame.max()
    assert (frame > frame.max() / 2).mean() < 0.02


def test_a_rising_tone_moves_clockwise():
    rate = 44_100
    time = np.arange(rate) / rate
    glide = np.sin(2 * np.pi * 800 * 2**time / np.log(2))  # an octave a second
    frames, facts = film_of(Sound(0.5 * glide[None], rate))
    middle = (facts.width - 1) / 2
    angles = []
    for frame in frames[5:-5]:
        y, x = np.nonzero(frame[..., 1] > 0.9 * frame.max())
        angles.append(np.angle(np.mean((middle - y) + 1j * (x - middle))))
    turned = np.unwrap(angles)
    assert turned[-1] - turned[0] == pytest.approx(2 * np.pi * (len(angles) - 1) / 60, abs=0.15)


def test_mono_is_grey_and_left_only_is_red_and_right_only_blue():
    grey = film_of(tone(1000))[0][10]
    assert np.array_equal(grey[..., 0], grey[..., 1])
    assert np.array_equal(grey[..., 0], grey[..., 2])
    left = film_of(tone(1000, gains=(0.5, 0)))[0][10].max(axis=(0, 1))
    right = film_of(tone(1000, gains=(0, 0.5)))[0][10].max(axis=(0, 1))
    assert left[0] > left[1] > left[2] == 0
    assert right[2] > right[1] > right[0] == 0


def test_after_the_sound_there_is_black():
    sound = tone(1000, seconds=0.2)
    facts = facts_of(sound)
    long = replace(
        facts, source=Source(rate=44_100, channels=1, sample_count=2 * sound.sample_count)
    )
    frames = list(draw(encode_blocks(sound, facts.recipe), long))
    assert len(frames) == long.frame_count
    assert not frames[-1].any()


@pytest.mark.parametrize("width", [1, 3, 7, 1000])
def test_it_does_not_matter_in_which_blocks_columns_come(width):
    sound = music(0.5, rate=44_100)
    expected, facts = film_of(sound)
    pixels = np.concatenate(list(encode_blocks(sound, facts.recipe)), axis=1)
    parts = (pixels[:, n : n + width] for n in range(0, pixels.shape[1], width))
    assert all(np.array_equal(a, b) for a, b in zip(draw(parts, facts), expected, strict=True))


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fps", [24, 60, 120])
@pytest.mark.parametrize("channels", [1, 2])
def test_columns_come_back(fps, channels):
    sound = music(0.5, channels, rate=44_100)
    frames, facts = film_of(sound, fps, 512)
    pixels = np.concatenate(list(encode_blocks(sound, facts.recipe)), axis=1)
    read_back = columns_of(frames, facts)[:, : pixels.shape[1]]
    heard = pixels > 50
    assert np.abs(read_back * 255 - pixels)[heard].mean() < 0.6


def test_music_is_heard_again():
    sound = music(1.0, 2, rate=44_100)
    frames, facts = film_of(sound, 60, 512)
    [*blocks] = decode_blocks([columns_of(frames, facts)], facts.recipe, facts.source)
    decoded = Sound(np.concatenate(blocks, axis=1), sound.rate)
    assert decoded.sample_count == sound.sample_count
    before, after = (
        np.concatenate(list(encode_blocks(one, STANDARD)), axis=1).astype(float)
        for one in (sound, decoded)
    )
    assert np.abs(after - before)[before > 120].mean() < 5  # 2 dB


def test_frames_that_are_missing_are_bridged():
    frames, facts = film_of(music(0.5, rate=44_100, noise=0))
    whole = columns_of(frames, facts)
    kept = [n for n in range(len(frames)) if n not in (7, 8, 20)]
    bridged = columns_of([frames[n] for n in kept], facts, kept)
    assert bridged.shape == whole.shape
    subs = spiral_of(facts).subs
    expected = whole.reshape(facts.recipe.rows, -1, subs, 3)
    got = bridged.reshape(expected.shape)
    assert np.allclose(np.delete(got, (7, 8, 20), 1), np.delete(expected, (7, 8, 20), 1))
    third = np.sqrt((2 * expected[:, 6] ** 2 + expected[:, 9] ** 2) / 3)
    assert np.allclose(got[:, 7], third, atol=1e-6)


def test_frames_between_frames_change_nothing():
    frames, facts = film_of(music(0.3, rate=44_100))
    twice = np.repeat(np.array(frames), 2, axis=0)
    numbers = np.arange(len(twice)) / 2
    twice[1::2] = 77
    assert np.array_equal(columns_of(list(twice), facts, numbers), columns_of(frames, facts))


def test_a_film_that_begins_late_begins_with_its_first_frame():
    frames, facts = film_of(music(0.3, rate=44_100))
    got = columns_of(frames[3:], facts, range(3, len(frames)))
    expected = columns_of(frames, facts)
    assert got.shape == expected.shape
    assert np.array_equal(got[:, 6:], expected[:, 6:])


def test_frames_of_another_size_are_read():
    sound = music(0.3, rate=44_100)
    frames, facts = film_of(sound, size=512)
    smaller = [frame.reshape(256, 2, 256, 2, 3).mean(axis=(1, 3)) / 255 for frame in frames]
    difference = columns_of(smaller, facts) - columns_of(frames, facts)
    assert np.sqrt((difference**2).mean()) * 255 < 2


def test_no_frames_are_no_columns():
    assert list(read([], facts_of(tone(440)))) == []
