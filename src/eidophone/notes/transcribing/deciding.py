"""From how likely each key is struck and sounds, to notes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from eidophone.base.arrays import Float32, Float64, Int64
from eidophone.notes.transcribing.listening import Listened

#: Moments for which a note may fall silent without ending.
_GAP = 4

#: Moments around an onset in which there is no other of that key.
_APART = 3


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """What makes a note, for one class of sound.

    Attributes:
        onset: how likely it must be that a key is struck.
        sounding: and how likely that it sounds, from then on.
        blur: moments by which onsets are smeared before that: slow attacks are not sure when.
        unstruck: how likely a key must sound, on average, that was not heard to be struck.
        shortest: moments of a note at least.
    """

    onset: float
    sounding: float
    blur: float
    unstruck: float
    shortest: int


@dataclass(frozen=True, eq=False)
class Decided:
    """Notes, by their starts: moments, keys, and how sure it is that they were struck, 0 to 1."""

    starts: Float64
    ends: Float64
    keys: Int64
    sure: Float32


def decided(found: Listened, by: Thresholds) -> Decided:
    """The notes of what was listened to."""
    onsets = found.onsets.astype(np.float32)
    if by.blur:
        # A sure onset is as high as before, whatever the blur: its shape is that of the targets.
        onsets = gaussian_filter1d(onsets, by.blur, axis=0, mode="nearest")
        onsets = np.minimum(onsets * np.float32(np.hypot(1, by.blur / 1.3)), 1)
    notes: list[tuple[float, float, int, float]] = []
    for key in np.flatnonzero(found.sounding.max(axis=0, initial=0) > by.sounding):
        notes += [
            (start, end, int(key), sure)
            for start, end, sure in _of_key(
                onsets[:, key], found.sounding[:, key].astype(np.float32), by
            )
        ]
    table = np.array(sorted(notes), np.float64).reshape(-1, 4)
    return Decided(
        table[:, 0], table[:, 1], table[:, 2].astype(np.int64), table[:, 3].astype(np.float32)
    )


def _of_key(onsets: Float32, sounding: Float32, by: Thresholds) -> list[tuple[float, float, float]]:
    """Start, end and sureness of the notes of one key."""
    peaks = [int(one) for one in _peaks(onsets, by.onset)]
    held = _runs(sounding > by.sounding)
    notes = []
    for first, last in held:
        inside = [one for one in peaks if first - 2 * _APART <= one < last]
        begun = inside[0] if inside else last
        if begun - first >= max(by.shortest, 2 * _APART):
            mean = float(sounding[first:begun].mean())
            if mean > by.unstruck:
                notes.append((float(first), float(begun), mean))
        for place, peak in enumerate(inside):
            end = inside[place + 1] if place + 1 < len(inside) else last
            if end - peak >= by.shortest:
                notes.append((_between(onsets, peak), float(end), float(onsets[peak])))
    return notes


def _peaks(values: Float32, least: float) -> Int64:
    """Where ``values`` are highest around, and high enough."""
    padded = np.pad(values, _APART)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _APART + 1)
    places = np.flatnonzero((values >= least) & (values >= windows.max(axis=1)))
    return places[np.append(True, np.diff(places) > _APART)] if len(places) else places


def _runs(on: np.ndarray) -> list[tuple[int, int]]:
    """First and last (exclusive) of the runs of ``on``, across gaps of `_GAP` at most."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(np.int8), [0]])))
    runs: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if runs and first - runs[-1][1] <= _GAP:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _between(values: Float32, peak: int) -> float:
    """The place of a peak between the moments, by the parabola through its neighbours."""
    if not 0 < peak < len(values) - 1:
        return float(peak)
    before, at, after = (float(one) for one in values[peak - 1 : peak + 2])
    bend = before - 2 * at + after
    return peak + (0.5 * (before - after) / bend if bend < 0 else 0.0)
