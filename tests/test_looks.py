"""Looks: graded colours, the same light for loud and quiet sounds, exact sizes."""

import tracemalloc
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from signals import music

from eidophone.base.errors import FilmError
from eidophone.film.codec import encode_film
from eidophone.film.eyes import levels_for_eyes
from eidophone.film.instants import instants_recipe
from eidophone.film.looks import SHADES, STEPS, colours_of, look_of, oklab_of_srgb
from eidophone.film.settings import LOOKS
from eidophone.picture.axis import row_of_hz
from eidophone.picture.recipe import PRESETS
from eidophone.sound.sound import Sound

RATE = 22_050


def lightness(pixels):
    """Of Oklab, 0 to 1."""
    return oklab_of_srgb(pixels / 255)[..., 0]


def frames_of(sound, look, count=20, **options):
    film = encode_film(sound, options.pop("kind", "instants"), size=128, look=look, **options)
    return [frame.pixels for frame in islice(film.frames(), count)]


def louder(sound, db):
    return Sound(sound.samples * np.float32(10 ** (db / 20)), sound.rate)


# --- colours --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOOKS)
def test_more_light_is_always_brighter_or_on_paper_darker(name):
    steps = np.diff(lightness(colours_of(look_of(name)))[:, :: STEPS // 16], axis=1)
    assert (steps < 0).all() if name == "paper" else (steps > 0).all()


@pytest.mark.parametrize("name", LOOKS)
def test_grounds_are_dark_or_paper_and_nearly_one(name):
    ground = colours_of(look_of(name))[:, 0]
    light = lightness(ground)
    assert light.min() > 0.9 if name == "paper" else light.max() < 0.2
    assert np.abs(np.diff(ground.astype(int), axis=0)).max() <= 2


@pytest.mark.parametrize("name", LOOKS)
def test_colours_are_graded_without_a_jump(name):
    lab = oklab_of_srgb(colours_of(look_of(name)) / 255)
    assert np.linalg.norm(np.diff(lab, axis=1), axis=2).max() < 0.03


def test_the_hues_of_a_prism_are_all_there_and_meet():
    lab = oklab_of_srgb(colours_of(look_of("prism"))[:, STEPS * 6 // 10] / 255)
    hue = np.unwrap(np.arctan2(lab[:, 2], lab[:, 1]))
    assert hue[-1] - hue[0] == pytest.approx(2 * np.pi, abs=0.05)
    assert np.diff(hue).max() < 3 * 2 * np.pi / SHADES
    assert np.hypot(lab[:, 1], lab[:, 2]).min() > 0.08


def test_there_are_no_other_looks():
    with pytest.raises(FilmError, match="'neon'"):
        look_of("neon")


# --- levels for eyes ------------------------------------------------------------------------------


def levels(sound):
    return np.concatenate(
        list(levels_for_eyes(sound, instants_recipe(PRESETS["standard"], 60, 128))), axis=1
    )[::-1, :, 0]


def test_loud_and_quiet_sounds_have_the_same_light():
    loud = music(0.6, rate=RATE)
    difference = np.abs(levels(loud) - levels(louder(loud, -40)))
    assert difference.max() < 0.03  # the range is found to a decibel


def test_silence_is_dark_and_so_is_what_is_no_sound_at_all():
    assert not levels(Sound(np.zeros((1, 5000)), RATE)).any()


def test_low_notes_are_as_narrow_as_their_long_windows_allow():
    time = np.arange(RATE) / RATE
    tones = 0.2 * np.sin(2 * np.pi * 110 * time) + 0.2 * np.sin(2 * np.pi * 123.47 * time)
    recipe = instants_recipe(PRESETS["standard"], 60, 512)
    (block,) = levels_for_eyes(Sound(tones[None], RATE), recipe)
    found = block[::-1, block.shape[1] // 2, 0]
    notes = [round(float(row_of_hz(hz, recipe))) for hz in (110, 123.47)]
    assert min(found[notes]) > found[sum(notes) // 2] + 0.3


def test_a_click_is_short_among_high_rows():
    samples = np.zeros((1, RATE), np.float32)
    samples[0, RATE // 2] = 0.5
    high = levels(Sound(samples, RATE))[-30:].mean(axis=0)
    assert (high > 0.5 * high.max()).sum() <= 5
    assert np.argmax(high) == pytest.approx(30, abs=1)


# --- frames ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOOKS)
def test_there_is_light_and_there_is_ground_however_quiet_the_sound(name):
    loud = music(0.4, rate=RATE)
    pictures = [frames_of(sound, name)[-1] for sound in (loud, louder(loud, -40))]
    ground = lightness(colours_of(look_of(name))[:, 0]).mean()
    for picture in pictures:
        apart = np.abs(lightness(picture) - ground)
        assert np.percentile(apart, 99) > 0.3
        assert 0.04 < apart.mean() < 0.4
    assert np.abs(lightness(pictures[0]) - lightness(pictures[1])).mean() < 0.01


@pytest.mark.parametrize("kind", ["instants", "scroll", "pages"])
@pytest.mark.parametrize(("width", "height"), [(192, 108), (108, 192), (131, 97)])
def test_sizes_are_exact(kind, width, height):
    film = encode_film(music(0.1, rate=RATE), kind, size=height, width=width, look="aurora")
    assert next(film.frames()).pixels.shape == (height, width, 3)


def test_a_wide_spiral_is_round():
    wide = frames_of(music(0.2, rate=RATE), "ice", count=1, width=300)[0]
    square = frames_of(music(0.2, rate=RATE), "ice", count=1)[0]
    assert np.abs(wide[:, 86:-86].astype(int) - square).mean() < 4


@pytest.mark.parametrize("name", LOOKS)
def test_light_lives_on_after_the_sound(name):
    burst = np.zeros((1, RATE), np.float32)
    burst[:, : RATE // 4] = music(0.25, rate=RATE).samples
    frames = frames_of(Sound(burst, RATE), name, count=60)
    ground = lightness(colours_of(look_of(name))[:, 0]).mean()
    left = [np.abs(lightness(frame) - ground).mean() for frame in frames]
    assert left[12] > left[40] > left[58]
    assert left[40] > 0.005


def test_instants_that_are_not_square_have_a_look():
    with pytest.raises(FilmError, match="192 pixels wide and 128 high"):
        encode_film(music(0.1, rate=RATE), "instants", size=128, width=192)


def test_memory_does_not_grow_with_the_sound():
    recipe = replace(instants_recipe(PRESETS["standard"], 60, 128), hop_seconds=0.002)

    def peak(seconds):
        sound = Sound(np.random.default_rng(0).normal(0, 0.1, (1, seconds * 8000)), 8000)
        tracemalloc.start()
        columns = sum(block.shape[1] for block in levels_for_eyes(sound, recipe))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert columns == pytest.approx(seconds / 0.002, abs=1)
        return most

    peak(1)
    assert peak(24) < 1.2 * peak(12)
