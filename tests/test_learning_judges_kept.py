"""What is kept of a source, how fine what was made is, and whether it was copied."""

from functools import cache

import numpy as np
import pytest
import scipy.ndimage

from eidophone import Sound
from eidophone.learning.collections import Conditions
from eidophone.learning.grid import COLUMN_SECONDS, RATE, ROWS, bytes_of, levels_of
from eidophone.learning.judges.between import from_log_mean, unexplained
from eidophone.learning.judges.controls import crossfaded, squeezed
from eidophone.learning.judges.copying import Archive
from eidophone.learning.judges.kept import (
    chroma_kept,
    onset_kept,
    whitened_kept,
)
from eidophone.learning.judges.texture import partials_of, roughness_of, tonal_of
from eidophone.learning.tracks import Track

CONDITIONS = Conditions(480, np.full(ROWS, -85, np.float32))
SECONDS = 3


@cache
def melody(seed: int, transposed: float = 0.0) -> np.ndarray:
    """Twelve struck notes of ten harmonics each."""
    chance = np.random.default_rng(seed)
    sound = np.zeros(SECONDS * RATE)
    for note in range(12):
        hz = 220 * 2 ** ((chance.integers(0, 24) + transposed) / 12)
        at = int((note + chance.uniform(0, 0.5)) * RATE / 4)
        time = np.arange(min(RATE // 3, len(sound) - at)) / RATE
        for harmonic in range(1, 11):
            amplitude = chance.uniform(0.3, 1) / harmonic
            sound[at : at + len(time)] += (
                0.1 * amplitude * np.exp(-6 * time) * np.sin(2 * np.pi * hz * harmonic * time)
            )
    return (sound + 1e-4 * chance.normal(size=len(sound))).astype(np.float32)


def levels(samples: np.ndarray) -> np.ndarray:
    return levels_of(Sound(samples, RATE))[0]


@cache  # and not at once: whoever collects these tests would wait for it
def drawn(seed: int) -> np.ndarray:
    return levels(melody(seed))


def test_everything_is_kept_of_itself_and_little_of_another():
    for kept in (onset_kept, whitened_kept):
        assert kept(drawn(1), drawn(1)) == pytest.approx(1)
        assert kept(drawn(1)[:-3], drawn(1)) > 0.99
        assert kept(drawn(2), drawn(1)) < 0.6, kept
    assert chroma_kept(melody(1), melody(1), RATE) == pytest.approx(1)
    assert chroma_kept(melody(2), melody(1), RATE) < 0.4


def test_an_equaliser_changes_chroma_but_not_whitened_chroma():
    tilt = np.linspace(20, -20, ROWS, dtype=np.float32)
    assert whitened_kept(drawn(1) + tilt, drawn(1)) > 0.97
    louder_bass = np.convolve(melody(1), np.ones(200) / 200, "same").astype(np.float32)
    assert chroma_kept(louder_bass, melody(1), RATE) < 0.97


def test_another_pitch_keeps_onsets_but_no_chroma():
    higher = melody(1, transposed=1.0)
    assert onset_kept(levels(higher), drawn(1)) > 0.8
    assert chroma_kept(higher, melody(1), RATE) < 0.3
    assert whitened_kept(levels(higher), drawn(1)) < 0.5


def test_haze_has_fewer_partials():
    hazy = scipy.ndimage.gaussian_filter(drawn(1), (0, 3))
    assert tonal_of(hazy) < 0.6 * tonal_of(drawn(1))
    assert partials_of(hazy) < 0.8 * partials_of(drawn(1))
    assert roughness_of(scipy.ndimage.gaussian_filter(drawn(1), (3, 0))) < 0.5 * roughness_of(
        drawn(1)
    )
    assert tonal_of(squeezed(drawn(1), 1.4)) > tonal_of(drawn(1))


def test_a_crossfade_is_explained_by_its_ends():
    half = levels(crossfaded(melody(1), melody(2), 0.5))
    assert unexplained(half, drawn(1), drawn(2)) < 0.2
    assert unexplained(levels(melody(3)), drawn(1), drawn(2)) > 0.4
    ends = np.maximum(drawn(1), -70), np.maximum(drawn(2), -70)
    assert from_log_mean((ends[0] + ends[1]) / 2, *ends, 0.5) < 1e-4
    assert from_log_mean(levels(melody(3)), drawn(1), drawn(2), 0.5) > 0.5


@pytest.fixture(scope="module")
def archive():
    tracks = []
    for n in range(4):
        long = np.concatenate([melody(10 + 3 * n + part) for part in range(3)])
        tracks.append(Track(f"{n}", bytes_of(levels(long))[None]))
    return Archive.of(tracks, CONDITIONS)


def test_a_recording_played_along_is_found(archive):
    loop = np.concatenate([melody(13), melody(14)])[RATE : (1 + SECONDS) * RATE]
    assert archive.likeness(levels(loop)) > 0.95
    for weight, least in ((0.3, 0.2), (0.5, 0.4)):
        faded = levels(crossfaded(melody(1), loop, weight))
        assert archive.likeness(faded) > least
        tilt = np.linspace(15, -15, ROWS, dtype=np.float32)
        assert archive.likeness(faded + tilt) > 0.75 * least  # an equaliser does not hide it
    assert archive.likeness(drawn(1)) < 0.2


def test_how_long_a_copy_is(archive):
    copied = levels(np.concatenate([melody(13), melody(14)]))
    made = np.concatenate([drawn(1)[:200], copied[300:500], drawn(2)[:150]])
    assert archive.longest_copy(made) == pytest.approx(200 * COLUMN_SECONDS, abs=0.15)
    assert archive.longest_copy(made + 5) > 0.7  # though what was silent is heard now
    assert archive.longest_copy(drawn(1)) < 0.25  # some notes are alike
    grains = np.concatenate([copied[n : n + 16] for n in (20, 400, 90, 300, 250, 700, 510, 620)])
    assert archive.longest_copy(grains) < 0.3
