"""Grains: moments of collections, and sounds laid of them."""

from functools import lru_cache

import numpy as np
import pytest

from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grains.choosing import LONGEST, chosen
from eidophone.learning.grains.following import followed
from eidophone.learning.grains.frames import BANDS, COLUMNS, NOTES, frames_of
from eidophone.learning.grains.index import FADE, LONG, SHORT, Index
from eidophone.learning.grains.laying import Pieces, laid
from eidophone.learning.grid import ROWS, bytes_of, levels_of_bytes
from eidophone.learning.tracks import Track

OPEN = Conditions(ROWS, np.full(ROWS, -85, np.float32))


def levels(seed, seconds, *, bright=0.0, colours=1):
    """Notes that come and go: partials over a sloping noise."""
    rng = np.random.default_rng(seed)
    columns = round(seconds * 172)
    rows = np.arange(ROWS)
    made = -70 - 0.04 * rows + rng.normal(0, 2, (columns, ROWS))
    at = 0
    while at < columns:
        length = int(rng.integers(12, 40))
        fall = np.linspace(0, -25, length)[:, None]
        for part in range(1, 7):
            row = int(rng.choice([20, 24, 27, 31]) * part * 1.5)
            place = -30 - (6 - bright) * part + fall - 0.8 * (rows - row) ** 2
            made[at : at + length] = np.maximum(made[at : at + length], place[: columns - at])
        at += length
    whole = np.stack([made - 2.0 * colour for colour in range(colours)])
    return whole.astype(np.float32)


def track(seed, seconds=6.0, **how):
    return Track(f"{seed}", bytes_of(levels(seed, seconds, **how)))


@lru_cache
def index(stereo=False):
    colours = 3 if stereo else 1
    dull = Collection("dull", tuple(track(n, colours=colours) for n in range(3)))
    bright = Collection("bright", tuple(track(n, bright=4.0) for n in range(3, 6)))
    return Index.fit([dull, bright], OPEN)


def longest_run(pieces):
    """Frames of one track that sound one after the other, at most."""
    ends = np.flatnonzero(np.diff(pieces.sources) != 1) + 1
    return int(np.diff(np.r_[0, ends, len(pieces.sources)]).max())


def test_frames_tell_bands_and_notes():
    quiet = np.full((4 * COLUMNS, ROWS), -60, np.float32)
    frames = frames_of(quiet)
    assert frames.shape == (4, BANDS + NOTES)
    assert np.allclose(frames[:, :BANDS], -60)
    assert np.abs(frames[:, BANDS:]).max() < 1e-3


def test_likeness_tells_collections_apart():
    found = index()
    score = found.likeness[:, 1] - found.likeness[:, 0]
    right = (score > 0) == (found.kind == 1)
    assert right[found.usable].mean() > 0.8
    assert np.allclose(found.likeness.sum(axis=1), 0, atol=1e-4)


def test_followed_course_is_as_long_and_of_that_collection():
    wanted = levels(9, 2.0)[0]
    told = followed(index(), wanted, 1)
    assert told.shape == (1, len(wanted), ROWS)
    far = np.abs(told[0] - wanted).mean()
    assert far < np.abs(np.roll(told[0], 100, axis=0) - wanted).mean()


def test_followed_course_of_its_own_grains_is_not_a_copy():
    found = index()
    starts = np.arange(0, 200, LONG)
    looks = found.long.of
    place = chosen(found, looks, looks[starts], LONG)
    pieces = Pieces.of(place, LONG)
    assert longest_run(pieces) + FADE <= LONGEST
    assert (place == starts).any()  # else there was nothing to keep from


@pytest.mark.parametrize("stereo", [False, True])
def test_laid_pieces_are_what_they_are_cut_of(stereo):
    found = index(stereo)
    pieces = Pieces.of(np.array([10]), 20)
    whole = laid(found, pieces)
    assert len(whole) == (3 if stereo else 1)
    there = levels_of_bytes(found.tracks[0].levels[:, 40:120])
    assert np.abs(whole - there).max() < 0.01


def test_pieces_that_go_on_have_no_seam():
    found = index()
    once, twice = Pieces.of(np.array([10]), 20), Pieces.of(np.array([10, 16]), np.array([6, 14]))
    assert np.abs(laid(found, once) - laid(found, twice)).max() < 0.01


@pytest.mark.parametrize("frames", [SHORT, LONG])
def test_short_sounds_can_be_followed(frames):
    wanted = levels(9, 0.1)[0]
    assert followed(index(), wanted, 0, frames).shape == (1, len(wanted), ROWS)


def test_silence_can_be_followed():
    silent = np.full((300, ROWS), -102, np.float32)
    assert np.isfinite(followed(index(), silent, 0)).all()
