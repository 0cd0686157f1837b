"""Films of notes: what comes back of scrolls that others have encoded anew.

Everything is read from frames alone, with a margin strip in them: encoding anew loses metadata.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from bench.notes.matching import kept
from bench.progress import progress
from eidophone.base.errors import EidophoneError
from eidophone.notes.pictures.film import score_of_film, write_film
from eidophone.notes.score import Score

#: Seconds of each piece.
_SECONDS = 5.0

#: Bits a second of MPEG-4, which is told no quality here.
_MPEG4 = 2_000_000

Again = Callable[[Path, Path], None]


def film_lines(music: list[tuple[str, Score]]) -> Iterator[str]:
    """A table: what comes back of the beginnings of ``music``."""
    yield from ("", "| film, exact | onset F: mean | worst | velocity error | part right |")
    yield "|---|---|---|---|---|"
    short = [(name, score.only(score.notes["end"] < _SECONDS)) for name, score in music]
    for name, (fps, again) in _ENCODED.items():
        rows = []
        for piece, score in short:
            progress(f"{name}, {piece}")
            rows.append((piece, *_measured(score, fps, again)))
        worst = min(rows, key=lambda row: row[1])
        f, velocity, part = (np.mean([row[n] for row in rows]) for n in (1, 2, 3))
        yield f"| {name} | {f:.3f} | {worst[1]:.3f} ({worst[0]}) | {velocity:.1f} | {part:.3f} |"


def _measured(score: Score, fps: int, again: Again | None) -> tuple[float, float, float]:
    """Onset F, mean error of velocities, and the share of notes that have their parts."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        write_film(film, score, strip=True, fps=Fraction(fps))
        if again is not None:
            film = Path(folder) / "again.mp4"
            again(Path(folder) / "film.mp4", film)
        try:
            found = score_of_film(film, notes=True)
        except EidophoneError as error:
            progress(str(error))
            return 0.0, 127.0, 0.0
    assert found is not None
    return kept(score, found)


def _by(codec: str, *, scale: float = 1.0, bits: int = 0, **how: str) -> Again:
    """Encoded anew, without what its metadata say."""

    def again(source: Path, target: Path) -> None:
        with av.open(str(source)) as before, av.open(str(target), "w") as after:
            shown = before.streams.video[0]
            stream = after.add_stream(codec, rate=shown.average_rate, options=how)
            assert isinstance(stream, av.VideoStream)
            stream.width = 2 * round(shown.width * scale / 2)
            stream.height = 2 * round(shown.height * scale / 2)
            stream.pix_fmt = "yuv420p"
            if bits:
                stream.bit_rate = bits
            for frame in before.decode(shown):
                small = frame.reformat(stream.width, stream.height, interpolation="BICUBIC")
                small.pict_type = av.video.frame.PictureType.NONE
                after.mux(stream.encode(small))
            after.mux(stream.encode())

    return again


#: Frames a second, and what is done to the film.
_ENCODED: dict[str, tuple[int, Again | None]] = {
    "as written, 30 fps": (30, None),
    "as written, 25 fps": (25, None),
    "H.264 anew, crf 23": (30, _by("libx264", crf="23")),
    "H.264 anew, crf 28": (30, _by("libx264", crf="28")),
    "H.264 anew, crf 23, 25 fps": (25, _by("libx264", crf="23")),
    "H.264 anew, crf 23, half size": (30, _by("libx264", scale=0.5, crf="23")),
    "MPEG-4 anew, 2 Mbit/s": (30, _by("mpeg4", bits=_MPEG4)),
}
