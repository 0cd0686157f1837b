"""Translations: moments of one collection told as another's, beside what has learnt nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.grid import RATE
from eidophone.learning.judges.controls import (
    Spectra,
    crossfaded,
    enveloped,
    reverberated,
    squeezed,
)
from eidophone.learning.judges.kept import chroma_kept, onset_kept, whitened_kept
from eidophone.learning.judges.shares import Estimate, mean_of, share_of
from eidophone.learning.judges.texture import roughness_of, tonal_of
from eidophone.learning.parts import way_in
from eidophone.learning.report.heard import Heard
from eidophone.learning.report.listeners import Listeners
from eidophone.learning.report.moments import Moments
from eidophone.learning.settings import Translating
from eidophone.learning.translating.way import Way

#: How much of a recording is in a crossfade.
_WEIGHTS = (0.1, 0.2, 0.3, 0.5)

_FADED = "a recording of the target played along"

#: Translations that are measured: how much of the source's own is kept.
_KEEPS = (1.0, Translating().keep)


@dataclass(frozen=True, eq=False)
class Row:
    """What was measured of one way.

    Attributes:
        name: of the way.
        shares: by each judge, the hardest first; nan where it does not tell real sounds apart.
        seeds: the share by each net of the hardest.
        figures: what is kept and how fine it is, by name.
        learnt: whether it is a way that was learnt, and no control.
        sample: the middle one of all moments, to listen to: ``[n]`` at `RATE`.
    """

    name: str
    shares: Mapping[str, Estimate]
    seeds: Sequence[float]
    figures: Mapping[str, Estimate]
    learnt: bool
    sample: Float32


def rows_of(
    moments: Moments,
    source: int,
    target: int,
    listeners: Listeners,
    progress: Callable[[float], None],
) -> list[Row]:
    """What every control, and the model, makes of ``source`` on the way to ``target``."""
    end = moments.ends[source]
    learnt = _learnt(moments, source, target)
    made = _controls(moments, source, target) | learnt
    rows: list[Row] = []
    for name, make in made.items():
        heard = make()
        told = moments.judges.by_seed(heard.levels)
        three = {
            kind: [
                each[kind][:, :, target]
                for each in (told, moments.judged[source], moments.judged[target])
            ]
            for kind in reversed(told)
        }
        shares = {
            kind: share_of(*(one.mean(axis=0) for one in each)) for kind, each in three.items()
        }
        seeds = [share_of(*one).value for one in zip(*three[next(iter(three))], strict=True)]
        inside = [moments.archives[target].likeness(one) for one in heard.levels]
        figures = _kept(heard, end) | listeners.figures(heard.samples) | _texture(heard)
        figures["inside"] = Estimate(max(inside), min(inside), max(inside))
        middle = heard.samples[len(heard.samples) // 2]
        rows.append(Row(name, shares, seeds, figures, name in learnt, middle))
        progress(len(rows) / len(made))
    return rows


def who_cannot_tell(rows: Sequence[Row]) -> list[str]:
    """Judges to whom real sounds of both collections are not surely different."""
    return [kind for kind, share in rows[0].shares.items() if math.isnan(share.value)]


def beside_crossfade(rows: Sequence[Row], one: Row) -> tuple[float, float]:
    """The share of ``one`` by the hardest judge, and of a crossfade that keeps as much of onsets.

    Between the crossfades among ``rows``, and the source itself, it is a line.
    """
    judge = next(iter(one.shares))
    faded = [
        (row.figures["onset"].value, row.shares[judge].value)
        for row in rows
        if row.name.startswith(_FADED)
    ]
    onsets, shares = zip(*sorted([(1.0, 0.0), *faded]), strict=True)
    return one.shares[judge].value, float(np.interp(one.figures["onset"].value, onsets, shares))


def _controls(moments: Moments, source: int, target: int) -> dict[str, Callable[[], Heard]]:
    """What has learnt next to nothing, by name."""
    end, windows = moments.ends[source], moments.windows[source]
    model = moments.model
    spectra = Spectra.of(model.collections, model.conditions)
    recordings = moments.recordings(target, [len(one) for one in end.samples])
    both = list(zip(end.samples, recordings, strict=True))
    made: dict[str, Callable[[], Heard]] = {
        "the source itself": lambda: end,
        "equaliser": lambda: Heard.of_levels(
            spectra.equalised(one, source, target) for one in windows
        ),
        "squeezed levels": lambda: Heard.of_levels(map(squeezed, windows)),
        "in a large room": lambda: Heard.of_samples(reverberated(one, RATE) for one in end.samples),
        "a recording of the target, as loud as the source": lambda: Heard.of_samples(
            enveloped(*one) for one in both
        ),
    }
    for weight in _WEIGHTS:
        made[f"{_FADED}, {weight:.0%}"] = partial(_faded, both, weight)
    return made


def _learnt(moments: Moments, source: int, target: int) -> dict[str, Callable[[], Heard]]:
    """What the model makes of them, by name."""
    weights = np.eye(len(moments.model.names), dtype=np.float32)[target]
    return {
        f"translated, keep {keep:g}": partial(
            _told, way_in(moments.model, source, weights, keep), moments.windows[source]
        )
        for keep in dict.fromkeys(_KEEPS)
    }


def _told(way: Way, windows: list[Float32]) -> Heard:
    return Heard.of_levels(map(way.told, windows))


def _faded(both: list[tuple[Float32, Float32]], weight: float) -> Heard:
    return Heard.of_samples(crossfaded(*one, weight) for one in both)


def _kept(heard: Heard, source: Heard) -> dict[str, Estimate]:
    levels = list(zip(heard.levels, source.levels, strict=True))
    samples = list(zip(heard.samples, source.samples, strict=True))
    return {
        "onset": mean_of(onset_kept(*one) for one in levels),
        "chroma": mean_of(chroma_kept(*one, RATE) for one in samples),
        "whitened": mean_of(whitened_kept(*one) for one in levels),
    }


def _texture(heard: Heard) -> dict[str, Estimate]:
    return {
        "tonal": mean_of(map(tonal_of, heard.levels)),
        "rough": mean_of(map(roughness_of, heard.levels)),
    }
