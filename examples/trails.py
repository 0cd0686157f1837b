"""Stand in for a video program of your own: what moves leaves a trail.

``python trails.py IN OUT``: a film, and the film to write. Its sound track is left away.
"""

import sys

import numpy as np

import eidophone


def main(source: str, target: str) -> None:
    """Let the light of each frame fade away slowly in those that follow."""
    film = eidophone.Film.load(source)
    trail, frames = np.zeros(()), []
    for frame in film.frames():
        trail = np.maximum(frame.pixels, 0.9 * trail)
        frames.append(trail.astype(np.uint8))
    eidophone.Film.of(frames, film.fps).save(target, overwrite=True)


if __name__ == "__main__":
    main(*sys.argv[1:3])
