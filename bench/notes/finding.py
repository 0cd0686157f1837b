"""Notes as basic-pitch finds them by itself: its network, and its package's own rules, as they are.

After ``note_creation.py`` of https://github.com/spotify/basic-pitch, with its defaults.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from eidophone.notes.score import Score
from eidophone.notes.transcribing.network import HOP, LOWEST, RATE, heard
from eidophone.sound.sound import Sound

Floats = NDArray[np.floating]

_ONSET, _FRAME, _SHORTEST, _GAP = 0.5, 0.3, 11, 11


def found(sound: Sound) -> list[tuple[float, int]]:
    """Seconds and MIDI's number of each note that is found in a sound."""
    mono = soxr.resample(sound.samples.mean(axis=0), sound.rate, RATE).astype(np.float32)
    seen = heard(mono)
    onsets, frames = _with_rises(seen.onsets, seen.notes), seen.notes
    left = frames.copy()
    notes = []
    inside = onsets[1:-1]
    peaks = (inside > onsets[:-2]) & (inside > onsets[2:]) & (inside >= _ONSET)
    for start, key in np.add(np.argwhere(peaks), (1, 0))[::-1]:
        end = _until(left[:, key], start + 1)
        if end - start <= _SHORTEST:
            continue
        left[start:end, max(key - 1, 0) : key + 2] = 0
        notes.append((start * HOP / RATE, int(key) + LOWEST))
    while left.max() > _FRAME:
        middle, key = np.unravel_index(np.argmax(left), left.shape)
        end = _until(left[:, key], middle + 1)
        begin = middle - (_until(left[middle::-1, key], 1) - 1)
        stop, first = min(end + _GAP, len(left)), max(begin - _GAP, 0)
        left[first:stop, max(key - 1, 0) : key + 2] = 0
        left[middle, key] = 0
        if end - begin > _SHORTEST:
            notes.append((begin * HOP / RATE, int(key) + LOWEST))
    return notes


def score_of_onsets(score: Score, notes: list[tuple[float, int]], seconds: float = 0.05) -> float:
    """F of notes that were found at the right pitch and within so many seconds, each once."""
    taken, hits = set(), 0
    by_key: dict[int, list[float]] = {}
    for start, key in sorted(notes):
        by_key.setdefault(key, []).append(start)
    for note in score.notes:
        key, start = round(float(note["pitch"])), float(note["start"])
        near = [
            one
            for one in by_key.get(key, [])
            if abs(one - start) <= seconds and (key, one) not in taken
        ]
        if near:
            taken.add((key, min(near, key=lambda one: abs(one - start))))
            hits += 1
    return 2 * hits / max(len(notes) + len(score.notes), 1)


def _until(course: Floats, first: int) -> int:
    """Where a key that sounds at ``first`` is over: it may be quiet for a while."""
    quiet, at = 0, first
    while at < len(course) - 1 and quiet < _GAP:
        quiet = quiet + 1 if course[at] < _FRAME else 0
        at += 1
    return at - quiet


def _with_rises(onsets: Floats, frames: Floats) -> Floats:
    """Onsets, and where frames rise at once."""
    rises = np.minimum(*(frames - np.pad(frames, ((n, 0), (0, 0)))[:-n] for n in (1, 2)))
    rises = np.maximum(rises, 0)
    rises[:2] = 0
    return np.maximum(onsets, rises * onsets.max() / max(rises.max(), 1e-9))
