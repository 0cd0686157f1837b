"""Dictionary: every 23 ms of a collection, also some semitones higher and lower, to look up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.ndimage import gaussian_filter1d

from eidophone.base.arrays import Float32, Int32, Int64, Mask, UInt8
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grid import RECIPE, ROWS, levels_of_bytes
from eidophone.picture.axis import hz_of_row, row_of_hz

#: Columns of a frame.
COLUMNS = 4

#: Semitones by which frames are also moved.
SEMITONES = (0, -2, -1, 1, 2)

#: Rows that sums are fitted to: up to 14 kHz.
HEARD_ROWS = 440

#: What is quieter counts as this; frames without anything louder than that are not looked up.
_FLOOR_DB, _FAINT_DB = -80.0, -60.0

#: Rows that frames are looked up by: how they stand out of so many around them, and the latter.
_LOW, _HIGH, _AROUND = 12, 330, 8.0
_EVERY, _ENVELOPE_WEIGHT = 10, 0.9

#: Numbers that frames are looked up by, and frames that these are found on.
_FEATURES, _SAMPLE = 64, 6000


@dataclass(frozen=True, eq=False)
class Dictionary:
    """The frames of a collection; number ``n + k * frames`` is n, moved by the k-th of `SEMITONES`.

    Attributes:
        levels: bytes ``[frames * COLUMNS, rows]`` of all tracks, one after the other.
        magnitudes: ``[frames, rows]``, the mean of the columns of each.
        last: ``[frames]`` whether it is the last one of its track.
        looks: ``[frames * semitones, features]``, of length 1, or 0 if it is too faint.
        basis: ``[rows + envelope, features]``, by which `looks` are found.
    """

    levels: UInt8
    magnitudes: Float32
    last: Mask
    looks: Float32
    basis: Float32

    @classmethod
    def of(cls, collection: Collection, conditions: Conditions) -> Dictionary:
        """That of what is learnt of ``collection``."""
        tracks = [
            one.middle[: one.columns // COLUMNS * COLUMNS]
            for one in collection.learnt
            if one.columns >= COLUMNS
        ]
        levels = np.concatenate(tracks)
        last = np.zeros(len(levels) // COLUMNS, np.bool_)
        last[np.cumsum([len(one) // COLUMNS for one in tracks]) - 1] = True
        lowest = magnitudes_of(conditions.floor_db)
        magnitudes = _means(levels, _MAGNITUDES, lowest, conditions.top)
        seen = _seen(magnitudes)
        some = seen[:: max(1, len(seen) // _SAMPLE)]
        basis = np.linalg.eigh(some.T @ some)[1][:, ::-1][:, :_FEATURES]
        basis = np.ascontiguousarray(basis, np.float32)
        faint = magnitudes[:, 5:400].max(axis=1) < 10 ** (_FAINT_DB / 20)
        looks = []
        for semitones in SEMITONES:
            look = _unit(seen @ _turned(basis, semitones))
            look[faint] = 0
            looks.append(look)
        return cls(levels, magnitudes, last, np.concatenate(looks), basis)

    @property
    def frames(self) -> int:
        """How many there are, without those moved."""
        return len(self.magnitudes)

    def nearest(self, magnitudes: Float32, count: int) -> Int32:
        """``[frames, count]`` the numbers of those nearest to ``magnitudes`` ``[frames, rows]``."""
        wanted = _unit(_seen(magnitudes) @ self.basis)
        count = min(count, len(self.looks))
        found = np.empty((len(wanted), count), np.int32)
        for first in range(0, len(wanted), 64):
            likeness = wanted[first : first + 64] @ self.looks.T
            _best(likeness, found[first : first + 64])
        return found

    def atoms(self, numbers: Int64) -> Float32:
        """Magnitudes ``[numbers, HEARD_ROWS]`` of frames."""
        return _moved(self.magnitudes, numbers, *_PLACES)

    def laid(self, numbers: Int32, weights: Float32) -> Float32:
        """Magnitudes ``[frames * COLUMNS, rows]`` of sums of frames, which fade into each other.

        Args:
            numbers: ``[frames, some]``; below 0 is none.
            weights: how much of each.
        """
        return _laid(self.levels, _MAGNITUDES, numbers, weights, *_PLACES)


def magnitudes_of(levels: Float32) -> Float32:
    """Magnitudes of ``levels`` in dB above what is hardly there."""
    return np.maximum(np.exp(levels * np.float32(np.log(10) / 20)) - _LEAST, np.float32(1e-7))


def _seen(magnitudes: Float32) -> Float32:
    """By what frames are looked up: ``[frames, rows + envelope]``."""
    levels = np.maximum(np.log10(magnitudes) * np.float32(20), np.float32(_FLOOR_DB))
    around = levels @ _SMOOTH
    fine = np.maximum(levels - around, 0)
    fine[:, :_LOW] = 0
    fine[:, _HIGH:] = 0
    envelope = around[:, _LOW:_HIGH:_EVERY]
    envelope -= envelope.mean(axis=1, keepdims=True)
    return np.concatenate([fine, envelope * np.float32(_ENVELOPE_WEIGHT)], axis=1)


def _turned(basis: Float32, semitones: int) -> Float32:
    """``basis`` for frames that are still to be moved by ``semitones``."""
    below, part = (one[SEMITONES.index(semitones)] for one in _PLACES)
    matrix = np.zeros((ROWS, ROWS), np.float32)  # from rows to moved rows
    matrix[below, np.arange(ROWS)] = 1 - part
    matrix[np.minimum(below + 1, ROWS - 1), np.arange(ROWS)] += part
    return np.concatenate([matrix @ basis[:ROWS], basis[ROWS:]])


def _unit(looks: Float32) -> Float32:
    return looks / (np.sqrt((looks**2).sum(axis=1, keepdims=True)) + np.float32(1e-3))


def _places() -> tuple[Int32, Float32]:
    """``[semitones, rows]`` of which row, and how much of the next, a moved row consists."""
    hz = hz_of_row(np.arange(ROWS, dtype=np.float64), RECIPE)
    place = [row_of_hz(hz / 2 ** (one / 12), RECIPE) for one in SEMITONES]
    exact = np.clip(place, 0, ROWS - 1)
    below = np.floor(exact)
    return below.astype(np.int32), (exact - below).astype(np.float32)


@njit(cache=True, nogil=True)
def _means(levels: UInt8, table: Float32, lowest: Float32, top: int) -> Float32:
    """Mean magnitudes of every `COLUMNS` columns, as far as all collections have them."""
    count = len(levels) // COLUMNS
    out = np.empty((count, levels.shape[1]), np.float32)
    for n in range(count):
        for row in range(levels.shape[1]):
            total = np.float32(0)
            for k in range(COLUMNS):
                total += max(table[levels[n * COLUMNS + k, row]], lowest[row])
            out[n, row] = total / COLUMNS if row < top else lowest[row]
    return out


@njit(cache=True, nogil=True)
def _best(likeness: Float32, found: Int32) -> None:
    """The numbers of the largest of each row, in no order."""
    count = found.shape[1]
    values = np.empty(count, np.float32)
    for n in range(len(likeness)):
        for i in range(count):
            values[i] = -2
        least = 0
        for k in range(likeness.shape[1]):
            if likeness[n, k] > values[least]:
                values[least] = likeness[n, k]
                found[n, least] = k
                least = 0
                for i in range(1, count):
                    if values[i] < values[least]:
                        least = i


@njit(cache=True, nogil=True)
def _moved(magnitudes: Float32, numbers: Int64, below: Int32, part: Float32) -> Float32:
    out = np.empty((len(numbers), HEARD_ROWS), np.float32)
    for n in range(len(numbers)):
        k = numbers[n] // len(magnitudes)
        frame = numbers[n] - k * len(magnitudes)
        for row in range(HEARD_ROWS):
            low = below[k, row]
            high = min(low + 1, magnitudes.shape[1] - 1)
            share = part[k, row]
            out[n, row] = (1 - share) * magnitudes[frame, low] + share * magnitudes[frame, high]
    return out


@njit(cache=True, nogil=True)
def _laid(
    levels: UInt8, table: Float32, numbers: Int32, weights: Float32, below: Int32, part: Float32
) -> Float32:
    count, rows = len(numbers), levels.shape[1]
    frames = len(levels) // COLUMNS
    half = COLUMNS // 2
    out = np.zeros((count * COLUMNS, rows), np.float32)
    fades = np.zeros(count * COLUMNS, np.float32)
    for n in range(count):
        for m in range(2 * COLUMNS):
            at = n * COLUMNS - half + m
            if at < 0 or at >= len(out):
                continue
            fade = np.float32(np.sin(np.pi * (m + 0.5) / (2 * COLUMNS)) ** 2)
            fades[at] += fade
            for i in range(numbers.shape[1]):
                if numbers[n, i] < 0:
                    continue
                k = numbers[n, i] // frames
                frame = numbers[n, i] - k * frames
                column = min(max(frame * COLUMNS - half + m, 0), len(levels) - 1)
                weight = fade * weights[n, i]
                for row in range(rows):
                    low = below[k, row]
                    share = part[k, row]
                    here = table[levels[column, low]]
                    there = table[levels[column, min(low + 1, rows - 1)]]
                    out[at, row] += weight * ((1 - share) * here + share * there)
    for at in range(len(out)):
        for row in range(rows):
            out[at, row] /= fades[at]
    return out


_LEAST = np.float32(10 ** (_FLOOR_DB / 20))
_MAGNITUDES = magnitudes_of(levels_of_bytes(np.arange(256, dtype=np.uint8)))
_PLACES = _places()
_SMOOTH = np.ascontiguousarray(
    gaussian_filter1d(np.eye(ROWS, dtype=np.float32), _AROUND, axis=0, mode="nearest").T
)
