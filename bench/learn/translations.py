"""Translations of a pair, one way: every method beside the controls, by every judge."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench.learn.marks import interval, mean, short, table
from bench.learn.material import Material
from bench.learn.methods import Learnt, methods_of
from bench.progress import progress
from eidophone.base.arrays import Float32
from eidophone.learning.grid import COLUMN_SECONDS, RATE
from eidophone.learning.judges.controls import crossfaded, enveloped, reverberated
from eidophone.learning.judges.kept import (
    chroma_kept,
    correlation,
    onset_kept,
    whitened_kept,
)
from eidophone.learning.judges.notes import Notes
from eidophone.learning.judges.shares import rate_of, share_of
from eidophone.learning.judges.speakers import Speakers
from eidophone.learning.judges.texture import roughness_of, tonal_of
from eidophone.learning.judges.words import Words, words_of
from eidophone.learning.report.heard import Heard

#: Of a loop of the target, in crossfades.
WEIGHTS = (0.1, 0.2, 0.3, 0.5)

_JUDGES = ("Z", "C", "eq-blind", "matched")


@dataclass(frozen=True, eq=False)
class Row:
    """A row of the table: figures by their column."""

    name: str
    cells: dict[str, str]
    z: float
    onset: float


class Table:
    """What is made of the tests of one collection so that they are like another's.

    Args:
        material: the pair.
        source: which of its collections.
        target: which of its collections.
        listeners: who else listens.
    """

    def __init__(self, material: Material, source: int, target: int, listeners: Listeners) -> None:
        self._material, self._source, self._target = material, source, target
        self._listeners = listeners
        source_end, target_end = material.ends[source], material.ends[target]
        judged = [material.judges.probabilities(one.levels) for one in (source_end, target_end)]
        self._ends = [{kind: one[:, target] for kind, one in each.items()} for each in judged]
        self._rows: list[Row] = []

    def measure(self, learnt: Learnt) -> None:
        """Measure everything."""
        source = self._material.ends[self._source]
        self.add("source", source)
        counts = [len(one) for one in source.samples]
        loops = self._material.loops(self._target, counts)
        both = list(zip(source.samples, loops, strict=True))
        for weight in WEIGHTS:
            faded = Heard.of_samples([crossfaded(one, loop, weight) for one, loop in both])
            self.add(f"crossfade {weight:.1f} with a loop", faded)
        self.add("loop × envelope", Heard.of_samples([enveloped(*one) for one in both]))
        backwards = Heard.of_samples([one[::-1] for one in source.samples])
        self.add("control: backwards", backwards)
        far = Heard.of_samples([reverberated(one, RATE) for one in source.samples])
        self.add("control: in a large room", far)
        windows = self._material.windows[self._source]
        for name, method in methods_of(learnt, self._source, self._target):
            started = time.process_time()
            made = [method(one) for one in windows]
            seconds = time.process_time() - started
            heard = Heard.of_levels(made)
            self.add(name, heard, seconds / (COLUMN_SECONDS * sum(map(len, windows))))
        self.add("the target itself", self._material.ends[self._target], kept=False)

    def add(self, name: str, heard: Heard, cpu: float | None = None, *, kept: bool = True) -> None:
        """Measure one more."""
        progress(f"{self._title}: {name}")
        material, source = self._material, self._material.ends[self._source]
        judged = material.judges.probabilities(heard.levels)
        told = {kind: one[:, self._target] for kind, one in judged.items()}
        cells = {}
        z = float("nan")
        for kind in (one for one in _JUDGES if one in told):
            if kept:
                share = share_of(told[kind], self._ends[0][kind], self._ends[1][kind])
                cells[kind] = interval(share) if kind == "Z" else short(share.value)
                z = share.value if kind == "Z" else z
            else:
                cells[kind] = "1"
        onset = float("nan")
        if kept:
            pairs = list(zip(heard.levels, source.levels, strict=True))
            sounds = list(zip(heard.samples, source.samples, strict=True))
            onset = float(np.mean([onset_kept(*one) for one in pairs]))
            cells["onset"] = short(onset)
            if not material.pair.speech:
                cells["chroma"] = mean(lambda pair: chroma_kept(*pair, RATE), sounds)
                cells["whitened"] = mean(lambda pair: whitened_kept(*pair), pairs)
        cells |= self._listeners.cells(heard, self._source, self._target, kept)
        cells["tonal"] = mean(tonal_of, heard.levels)
        cells["rough"] = mean(roughness_of, heard.levels)
        archive = material.archives[self._target]
        cells["inside"] = short(max(archive.likeness(one) for one in heard.levels[:8]))
        cells["CPU s/s"] = "" if cpu is None else short(cpu)
        self._rows.append(Row(name, cells, z, onset))

    def markdown(self) -> str:
        """The table."""
        faded = [(1.0, 0.0)] + [
            (one.onset, one.z) for one in self._rows if one.name.startswith("crossfade")
        ]
        for one in self._rows:
            if one.cells["CPU s/s"] and not np.isnan(one.z):
                one.cells["over crossfade"] = f"{one.z - _at_onset(faded, one.onset):+.2f}"
        ends = ", ".join(
            f"{kind} {self._ends[0][kind].mean():.2f}/{self._ends[1][kind].mean():.2f}"
            for kind in _JUDGES
            if kind in self._ends[0]
        )
        counts = [len(one.levels) for one in self._material.ends]
        return (
            f"### {self._title}\n\n{counts[self._source]} windows; real ends "
            f"({counts[self._target]} of the target): {ends}.\n\n"
            + table({one.name: one.cells for one in self._rows})
        )

    @property
    def _title(self) -> str:
        names = self._material.judges.names
        return f"{self._material.pair.name}: {names[self._source]} → {names[self._target]}"


class Listeners:
    """Who listens besides the judges: for notes, speakers and words."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._notes = Notes() if not material.pair.speech and Notes.there() else None
        self._speakers = self._words = None
        if material.pair.speech:
            self._speakers = Speakers(*(material.loops(n, [3 * RATE] * 10) for n in (0, 1)))
            self._words = Words() if material.pair.texts else None

    def cells(self, heard: Heard, source: int, target: int, kept: bool) -> dict[str, str]:
        """What they say."""
        cells = {}
        if self._notes and kept:
            notes = [self._notes.of(one) for one in heard.samples]
            both = zip(notes, self._of_notes[source], strict=True)
            cells["notes"] = mean(lambda pair: correlation(*pair), both)
        if self._speakers:
            ends = [float(self._nearer[n].mean()) for n in (source, target)]
            made = float(self._speakers.towards(heard.samples).mean())
            cells["speaker"] = short((made - ends[0]) / (ends[1] - ends[0]))
        if self._words:
            said = [words_of(self._material.pair.texts[name]) for name in self._material.names]
            rate = rate_of(self._words.wrong(heard.samples, said), map(len, said))
            cells["WER"] = short(rate.value)
        return cells

    @cached_property
    def _of_notes(self) -> list[list[Float32]]:
        """Notes of the ends, which are asked for again and again."""
        return [[self._notes.of(one) for one in each.samples] for each in self._material.ends]

    @cached_property
    def _nearer(self) -> list[Float32]:
        """How much nearer the ends are to the second speaker."""
        return [self._speakers.towards(each.samples) for each in self._material.ends]


def _at_onset(faded: list[tuple[float, float]], onset: float) -> float:
    """Z of a crossfade that keeps as much of the onsets."""
    onsets, shares = zip(*sorted(faded), strict=True)
    return float(np.interp(onset, onsets, shares))
