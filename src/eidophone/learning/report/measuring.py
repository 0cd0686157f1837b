"""Measuring: held-out moments of one collection told as another's, beside controls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.collections import Collection
from eidophone.learning.grid import RATE, levels_of_bytes, sound_of
from eidophone.learning.judges.controls import (
    Spectra,
    crossfaded,
    enveloped,
    reverberated,
    squeezed,
)
from eidophone.learning.judges.copying import Archive
from eidophone.learning.judges.judges import Judges
from eidophone.learning.judges.kept import chroma_kept, onset_kept, whitened_kept
from eidophone.learning.judges.shares import Share, share_of
from eidophone.learning.judges.texture import roughness_of, tonal_of
from eidophone.learning.judges.windows import windows_of
from eidophone.learning.model import Model
from eidophone.learning.report.heard import Heard

#: Windows of each collection that are measured at most.
WINDOWS = 24

#: How much of a loop is in a crossfade.
_WEIGHTS = (0.1, 0.2, 0.3, 0.5)

#: What makes levels ``[columns, rows]`` of a source those of a result.
Way = Callable[[Float32], Float32]


@dataclass(frozen=True, eq=False)
class Row:
    """What was measured of one way.

    Attributes:
        name: of the way.
        shares: by each judge.
        figures: what is kept and how fine it is, by name.
        learnt: whether it is a way that was learnt, and no control.
        sample: the first window, to listen to: ``[n]`` at `RATE`.
    """

    name: str
    shares: dict[str, Share]
    figures: dict[str, float]
    learnt: bool
    sample: Float32


class Measuring:
    """What is measured on a model.

    Args:
        model: whose collections.
        judges: who judges.
        windows: of each collection, at most.
    """

    def __init__(self, model: Model, judges: Judges, windows: int = WINDOWS) -> None:
        self._model, self.judges, self._most = model, judges, windows

    @cached_property
    def windows(self) -> list[list[Float32]]:
        """Of each collection, levels of moments that nothing was learnt from, if there are any."""
        return [self._some(one) for one in self._model.collections]

    @cached_property
    def ends(self) -> list[Heard]:
        """The same, through the codec."""
        return [Heard.of_levels(one) for one in self.windows]

    def rows(self, source: int, target: int, ways: dict[str, Way]) -> Iterator[Row]:
        """What every control, and each of ``ways``, makes of the source."""
        end = self.ends[source]
        judged = [self.judges.probabilities(self.ends[n].levels) for n in (source, target)]
        spectra = Spectra.of(self._model.collections, self._model.conditions)
        archive = Archive.of(self._model.collections[target].learnt, self._model.conditions)
        loops = self._loops(target, [len(one) for one in end.samples])
        both = list(zip(end.samples, loops, strict=True))
        equal = [spectra.equalised(one, source, target) for one in self.windows[source]]
        made: dict[str, Callable[[], Heard]] = {
            "the source itself": lambda: end,
            "equaliser": lambda: Heard.of_levels(equal),
            "squeezed levels": lambda: Heard.of_levels(map(squeezed, self.windows[source])),
            "in a large room": lambda: Heard.of_samples(
                reverberated(one, RATE) for one in end.samples
            ),
            "a loop, as loud as the source": lambda: Heard.of_samples(
                enveloped(*one) for one in both
            ),
        }
        for weight in _WEIGHTS:
            made[f"{weight:.0%} of a loop of the target"] = partial(_faded, both, weight)
        for name, way in ways.items():
            made[name] = partial(_told, way, self.windows[source])
        for name, make in made.items():
            heard = make()
            told = self.judges.probabilities(heard.levels)
            shares = {
                kind: share_of(
                    told[kind][:, target], judged[0][kind][:, target], judged[1][kind][:, target]
                )
                for kind in reversed(self.judges.kinds)
            }
            yield Row(name, shares, _figures(heard, end, archive), name in ways, heard.samples[0])

    def _some(self, collection: Collection) -> list[Float32]:
        windows = windows_of(collection.held or collection.tracks)
        chosen = np.linspace(0, len(windows) - 1, min(self._most, len(windows)))
        return [levels_of_bytes(windows[n]) for n in chosen.astype(int)]

    def _loops(self, number: int, counts: list[int]) -> list[Float32]:
        """Parts of what is learnt of a collection, of so many samples."""
        collection = self._model.collections[number]
        windows = windows_of(collection.learnt or collection.tracks)
        chosen = np.random.default_rng(0).permutation(len(windows))
        return [
            np.resize(
                sound_of(levels_of_bytes(windows[chosen[n % len(chosen)]])[None])[0], count
            ).astype(np.float32)
            for n, count in enumerate(counts)
        ]


def _faded(both: list[tuple[Float32, Float32]], weight: float) -> Heard:
    return Heard.of_samples(crossfaded(*one, weight) for one in both)


def _told(way: Way, windows: list[Float32]) -> Heard:
    return Heard.of_levels(map(way, windows))


def _figures(heard: Heard, source: Heard, archive: Archive) -> dict[str, float]:
    levels = list(zip(heard.levels, source.levels, strict=True))
    samples = list(zip(heard.samples, source.samples, strict=True))
    return {
        "onset": float(np.mean([onset_kept(*one) for one in levels])),
        "chroma": float(np.mean([chroma_kept(*one, RATE) for one in samples])),
        "whitened": float(np.mean([whitened_kept(*one) for one in levels])),
        "tonal": float(np.mean([tonal_of(one) for one in heard.levels])),
        "rough": float(np.mean([roughness_of(one) for one in heard.levels])),
        "inside": max(archive.likeness(one) for one in heard.levels),
    }
