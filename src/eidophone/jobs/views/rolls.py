"""Rolls: notes as a small picture: time from left to right, a colour for each part."""

from __future__ import annotations

import colorsys

import numpy as np

from eidophone.base.arrays import UInt8
from eidophone.notes.score import Score

#: Of a long piece, its beginning is shown: so many seconds.
_SECONDS = 30.0

#: Notes that are drawn, at most: more would hide each other.
_MOST_NOTES = 20_000

#: Semitones from the lowest to the highest line, at least.
_LEAST_RANGE = 24

#: The hue of the first part, and from each to the next: the golden section tells many apart.
_HUE, _HUES_APART = 0.11, 0.618034


def hue_of(part: int) -> float:
    """The hue of a part, 0 to 1."""
    return (_HUE + part * _HUES_APART) % 1


def roll_of(score: Score, width: int, height: int) -> UInt8:
    """The beginning of ``score``, ``[height, width, 3]``: louder notes are brighter."""
    pixels = np.zeros((height, width, 3), np.uint8)
    notes = score.notes[score.notes["start"] < _SECONDS][:_MOST_NOTES]
    if not len(notes):
        return pixels
    seconds = min(_SECONDS, float(notes["end"].max())) or 1.0
    middle = (float(notes["pitch"].min()) + float(notes["pitch"].max())) / 2
    apart = max(_LEAST_RANGE, float(np.ptp(notes["pitch"])) + 4)
    first = np.floor(notes["start"] / seconds * width).astype(int)
    last = np.ceil(notes["end"] / seconds * width).astype(int)
    row = np.rint((0.5 + (middle - notes["pitch"]) / apart) * (height - 1)).astype(int)
    thick = max(1, round(height / apart / 2))
    for left, right, top, note in zip(first, last, row, notes, strict=True):
        value = 0.35 + 0.65 * float(note["velocity"]) / 127
        colour = colorsys.hsv_to_rgb(hue_of(int(note["part"])), 0.6, value)
        pixels[max(0, top - thick) : top + thick, left : max(left + 1, right)] = [
            round(255 * one) for one in colour
        ]
    return pixels
