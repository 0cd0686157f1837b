"""Compose: new tunes of a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.arrays import Float64, Mask
from eidophone.base.errors import NotesError, tell
from eidophone.base.shares import shares_of
from eidophone.notes.score import METRE, NOTE, TEMPO, Part, Score, scored
from eidophone.notes.traditions.form import Frame, drawn
from eidophone.notes.traditions.model import Model
from eidophone.notes.traditions.settings import SCALES, Composing
from eidophone.notes.traditions.tokens import SILENT, STEPS, Line, beside, lines_of

#: How hard notes are struck: at the beginning of a bar, on a beat, elsewhere.
_BAR, _BEAT, _ELSE = 96, 86, 76

#: Metres that a quarter falls into.
_COMPOUND = 8


def compose(model: Model | str | Path, **choices: Any) -> list[Score]:
    """New tunes: ``compose("two.tradition", mix="irish=0.3,han=0.7", bars=16, seed=7)``.

    Args:
        model: what was learnt, or its file.
        choices: of `Composing`.

    Raises:
        NotesError: a choice cannot be, or there is no such model.
    """
    opened = model if isinstance(model, Model) else Model.load(Path(model))
    return list(composed(opened, Composing(**choices)))


def composed(model: Model, how: Composing, after: Score | None = None) -> Iterator[Score]:
    """New tunes, one by one.

    Args:
        model: what was learnt.
        how: what they are to be like.
        after: what they go on from, which is their beginning.

    Raises:
        NotesError: what was chosen cannot be.
    """
    shares = np.array(
        shares_of(how.mix, model.names, NotesError)
        if how.mix.strip()
        else np.full(len(model.names), 1 / len(model.names))
    )
    some = [one for one, share in zip(model.traditions, shares, strict=True) if share > 0]
    most = min(one.voices for one in some)
    if how.voices > most:
        raise NotesError(
            f"`voices` is {how.voices}: the tunes of this mix have {most}; learn a tradition whose "
            "tunes have more parts"
        )
    allowed = scale_named(how.scale)
    begun = None if after is None else _begun(model, after)
    composer = model.composer(shares, allowed)
    frames = [one.frames for one in model.traditions]
    tuning = shares @ np.stack([one.tuning for one in model.traditions])
    for number in range(how.count):
        rng = np.random.default_rng((how.seed, number))
        frame = drawn(frames, shares, how.bars, rng)
        if begun is not None and after is not None:
            frame = _going_on(frame, begun, how.bars, after)
        lines = [composer.line(frame, rng, begun=begun)]
        while len(lines) < how.voices:
            lines.append(composer.line(frame, rng, above=lines))
        yield score_of_lines(lines, frame, tuning)


def scale_named(text: str) -> Mask | None:
    """``[12]`` which pitch classes above the tonic a scale has; None for all.

    Args:
        text: a name, or semitones with commas between them; empty for all.

    Raises:
        NotesError: it is neither.
    """
    name = text.strip().lower().replace(" ", "-").replace("_", "-")
    if not name:
        return None
    degrees: Sequence[int]
    if name in SCALES:
        degrees = SCALES[name]
    else:
        try:
            degrees = [int(one) for one in text.split(",")]
        except ValueError:
            near = get_close_matches(name, SCALES, 1)
            meant = f"did you mean {near[0]}? " if near else ""
            raise NotesError(
                f"{text!r} is no scale: {meant}use {', '.join(SCALES)}, or semitones above the "
                "tonic, as 0,2,4,7,9"
            ) from None
        if not all(0 <= one < 12 for one in degrees):
            raise NotesError(f"{text!r} is no scale: semitones above the tonic are 0 to 11")
    found = np.zeros(12, bool)
    found[[0, *degrees]] = True
    return found


def _begun(model: Model, after: Score) -> Line:
    lines = lines_of(after)
    if not lines:
        raise NotesError("there is no melody to go on from")
    if len(lines) > 1:
        tell("of what is gone on from, only the highest part is taken")
    line = beside(lines[:1], model.scale)[0]
    keep = line.pitches != SILENT
    starts = line.starts[keep]
    lasts = np.append(np.diff(starts), line.lasts[keep][-1:])
    return replace(line, pitches=line.pitches[keep], starts=starts, lasts=lasts)


def _going_on(frame: Frame, begun: Line, bars: int, after: Score) -> Frame:
    """A frame that goes on for ``bars`` where ``begun`` ends."""
    done = -(-begun.end // begun.bar)
    again = tuple(one + done if one >= 0 else -1 for one in frame.again[:bars])
    return replace(
        frame,
        metre=begun.metre,
        begin=int(begun.starts[0]),
        end=(done + bars) * begun.bar,
        do=begun.do,
        again=(*[-1] * done, *again),
        beats=float(after.tempos["beats"][0]),
        program=after.parts[0].program,
    )


def score_of_lines(lines: Sequence[Line], frame: Frame, tuning: Float64) -> Score:
    """Lines as a score: time 0 is a bar line, before an upbeat too; degrees as in a `tuning_of`."""
    seconds = 60 / frame.beats / STEPS
    parts, notes = [], []
    for place, line in enumerate(lines):
        name = "melody" if not place else f"voice {place + 1}"
        parts.append(Part(name, frame.program))
        for pitch, start, last in zip(line.pitches, line.starts, line.lasts, strict=True):
            if pitch != SILENT:
                begin = float(start) * seconds
                end = float(start + last) * seconds
                height = float(pitch + tuning[(pitch - frame.do) % 12])
                notes.append((begin, end, height, _struck(int(start), frame), place))
    return scored(
        np.array(notes, NOTE),
        parts,
        tempos=np.array([(0, frame.beats)], TEMPO),
        metres=np.array([(0, *frame.metre)], METRE),
    )


def _struck(start: int, frame: Frame) -> int:
    over, under = frame.metre
    unit = 4 * STEPS // under
    beat = 3 * unit if under >= _COMPOUND and over % 3 == 0 else max(unit, STEPS)
    place = start % (over * unit)
    return _BAR if not place else _BEAT if place % beat == 0 else _ELSE
