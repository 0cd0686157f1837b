"""Matching: which notes were found again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eidophone.notes.score import Score


@dataclass(frozen=True)
class Match:
    """Notes of a reference and those that were found.

    Attributes:
        pairs: their places in the reference and in what was found, ``[n, 2]``.
        wanted: notes of the reference.
        found: notes that were found.
    """

    pairs: np.ndarray
    wanted: int
    found: int

    @property
    def f(self) -> float:
        """The F measure."""
        return 2 * len(self.pairs) / max(1, self.wanted + self.found)


def matched(reference: Score, found: Score, seconds: float = 0.05, pitch: float = 0.5) -> Match:
    """One to one: onsets nearer than ``seconds``, and pitches nearer than ``pitch`` semitones."""
    pairs = []
    mine, theirs = reference.notes, found.notes
    taken = np.zeros(len(theirs), bool)
    for place, note in enumerate(mine):
        low, high = np.searchsorted(
            theirs["start"], [note["start"] - seconds, note["start"] + seconds]
        )
        near = np.arange(low, high)
        near = near[~taken[low:high] & (np.abs(theirs["pitch"][low:high] - note["pitch"]) < pitch)]
        if len(near):
            same = theirs["part"][near] != note["part"]
            best = near[np.lexsort((np.abs(theirs["start"][near] - note["start"]), same))[0]]
            taken[best] = True
            pairs.append((place, best))
    return Match(np.array(pairs, int).reshape(-1, 2), len(mine), len(theirs))


def kept(score: Score, found: Score) -> tuple[float, float, float]:
    """Onset F, mean error of velocities, and the share of notes that have their parts."""
    match = matched(score, found)
    if not len(match.pairs):
        return 0.0, 127.0, 0.0
    mine, theirs = score.notes[match.pairs[:, 0]], found.notes[match.pairs[:, 1]]
    off = np.abs(mine["velocity"].astype(float) - theirs["velocity"])
    return match.f, float(off.mean()), float((mine["part"] == theirs["part"]).mean())
