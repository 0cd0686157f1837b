"""The codec of pictures of notes: a score to a picture, and pictures to a score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import EidophoneError, NotesError, tell
from eidophone.notes.midi import midi_of, score_of
from eidophone.notes.pictures.agreement import leaning
from eidophone.notes.pictures.drawing import drawn
from eidophone.notes.pictures.facts import NotesFacts
from eidophone.notes.pictures.grid import bold_grid, exact_grid
from eidophone.notes.pictures.layout import Layout, hues_of_parts, laid_out
from eidophone.notes.pictures.palette import NO_HUE
from eidophone.notes.pictures.picture import NotesPicture
from eidophone.notes.pictures.reading import Seen, seen_in, share_of
from eidophone.notes.pictures.settings import LOOKS, NotesLook
from eidophone.notes.score import METRE, MOST_SECONDS, TEMPO, Part, Score, scored
from eidophone.picture.settings import MOST_SECONDS as LONGEST

#: Pixels of a picture in memory, at most.
MOST_PIXELS = 200_000_000


def planned(
    score: Score, notes: NotesLook = "exact", *, rows: int | None = None, strip: bool | None = None
) -> tuple[NotesFacts, Layout]:
    """What a picture of ``score`` says of itself, and where its notes are drawn.

    Arguments are those of `encode_notes`. What cannot be seen is told.
    """
    if notes not in LOOKS:
        raise NotesError(f"there is no look {notes!r}: use {' or '.join(LOOKS)}")
    if score.seconds > LONGEST:
        raise NotesError(
            f"the piece lasts {score.seconds / 3600:.3g} hours: pictures and films show "
            f"{LONGEST / 3600:g} at most; cut it"
        )
    grid = exact_grid(rows) if notes == "exact" else bold_grid(score, rows)
    layout = laid_out(score, grid)
    if layout.lost:
        tell(f"the picture does not show {'; '.join(layout.lost)}: only its metadata keep that")
    _, over, under = score.metres[0]
    facts = NotesFacts(
        grid=grid,
        columns=grid.columns(score.seconds),
        parts=score.parts,
        tempo=float(np.clip(score.tempo, 1, 100_000)),
        metre=(max(1, int(over)), int(under)),
        midi=midi_of(score),
        strip=notes == "bold" if strip is None else strip,
    )
    return facts, layout


def encode_notes(
    score: Score, notes: NotesLook = "exact", *, rows: int | None = None, strip: bool | None = None
) -> NotesPicture:
    """Draw ``score`` as a picture: parts are hues, velocities how bright they are.

    Args:
        score: what is drawn.
        notes: ``"exact"``: 4 rows a semitone, as high and as fast as the sound's own picture in
            the recipe octaves, over which it lies; ``"bold"``: thick bars, and only the range
            that is played, for networks.
        rows: of the picture; by default 512, or 16 a semitone.
        strip: with a margin strip, for tools that lose metadata; by default bold ones have one,
            as without either nobody knows their pitches.

    Raises:
        NotesError: it is too long for one picture, or so many rows are too few.
    """
    facts, layout = planned(score, notes, rows=rows, strip=strip)
    if facts.grid.rows * facts.columns > MOST_PIXELS:
        raise NotesError(
            f"{score.seconds:.0f} seconds are {facts.columns} columns: too long for one picture; "
            f"the command line makes several"
        )
    pixels = np.concatenate(list(drawn(score, facts.grid, layout)), axis=1)
    return NotesPicture(pixels, facts, untouched=True)


def decode_notes(picture: NotesPicture | str | Path | Sequence[NotesPicture]) -> Score:
    """The notes of ``picture``, or of several that follow each other.

    Untouched, all of the score comes back. Altered, notes are what the pixels say; where they
    agree with the metadata, they are these; tempos and instruments are those of the metadata.

    Raises:
        NotesError: it is a picture of something else, or several do not belong together.
        PictureError: a file cannot be read.
    """
    if isinstance(picture, NotesPicture):
        return decoded([picture])
    if isinstance(picture, (str, Path)):
        found = NotesPicture.load(picture)
        if found is None:
            raise NotesError(f"{picture} does not say that it shows notes: load it with `notes`")
        return decoded([found])
    return decoded(list(picture))


def decoded(pictures: Sequence[NotesPicture]) -> Score:
    """The notes of pictures that follow each other; see `decode_notes`."""
    if not pictures:
        raise NotesError("there are no pictures to read")
    pictures = sorted(pictures, key=lambda one: one.facts.first)
    head = pictures[0].facts
    for other in pictures:
        if other.facts.grid != head.grid or other.facts.parts != head.parts:
            raise NotesError("these pictures are of different pieces: decode them one by one")
    original = _original(head.midi)
    if original is not None and all(one.untouched for one in pictures) and _whole(pictures):
        return original
    score = heard(_joined(pictures), head, original)
    return _said(score, pictures, original)


def heard(blocks: Iterable[Pixels], facts: NotesFacts, original: Score | None = None) -> Score:
    """The notes in ``blocks`` of columns, float32 ``[rows, any number, 3]``.

    Args:
        blocks: from left to right.
        facts: what they mean.
        original: the score that they were drawn of, if it is known.
    """
    seen = seen_in(blocks, facts.grid)
    share = share_of(seen, facts.grid)
    parts = facts.parts if original is None else original.parts
    parts, places = _parts(seen, parts)
    hop = facts.grid.hop_seconds
    notes: list[tuple[float, float, float, int, int]] = []
    glides: dict[int, Float32] = {}
    for one in seen:
        pitch = float(np.clip(one.pitch, -0.5, 127.5))
        start, end = min(one.start * hop, MOST_SECONDS), min(one.end * hop, MOST_SECONDS)
        if one.curve is not None:
            glides[len(notes)] = np.asarray(one.curve * [hop, 1], np.float32)
        notes.append((max(0.0, start), end, pitch, one.velocity(share), places[one.hue]))
    tempos, metres = np.array([(0, facts.tempo)], TEMPO), np.array([(0, *facts.metre)], METRE)
    if original is None:
        return scored(notes, parts, glides=glides, tempos=tempos, metres=metres)
    score = scored(
        notes,
        parts,
        glides=glides,
        controls=original.controls,
        tempos=original.tempos,
        metres=original.metres,
        resolution=original.resolution,
    )
    return leaning(score, original)


def _original(midi: bytes | None) -> Score | None:
    """The score in metadata, which may be broken."""
    if midi is None:
        return None
    try:
        return score_of(midi)
    except EidophoneError as error:
        tell(f"the MIDI in the picture's metadata cannot be read, and is left out: {error}")
        return None


def _parts(seen: list[Seen], parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], dict[int, int]]:
    """All parts, those included that are seen and not known; and the place of each hue."""
    places: dict[int, int] = {}
    for place, hue in enumerate(hues_of_parts(parts)):
        places.setdefault(int(hue), place)
    hues = sorted({one.hue for one in seen})
    if hues == [NO_HUE] and NO_HUE not in places:
        places[NO_HUE] = 0
        if len(parts) > 1:
            tell("the picture has lost its colours: all notes are given to the first part")
    found = list(parts)
    for hue in hues:
        if hue not in places:
            places[hue] = len(found)
            found.append(Part(drums=hue == NO_HUE))
    return tuple(found), places


def _whole(pictures: Sequence[NotesPicture]) -> bool:
    """Whether nothing is missing between them and at the end."""
    until = 0
    for one in pictures:
        if one.facts.first > until:
            return False
        until = max(until, one.facts.first + one.pixels.shape[1])
    return until >= pictures[0].facts.columns


def _joined(pictures: Sequence[NotesPicture]) -> Iterator[Float32]:
    """Their columns, one after the other; where two overlap, those of the first."""
    at = pictures[0].facts.first
    for one in pictures:
        pixels, first = one.on_grid(), one.facts.first
        if first > at:
            yield np.zeros((pixels.shape[0], min(first - at, pixels.shape[1]), 3), np.float32)
        pixels = pixels[:, max(0, at - first) :]
        at = max(at, first + pixels.shape[1])
        yield pixels


def _said(score: Score, pictures: Sequence[NotesPicture], original: Score | None) -> Score:
    """The score, with what is lost told."""
    if any(one.guessed for one in pictures):
        return score
    if original is None:
        tell(
            f"{len(score.notes)} notes are read from pixels: tempo changes, controllers, and names "
            f"of parts are not known"
        )
    return score
