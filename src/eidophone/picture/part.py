"""Part: some columns of a sound, drawn alone; and some that were altered, heard alone.

What was altered becomes sound as with ``reference_picture`` of `decode`: what was done to the
picture is done to the sound, so that all that is not new keeps its phase. Only samples under
altered columns change, and these fade into those around them as the windows of the columns do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np

from eidophone.base.arrays import Float32, Int64, Pixels
from eidophone.base.errors import PictureError
from eidophone.base.parallel import blocks
from eidophone.picture.analysis import Analysis, first_sample
from eidophone.picture.columns import Columns
from eidophone.picture.ink import pixels_of_power, step_db
from eidophone.picture.mapping import Mapping
from eidophone.picture.recipe import Recipe
from eidophone.picture.reference import Reference
from eidophone.picture.settings import ROUNDS, Quality
from eidophone.picture.synthesis import sound_of_columns

#: Columns that are compared at a time.
_BLOCK_COLUMNS = 256

_BLOCK_SAMPLES = 1 << 18

#: Gives the altered pixels of some columns, from their first and how they are drawn.
Paint = Callable[[int, Pixels], Pixels]


class Held(Protocol):
    """A sound of which any samples are at hand: a `Sound`, or one that lies in a mapped file."""

    @property
    def samples(self) -> Float32:
        """``[channels, samples]``, of which parts are taken."""

    @property
    def rate(self) -> int:
        """Samples per second."""


class Part(NamedTuple):
    """Some samples of a sound.

    Attributes:
        first: where in the sound they begin.
        samples: ``[channels, samples]``; there may be none.
    """

    first: int
    samples: Float32


def encode_part(
    sound: Held, recipe: Recipe, first: int, count: int, *, dtype: Any = np.uint8
) -> Pixels:
    """The columns ``first`` to ``first + count`` of ``sound``, bit for bit those of `encode`.

    Only the samples under them are read. Columns after the last of the sound are black.

    Args:
        sound: any part of which is at hand.
        recipe: with the exposure, if any.
        first: 0 or more.
        count: 1 or more.
        dtype: of the pixels: uint8, uint16 or float32.

    Returns:
        ``[recipe.rows, count, 3]`` pixels.

    Raises:
        PictureError: no such columns.
    """
    if first < 0 or count < 1:
        raise PictureError(f"there are no {count} columns from column {first} on")
    mapping = _mapping(sound, recipe)
    begin, end = first_sample(mapping, first), mapping.span(first, first + count).stop
    channels = len(sound.samples)
    analysis = Analysis([sound.samples[:, begin:end]], channels, mapping, first)
    power, _ = analysis.take(count)
    return pixels_of_power(power, mapping.recipe, dtype)


def decode_part(
    sound: Held,
    recipe: Recipe,
    first: int,
    pixels: Pixels,
    *,
    quality: Quality = "preview",
    alone: bool = False,
    stereo: bool = False,
) -> Part:
    """The samples of ``sound`` that change where its columns from ``first`` on are ``pixels``.

    Args:
        sound: the original.
        recipe: with which the columns were drawn.
        first: the first column.
        pixels: uint8 ``[rows, columns, 3]``.
        quality: as in `decode`.
        alone: what ``pixels`` show, and nothing else: silence before, after, above and below.
        stereo: of a mono sound, too, both channels: ``pixels`` have places between left and right.

    Returns:
        Exactly the samples under the columns that are altered; between them, those of the
        original where no altered column reaches. Alone: the samples under all columns.

    Raises:
        PictureError: the sound has no such columns, or there is no such quality.
    """
    mapping = _mapping(sound, recipe)
    count = _checked(sound, mapping, first, pixels)
    if quality not in ROUNDS:
        raise PictureError(f"there is no quality {quality!r}: use {', '.join(ROUNDS)}")
    run = _Run(sound, mapping, (first, first + count), ROUNDS[quality], alone=alone, stereo=stereo)
    parts = list(run.parts(lambda at, drawn: pixels[:, at - first : at - first + drawn.shape[1]]))
    if not run.altered:
        return Part(0, np.zeros((run.channels, 0), np.float32))
    begin, end = run.altered[0][0], run.altered[-1][1]
    samples = np.concatenate([part.samples for part in parts], axis=1)
    return Part(begin, samples[:, begin - parts[0].first : end - parts[0].first])


def heard_part(
    sound: Held,
    recipe: Recipe,
    first: int,
    pixels: Pixels,
    *,
    quality: Quality = "preview",
    stereo: bool = False,
) -> Part:
    """As `decode_part`, but all samples under the columns, whether they change or not."""
    mapping = _mapping(sound, recipe)
    changed = decode_part(sound, recipe, first, pixels, quality=quality, stereo=stereo)
    span = mapping.span(first, first + pixels.shape[1])
    begin, end = max(span.start, 0), min(span.stop, sound.samples.shape[1])
    samples = _taken(sound, begin, end, len(changed.samples))
    if changed.samples.size:
        at = changed.first - begin
        samples[:, at : at + changed.samples.shape[1]] = changed.samples
    return Part(begin, samples)


def repainted(
    sound: Held,
    recipe: Recipe,
    runs: Iterable[tuple[int, int]],
    paint: Paint,
    *,
    quality: Quality = "standard",
    stereo: bool = False,
) -> Iterator[Float32]:
    """All of ``sound``, ``[channels, n]`` block after block, where ``paint`` altered its columns.

    What lies under no altered column is the original, bit for bit.

    Args:
        sound: of any length.
        recipe: with which the columns are drawn.
        runs: first and last column (exclusive) of those that may be altered, in order.
        paint: gives their altered pixels, from left to right.
        quality: as in `decode`.
        stereo: of a mono sound, too, both channels.
    """
    mapping = _mapping(sound, recipe)
    channels = _channels(sound, stereo=stereo)
    given = 0
    for columns in _joined(runs, 2 * _around(mapping)):
        run = _Run(sound, mapping, columns, ROUNDS[quality], stereo=stereo)
        for part in run.parts(paint):
            yield from _blocks(sound, given, part.first, channels)
            fresh = max(given - part.first, 0)  # runs may meet
            yield part.samples[:, fresh:]
            given = max(given, part.first + part.samples.shape[1])
    yield from _blocks(sound, given, sound.samples.shape[1], channels)


def _mapping(sound: Held, recipe: Recipe) -> Mapping:
    return Mapping.of(recipe.for_rate(sound.rate), sound.rate)


def _checked(sound: Held, mapping: Mapping, first: int, pixels: Pixels) -> int:
    """How many columns ``pixels`` have, of which ``first`` is the first."""
    rows, there = mapping.recipe.rows, mapping.columns(sound.samples.shape[1])
    if pixels.ndim != 3 or pixels.shape[::2] != (rows, 3) or pixels.dtype != np.uint8:
        raise PictureError(f"columns of the sound are uint8 [{rows}, columns, 3] pixels")
    count = pixels.shape[1]
    if first < 0 or count < 1 or first + count > there:
        raise PictureError(f"the sound has no {count} columns from {first} on: it has {there}")
    return count


def _around(mapping: Mapping) -> int:
    """So many columns around altered ones see a sample that changes."""
    return math.ceil(mapping.gabor.n_fft / mapping.gabor.hop) + 1


def _joined(runs: Iterable[tuple[int, int]], near: int) -> list[tuple[int, int]]:
    """``runs``, of which those that are nearer to each other than ``near`` are one."""
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        begin = joined.pop()[0] if joined and first - joined[-1][1] < near else first
        joined.append((begin, last))
    return joined


def _blocks(sound: Held, first: int, last: int, channels: int) -> Iterator[Float32]:
    """The original samples ``first`` to ``last`` (exclusive)."""
    for begin, end in blocks(first, last, _BLOCK_SAMPLES):
        yield _taken(sound, begin, end, channels)


def _channels(sound: Held, *, stereo: bool) -> int:
    return 2 if stereo else len(sound.samples)


def _taken(sound: Held, first: int, last: int, channels: int) -> Float32:
    """A copy of the samples ``first`` to ``last`` (exclusive), so many ``channels`` of them."""
    samples = sound.samples[:, first:last]
    return np.array(np.broadcast_to(samples, (channels, samples.shape[1])), np.float32)


def _inside(paint: Paint, first: int, inner: slice, drawn: Pixels, *, alone: bool) -> Pixels:
    """``drawn``, of which the columns ``inner`` are painted; they begin with column ``first``."""
    painted = np.zeros_like(drawn) if alone else drawn.copy()
    if inner.start >= inner.stop:
        return painted
    painted[:, inner] = paint(first, drawn[:, inner])
    return painted


@dataclass(frozen=True)
class _From:
    """A sound from sample ``first`` to ``last`` (exclusive), in blocks."""

    sound: Held
    first: int
    last: int

    @property
    def rate(self) -> int:
        return self.sound.rate

    @property
    def channels(self) -> int:
        return len(self.sound.samples)

    @property
    def sample_count(self) -> int:
        return self.last - self.first

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        for begin, end in blocks(self.first, self.last, samples_per_block):
            yield self.sound.samples[:, begin:end]


class _Run:
    """Columns of a sound, some of which are altered, on their way to samples.

    Attributes:
        altered: first and last sample (exclusive) under altered columns, as far as these are known.
        channels: of what comes.
    """

    def __init__(
        self,
        sound: Held,
        mapping: Mapping,
        painted: tuple[int, int],
        rounds: int,
        *,
        alone: bool = False,
        stereo: bool = False,
    ) -> None:
        self.altered: list[tuple[int, int]] = []
        self.channels = _channels(sound, stereo=stereo)
        self._alone = alone
        self._sound = sound
        self._mapping = mapping
        self._rounds = rounds
        self._painted = painted
        around = _around(mapping)
        samples = sound.samples.shape[1]
        self._first = max(painted[0] - around, 0)
        self._last = min(painted[1] + around, mapping.columns(samples))
        begin = first_sample(mapping, self._first)
        end = min(mapping.span(self._last - 1, self._last).stop, samples)
        self._under = _From(sound, begin, end)

    def parts(self, paint: Paint) -> Iterator[Part]:
        """The samples under these columns, and under those around them."""
        mapping, under = self._mapping, self._under
        found = sound_of_columns(
            self._columns(paint),
            self.channels,
            mapping,
            rounds=self._rounds,
            sample_count=under.last,
            step_db=step_db(np.uint8, mapping.recipe),
            first=self._first,
        )
        at = under.first
        for block in found:
            yield Part(at, self._original_but_altered(at, block))
            at += block.shape[1]

    def _columns(self, paint: Paint) -> Iterator[Columns]:
        under, mapping = self._under, self._mapping
        reference = Reference(under, self.channels, mapping, self._first)
        first, last = self._painted
        for begin, end in blocks(self._first, self._last, _BLOCK_COLUMNS):
            inner = slice(max(first - begin, 0), max(min(end, last) - begin, 0))
            columns, altered = reference.repaint(
                end - begin,
                partial(_inside, paint, max(begin, first), inner, alone=self._alone),
                alone=self._alone,
            )
            if self._alone:
                altered = np.zeros(end - begin, np.bool_)
                altered[inner] = True
            self._note(begin + np.flatnonzero(altered))
            yield columns

    def _note(self, columns: Int64) -> None:
        """Remember the samples under altered ``columns``."""
        for column in columns:
            span = self._mapping.span(column, column + 1)
            begin, end = max(span.start, 0), min(span.stop, self._sound.samples.shape[1])
            if self.altered and self.altered[-1][1] >= begin:
                begin = self.altered.pop()[0]
            self.altered.append((begin, end))

    def _original_but_altered(self, at: int, found: Float32) -> Float32:
        """What was ``found`` from sample ``at`` on, where it is altered."""
        samples = _taken(self._sound, at, at + found.shape[1], self.channels)
        for begin, end in self.altered:
            low, high = max(begin - at, 0), max(end - at, 0)
            samples[:, low:high] = found[:, low:high]
        return samples
