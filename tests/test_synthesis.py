"""Synthesis: columns to sound, whole or stretch by stretch."""

import numpy as np
import pytest
import signals
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.picture.analysis import Analysis
from eidophone.picture.codec import encode
from eidophone.picture.columns import Columns
from eidophone.picture.mapping import BinMapping, Mapping
from eidophone.picture.recipe import PRESETS
from eidophone.picture.synthesis import sound_of_columns
from eidophone.sound.sound import Sound

RATE = 16_000
STANDARD = PRESETS["standard"]


def music(seconds, channels=1, seed=0):
    return signals.music(seconds, channels, rate=RATE, seed=seed)


def rows_of(sound, recipe=STANDARD):
    blocks = Analysis([sound.samples], sound.channels, Mapping.of(recipe, sound.rate))
    return np.concatenate(list(blocks), axis=1)


def made(power, channels=1, rounds=8, recipe=STANDARD, size=100, **options):
    blocks = [Columns(power[:, n : n + size]) for n in range(0, power.shape[1], size)]
    parts = sound_of_columns(blocks, channels, Mapping.of(recipe, RATE), rounds=rounds, **options)
    return np.concatenate(list(parts), axis=1)


def psnr(sound, power, columns=slice(None)):
    """Picture of ``sound`` against the picture of ``power``, in dB over these columns."""
    from eidophone.picture.ink import pixels_of_power

    wanted = pixels_of_power(power, STANDARD, np.float32)[:, columns]
    pixels = encode(Sound(sound, RATE), dtype=np.float32).pixels[:, columns]
    return -10 * np.log10(((pixels - wanted) ** 2).mean())


# --- stretches ------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2])
def test_a_sound_made_in_stretches_is_as_good_as_one_made_whole(channels):
    sound = music(4.0, channels)
    power = rows_of(sound)
    whole = made(power, channels, stretch=10**6, sample_count=sound.sample_count)
    stretched = made(power, channels, stretch=120, sample_count=sound.sample_count)
    assert psnr(stretched, power) > psnr(whole, power) - 0.7


def test_seams_are_not_heard():
    """Where stretches meet, the picture is as near as elsewhere."""
    sound = music(4.0)
    power = rows_of(sound)
    found, seams, count = [], [], 0
    blocks = [Columns(power[:, n : n + 50]) for n in range(0, power.shape[1], 50)]
    for part in sound_of_columns(blocks, 1, Mapping.of(STANDARD, RATE), rounds=8, stretch=100):
        found.append(part)
        count += part.shape[1]
        seams.append(count)
    assert len(seams) >= 4
    whole = np.concatenate(found, axis=1)
    near = np.zeros(power.shape[1], np.bool_)
    for seam in seams[:-1]:
        column = int(seam / RATE / STANDARD.hop_seconds)
        near[column - 4 : column + 5] = True
    assert psnr(whole, power, near) > psnr(whole, power, ~near) - 3


def test_what_is_given_early_is_what_is_given_at_once():
    """Blocks of other sizes only move the seams; the amount of sound is always the same."""
    power = rows_of(music(2.0))
    counts = {made(power, rounds=0, stretch=stretch).shape[1] for stretch in (1, 50, 400)}
    assert counts == {STANDARD.sample_count(power.shape[1], RATE)}


@settings(max_examples=15)
@given(
    columns=st.integers(1, 700),
    size=st.integers(1, 300),
    stretch=st.integers(1, 300),
    sample_count=st.integers(1, 70_000),
    channels=st.integers(1, 2),
)
def test_any_number_of_samples_is_made(columns, size, stretch, sample_count, channels):
    power = np.full((1 if channels == 1 else 3, columns, 64), 1e-4, np.float32)
    recipe = STANDARD.with_rows(64)
    found = made(power, channels, 0, recipe, size, stretch=stretch, sample_count=sample_count)
    assert found.shape == (channels, sample_count)
    assert np.isfinite(found).all()


# --- what it keeps --------------------------------------------------------------------------------


@pytest.mark.parametrize("stretch", [60, 10**6])
def test_silence_is_silent(stretch):
    assert not made(np.zeros((3, 300, 512), np.float32), 2, stretch=stretch).any()


def test_sound_does_not_leak_past_its_end():
    power = rows_of(music(1.0))
    assert made(power, sample_count=9_000).shape == (1, 9_000)
    longer = made(power, sample_count=RATE + 5_000)
    assert not longer[:, -4_000:].any()


def test_nothing_gives_silence():
    assert made(np.zeros((1, 0, 512), np.float32), sample_count=7).tolist() == [[0] * 7]


def test_more_rounds_come_nearer():
    sound = music(2.0, 2)
    power = rows_of(sound)
    found = [
        psnr(made(power, 2, rounds, sample_count=sound.sample_count), power)
        for rounds in (0, 8, 32)
    ]
    assert found[0] + 3 < found[1]
    assert found[1] + 0.5 < found[2]


@pytest.mark.parametrize("channels", [1, 2])
def test_a_guess_that_is_right_gives_the_sound_itself(channels):
    sound = music(2, channels)
    mapping = BinMapping.of(STANDARD, RATE)
    analysis, blocks = Analysis([sound.samples], channels, mapping), []
    for _ in range(0, mapping.columns(sound.sample_count), 90):
        power, spectrum = analysis.take(90, spectrum=True)
        blocks.append(Columns(power, bins=power, guess=spectrum))
    options = {"rounds": 2, "sample_count": sound.sample_count, "stretch": 120}
    parts = list(sound_of_columns(blocks, channels, mapping, **options))
    assert len(parts) > 1
    np.testing.assert_allclose(np.concatenate(parts, axis=1), sound.samples, atol=1e-4)
