"""Make the pictures of docs/notes-pictures.md, of a tune of our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from eidophone import encode, encode_notes, play
from eidophone.base.arrays import Pixels
from eidophone.notes.score import Part, Score, scored

DOCS = Path(__file__).resolve().parent

#: A canon at the octave over a drone and a drum: beats, pitches.
_TUNE = ((1, 62), (0.5, 64), (0.5, 65), (1, 69), (1, 67), (0.5, 65), (0.5, 64), (1, 62), (2, 60))
_BEAT = 0.32


def main() -> None:
    """Make them all."""
    score = tune()
    exact, bold = (encode_notes(score, look).pixels for look in ("exact", "bold"))
    save("notes-exact", exact[150:450])
    save("notes-bold", bold)
    heard = encode(play(score), "octaves").pixels
    width = min(heard.shape[1], exact.shape[1])
    grey = heard[:, :width].max(axis=2, keepdims=True) // 2
    save("notes-over-sound", np.maximum(grey, exact[:, :width])[150:450])


def tune() -> Score:
    """The canon."""
    notes: list[tuple[float, float, float, int, int]] = []
    for part, (beats, octave) in enumerate(((0, 0), (2, -12), (4, 12))):
        at = float(beats)
        for number, (lasts, pitch) in enumerate(_TUNE):
            start, end = at * _BEAT, (at + lasts) * _BEAT
            notes.append((start, end, pitch + octave, 60 + 7 * (number % 9), part))
            at += lasts
    notes.append((0, 12 * _BEAT, 38, 45, 3))
    notes += [(beat * _BEAT, beat * _BEAT + 0.02, 42, 90, 4) for beat in range(12)]
    parts = [Part("first", 73), Part("second", 42), Part("third", 9), Part("drone", 48)]
    return scored(notes, [*parts, Part("drum", drums=True)])


def save(name: str, pixels: Pixels) -> None:
    """Write one of them."""
    path = DOCS / "images" / f"{name}.png"
    Image.fromarray(pixels).convert("P", palette=Image.Palette.ADAPTIVE).save(path, optimize=True)


if __name__ == "__main__":
    main()
