"""Columns to sound: the power of the rows comes in blocks, samples go out in blocks.

Long sounds are found stretch by stretch. A stretch begins inside what is already found, which
gives it its first phases and is held to in every round, and ends with columns that are looked at
but left to the next one. So there are no seams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Complex64, Float32
from eidophone.base.parallel import ahead
from eidophone.picture.axis import Pooling, pooling
from eidophone.picture.gabor import Gabor, Span
from eidophone.picture.phase import Anchor, integrate, refine
from eidophone.picture.pool import bins_of_rows
from eidophone.picture.recipe import Recipe

#: Columns that a stretch adds at least, about 4 seconds of the standard recipe: few enough for the
#: caches, as phase integration hops about; many enough that looking ahead costs little.
_STRETCH_COLUMNS = 640

#: Cells that a stretch adds at most, whatever the recipe: this bounds the memory.
_STRETCH_CELLS = 1 << 22

#: Windows that a stretch looks ahead of what it gives.
_LOOK_AHEAD_WINDOWS = 4


@dataclass(frozen=True)
class Columns:
    """A run of columns to be turned into sound.

    Attributes:
        power: ``[colours, columns, rows]``.
        anchor: what is known of the spectrum of these columns.
        bins: ``[colours, columns, bins]`` power that pools onto ``power``, once that is found.
    """

    power: Float32
    anchor: Anchor | None = None
    bins: Float32 | None = None

    def __len__(self) -> int:
        return self.power.shape[1]

    @property
    def is_known(self) -> bool:
        """Whether nothing is left to be found."""
        return self.anchor is not None and bool(self.anchor.weight.min() >= 1)

    def __getitem__(self, part: slice) -> Columns:
        anchor = self.anchor and Anchor(self.anchor.spectrum[:, part], self.anchor.weight[part])
        bins = None if self.bins is None else self.bins[:, part]
        return Columns(self.power[:, part], anchor, bins)

    @classmethod
    def joined(cls, parts: list[Columns]) -> Columns:
        """These runs, one after the other; what not all of them have is left out."""
        if len(parts) == 1:
            return parts[0]
        anchors = [part.anchor for part in parts if part.anchor is not None]
        bins = [part.bins for part in parts if part.bins is not None]
        return cls(
            np.concatenate([part.power for part in parts], axis=1),
            _joined_anchors(anchors) if len(anchors) == len(parts) else None,
            np.concatenate(bins, axis=1) if len(bins) == len(parts) else None,
        )


def _joined_anchors(anchors: list[Anchor]) -> Anchor:
    return Anchor(
        np.concatenate([anchor.spectrum for anchor in anchors], axis=1),
        np.concatenate([anchor.weight for anchor in anchors]),
    )


def sound_of_columns(
    blocks: Iterable[Columns],
    channels: int,
    rate: int,
    recipe: Recipe,
    *,
    rounds: int,
    sample_count: int | None = None,
    step_db: float = 0.0,
    stretch: int = _STRETCH_COLUMNS,
) -> Iterator[Float32]:
    """Samples ``[channels, n]``, block after block.

    Args:
        blocks: the columns, in order.
        channels: 1 or 2.
        rate: Hz, of the sound to be made.
        recipe: of the picture.
        rounds: of Griffin-Lim; 0 for integrated phase alone.
        sample_count: samples to give; None for as many as the columns last.
        step_db: how coarsely levels are known.
        stretch: columns that are found at a time.
    """
    state = _Synthesis(channels, rate, recipe, rounds, step_db)
    stretch = min(stretch, max(1, _STRETCH_CELLS // state.gabor.bins))
    beyond = _LOOK_AHEAD_WINDOWS * round(state.gabor.n_fft / state.gabor.hop)
    pending: list[Columns] = []
    count = 0
    if sample_count is not None:
        blocks = _first(blocks, recipe.columns(sample_count, rate))
    for block in ahead(map(state.prepare, blocks)):
        pending.append(block)
        count += len(block)
        if count >= stretch + 2 * beyond:
            yield state.advance(Columns.joined(pending), beyond)
            pending, count = [], 0
    total = recipe.sample_count(state.seen + count, rate) if sample_count is None else sample_count
    yield state.finish(Columns.joined(pending) if pending else None, total)


def _first(blocks: Iterable[Columns], columns: int) -> Iterator[Columns]:
    """No more than ``columns`` columns of ``blocks``."""
    for block in blocks:
        yield block[:columns]
        columns -= len(block)
        if columns <= 0:
            return


class _Synthesis:
    """What one stretch leaves to the next: the latest samples, and columns yet to be found."""

    def __init__(
        self, channels: int, rate: int, recipe: Recipe, rounds: int, step_db: float
    ) -> None:
        self.gabor = Gabor.of(recipe, rate)
        self.seen = 0  # columns that came in
        self._pooling: Pooling = pooling(recipe, self.gabor)
        self._channels = channels
        self._rounds = rounds
        self._step_db = step_db
        self._first = 0  # column at which the next stretch begins
        self._columns: Columns | None = None  # from there on, as far as they came in
        self._given = 0  # samples that went out
        self._past = np.zeros((channels, -self.gabor.span(0, 1)[0]), np.float32)

    def prepare(self, columns: Columns) -> Columns:
        """Do what can be done before the columns' turn comes."""
        if columns.is_known:
            return columns
        return replace(columns, bins=bins_of_rows(columns.power, self._pooling))

    def advance(self, columns: Columns, beyond: int) -> Float32:
        """Take ``columns`` in and give the samples up to ``beyond`` columns before their end."""
        columns = self._take(columns)
        span = Span(self.gabor, self._first, self.seen)
        signal = self._find(columns, span, span.samples)
        until = int(span.centres[-beyond]) + span.start
        given = signal[:, self._given - span.start : until - span.start].copy()
        self._given = until
        # The next stretch begins with two columns that lie wholly within what is given.
        settled = span.centres + span.start + self.gabor.n_fft // 2 <= until
        skip = max(int(settled.sum()) - 2, 0)
        self._first += skip
        self._columns = columns[skip:]
        begin = self.gabor.span(self._first, self._first + 1)[0]
        self._past = signal[:, begin - span.start : until - span.start].copy()
        return given

    def finish(self, columns: Columns | None, total: int) -> Float32:
        """Take the last ``columns`` in and give all samples that are left of ``total``."""
        left = np.zeros((self._channels, max(total - self._given, 0)), np.float32)
        if columns is not None:
            columns = self._take(columns)
        elif self._columns is not None:
            columns = self._columns
        else:
            return left
        span = Span(self.gabor, self._first, self.seen)
        end = min(total - span.start, span.samples)
        found = self._find(columns, span, end)[:, self._given - span.start : end]
        left[:, : found.shape[1]] = found
        return left

    def _take(self, columns: Columns) -> Columns:
        self.seen += len(columns)
        return columns if self._columns is None else Columns.joined([self._columns, columns])

    def _find(self, columns: Columns, span: Span, end: int) -> Float32:
        """The samples under ``span``, silent from ``end`` on."""
        anchor = columns.anchor
        if anchor is not None and columns.is_known:
            return span.synthesise(self._channels, lambda a, b: anchor.spectrum[:, a:b].copy())
        bins = columns.bins
        if bins is None:  # some of the columns are known
            bins = bins_of_rows(columns.power, self._pooling)
        phase, known = self._known_phase(span, anchor)
        phase = integrate(bins, span, phase, known, step_db=self._step_db)

        def spectrum(first: int, last: int) -> Complex64:
            magnitude = np.sqrt(bins[::2, first:last])
            angle = phase[:, first:last]
            made = np.empty(angle.shape, np.complex64)
            made.real = magnitude * np.cos(angle)
            made.imag = magnitude * np.sin(angle)
            return made if anchor is None else anchor.hold(made, first, last)

        signal = span.synthesise(self._channels, spectrum)
        return refine(
            signal,
            span,
            columns.power,
            self._pooling,
            self._rounds,
            past=self._past,
            end=end,
            anchor=anchor,
        )

    def _known_phase(
        self, span: Span, anchor: Anchor | None
    ) -> tuple[Float32, np.ndarray[tuple[int, int], np.dtype[np.bool_]]]:
        """Phase ``[channels, columns, bins]`` where it is known, and where that is."""
        phase = np.zeros((self._channels, span.columns, self.gabor.bins), np.float32)
        known = np.zeros(phase.shape[1:], np.bool_)
        if anchor is not None:
            known |= anchor.weight >= 1
            phase[:, known] = np.angle(anchor.spectrum[:, known])
        settled = int((span.centres + self.gabor.n_fft // 2 <= self._past.shape[1]).sum())
        if settled and self._given:
            past = Span(self.gabor, self._first, self._first + settled)

            def visit(first: int, last: int, seen: Complex64) -> None:
                phase[:, first:last] = np.angle(seen)

            past.analyse(self._past, visit)
            known[:settled] = True
        return phase, known
