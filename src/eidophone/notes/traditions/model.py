"""Model: what was learnt of traditions, and its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32, Float64, Mask
from eidophone.base.errors import NotesError
from eidophone.base.tensors import Arrays, Kind
from eidophone.notes.traditions.closing import Closing
from eidophone.notes.traditions.composing import Composer
from eidophone.notes.traditions.copying import Runs
from eidophone.notes.traditions.foretelling import Foreteller
from eidophone.notes.traditions.form import Frame, frame_of
from eidophone.notes.traditions.network import Network, shapes
from eidophone.notes.traditions.ngram import Voices
from eidophone.notes.traditions.tokens import MOST_BARS, MOST_VOICES, SILENT, Line, Words
from eidophone.notes.traditions.verticals import Verticals
from eidophone.notes.traditions.ways import Ways

SUFFIX = ".tradition"

_KIND = Kind("eidophone.tradition", 2, "learn one of folders of tunes", NotesError)

#: Notes, tunes and pitches that a file may say there are.
_MOST_NOTES, _MOST_STEPS, _LEAST_LAST = 20_000_000, 1 << 30, 1

#: What the names of arrays begin with that are kept for fundamentals.
_MELODIES = "melodies."

#: What a mix allows at most of crossed bar lines.
_MOST_CROSSED = 0.5


@dataclass(frozen=True, eq=False)
class Tradition:
    """What was learnt of one collection.

    Attributes:
        name: what people call it.
        tunes: voices of each, the highest first.
        programs, beats: who plays each, and its tempo.
        expert: what comes next.
        bits: a note of tunes that were held out, by each model: the one that is used, baselines.
        melodies: what is kept for its fundamentals; see `fundamentals_of`.
        tuning: ``[12]`` semitones that each degree, from do, lies above its key.
    """

    name: str
    tunes: tuple[tuple[Line, ...], ...]
    programs: tuple[int, ...]
    beats: tuple[float, ...]
    expert: Foreteller
    bits: Mapping[str, float] = field(default_factory=dict)
    melodies: Mapping[str, Float32] = field(default_factory=dict)
    tuning: Float64 = field(default_factory=lambda: np.zeros(12))

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """Those that new tunes can borrow."""
        each = zip(self.tunes, self.programs, self.beats, strict=True)
        return tuple(frame_of(tune[0], program, beats) for tune, program, beats in each)

    @property
    def tops(self) -> list[Line]:
        """The highest voice of each tune."""
        return [one[0] for one in self.tunes]

    @property
    def voices(self) -> int:
        """How many the tunes with most voices have."""
        return max(len(one) for one in self.tunes)

    @cached_property
    def crossing(self) -> float:
        """Which share of its notes crosses a bar line."""
        return crossing(self.tops)


@dataclass(frozen=True, eq=False)
class Model:
    """What was learnt of several traditions.

    Attributes:
        traditions: at least one.
        words: tokens that all of them have in common.
        scale: ``[12]`` by which do is found.
    """

    traditions: tuple[Tradition, ...]
    words: Words
    scale: Float64

    @property
    def names(self) -> list[str]:
        """Of the traditions."""
        return [one.name for one in self.traditions]

    @cached_property
    def _runs(self) -> Runs:
        return Runs(line for one in self.traditions for line in one.tops)

    def composer(self, shares: Sequence[float] | Float64, allowed: Mask | None = None) -> Composer:
        """What new lines of a mix are made with."""
        each = np.array(shares, np.float64)
        crossed = float(each @ [one.crossing for one in self.traditions])
        experts = [one.expert for one in self.traditions]
        lines = [[line for tune in one.tunes for line in tune] for one in self.traditions]
        ways = Ways(lines, each, self.words)
        return Composer(
            experts,
            each,
            self.words,
            self._runs,
            min(crossed, _MOST_CROSSED),
            ways,
            Verticals([one.tunes for one in self.traditions], each),
            Closing([one.tops for one in self.traditions], each),
            allowed,
        )

    def save(self, path: Path, *, overwrite: bool = False) -> None:
        """Write it to ``path``.

        Raises:
            OutputError: there is something already, or it cannot be written.
        """
        arrays: Arrays = {"scale": self.scale}
        listed = []
        for place, one in enumerate(self.traditions):
            lines = [line for tune in one.tunes for line in tune]
            made: Arrays = {
                "pitches": np.concatenate([line.pitches for line in lines]).astype(np.int32),
                "starts": np.concatenate([line.starts for line in lines]).astype(np.int32),
                "lasts": np.concatenate([line.lasts for line in lines]).astype(np.int32),
                "sizes": np.array([len(line.pitches) for line in lines], np.int32),
                "voices": np.array([len(tune) for tune in one.tunes], np.int32),
                "metres": np.array([tune[0].metre for tune in one.tunes], np.int32),
                "dos": np.array([tune[0].do for tune in one.tunes], np.int32),
                "programs": np.array(one.programs, np.int32),
                "beats": np.array(one.beats, np.float64),
                "tuning": one.tuning,
            }
            if isinstance(one.expert, Network):
                made.update((f"net.{name}", array) for name, array in one.expert.arrays.items())
            elif isinstance(one.expert, Voices):
                made["shares"] = one.expert.shares
            made.update((f"{_MELODIES}{name}", array) for name, array in one.melodies.items())
            arrays |= {f"{place}.{name}": array for name, array in made.items()}
            listed.append({"name": one.name, "bits": dict(one.bits)})
        words = {"low": self.words.low, "high": self.words.high, "lasts": list(self.words.lasts)}
        _KIND.write(path, arrays, {"traditions": listed, "words": words}, overwrite=overwrite)

    @classmethod
    def load(cls, path: Path) -> Model:
        """What `save` wrote.

        Raises:
            NotesError: it is no such file, or is damaged.
        """
        arrays, facts = _KIND.read(path)
        try:
            words = _words(facts["words"])
            scale = np.asarray(arrays["scale"], np.float64)
            if scale.shape != (12,) or not (scale > 0).all() or not facts["traditions"]:
                raise ValueError("its scale is none")
            each = [
                _tradition(listed, arrays, f"{place}.", words)
                for place, listed in enumerate(facts["traditions"])
            ]
            return cls(tuple(each), words, scale)
        except (
            KeyError,
            TypeError,
            ValueError,
            IndexError,
            AttributeError,
            OverflowError,
        ) as error:
            raise NotesError(f"{path} is a damaged model: {error!r}") from None


def crossing(lines: Sequence[Line]) -> float:
    """Which share of the notes of ``lines`` crosses a bar line."""
    each = [line.starts % line.bar + line.lasts > line.bar for line in lines]
    return float(np.concatenate(each).mean())


def _words(listed: Mapping[str, Any]) -> Words:
    words = Words(int(listed["low"]), int(listed["high"]), tuple(map(int, listed["lasts"])))
    rising = all(a < b for a, b in zip((0, *words.lasts), words.lasts, strict=False))
    if not -128 <= words.low <= words.high <= 256 or not words.lasts or not rising:
        raise ValueError("its words are none")
    return words


def _tradition(listed: Mapping[str, Any], arrays: Arrays, mine: str, words: Words) -> Tradition:
    def of(name: str) -> Any:
        return arrays[mine + name]

    sizes, voices = of("sizes"), of("voices")
    notes = len(of("pitches"))
    whole = (sizes > 0).all() and (voices > 0).all() and (voices <= MOST_VOICES).all()
    same = len(of("starts")) == len(of("lasts")) == notes == sizes.sum()
    if not whole or not same or voices.sum() != len(sizes) or not len(voices):
        raise ValueError("its notes are not whole")
    ends = np.cumsum(sizes)[:-1]
    lines = list(zip(*(np.split(of(n).astype(np.int64), ends) for n in _LINES), strict=True))
    metres = [(int(one[0]), int(one[1])) for one in of("metres")]
    if any(not (0 < one[0] < 256 and 0 < one[1] < 256) for one in metres):
        raise ValueError("its metres are none")
    tunes, at = [], 0
    for count, metre, do in zip(voices, metres, of("dos"), strict=True):
        tunes.append(
            tuple(
                _checked(Line(a, b, c, metre, int(do))) for a, b, c in lines[at : at + int(count)]
            )
        )
        at += int(count)
    net = {name: arrays.get(f"{mine}net.{name}") for name in shapes(words)}
    expert: Foreteller
    if all(one is not None for one in net.values()):
        expert = Network({name: np.asarray(one, np.float32) for name, one in net.items()}, words)
    else:
        expert = Voices.counted(tunes, words, np.asarray(of("shares"), np.float64))
    programs = tuple(int(one) & 127 for one in of("programs"))
    beats = tuple(float(np.clip(one, 10, 1000)) for one in of("beats"))
    if not len(programs) == len(beats) == len(tunes):
        raise ValueError("its tunes are not whole")
    bits = {str(name): float(one) for name, one in listed["bits"].items()}
    kept = mine + _MELODIES
    melodies = {
        name.removeprefix(kept): np.asarray(array, np.float32)
        for name, array in arrays.items()
        if name.startswith(kept)
    }
    name = str(listed["name"])
    tuning = np.asarray(of("tuning"), np.float64)
    if tuning.shape != (12,) or not (np.abs(tuning) <= 1).all():
        raise ValueError("its tuning is none")
    return Tradition(name, tuple(tunes), programs, beats, expert, bits, melodies, tuning)


_LINES = ("pitches", "starts", "lasts")


def _checked(line: Line) -> Line:
    within = (line.pitches >= SILENT).all() and (line.pitches < 128).all()
    rising = (np.diff(line.starts) > 0).all() and (line.lasts > 0).all()
    near = (line.starts >= 0).all() and (line.starts + line.lasts < _MOST_STEPS).all()
    few = line.end // line.bar <= MOST_BARS
    if not within or not rising or not near or not few or not (line.pitches != SILENT).any():
        raise ValueError("its notes are none")
    return line
