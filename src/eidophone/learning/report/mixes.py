"""Mixes: new sounds that are so much of one collection as of another, beside real ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.spatial

from eidophone.base.arrays import Float32, UInt8
from eidophone.learning.generate import generated
from eidophone.learning.grains.generating import SharesAt
from eidophone.learning.grid import COLUMN_SECONDS, RATE, as_levels, middle
from eidophone.learning.judges.between import from_log_mean, unexplained
from eidophone.learning.judges.controls import crossfaded, noise_like, patched
from eidophone.learning.judges.copying import Archive
from eidophone.learning.judges.judges import PANELS
from eidophone.learning.judges.shares import Estimate, mean_of
from eidophone.learning.judges.texture import partials_of, roughness_of, tonal_of
from eidophone.learning.judges.windows import WINDOW, spread, windows_of
from eidophone.learning.model import Model
from eidophone.learning.parts import grains_in
from eidophone.learning.report.elsewhere import Elsewhere
from eidophone.learning.report.heard import Heard
from eidophone.learning.report.moments import Extent, Moments
from eidophone.learning.settings import Generating

#: How much of the second collection there is to be.
_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)

#: Real windows of each collection that they are put beside, and courses that are told anew.
_REAL, _COURSES = 24, 12

#: Learnt windows of each collection among which the nearest is looked for, at most.
_COMPARED = 200


@dataclass(frozen=True, eq=False)
class Mix:
    """New sounds of one mix, or real ones.

    Attributes:
        name: of what it is.
        weight: how much of the second collection there is to be.
        chances: how likely it is of the second collection, by each judge, the hardest first.
        seeds: the same of each sound.
        tonal, rough: dB by which lasting partials stand out, and by which levels change.
        copied: seconds of the longest stretch that is one of a track; nan of real ones.
        nearest: how far the nearest window is that was learnt from; held-out ones have 1.
        sample: one of them, ``[n]`` at `RATE`.
    """

    name: str
    weight: float
    chances: Mapping[str, float]
    seeds: Mapping[str, Sequence[float]]
    tonal: float
    rough: float
    copied: float
    nearest: float
    sample: Float32


@dataclass(frozen=True, eq=False)
class Half:
    """Half of each collection, by one method.

    Attributes:
        name: of the method.
        unexplained: share of its energy that its own ends, played together, do not have.
        away: how far it is from the mean of its ends in dB, which are 1 apart.
        partials: how many there are, against its ends': 1 is as many.
        chances: how likely it is of the second collection, by each judge, the hardest first.
        sample: one of them, ``[n]`` at `RATE`.
    """

    name: str
    unexplained: Estimate
    away: Estimate
    partials: Estimate
    chances: Mapping[str, float]
    sample: Float32


class Mixes:
    """Two collections, and what new sounds are between them.

    Args:
        moments: what is measured.
        one: a collection.
        other: another.
    """

    def __init__(self, moments: Moments, one: int, other: int) -> None:
        self._moments, self._pair = moments, (one, other)
        self._known: dict[int, tuple[Float32, Float32]] = {}
        self._few = min(_REAL, moments.extent.moments)

    def real(self) -> list[Mix]:
        """Windows that were learnt from, which new sounds consist of, and held-out ones."""
        rows = []
        for weight, kind in enumerate(self._pair):
            each = self._moments.model.collections[kind]
            learnt = spread(windows_of(each.learnt), self._few)
            for heard, held in (
                (Heard.of_levels(map(as_levels, learnt)), ""),
                (self._moments.ends[kind].some(self._few), ", held out"),
            ):
                nearest = self._nearest(kind, heard.levels) if held else float("nan")
                rows.append(
                    self._mix(f"real {each.name}{held}", weight, [heard], float("nan"), nearest)
                )
        return rows

    def made(self) -> Iterator[Mix]:
        """New sounds of each mix."""
        one, other = (self._moments.model.names[kind] for kind in self._pair)
        extent = self._moments.extent
        for weight in _WEIGHTS:
            sounds = [
                _new(self._moments.model, f"{one}={1 - weight:g},{other}={weight:g}", seed, extent)
                for seed in range(1, extent.seeds + 1)
            ]
            whole = [each.levels[0] for each in sounds]
            archives = [self._moments.archives[kind] for kind in self._pair]
            copied = _longest_copy(whole, archives)
            nearest = float("nan")
            if weight in (0, 1):
                kind = self._pair[round(weight)]
                nearest = self._nearest(kind, [part for each in whole for part in _parts(each)])
            name = f"new: {1 - weight:.0%} {one}, {weight:.0%} {other}"
            yield self._mix(name, weight, sounds, copied, nearest)

    def judged(self, sounds: Sequence[Elsewhere]) -> Iterator[Mix]:
        """Those ``sounds`` from elsewhere that are to be of one of both; and noise beside them."""
        for weight, kind in enumerate(self._pair):
            mine = [one for one in sounds if one.kind == kind]
            if not mine:
                continue
            each, conditions = self._moments.model.collections[kind], self._moments.model.conditions
            learnt = spread(windows_of(each.learnt), self._few)
            noise = [noise_like(one, seed) for seed, one in enumerate(learnt)]
            # Others may have learnt from all tracks.
            archive = Archive.of(each.tracks, conditions)
            for name, windows in (
                *((f"{one.name} as {each.name}", one.windows) for one in mine),
                (f"noise with the spectrum of {each.name}", noise),
            ):
                heard = Heard.of_levels(windows)
                copied = _longest_copy(heard.levels, [archive])
                nearest = self._nearest(kind, heard.levels)
                yield self._mix(name, weight, [heard], copied, nearest)

    def halves(self) -> list[Half]:
        """Courses of held-out moments told with half of each; and what is trivial beside."""
        sides = [spread(self._moments.windows[kind], _COURSES // 2) for kind in self._pair]
        courses = [course for side in sides for course in side]
        grains = grains_in(self._moments.model)
        low, half, high = (
            Heard.of_levels(
                middle(grains.generate(self._shares(weight), _seconds(one), seed, like=one[None]))
                for seed, one in enumerate(courses)
            )
            for weight in (0.0, 0.5, 1.0)
        )
        rows = [self._half("grains whose own likeness is one half", half, low, high)]
        both = list(zip(low.samples, high.samples, strict=True))
        rows.append(self._half("both ends of these, played together", _faded(both), low, high))
        ends = [self._moments.ends[kind].some(_COURSES) for kind in self._pair]
        count = min(len(one.samples) for one in ends)
        first, second = (Heard(one.samples[:count], one.levels[:count]) for one in ends)
        real = list(zip(first.samples, second.samples, strict=True))
        rows.append(self._half("two real takes, played together", _faded(real), first, second))
        patches = Heard.of_samples(patched(*one, RATE) for one in real)
        rows.append(self._half("two real takes, in turns of 0.37 s", patches, first, second))
        return rows

    def _mix(
        self, name: str, weight: float, sounds: Sequence[Heard], copied: float, nearest: float
    ) -> Mix:
        windows = [[part for levels in each.levels for part in _parts(levels)] for each in sounds]
        chances = [self._chances(each) for each in windows]
        return Mix(
            name,
            weight,
            {kind: float(np.mean([one[kind] for one in chances])) for kind in chances[0]},
            {kind: [one[kind] for one in chances] for kind in chances[0]},
            float(np.mean([tonal_of(one) for each in windows for one in each])),
            float(np.mean([roughness_of(one) for each in windows for one in each])),
            copied,
            nearest,
            sounds[0].samples[0],
        )

    def _half(self, name: str, made: Heard, low: Heard, high: Heard) -> Half:
        three = [_cut(*each) for each in zip(made.levels, low.levels, high.levels, strict=True)]
        counts = [(partials_of(a), partials_of(b), partials_of(c)) for a, b, c in three]
        return Half(
            name,
            mean_of(unexplained(*one) for one in three),
            mean_of(from_log_mean(*one, weight=0.5) for one in three),
            mean_of(2 * one / max(low + high, 1e-9) for one, low, high in counts),
            self._chances(made.levels),
            made.samples[0],
        )

    def _chances(self, windows: Sequence[Float32]) -> dict[str, float]:
        """Of being of the second of both, by each judge, the hardest first."""
        told = self._moments.judges.probabilities(windows)
        one, other = self._pair
        return {
            kind: float((each[:, other] / (each[:, one] + each[:, other])).mean())
            for kind, each in reversed(told.items())
        }

    def _nearest(self, kind: int, windows: Sequence[Float32]) -> float:
        """How far the nearest learnt windows are, where the nearest of held-out ones are 1."""
        learnt, held = self._learnt_numbers(kind)
        return _away(self._numbers(windows), learnt) / max(_away(held, learnt), 1e-9)

    def _learnt_numbers(self, kind: int) -> tuple[Float32, Float32]:
        """What judges hear of windows that were learnt from, and of held-out ones."""
        if kind not in self._known:
            each = self._moments.model.collections[kind]
            learnt = spread(windows_of(each.learnt), _COMPARED)
            self._known[kind] = (
                self._numbers(learnt),
                self._numbers(self._moments.ends[kind].levels),
            )
        return self._known[kind]

    def _numbers(self, windows: Sequence[Float32] | Sequence[UInt8]) -> Float32:
        """``[windows, numbers]`` of the harder panel, each about its mean and to one scale."""
        judges = self._moments.judges
        return judges.panels[PANELS[-1]].scaled(judges.numbers(windows)[PANELS[-1]])

    def _shares(self, weight: float) -> SharesAt:
        shares = np.zeros(len(self._moments.model.names), np.float32)
        shares[list(self._pair)] = 1 - weight, weight
        return lambda moments: np.tile(shares, (len(moments), 1))


def _new(model: Model, mix: str, seed: int, extent: Extent) -> Heard:
    """A new sound, as anybody makes one."""
    how = Generating(
        mix=mix,
        seconds=extent.windows * WINDOW * COLUMN_SECONDS,
        seed=seed,
        quality="preview",
    )
    (made,) = generated(model, how)
    return Heard.of_samples([made.sound(how).samples.mean(axis=0)])


def _longest_copy(sounds: Sequence[Float32], archives: Sequence[Archive]) -> float:
    """Seconds of the longest stretch of any of ``sounds`` that is in any of ``archives``."""
    return max(archive.longest_copy(levels) for levels in sounds for archive in archives)


def _faded(both: Sequence[tuple[Float32, Float32]]) -> Heard:
    """Both in equal parts, as far as both last."""
    return Heard.of_samples(
        crossfaded(one[: len(other)], other[: len(one)], 0.5) for one, other in both
    )


def _cut(made: Float32, low: Float32, high: Float32) -> tuple[Float32, Float32, Float32]:
    """As long as the shortest of them."""
    count = min(len(made), len(low), len(high))
    return made[:count], low[:count], high[:count]


def _parts(levels: Float32) -> list[Float32]:
    """Windows of ``levels``."""
    count = max(1, len(levels) // WINDOW)
    return [levels[n * WINDOW : (n + 1) * WINDOW] for n in range(count)]


def _away(these: Float32, those: Float32) -> float:
    """How far the nearest of ``those`` ``[n, numbers]`` is from each of ``these``, on average."""
    apart = scipy.spatial.distance.cdist(these, those)
    return float(apart.min(axis=1).mean())


def _seconds(levels: Float32) -> float:
    return len(levels) * COLUMN_SECONDS
