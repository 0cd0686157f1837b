"""Judges: whose a sound is, by four ears that are ever harder to deceive.

*Matched* hears spectrum and movement; any equaliser deceives it. *EQ-blind* hears movement and fine
structure without the mean spectrum; squeezing levels deceives it. *C* is a small net that hears
each band about its own mean, and *Z*, which decides, one that hears it in units of its spread too.
Without PyTorch there is neither C nor Z.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, UInt8
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.judges.bands import Bands
from eidophone.learning.judges.hearing import HEARD, blind_hearing, matched_hearing
from eidophone.learning.judges.network import POOLED, Network, can_judge
from eidophone.learning.judges.panel import Panel
from eidophone.learning.judges.windows import WINDOW, spread, windows_of

#: Judges by numbers, and judges that are nets, in the order in which they get harder.
PANELS, NETWORKS = ("matched", "eq-blind"), ("C", "Z")

#: Rows that nets hear at most.
_NET_TOP = 460

#: Windows of each collection that are learnt from at most.
_MOST_WINDOWS = 800

#: Shares of the time that fitting takes.
_PANEL_SHARE = 0.2


@dataclass(frozen=True, eq=False)
class Judges:
    """Those who tell collections apart.

    Attributes:
        names: of the collections, in order.
        conditions: what all are recorded like at least; nothing beyond is heard.
        panels: of `PANELS`, each by its name.
        networks: of `NETWORKS`, each by its name; none without PyTorch.
    """

    names: tuple[str, ...]
    conditions: Conditions
    panels: dict[str, Panel]
    networks: dict[str, Network]

    @classmethod
    def fit(
        cls,
        collections: Sequence[Collection],
        conditions: Conditions,
        progress: Callable[[float], None] = lambda _: None,
    ) -> Judges:
        """Judges fitted on what is learnt of two or more ``collections``.

        Args:
            collections: whom to tell apart.
            conditions: what all are recorded like at least.
            progress: told the share of it that is done.
        """
        assert len(collections) > 1
        names = tuple(one.name for one in collections)
        unfitted = cls(names, conditions, {}, {})
        windows = [spread(windows_of(one.learnt), _MOST_WINDOWS) for one in collections]
        classes = np.repeat(np.arange(len(names)), [len(one) for one in windows]).astype(np.int32)
        numbers = unfitted.numbers(one for each in windows for one in each)
        panels = {name: Panel.fit(numbers[name], classes) for name in PANELS}
        progress(_PANEL_SHARE)
        networks = {}
        if can_judge():
            heard = unfitted.bands(one for each in windows for one in each)
            for place, name in enumerate(NETWORKS):
                start, length = (
                    _PANEL_SHARE + (1 - _PANEL_SHARE) * part / len(NETWORKS) for part in (place, 1)
                )
                told = lambda done, start=start, length=length: progress(  # noqa: E731
                    start + (length - _PANEL_SHARE) * done
                )
                networks[name] = Network.fit(heard, classes, name == "Z", told)
        progress(1.0)
        return cls(names, conditions, panels, networks)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Those who can judge here, the hardest last."""
        return *self.panels, *(self.networks if can_judge() else ())

    def probabilities(self, windows: Iterable[Float32 | UInt8]) -> dict[str, Float32]:
        """``[windows, collections]`` how likely each is of each collection, by each judge.

        Args:
            windows: levels ``[columns, rows]`` in dB, or bytes; of about `WINDOW` columns.
        """
        return {name: one.mean(axis=0) for name, one in self.by_seed(windows).items()}

    def by_seed(self, windows: Iterable[Float32 | UInt8]) -> dict[str, Float32]:
        """`probabilities` ``[seeds, windows, collections]`` by each net of a judge of its own."""
        windows = list(windows)
        numbers = self.numbers(windows)
        told = {name: one.probabilities(numbers[name])[None] for name, one in self.panels.items()}
        if self.networks and can_judge():
            heard = self.bands(windows)
            told |= {name: one.probabilities(heard) for name, one in self.networks.items()}
        return told

    def numbers(self, windows: Iterable[Float32 | UInt8]) -> dict[str, Float32]:
        """``[windows, count]`` what the panel of each name hears."""
        bands = Bands(min(self.conditions.top, HEARD))
        heard = [
            (matched_hearing(levels, bands), blind_hearing(levels, bands))
            for levels in map(self._seen, windows)
        ]
        return {name: np.stack([one[n] for one in heard]) for n, name in enumerate(PANELS)}

    def bands(self, windows: Iterable[Float32 | UInt8]) -> Float32:
        """``[windows, WINDOW / POOLED, BANDS]`` in dB, what nets hear."""
        bands = Bands(min(self.conditions.top, _NET_TOP))
        count = WINDOW // POOLED
        return np.stack(
            [
                bands.mean(self._seen(one)[: count * POOLED]).reshape(count, POOLED, -1).mean(1)
                for one in windows
            ]
        ).astype(np.float32)

    def _seen(self, levels: Float32 | UInt8) -> Float32:
        """``levels`` as far as all collections have them, repeated or cut to `WINDOW` columns."""
        seen = self.conditions.seen(levels)[:WINDOW]
        return seen if len(seen) == WINDOW else np.resize(seen, (WINDOW, seen.shape[1]))
