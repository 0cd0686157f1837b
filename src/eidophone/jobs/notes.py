"""Notes: MIDI files to pictures and films of notes, and any picture or film to a MIDI file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from eidophone.base.atomic import already_there
from eidophone.base.claims import claimed
from eidophone.base.errors import NotesError, naming, tell
from eidophone.files.image import max_side
from eidophone.film.codec import decode_film
from eidophone.jobs.drawing import picture_format
from eidophone.jobs.pictures import load_picture
from eidophone.jobs.settings import Decoding, FilmEncoding
from eidophone.notes.midi import read_midi, write_midi
from eidophone.notes.pictures.codec import decoded, planned
from eidophone.notes.pictures.drawing import drawn
from eidophone.notes.pictures.film import score_of_film, write_film
from eidophone.notes.pictures.picture import NotesPicture, guessed, looks_like_notes
from eidophone.notes.pictures.settings import DrawingNotes, ReadingNotes
from eidophone.notes.score import Score
from eidophone.notes.transcribing.settings import Transcribing
from eidophone.notes.transcribing.transcribe import transcribed
from eidophone.picture.picture import numbered, to_depth
from eidophone.picture.sequence import Cut, rows_beside_strip
from eidophone.picture.several import Several
from eidophone.sound.level import Level
from eidophone.sound.making import Progress
from eidophone.sound.sound import Sound

#: Bytes of pixels that one picture may have; more become several pictures.
_PICTURE_BYTES = 64 * 1024 * 1024


def encode_notes_file(
    song: Path, target: Path, how: DrawingNotes, progress: Progress = lambda _: None
) -> list[Path]:
    """Draw the MIDI file ``song`` as the picture ``target``, or as numbered ones.

    Returns:
        The pictures.

    Raises:
        EidophoneError: of all kinds.
    """
    form = picture_format(how.format, target)
    with claimed(target), naming(song):
        score = read_midi(song)
        strip = how.strip or how.notes == "bold"
        rows = how.size
        if rows is not None and strip:
            rows = rows_beside_strip(rows)
        facts, layout = planned(score, how.notes, rows=rows, strip=strip)
        if how.size is None:
            width = _PICTURE_BYTES // (facts.grid.rows * 3 * np.dtype(form.dtype).itemsize)
            width = min(max_side(target), width)
            cut = Cut(width, width)
        else:
            cut = Cut.squares(how.size, 0)
        count = cut.count(facts.columns)
        is_whole = count == 1 and how.size is None
        paths = [target] if is_whole else [numbered(target, 1 + n, count) for n in range(count)]
        if not is_whole and how.size is None:
            tell(
                f"{target} would be {facts.columns} columns wide: it becomes {count} pictures, "
                f"{paths[0].name} to {paths[-1].name}"
            )
        for path in paths:
            if path.exists() and not how.overwrite:
                raise already_there(path)
        blocks = drawn(score, facts.grid, layout)
        parts = cut.apply(blocks, facts.columns)
        for number, (path, (first, pixels)) in enumerate(zip(paths, parts, strict=True), 1):
            midi = facts.midi if first == 0 else None  # once is enough
            picture = NotesPicture(
                to_depth(pixels, form.dtype), replace(facts, first=first, midi=midi)
            )
            picture.save(path, quality=form.quality, overwrite=how.overwrite)
            progress(number / count)
    return paths


def encode_notes_film_file(
    song: Path, target: Path, how: FilmEncoding, progress: Progress = lambda _: None
) -> None:
    """Draw the MIDI file ``song`` as the film ``target``: a scroll.

    Raises:
        EidophoneError: of all kinds.
    """
    if how.kind != "scroll" or how.look or how.now_line:
        raise NotesError("notes become a scroll, without looks and lines: leave that out")
    with claimed(target), naming(song):
        write_film(
            target,
            read_midi(song),
            size=how.size,
            width=how.width,
            **({} if how.fps is None else {"fps": how.fps}),
            strip=how.strip,
            crf=how.crf,
            codec=how.codec,
            overwrite=how.overwrite,
            progress=progress,
        )


def decode_notes_files(
    paths: list[Path], target: Path, how: ReadingNotes, progress: Progress = lambda _: None
) -> None:
    """Write what pictures show, one after the other, as the MIDI file ``target``.

    Pictures of notes are read; of others, the sound is transcribed.

    Raises:
        EidophoneError: of all kinds.
    """
    if target.exists() and not how.overwrite:
        raise already_there(target)
    with claimed(target):
        limit = how.max_pixels or None
        found = [NotesPicture.load(path, notes=how.notes, max_pixels=limit) for path in paths]
        shown = [one for one in found if one is not None]
        if shown and len(shown) < len(found):
            raise NotesError(
                f"{paths[found.index(None)]} does not say that it shows notes, as others do: "
                f"decode it alone"
            )
        if shown:
            with naming(paths[0]):
                score = decoded(shown)
            harm = next((one.harm for one in shown if one.harm not in ("", "none")), "")
            if harm:
                tell(f"{paths[0]} was {harm}, as its margin strip shows")
        else:
            score = _heard(paths, how, progress)
        write_midi(target, score, overwrite=how.overwrite)


def decode_notes_film_file(
    path: Path, target: Path, how: ReadingNotes, progress: Progress = lambda _: None
) -> None:
    """Write what the film at ``path`` shows, notes or sound, as the MIDI file ``target``.

    Raises:
        EidophoneError: of all kinds.
    """
    if target.exists() and not how.overwrite:
        raise already_there(target)
    if how.notes == "bold":
        raise NotesError("films of notes are exact: leave `notes` bold out")
    with claimed(target), naming(path):
        score = score_of_film(path, notes=how.notes is not None)
        if score is None:
            score = _transcribed(decode_film(path), progress)
        write_midi(target, score, overwrite=how.overwrite)


def _heard(paths: list[Path], how: ReadingNotes, progress: Progress) -> Score:
    """The notes of pictures that say nothing of notes: as they look, or as they sound."""
    reading = Decoding(max_pixels=how.max_pixels)
    pictures = [load_picture(path, reading) for path in paths]
    if all(one.guessed for one in pictures):
        notes = [guessed(one.pixels, "exact") for one in pictures]
        if all(looks_like_notes(one) for one in notes):
            tell(
                f"nothing says what {paths[0]} shows: it is taken for notes, drawn exact; "
                f"`notes` bold says otherwise"
            )
            return decoded(notes)
    made = Several(lambda: pictures, len(pictures)).made(quality="standard")
    tell(f"{paths[0]} shows a sound, and no notes: its sound is transcribed")
    return _transcribed(made.sound(Level()), progress)


def _transcribed(sound: Sound, progress: Progress) -> Score:
    return transcribed(sound, Transcribing(), progress)
