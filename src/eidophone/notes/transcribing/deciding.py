"""From how likely each key is struck and sounds to what may be notes; of these, to notes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Float64, Int64, Mask
from eidophone.notes.transcribing.listening import Listened

#: How likely a key must be struck, at least, for a note that may be.
_POSSIBLE = 0.12

#: Moments for which a key may fall silent without the end of a note.
_GAP = 4

#: Moments around an onset in which there is no other of that key.
_APART = 3

#: Moments for which a key must have sounded, unstruck, to be a note that may be.
_UNSTRUCK = 8


@dataclass(frozen=True, eq=False)
class Candidates:
    """What may be notes, by their moments.

    Attributes:
        starts: moments, and parts of them.
        keys: from 0 on.
        struck: how likely each was, 0 to 1; 0 of those that only began to sound.
    """

    starts: Float64
    keys: Int64
    struck: Float32

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, eq=False)
class Decided:
    """Notes, by their starts: moments and keys."""

    starts: Float64
    ends: Float64
    keys: Int64


def candidates_of(found: Listened, sounding: float) -> Candidates:
    """Whatever may be a note: a key that may be struck, or begins to be likelier than ``sounding``.

    Args:
        found: what was listened to.
        sounding: how likely a key must sound.
    """
    table: list[tuple[float, int, float]] = []
    for key in np.flatnonzero(found.sounding.max(axis=0, initial=0) > sounding):
        onsets = found.onsets[:, key].astype(np.float32)
        peaks = _peaks(onsets)
        table += [(_between(onsets, peak), int(key), float(onsets[peak])) for peak in peaks]
        for first, last in _runs(found.sounding[:, key] > sounding):
            near = np.searchsorted(peaks, (first - 2 * _APART, first + _UNSTRUCK))
            if last - first >= _UNSTRUCK and near[0] == near[1]:
                table.append((float(first), int(key), 0.0))
    sorted_ = np.array(sorted(table), np.float64).reshape(-1, 3)
    return Candidates(
        sorted_[:, 0], sorted_[:, 1].astype(np.int64), sorted_[:, 2].astype(np.float32)
    )


def decided(
    found: Listened, some: Candidates, taken: Mask, sounding: float, shortest: float
) -> Decided:
    """The notes that begin with those candidates that were ``taken``.

    Each ends when its key is struck again, or sounds no more.

    Args:
        found: what was listened to.
        some: candidates.
        taken: which of them.
        sounding: how likely a key must sound for a note to go on.
        shortest: moments of a note at least.
    """
    notes: list[tuple[float, float, int]] = []
    for key in np.unique(some.keys[taken]).tolist():
        runs = np.array(_runs(found.sounding[:, key] > sounding)).reshape(-1, 2)
        starts = some.starts[taken & (some.keys == key)]
        for start, following in zip(starts, np.append(starts[1:], np.inf), strict=True):
            # A run that began before the note goes on through it, or begins a little after it.
            at = int(np.searchsorted(runs[:, 1], start + 1))
            if at < len(runs) and runs[at, 0] <= start + 2 * _APART:
                end = min(float(runs[at, 1]), following)
                if end - start >= shortest:
                    notes.append((float(start), end, key))
    table = np.array(sorted(notes), np.float64).reshape(-1, 3)
    return Decided(table[:, 0], table[:, 1], table[:, 2].astype(np.int64))


def _peaks(values: Float32) -> Int64:
    """Where ``values`` are highest around, and high enough."""
    padded = np.pad(values, _APART)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _APART + 1)
    places = np.flatnonzero((values >= _POSSIBLE) & (values >= windows.max(axis=1)))
    return places[np.append(True, np.diff(places) > _APART)] if len(places) else places


def _runs(on: Mask) -> list[tuple[int, int]]:
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
