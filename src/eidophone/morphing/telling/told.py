"""Telling: a content told by a substance: its movement (`articulation`), then its loudness."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from eidophone.base.arrays import Float32, Float64
from eidophone.base.parallel import blocks
from eidophone.morphing.telling.articulation import Movement
from eidophone.morphing.telling.cepstra import TINY, under
from eidophone.picture.gabor import Span

#: Columns that are told at a time, and those beside them that are looked at with them.
_STRETCH_COLUMNS, _MARGIN_COLUMNS = 1024, 32

#: Over how long loudness is measured, without what is too low to be heard.
_LOUDNESS_SECONDS, _HEARD_SECONDS = 0.016, 0.025

#: What lies so far below the loudest is not made louder (75 dB), or does not sound (40 dB).
_FLOOR, _SOUNDING = 10**-7.5, 1e-4

#: Nothing is made louder than 6 dB above the peaks of both, as clicks are that tell a voice.
_MORE = 10 ** (6 / 20)


@dataclass(frozen=True, eq=False)
class Turn:
    """How far what has come, at some moments; all are ``[moments]``.

    Attributes:
        own: amplitude of the content's own sound.
        told: amplitude of what the substance tells.
        movement: how far the content's movement is imposed, 0 to 1.
        mean: about whose mean it moves: 0 the content's, 1 the substance's.
        loudness: whose loudness it has: 0 the content's, 1 the substance's.
    """

    own: Float32
    told: Float32
    movement: Float32
    mean: Float32
    loudness: Float32


#: From moments, 0 to 1, to what is so at them.
Course = Callable[[Float64], Turn]


def told(content: Float32, substance: Float32, rate: int, course: Course) -> Iterator[Float32]:
    """``content`` told by ``substance``, both ``[channels, n]``, block after block.

    The channels of the substance are changed alike, so its image stays; where the content is louder
    on one side, so is what tells it.
    """
    count = content.shape[1]
    movement = Movement.of(content, substance, rate)
    cepstra, loud = movement.cepstra, Loudness.of(content, substance, rate)
    columns = cepstra.columns(count)
    for first, last in blocks(0, columns, _STRETCH_COLUMNS):
        span = Span(cepstra.gabor, first - _MARGIN_COLUMNS, last + _MARGIN_COLUMNS)
        rows = np.arange(first - _MARGIN_COLUMNS, last + _MARGIN_COLUMNS)
        turn = course(np.clip((rows + 0.5) / columns, 0, 1))
        rows = rows.clip(0, columns - 1)
        here, there = (under(one, span.start, span.stop) for one in (content, substance))
        made = movement.impose(there, span, rows, turn.movement, turn.mean)
        made = made + movement.hiss(made, span, rows, turn.movement, first)
        own, other, share = (
            np.interp(np.arange(span.samples), span.centres, one).astype(np.float32)
            for one in (turn.own, turn.told, turn.loudness)
        )
        made = own * here + other * loud.imposed(made, here, there, share)
        start, stop = (
            min(count, round(edge * cepstra.gabor.hop)) if edge < columns else count
            for edge in (first, last)
        )
        yield made[:, start - span.start : stop - span.start]


@dataclass(frozen=True)
class Loudness:
    """How loud a content and a substance are.

    Attributes:
        rate: in Hz.
        levels: mean power of the content and of the substance where they sound.
        floor: power of the substance below which it is not made louder.
        top: the peak above which nothing is made louder.
    """

    rate: int
    levels: tuple[float, float]
    floor: float
    top: float

    @classmethod
    def of(cls, content: Float32, substance: Float32, rate: int) -> Loudness:
        """That of ``content`` and ``substance``, ``[channels, n]``."""
        here, there = (_power(one, rate).mean(axis=0) for one in (content, substance))
        floor = _FLOOR * float(there.max()) + TINY
        top = _MORE * max(float(np.abs(one).max()) for one in (content, substance))
        return cls(rate, (_level(here), _level(there)), floor, top)

    def imposed(
        self, samples: Float32, content: Float32, substance: Float32, share: Float32
    ) -> Float32:
        """``samples`` as loud as the content, or, as ``share`` grows to 1, as the substance.

        In between, powers are mixed, both at one level: so the level is even all along.
        """
        sides = _power(content, self.rate)
        here, there = sides.mean(axis=0), _power(substance, self.rate).mean(axis=0)
        first, second = self.levels
        level = np.exp((1 - share) * np.log(first) + share * np.log(second))
        wanted = level * ((1 - share) * here / first + share * there / second)
        now = _power(samples, self.rate).mean(axis=0)
        gain = np.sqrt(wanted / np.maximum(now, self.floor))
        around = 2 * round(_LOUDNESS_SECONDS * self.rate / 2) + 1
        peaks = maximum_filter1d(np.abs(samples).max(axis=0), around, mode="constant")
        gain = _smooth(np.minimum(gain, self.top / np.maximum(peaks, TINY)), self.rate)
        if len(sides) == 1:
            return samples * gain
        side = np.sqrt(sides / np.maximum(here, TINY))
        side = np.where(here > self.levels[0] * _FLOOR, side, 1)
        return samples * gain * (share + (1 - share) * _smooth(side, self.rate))


def _power(samples: Float32, rate: int) -> Float32:
    """Power of ``samples`` ``[channels, n]`` around each sample."""
    low = uniform_filter1d(samples, max(1, round(_HEARD_SECONDS * rate)), mode="constant")
    return _smooth((samples - low) ** 2, rate)


def _smooth(values: Float32, rate: int) -> Float32:
    width = max(1, round(_LOUDNESS_SECONDS * rate))
    once = uniform_filter1d(values, width, mode="constant")
    return np.maximum(uniform_filter1d(once, width, mode="constant"), 0, dtype=np.float32)


def _level(power: Float32) -> float:
    """Mean of ``power`` ``[n]`` where it sounds."""
    peak = float(power.max(initial=0))
    return float(power[power >= _SOUNDING * peak].mean()) + TINY
