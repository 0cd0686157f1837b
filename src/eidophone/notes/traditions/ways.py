"""Ways through a bar: how long notes last where they begin, in tunes that were learnt.

What a net foretells is a little wrong at times, and a triplet that is left unfinished moves all
notes after it off the beat. So a new note lasts only as some did that began where it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from eidophone.base.arrays import Float64, Int64, Mask
from eidophone.notes.traditions.tokens import Line, Words

#: What less than this share of the notes at a place does, no new note does.
_RARE = 0.005

Metre = tuple[int, int]


class Ways:
    """Those of a mix.

    Args:
        tunes: lines of each tradition.
        shares: of each.
        words: tokens.
    """

    def __init__(self, tunes: Sequence[Sequence[Line]], shares: Float64, words: Words) -> None:
        self._tunes, self._shares, self._words = tunes, shares, words
        self._found: dict[tuple[Metre, int], Mask] = {}

    def lasting(self, metre: Metre, place: int) -> Mask:
        """``[durations]`` how long notes last that begin at a step of a bar; none, if none do."""
        key = metre, place
        if key not in self._found:
            each = np.zeros(self._words.durations)
            for (places, lasts), share in zip(self._notes(metre), self._shares, strict=True):
                here = lasts[places == place]
                each += share * np.bincount(here, minlength=len(each)) / max(1, len(places))
            self._found[key] = each > _RARE * each.sum()
        return self._found[key]

    def _notes(self, metre: Metre) -> list[tuple[Int64, Int64]]:
        """Of each tradition, where the notes in a ``metre`` begin, and how long they last."""
        none = np.empty(0, np.int64), np.empty(0, np.int64)
        return [one.get(metre, none) for one in self._all]

    @cached_property
    def _all(self) -> list[dict[Metre, tuple[Int64, Int64]]]:
        found = []
        for lines in self._tunes:
            by_metre: dict[Metre, list[Line]] = {}
            for line in lines:
                by_metre.setdefault(line.metre, []).append(line)
            found.append(
                {
                    metre: (
                        np.concatenate([line.starts % line.bar for line in some]),
                        np.concatenate([self._words.of_lasts(line) for line in some]),
                    )
                    for metre, some in by_metre.items()
                }
            )
        return found
