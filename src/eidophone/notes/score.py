"""Score: notes in seconds, with who plays them, and all that MIDI can say besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32, Float64, Int64, Mask
from eidophone.base.errors import NotesError

#: One note: seconds; semitones, where 69 is 440 Hz and fractions are microtones; 1 to 127; and the
#: place of its part.
NOTE = np.dtype(
    [("start", "f8"), ("end", "f8"), ("pitch", "f4"), ("velocity", "u1"), ("part", "i2")]
)

#: A controller that moves: seconds, the place of its part, MIDI's number of it, 0 to 127.
CONTROL = np.dtype([("time", "f8"), ("part", "i2"), ("number", "u1"), ("value", "u1")])

#: A tempo from a moment on: seconds, beats (quarter notes) a minute.
TEMPO = np.dtype([("time", "f8"), ("beats", "f8")])

#: A metre from a moment on: seconds, beats of a bar, what part of a whole note a beat is.
METRE = np.dtype([("time", "f8"), ("over", "u1"), ("under", "u1")])

#: The controller of the pedal that sustains.
PEDAL = 64

#: Notes and seconds of a score, at most.
MOST_NOTES, MOST_SECONDS = 500_000, 24 * 3600.0

Notes = NDArray[np.void]


@dataclass(frozen=True)
class Part:
    """Who plays: a name, MIDI's program (0 to 127), and whether its pitches are drums."""

    name: str = ""
    program: int = 0
    drums: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Score:
    """Notes, and all that is said of how they are played.

    Attributes:
        notes: `NOTE`, by their starts, then by their pitches.
        parts: who plays them.
        glides: by the place of a note, ``[n, 2]``: seconds after its start, and semitones beside
            its pitch from then on.
        controls: `CONTROL`, by their times.
        tempos: `TEMPO`, by their times; the first at 0.
        metres: `METRE`, by their times; the first at 0.
        resolution: ticks of a beat, where it is written as MIDI.

    Raises:
        NotesError: of `scored`, where something is out of its range.
    """

    notes: Notes
    parts: tuple[Part, ...] = (Part(),)
    glides: Mapping[int, Float32] = field(default_factory=dict)
    controls: Notes = field(default_factory=lambda: np.empty(0, CONTROL))
    tempos: Notes = field(default_factory=lambda: np.array([(0, 120)], TEMPO))
    metres: Notes = field(default_factory=lambda: np.array([(0, 4, 4)], METRE))
    resolution: int = 480

    @property
    def seconds(self) -> float:
        """When its last note ends."""
        return float(self.notes["end"].max(initial=0))

    @property
    def tempo(self) -> float:
        """Beats a minute, most of the time."""
        ends = np.append(self.tempos["time"][1:], max(self.seconds, self.tempos["time"][-1] + 1))
        lasts: dict[float, float] = {}
        for (start, beats), end in zip(self.tempos.tolist(), ends.tolist(), strict=True):
            lasts[beats] = lasts.get(beats, 0.0) + end - start
        return max(lasts, key=lambda beats: lasts[beats])

    def beats(self, seconds: Float64 | float) -> Float64:
        """Beats from the beginning until ``seconds``, by its tempos."""
        times, reached = self._reached()
        at = np.clip(np.searchsorted(times, seconds, side="right") - 1, 0, None)
        return reached[at] + (seconds - times[at]) * self.tempos["beats"][at] / 60

    def times(self, beats: Float64 | float) -> Float64:
        """Seconds until ``beats``: the inverse of `beats`."""
        times, reached = self._reached()
        at = np.clip(np.searchsorted(reached, beats, side="right") - 1, 0, None)
        return times[at] + (beats - reached[at]) * 60 / self.tempos["beats"][at]

    def only(self, these: Mask | Int64) -> Score:
        """The same with only some of its notes, with their glides."""
        kept = np.arange(len(self.notes))[these]
        glides = {
            place: self.glides[int(note)]
            for place, note in enumerate(kept)
            if int(note) in self.glides
        }
        return replace(self, notes=self.notes[kept], glides=glides)

    def sounding(self) -> Float64:
        """When each note falls silent: at its end, or when the pedal that holds it goes up."""
        ends = self.notes["end"].copy()
        for part in range(len(self.parts)):
            moves = self.controls[
                (self.controls["number"] == PEDAL) & (self.controls["part"] == part)
            ]
            if not len(moves):
                continue
            mine = self.notes["part"] == part
            down = moves["value"] >= 64
            at = np.searchsorted(moves["time"], ends[mine], side="right") - 1
            held = (at >= 0) & down[np.clip(at, 0, None)]
            ups = np.append(moves["time"][~down], max(self.seconds, moves["time"][-1]))
            up = ups[np.searchsorted(ups[:-1], ends[mine], side="left")]
            ends[mine] = np.where(held, np.maximum(ends[mine], up), ends[mine])
        return ends

    def _reached(self) -> tuple[Float64, Float64]:
        """When each tempo begins, in seconds and in beats."""
        times = self.tempos["time"]
        steps = np.diff(times) * self.tempos["beats"][:-1] / 60
        return times, np.concatenate([[0.0], np.cumsum(steps)])


