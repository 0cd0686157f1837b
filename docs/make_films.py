"""Make the films of these pages from sounds/: ``python docs/make_films.py``."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

from eidophone import Sound, encode_film

DOCS = Path(__file__).resolve().parent
SOUNDS = DOCS.parent / "sounds"

#: Which sound each look shows, from which second, for how long, and when its poster was taken.
FILMS = {
    "aurora": ("guit_em9", 0.0, 5.0, 3.4),
    "ember": ("loop_safari", 0.0, 4.4, 2.1),
    "dusk": ("loop_safari", 3.6, 4.4, 2.0),
    "ice": ("perc_bell", 0.0, 5.0, 1.0),
    "paper": ("loop_tabla", 0.0, 4.4, 2.2),
    "prism": ("guit_em9", 0.0, 4.4, 1.6),
}
SIZE, FPS, MOST_BYTES = 400, 30, 380_000


def main() -> None:
    """Make them all, each as good as its size allows, and a poster of each."""
    folder = DOCS / "films"
    folder.mkdir(exist_ok=True)
    for look, (name, start, seconds, poster) in FILMS.items():
        film = encode_film(cut(name, start, seconds), "instants", look=look, size=SIZE, fps=FPS)
        path = folder / f"{look}.mp4"
        for crf in count(20):
            film.save(path, crf=crf, overwrite=True)
            if path.stat().st_size <= MOST_BYTES:
                break
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
