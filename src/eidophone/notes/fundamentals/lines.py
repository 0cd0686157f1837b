"""Lines: the melody of a score, in beats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Float64, Mask
from eidophone.base.errors import NotesError
from eidophone.notes.score import Notes, Score

#: Notes of a melody that are looked at, at most.
MOST_NOTES = 4000

#: Onsets this close, in seconds, are of one moment.
_TOGETHER = 0.03

#: A lower note is beneath another if so much of it sounds under that one.
_COVERED = 0.6

#: Beats are told apart to this part of one: finer than any note value, coarser than a float.
_GRID = 1 / 960

#: What a metre is where nobody says so: MIDI's own default.
_UNSAID = (4, 4)


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """A melody, one note at a time.

    Attributes:
        onsets, lengths: of notes, in beats (quarter notes); none lasts into the next.
        pitches: semitones, 69 is 440 Hz, fractions are microtones.
        rises: semitones from the beginning of each note to its end, where it glides.
        wavers: semitones between the lowest and the highest of each note, where it glides.
        beat: seconds of a beat, typically.
        metre: beats of a bar and what part of a whole note each is; (0, 0) where nobody says.
    """

    onsets: Float64
    lengths: Float64
    pitches: Float64
    rises: Float64
    wavers: Float64
    beat: float
    metre: tuple[int, int]

    def __len__(self) -> int:
        return len(self.onsets)

    @property
    def gaps(self) -> Float64:
        """Beats from each onset to the next; of the last note, its length."""
        return np.append(np.diff(self.onsets), self.lengths[-1:])

    @property
    def grid(self) -> bool:
        """Its pitches are those of the piano."""
        return bool(np.abs(self.pitches - np.rint(self.pitches)).max(initial=0) < 0.05)

    def only(self, these: Mask) -> Line:
        """The same with only some of its notes; others are held until the next one."""
        kept = {
            name: getattr(self, name)[these] for name in ("onsets", "pitches", "rises", "wavers")
        }
        ends = np.append(self.onsets, self.onsets[-1:] + self.lengths[-1:])
        places = np.append(np.flatnonzero(these), len(self))
        lengths = self.lengths[these]
        dropped = np.diff(places) > 1
        lengths[dropped] = (ends[places[1:]] - ends[places[:-1]])[dropped]
        return Line(lengths=lengths, beat=self.beat, metre=self.metre, **kept)


def line_of(score: Score, *, said: bool = True) -> Line:
    """The melody of ``score``: of notes that sound together, the highest; drums are left out.

    Args:
        score: any.
        said: its metre is to be believed.
    """
    pitched = np.array([not part.drums for part in score.parts], bool)[score.notes["part"]]
    these = np.flatnonzero(pitched)
    kept = these[_highest(score.notes[these])][:MOST_NOTES]
    notes = score.notes[kept]
    onsets = np.rint(np.asarray(score.beats(notes["start"])) / _GRID) * _GRID
    ends = np.rint(np.asarray(score.beats(notes["end"])) / _GRID) * _GRID
    lengths = np.minimum(ends, np.append(onsets[1:], np.inf)) - onsets
    rises, wavers = np.zeros(len(kept)), np.zeros(len(kept))
    for place, note in enumerate(kept):
        if int(note) in score.glides:
            bends = np.asarray(score.glides[int(note)], np.float64)[:, 1]
            rises[place], wavers[place] = bends[-1] - bends[0], np.ptp(bends)
    beats = np.ptp(np.asarray(score.beats(np.array([0.0, score.seconds])))) or 1.0
    return Line(
        onsets=onsets,
        lengths=np.maximum(lengths, _GRID),
        pitches=notes["pitch"].astype(np.float64),
        rises=rises,
        wavers=wavers,
        beat=float(np.clip(score.seconds / beats, 0.05, 20)),
        metre=_metre_of(score) if said else (0, 0),
    )


def fundamentals_of(scores: Sequence[Score]) -> dict[str, Float32]:
    """What a model keeps of tunes, for their fundamentals to be found: their melodies.

    Where all of them say what MIDI says if nobody knows, four quarters, none is believed.

    Returns:
        ``notes`` ``[n, 5]`` of all, and ``tunes`` ``[m, 4]``, what is of each; see `lines_in`.
    """
    return packed([line_of(one, said=not unsaid(scores)) for one in scores])


def packed(lines: Sequence[Line]) -> dict[str, Float32]:
    """Lines as the arrays of `fundamentals_of`."""
    notes = [
        np.stack([one.onsets, one.lengths, one.pitches, one.rises, one.wavers], 1) for one in lines
    ]
    tunes = [(len(one), one.beat, *one.metre) for one in lines]
    return {
        "notes": np.concatenate([*notes, np.empty((0, 5))]).astype(np.float32),
        "tunes": np.array(tunes, np.float32).reshape(-1, 4),
    }


def lines_in(arrays: Mapping[str, Float32]) -> list[Line]:
    """The lines that are in the arrays of `fundamentals_of`.

    Raises:
        NotesError: they are no such arrays.
    """
    notes, tunes = (np.asarray(arrays.get(name), np.float64) for name in ("notes", "tunes"))
    sound = notes.ndim == tunes.ndim == 2 and notes.shape[1] == 5 and tunes.shape[1] == 4
    if not sound or not np.isfinite(notes).all() or not np.isfinite(tunes).all():
        raise NotesError("the model's tunes are damaged: make it again")
    counts = tunes[:, 0].astype(int)
    if (counts < 0).any() or counts.sum() != len(notes):
        raise NotesError("the model's tunes are damaged: make it again")
    lines = []
    for (_, beat, over, under), part in zip(
        tunes, np.split(notes, np.cumsum(counts)[:-1]) if len(counts) else [], strict=True
    ):
        onsets, lengths, pitches, rises, wavers = part.T
        if (np.diff(onsets) < 0).any() or (lengths < 0).any():
            raise NotesError("the model's tunes are damaged: make it again")
        lines.append(
            Line(
                onsets=np.rint(onsets / _GRID) * _GRID,
                lengths=lengths,
                pitches=pitches,
                rises=rises,
                wavers=wavers,
                beat=float(np.clip(beat, 0.05, 20)),
                metre=(int(over), int(under)),
            )
        )
    return lines


def unsaid(scores: Sequence[Score]) -> bool:
    """None of them says a metre, or all say what MIDI says where nothing is known."""
    return all(_metre_of(one) == _UNSAID for one in scores)


def _metre_of(score: Score) -> tuple[int, int]:
    """The metre that most notes are in."""
    times = score.metres["time"]
    at = np.clip(np.searchsorted(times, score.notes["start"], side="right") - 1, 0, None)
    if not len(at):
        return _UNSAID
    most = score.metres[np.bincount(at).argmax()]
    return int(most["over"]), int(most["under"])


def _highest(notes: Notes) -> Mask:
    """Which of ``notes``, by their starts, are the top of what sounds."""
    starts, ends, pitches = (notes[name].tolist() for name in ("start", "end", "pitch"))
    kept = np.zeros(len(notes), bool)
    last = -1
    for place, start in enumerate(starts):
        if last >= 0:
            together = start - starts[last] <= _TOGETHER
            higher = pitches[place] > pitches[last]
            beneath = min(ends[last], ends[place]) - start
            if together and higher and pitches[place] - pitches[last] > 0:
                kept[last] = False
            elif together or (
                not higher
                and ends[last] > start
                and beneath >= _COVERED * max(ends[place] - start, 1e-6)
                and ends[last] - starts[last] > ends[place] - start
            ):
                continue
        kept[place] = True
        last = place
    return kept
