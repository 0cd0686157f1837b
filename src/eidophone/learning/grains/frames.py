"""Frames: four columns of a picture as bands and notes, by which moments are looked up."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.ndimage import uniform_filter1d

from eidophone.base.arrays import Float32, UInt8
from eidophone.learning.grid import RECIPE, ROWS, bytes_of, levels_of_bytes
from eidophone.picture.axis import hz_of_row

#: Columns of a frame: 23 ms.
COLUMNS = 4

#: Rows where the bands begin and end: 79 of them, up to 12 kHz.
_EDGES = np.unique(np.concatenate([np.arange(0, 200, 4), np.arange(200, 440, 8)]))
BANDS = len(_EDGES) - 1

#: Notes of an octave.
NOTES = 12

#: What is quieter makes no difference.
_FLOOR_DB = -75.0

#: Notes stand out of so many rows around them, and are no fainter than that below the loudest.
_AROUND, _FAINT_DB = 31, 45.0

#: Between these, notes are told apart.
_LEAST_HZ, _MOST_HZ = 130.0, 2500.0


def frames_of(levels: Float32) -> Float32:
    """Frames ``[columns // COLUMNS, BANDS + NOTES]`` of ``levels`` ``[columns, rows]`` in dB.

    Bands are in dB; notes are how much of what stands out is each, of length one together.
    """
    count = len(levels) // COLUMNS
    whole = levels[: count * COLUMNS].reshape(count, COLUMNS, ROWS)
    bands = np.maximum(whole, np.float32(_FLOOR_DB)).mean(axis=1) @ _BAND_OF_ROW
    mean = whole.mean(axis=1)
    high = mean - uniform_filter1d(mean, _AROUND, axis=1)
    loud = mean > mean.max(axis=1, keepdims=True) - _FAINT_DB
    notes = (np.maximum(high, 0) * loud) @ _NOTE_OF_ROW
    notes /= np.sqrt((notes**2).sum(axis=1, keepdims=True)) + np.float32(1.0)
    return np.concatenate([bands, notes], axis=1)


def bytes_of_frames(frames: Float32) -> UInt8:
    """``frames`` as a file keeps them: bands as levels are, notes as 255ths."""
    return np.concatenate(
        [bytes_of(frames[:, :BANDS]), np.round(frames[:, BANDS:] * 255).astype(np.uint8)], axis=1
    )


def frames_of_bytes(values: UInt8) -> Float32:
    """The frames that bytes stand for."""
    notes = values[:, BANDS:] / np.float32(255)
    return np.concatenate([levels_of_bytes(values[:, :BANDS]), notes], axis=1)


def loudness_of(bands: Float32) -> Float32:
    """Level in dB of frames by their ``bands`` ``[..., BANDS]``."""
    power = np.exp(bands * np.float32(np.log(10) / 10)) @ _WIDTHS
    return np.asarray(10 * np.log10(power), np.float32)


def _bands() -> Float32:
    weights = np.zeros((ROWS, BANDS), np.float32)
    for band, (low, high) in enumerate(pairwise(_EDGES)):
        weights[low:high, band] = 1 / (high - low)
    return weights


def _notes() -> Float32:
    hz = hz_of_row(np.arange(ROWS, dtype=np.float64), RECIPE)
    note = np.round(12 * np.log2(hz / 440)).astype(int) % NOTES
    weights = np.eye(NOTES, dtype=np.float32)[note]
    weights[(hz < _LEAST_HZ) | (hz > _MOST_HZ)] = 0
    return weights


_BAND_OF_ROW, _NOTE_OF_ROW = _bands(), _notes()
_WIDTHS = (np.diff(_EDGES) / ROWS).astype(np.float32)
