"""Columns to sound: the power of the rows comes in blocks, samples go out in blocks.

Long sounds are found stretch by stretch. A stretch begins inside what is already found, which
gives it its first phases and is held to in every round, and ends with columns that are looked at
but left to the next one. So there are no seams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Complex64, Float32, Mask
from eidophone.base.parallel import ahead
from eidophone.picture.axis import Pooling
from eidophone.picture.columns import Anchor, Columns
from eidophone.picture.gabor import Span
from eidophone.picture.mapping import BinMapping, Mapping
from eidophone.picture.mirror import narrowed, turns
from eidophone.picture.phase import agree_with_bins, agree_with_rows, integrate, refine
from eidophone.picture.pool import bins_of_rows

#: Columns that a stretch adds at least, about 4 seconds of the standard recipe: few enough for the
#: caches, as phase integration hops about; many enough that looking ahead costs little.
_STRETCH_COLUMNS = 640

#: Cells that a stretch adds at most, whatever the recipe: this bounds the memory.
_STRETCH_CELLS = 1 << 22

#: Known rows around those that are to be found which are looked at with them.
_KNOWN_ROWS = 3

#: Where fewer bins from 0 Hz on are known, all are found: `mirror` looks at them.
_LOW_BINS = 40

#: Windows that a stretch looks ahead of what it gives.
_LOOK_AHEAD_WINDOWS = 4


def sound_of_columns(
    blocks: Iterable[Columns],
    channels: int,
    mapping: Mapping,
    *,
    rounds: int,
    sample_count: int | None = None,
    step_db: float = 0.0,
    stretch: int = _STRETCH_COLUMNS,
    first: int = 0,
) -> Iterator[Float32]:
    """Samples ``[channels, n]``, block after block.

    Args:
        blocks: the columns, in order.
        channels: 1 or 2.
        mapping: of the picture, at the rate of the sound to be made.
        rounds: of Griffin-Lim; 0 for integrated phase alone.
        sample_count: of the whole sound; None for as many as the columns last.
        step_db: how coarsely levels are known.
        stretch: columns that are found at a time.
        first: the column that comes first; samples begin where those under it do, and the first
            and last window of them fade in and out.
    """
    state = _Synthesis(channels, mapping, rounds, step_db, first)
    stretch = min(stretch, max(1, _STRETCH_CELLS // mapping.gabor.bins))
    beyond = _LOOK_AHEAD_WINDOWS * round(mapping.gabor.n_fft / mapping.gabor.hop)
    pending: list[Columns] = []
    count = 0
    if sample_count is not None:
        blocks = _first(blocks, mapping.columns(sample_count) - first)
    for block in ahead(map(state.prepare, blocks)):
        pending.append(block)
        count += len(block)
        if count >= stretch + 2 * beyond:
            yield state.advance(Columns.joined(pending), beyond)
            pending, count = [], 0
    total = mapping.sample_count(state.seen + count) if sample_count is None else sample_count
    yield state.finish(Columns.joined(pending) if pending else None, total)


def _first(blocks: Iterable[Columns], columns: int) -> Iterator[Columns]:
    """No more than ``columns`` columns of ``blocks``."""
    for block in blocks:
        yield block[:columns]
        columns -= len(block)
        if columns <= 0:
            return


@dataclass(frozen=True)
class _Free:
    """The rows and bins that are not known all along, which are to be found.

    Attributes:
        rows, bins: which; a few known ones around them are among them.
        pooling: of these bins onto these rows.
    """

    rows: slice
    bins: slice
    pooling: Pooling

    @classmethod
    def of(cls, anchor: Anchor | None, pooling: Pooling) -> _Free:
        """Those that ``anchor`` leaves."""
        whole = cls(slice(0, len(pooling.spread.start)), slice(0, pooling.bins), pooling)
        if anchor is None:
            return whole
        rows = pooling.rows_near(np.asarray((anchor.weight < 1).any(axis=0)))
        low, high = max(rows.start - _KNOWN_ROWS, 0), min(rows.stop + _KNOWN_ROWS, whole.rows.stop)
        part, bins = pooling.part(low, high)
        if bins.start < _LOW_BINS or bins.stop - bins.start > pooling.bins // 2:
            return whole
        return cls(slice(low, high), bins, part)

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.bins.start == 0

    def rows_of(self, power: Float32) -> Float32:
        """Those of ``power`` ``[colours, columns, rows]``."""
        return np.ascontiguousarray(power[:, :, self.rows])


class _Synthesis:
    """What one stretch leaves to the next: the latest samples, and columns yet to be found."""

    def __init__(
        self, channels: int, mapping: Mapping, rounds: int, step_db: float, first: int
    ) -> None:
        self.seen = first  # column after the last that came in
        self._mapping = mapping
        self._bins_alone = isinstance(mapping, BinMapping)
        self._channels = channels
        self._rounds = rounds
        self._step_db = step_db
        self._first = first  # column at which the next stretch begins
        self._columns: Columns | None = None  # from there on, as far as they came in
        begin = mapping.span(first, first + 1).start
        self._given = max(begin, 0)  # sample after the last that went out
        self._past = np.zeros((channels, max(-begin, 0)), np.float32)

    def prepare(self, columns: Columns) -> Columns:
        """Do what can be done before the columns' turn comes."""
        if columns.is_known or columns.bins is not None:
            return columns
        return replace(columns, bins=bins_of_rows(columns.power, self._mapping.pooling))

    def advance(self, columns: Columns, beyond: int) -> Float32:
        """Take ``columns`` in and give the samples up to ``beyond`` columns before their end."""
        columns = self._take(columns)
        span = self._mapping.span(self._first, self.seen)
        signal = self._find(columns, span, span.samples)
        until = int(span.centres[-beyond]) + span.start
        given = signal[:, self._given - span.start : until - span.start].copy()
        self._given = until
        # The next stretch begins with two columns that lie wholly within what is given.
        settled = span.centres + span.start + self._mapping.gabor.n_fft // 2 <= until
        skip = max(int(settled.sum()) - 2, 0)
        self._first += skip
        self._columns = columns[skip:]
        begin = self._mapping.span(self._first, self._first + 1).start
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
        span = self._mapping.span(self._first, self.seen)
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
        free = _Free.of(anchor, self._mapping.pooling)
        bins = columns.bins if free.is_all else None
        if bins is None:  # some of the columns, or of the rows, are known
            bins = bins_of_rows(free.rows_of(columns.power), free.pooling)
        phase = self._phase(columns, bins, span, free)

        def spectrum(first: int, last: int) -> Complex64:
            magnitude = np.sqrt(bins[::2, first:last])
            angle = phase[:, first:last]
            made = np.empty(angle.shape, np.complex64)
            made.real = magnitude * np.cos(angle)
            made.imag = magnitude * np.sin(angle)
            return made if anchor is None else anchor.holding(made, first, last, free.bins)

        def agree(first: int, last: int, seen: Complex64) -> None:
            if anchor is None and self._bins_alone:
                agree_with_bins(seen, columns.power[:, first:last])
                return
            power = free.rows_of(columns.power[:, first:last])
            if anchor is None:
                agree_with_rows(seen, power, free.pooling)
                return
            some = np.ascontiguousarray(seen[:, :, free.bins])
            agree_with_rows(some, power, free.pooling)
            seen[:] = anchor.holding(some, first, last, free.bins)

        signal = span.synthesise(self._channels, spectrum)
        return refine(signal, span, agree, self._rounds, past=self._past, end=end)

    def _phase(self, columns: Columns, bins: Float32, span: Span, free: _Free) -> Float32:
        """Phase ``[channels, columns, bins]``: as it is guessed, or else found from the levels."""
        if columns.guess is not None and free.is_all:
            return np.angle(columns.guess)
        phase, known = self._known_phase(span, columns.anchor, free.bins)
        phase = integrate(
            bins, span, phase, known, step_db=self._step_db, first_bin=free.bins.start
        )
        if self._rounds and free.bins.start == 0:
            low = Span(narrowed(span.gabor), self._first, self.seen)
            phase += turns(bins, phase, low, known)[:, None]
        return phase

    def _known_phase(self, span: Span, anchor: Anchor | None, bins: slice) -> tuple[Float32, Mask]:
        """Phase ``[channels, columns, bins]`` where it is known, and where that is."""
        count = bins.stop - bins.start
        phase = np.zeros((self._channels, span.columns, count), np.float32)
        known = np.zeros(phase.shape[1:], np.bool_)
        if anchor is not None:
            known |= anchor.weight[:, bins] >= 1
            phase = np.where(known, np.angle(anchor.spectrum[:, :, bins]), np.float32(0))
        reached = span.centres + self._mapping.gabor.n_fft // 2 <= self._past.shape[1]
        settled = int(reached.sum()) if self._given else 0
        if settled:
            past = self._mapping.span(self._first, self._first + settled)

            def visit(first: int, last: int, seen: Complex64) -> None:
                phase[:, first:last] = np.angle(seen[:, :, bins])

            past.analyse(self._past, visit)
            known[:settled] = True
        return phase, known
