"""Films of notes: a scroll, the present in its middle, and the notes of it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from eidophone.base.arrays import Float32
from eidophone.base.errors import NotesError, tell
from eidophone.files.video import VideoReader, VideoWriter
from eidophone.film import windows
from eidophone.film.clock import numbered
from eidophone.film.facts import FilmFacts
from eidophone.film.film import TEXT_KEY as FILM_KEY
from eidophone.film.film import Film
from eidophone.film.frames import finished, pictures
from eidophone.notes.midi import score_of
from eidophone.notes.pictures.codec import heard, planned
from eidophone.notes.pictures.drawing import drawn
from eidophone.notes.pictures.facts import TEXT_KEY, NotesFacts
from eidophone.notes.pictures.grid import exact_grid
from eidophone.notes.score import Score
from eidophone.picture.facts import Source
from eidophone.picture.picture import to_depth
from eidophone.picture.recipe import PRESETS
from eidophone.picture.sequence import rows_beside_strip

#: Bytes of text that containers carry without complaint.
_MOST_TEXT = 200_000

_RATE = 44_100


def write_film(
    path: str | Path,
    score: Score,
    *,
    size: int = 512,
    width: int | None = None,
    fps: Fraction = Fraction(30),
    strip: bool = False,
    crf: int | None = None,
    codec: str | None = None,
    overwrite: bool = False,
    progress: Callable[[float], None] = lambda _: None,
) -> None:
    """Draw ``score`` as the film ``path``: a window that slides along its exact picture.

    Args:
        path: the film; its suffix names the format.
        score: what is drawn.
        size: height of a frame, and its width unless that is given.
        width: of a frame.
        fps: frames a second.
        strip: frames have a margin strip, which tells how they lie; not the notes' names.
        crf: as of `Film.save`.
        codec: as of `Film.save`.
        overwrite: replace a film that is there.
        progress: told the fraction that is done.

    Raises:
        FilmError: the format is unknown, or a value is out of its range.
        OutputError: there is a film already, no such folder, no permission.
    """
    rows = rows_beside_strip(size) if strip else size
    notes, layout = planned(score, "exact", rows=rows, strip=False)
    recipe = PRESETS["octaves"].with_rows(rows)
    facts = FilmFacts(
        kind="scroll",
        recipe=recipe,
        source=Source(
            rate=_RATE, channels=1, sample_count=recipe.sample_count(notes.columns, _RATE)
        ),
        fps=fps,
        width=width or size,
        height=size,
        strip=strip,
    )
    words = notes.to_json(_MOST_TEXT)
    if NotesFacts.from_json(words).midi is None:
        tell(f"{path} cannot hold its MIDI beside its frames: only these tell the notes")
    frames = finished(windows.draw(drawn(score, notes.grid, layout), facts), facts)
    first = next(frames)
    with VideoWriter(
        path,
        first.shape[1],
        first.shape[0],
        fps,
        text={FILM_KEY: facts.to_json(), TEXT_KEY: words},
        crf=crf,
        codec=codec,
        overwrite=overwrite,
    ) as writer:
        writer.write(first, 1)
        for number, frame in enumerate(frames, 2):
            writer.write(frame, 1)
            progress(number / facts.frame_count)


def score_of_film(path: str | Path, *, notes: bool = False) -> Score | None:
    """The notes of the film at ``path``; None if it does not say that it shows some.

    Args:
        path: of the film.
        notes: it is a film of notes, whatever it says.

    Raises:
        FilmError: it is not there, no film, or broken.
        NotesError: it says of notes what makes no sense.
    """
    with VideoReader(path) as reader:
        text = reader.text.get(TEXT_KEY)
    if text is None and not notes:
        return None
    film = Film.load(path)
    facts = film.facts
    if facts is None or facts.kind != "scroll":
        raise NotesError(f"{path} is no scroll of ours: notes are read from scrolls")
    grid = exact_grid(facts.recipe.rows)
    known = NotesFacts(grid=grid, columns=facts.columns)
    if text is not None:
        known = NotesFacts.from_json(text)
    if known.grid != grid:
        raise NotesError(f"{path} says of its rows what its frames do not show")
    original = None if known.midi is None else score_of(known.midi)

    def columns() -> Iterator[Float32]:
        timed = numbered(film.frames(), facts, film.frame_count, film.seconds)
        for block in windows.read(pictures(timed, facts, 3), facts):
            yield to_depth(block, "float32")

    return heard(columns(), replace(known, midi=None), original)