def scored(
    notes: Notes | Iterable[tuple[float, float, float, int, int]],
    parts: Sequence[Part] = (Part(),),
    *,
    glides: Mapping[int, Float32] | None = None,
    controls: Notes | None = None,
    tempos: Notes | None = None,
    metres: Notes | None = None,
    resolution: int = 480,
) -> Score:
    """A score of notes in any order, checked.

    Args:
        notes: `NOTE`, or tuples of its fields.
        parts: who plays them.
        glides: by the place of a note in ``notes``, as in `Score`.
        controls: `CONTROL`; none, where left out.
        tempos: `TEMPO`; 120 beats a minute, where left out.
        metres: `METRE`; four quarters, where left out.
        resolution: ticks of a beat.

    Raises:
        NotesError: too many notes, or one that is too late, no number, out of MIDI's range, or of a
            part that is not there.
    """
    given = np.array(list(notes) if not isinstance(notes, np.ndarray) else notes, NOTE)
    if len(given) > MOST_NOTES:
        raise NotesError(f"there are {len(given)} notes: {MOST_NOTES} at most")
    for name in ("start", "end", "pitch"):
        if not np.isfinite(given[name]).all():
            raise NotesError(f"the {name} of a note is no number")
    if (given["end"] < given["start"]).any():
        raise NotesError("a note ends before it starts")
    if len(given) and not 0 <= given["start"].min() <= given["end"].max() <= MOST_SECONDS:
        raise NotesError(
            f"notes last from {given['start'].min():.4g} to {given['end'].max():.4g} seconds: from "
            f"0 to {MOST_SECONDS:.0f} at most"
        )
    pitches = given["pitch"]
    if len(given) and not -0.5 <= pitches.min() <= pitches.max() <= 127.5:
        raise NotesError(f"a pitch of {pitches.min():g} or {pitches.max():g} is outside 0 to 127")
    if ((given["velocity"] < 1) | (given["velocity"] > 127)).any():
        raise NotesError("a velocity is outside 1 to 127")
    if ((given["part"] < 0) | (given["part"] >= len(parts))).any():
        raise NotesError("a note is of a part that is not there")
    if metres is not None and not _are_metres(metres):
        raise NotesError("a metre is no number of halves, quarters, eighths, ...")
    if tempos is not None and len(tempos) and not (tempos["beats"] > 0).all():
        raise NotesError("a tempo is not above 0")
    order = np.lexsort((given["pitch"], given["start"]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return Score(
        notes=given[order],
        parts=tuple(parts),
        glides={int(place[note]): curve for note, curve in (glides or {}).items()},
        controls=_by_time(controls, CONTROL),
        tempos=_from_zero(tempos, np.array([(0, 120)], TEMPO)),
        metres=_from_zero(metres, np.array([(0, 4, 4)], METRE)),
        resolution=resolution,
    )


def _are_metres(given: Notes) -> bool:
    under = given["under"]
    return bool(((given["over"] > 0) & (under > 0) & (under & (under - 1) == 0)).all())


def _by_time(given: Notes | None, kind: np.dtype[np.void]) -> Notes:
    if given is None:
        return np.empty(0, kind)
    return given[np.argsort(given["time"], kind="stable")]


def _from_zero(given: Notes | None, usual: Notes) -> Notes:
    """``given`` by its times, of several at once the last; with what is usual before it."""
    if given is None or not len(given):
        return usual
    found = _by_time(given, given.dtype)
    found = found[np.append(np.diff(found["time"]) > 0, True)]
    return found if found["time"][0] <= 0 else np.concatenate([usual, found])
