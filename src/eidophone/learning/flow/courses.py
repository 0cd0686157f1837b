"""Courses: collections as long runs of blocks, whitened, as a flow learns them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32
from eidophone.base.errors import LearnError
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grid import ROWS
from eidophone.learning.tracks import Track
from eidophone.learning.translating.blocks import COLUMNS, Components, stretches

Course = NDArray[np.float16]

#: Blocks are also cut later by these columns, so that more of them are learnt.
_SHIFTS = (0, 2, 4, 6)

#: Tracks with fewer blocks than this are joined.
_SHORT_BLOCKS = 256


@dataclass(frozen=True, eq=False)
class Courses:
    """What a flow learns.

    Attributes:
        names: of the collections.
        learnt: for each collection, runs ``[blocks, K]``, whitened.
        held: likewise, what is held out.
        mean: ``[K]`` that were taken off the components.
        scale: ``[K]`` that they were then divided by.
    """

    names: tuple[str, ...]
    learnt: tuple[tuple[Course, ...], ...]
    held: tuple[tuple[Course, ...], ...]
    mean: Float32
    scale: Float32

    @property
    def digest(self) -> str:
        """Other sounds, other digest."""
        found = hashlib.blake2b(digest_size=16)
        for one in (run for runs in (*self.learnt, *self.held) for run in runs):
            found.update(np.ascontiguousarray(one[:: max(1, len(one) // 64)]).tobytes())
        return found.hexdigest()

    def windows(
        self, count: int, window: int, rng: np.random.Generator, *, held: bool = False
    ) -> tuple[Float32, NDArray[np.int64]]:
        """``count`` windows ``[count, window, K]`` drawn at random, and their classes ``[count]``.

        All collections are as likely as each other, and all windows of one too.
        """
        runs_of = [(n, runs) for n, runs in enumerate(self.held if held else self.learnt) if runs]
        starts = [np.array([len(one) - window + 1 for one in runs]) for _, runs in runs_of]
        windows = np.empty((count, window, len(self.mean)), np.float32)
        classes = np.empty(count, np.int64)
        for row in range(count):
            which = rng.integers(len(runs_of))
            classes[row], runs = runs_of[which]
            place = rng.integers(starts[which].sum())
            ends = np.cumsum(starts[which])
            run = int(np.searchsorted(ends, place, side="right"))
            first = int(ends[run] - place - 1)
            windows[row] = runs[run][first : first + window]
        return windows, classes


def courses_of(
    collections: Sequence[Collection], conditions: Conditions, components: Components, window: int
) -> Courses:
    """``collections`` as far as ``components`` have them.

    Args:
        collections: those to learn.
        conditions: what they have in common.
        components: of blocks.
        window: blocks that every run has at least: shorter ones are repeated.

    Raises:
        LearnError: one has not even one block.
    """
    learnt = [_runs(one.learnt, conditions, components, _SHIFTS) for one in collections]
    held = [_runs(one.held, conditions, components, _SHIFTS[:1]) for one in collections]
    for each, runs in zip(collections, learnt, strict=True):
        if not runs:
            raise LearnError(f"{each.name}: too short to learn how it goes on")
    joined = np.concatenate([run for runs in learnt for run in runs])
    mean = joined.mean(axis=0, dtype=np.float64).astype(np.float32)
    scale = np.maximum(joined.std(axis=0), 1e-3 * joined.std() + 1e-6).astype(np.float32)

    def whitened(runs: list[Float32]) -> tuple[Course, ...]:
        return tuple(_repeated((one - mean) / scale, window).astype(np.float16) for one in runs)

    return Courses(
        tuple(one.name for one in collections),
        tuple(map(whitened, learnt)),
        tuple(map(whitened, held)),
        mean,
        scale,
    )


def levels_of_course(components: Components, course: Float32) -> Float32:
    """Levels ``[columns, rows]`` in dB of a course ``[blocks, K]``."""
    blocks = components.levels(course).reshape(len(course), COLUMNS, ROWS)
    return (blocks + components.mean.reshape(COLUMNS, ROWS)).reshape(-1, ROWS)


def _runs(
    tracks: Iterable[Track], conditions: Conditions, components: Components, shifts: Sequence[int]
) -> list[Float32]:
    """Components of ``tracks``, those of short ones joined."""
    runs = []
    for shift in shifts:
        short: list[Float32] = []
        for track in tracks:
            if track.columns < shift + COLUMNS:
                continue
            parts = stretches(track.middle[shift:], conditions)
            latents = np.concatenate([components.places(one) for one in parts])
            if len(latents) < _SHORT_BLOCKS:
                short.append(latents)
            else:
                runs.append(latents)
        if short:
            runs.append(np.concatenate(short))
    return runs


def _repeated(run: Float32, least: int) -> Float32:
    return np.concatenate([run] * -(-least // len(run)))
