"""Make the films of these pages from sounds/: ``python docs/make_films.py``."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

from eidophone import Film, Sound, encode_film

DOCS = Path(__file__).resolve().parent
SOUNDS = DOCS.parent / "sounds"

#: When the poster of each kind was taken; they all show the same sound.
KINDS = {"scroll": 3.0, "pages": 1.0, "instants": 0.6}
#: Which sound each look shows, from which second, for how long, and when its poster was taken.
LOOKS = {
    "aurora": ("guit_em9", 0.0, 5.0, 3.4),
    "ember": ("loop_safari", 0.0, 4.4, 2.1),
    "dusk": ("loop_safari", 3.6, 4.4, 2.0),
    "ice": ("perc_bell", 0.0, 5.0, 1.0),
    "paper": ("loop_tabla", 0.0, 4.4, 2.2),
    "prism": ("guit_em9", 0.0, 4.4, 1.6),
}
SIZE, FPS, MOST_BYTES = 400, 30, 380_000
CRF_OF_KINDS = 28


def main() -> None:
    """Make them all, and a poster of each."""
    folder = DOCS / "films"
    folder.mkdir(exist_ok=True)
    guitar = Sound.load(SOUNDS / "guit_em9.flac")
    guitar = Sound(guitar.samples[:, : 6 * guitar.rate], guitar.rate)
    for kind, poster in KINDS.items():
        film = encode_film(guitar, kind, size=SIZE, fps=FPS, now_line=kind == "scroll")
        save(film, folder / f"{kind}.mp4", poster, CRF_OF_KINDS)
    for look, (name, start, seconds, poster) in LOOKS.items():
        film = encode_film(cut(name, start, seconds), "instants", look=look, size=SIZE, fps=FPS)
        path = folder / f"{look}.mp4"
        for crf in count(20):
            save(film, path, poster, crf)
            if path.stat().st_size <= MOST_BYTES:
                break


def save(film: Film, path: Path, poster: float, crf: int) -> None:
    """Write it, and the frame that is seen at ``poster`` seconds."""
    film.save(path, crf=crf, overwrite=True)
    for frame in film.frames():
        if frame.seconds >= poster:
            Image.fromarray(frame.pixels).save(path.with_suffix(".jpg"), quality=82)
            break
    print(path, path.stat().st_size, f"CRF {crf}")


def cut(name: str, start: float, seconds: float) -> Sound:
    """Part of a sound, in mono; silent after its end, while its light lives on."""
    sound = Sound.load(SOUNDS / f"{name}.flac")
    first, last = round(start * sound.rate), round((start + seconds) * sound.rate)
    samples = sound.samples[:, first:last].mean(axis=0, keepdims=True)
    fade = np.minimum(1, np.arange(samples.shape[1])[::-1] / (0.05 * sound.rate))
    missing = last - first - samples.shape[1]
    return Sound(np.pad(samples * fade.astype(np.float32), ((0, 0), (0, missing))), sound.rate)


if __name__ == "__main__":
    main()
