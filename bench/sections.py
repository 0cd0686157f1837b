"""Sections of the benchmark: opinions sound by sound on every core, then speeds, one at a time.

An opinion is the same however busy the machine is, so each sound is heard in a process of its own,
on one thread. What is timed comes afterwards, and alone.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

from bench.figures import Figure
from eidophone import Sound
from eidophone.base.errors import EidophoneWarning
from eidophone.base.parallel import thread_count


@dataclass(frozen=True)
class Section:
    """Some figures.

    Attributes:
        measure: a function of a module that measures sounds.
        sounds: by name.
        timed: it is measured alone, with all sounds at once.
    """

    measure: Callable[[dict[str, Sound]], Iterable[Figure]]
    sounds: dict[str, Sound]
    timed: bool = False


def measured(sections: Sequence[Section]) -> list[Figure]:
    """The figures of all ``sections``, in their order."""
    found: list[list[Figure]] = [[] for _ in sections]
    with processes() as pool:
        parts = [
            (mine, pool.submit(_measured, section.measure, {name: sound}))
            for mine, section in zip(found, sections, strict=True)
            if not section.timed
            for name, sound in section.sounds.items()
        ]
        for mine, part in parts:
            mine[:] = _joined([*mine, *part.result()])
    for mine, section in zip(found, sections, strict=True):
        if section.timed:
            mine[:] = section.measure(section.sounds)
    return [figure for mine in found for figure in mine]


def processes() -> ProcessPoolExecutor:
    """One for every core, each on one thread."""
    return ProcessPoolExecutor(thread_count(), get_context("spawn"), _alone)


def _alone() -> None:
    """Leave the other cores to the others."""
    for name in ("EIDOPHONE_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    warnings.simplefilter("ignore", EidophoneWarning)


def _measured(
    measure: Callable[[dict[str, Sound]], Iterable[Figure]], sounds: dict[str, Sound]
) -> list[Figure]:
    return list(measure(sounds))


def _joined(figures: Iterable[Figure]) -> list[Figure]:
    """Figures of the same name as one."""
    joined: dict[str, Figure] = {}
    for one in figures:
        there = joined.setdefault(one.name, one)
        if there is not one:
            peers = {peer: there.peers[peer] | one.peers[peer] for peer in there.peers}
            joined[one.name] = replace(there, values=there.values | one.values, peers=peers)
    return list(joined.values())
