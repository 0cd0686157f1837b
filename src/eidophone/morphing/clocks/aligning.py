"""Aligning: parents of any lengths on one clock.

Every moment of the common clock is a moment of each parent: the same part of the way (``stretch``),
or the same event (``dtw``). How fast the clock goes is the blend of the parents' own paces by the
rhythm of the mix, ``dt_common = sum(weight * dt_parent)``, which may move: with all the weight on
one parent, its time is the common one, and its samples stay as they are.
"""

from __future__ import annotations

import math

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import tell
from eidophone.morphing.clocks.clock import Clock
from eidophone.morphing.clocks.dtw import path_of
from eidophone.morphing.clocks.wsola import paced
from eidophone.morphing.looping import looped, period
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import Morphing

#: No sound is told more than so many times as fast or as slow as it was.
_MOST_PACE = 4

#: So often the pace of the common clock is looked at.
_STEP_SECONDS = 0.02

#: Shorter sounds have no events.
_LEAST_SECONDS = 0.1

#: How often the clock is set by the moments that it gives: it has then settled.
_SETTLES = 8


def aligned(parents: Parents, mix: Mix, how: Morphing) -> Parents:
    """``parents``, all of one length: as the rhythm of ``mix`` and ``how`` want it.

    A mix that is one parent alone needs none of the others: all are that one.
    """
    wanted = None if how.seconds is None else max(1, round(how.seconds * parents.rate))
    if wanted is not None:
        parents.check(wanted)
    if mix.only is not None:
        alone = parents.samples[mix.only]
        alone = alone if wanted is None else looped(alone, wanted, parents.rate)
        return Parents((alone,) * len(parents.samples), parents.rate)
    if how.align == "none":
        return _apart(parents, wanted)
    parents = _within_reach(parents)
    path = _path(parents, how)
    common = _common(path, mix, wanted)
    if wanted is not None and common[-1] < wanted:
        parents, path = _going_round(parents, how, wanted)
        common = _common(path, mix, wanted)
    count = wanted or max(1, round(common[-1]))
    both = zip(parents.samples, path.T, strict=True)
    return Parents(
        tuple(paced(one, Clock(common, own), count, parents.rate) for one, own in both),
        parents.rate,
    )


def _apart(parents: Parents, wanted: int | None) -> Parents:
    """Each at its own pace: filled up with silence, or going round."""
    count = parents.sample_count
    return Parents(
        tuple(
            np.pad(one, ((0, 0), (0, count - one.shape[1])))
            if wanted is None
            else looped(one, wanted, parents.rate)
            for one in parents.samples
        ),
        parents.rate,
    )


def _within_reach(parents: Parents) -> Parents:
    """``parents``, of which those go round that are too short beside the longest."""
    least = math.ceil(parents.sample_count / _MOST_PACE)
    if all(one.shape[1] >= least for one in parents.samples):
        return parents
    tell(f"one sound is over {_MOST_PACE} times as long as another: the shorter loops")
    samples = (_at_least(one, least, parents.rate) for one in parents.samples)
    return Parents(tuple(samples), parents.rate)


def _at_least(samples: Float32, least: int, rate: int) -> Float32:
    """``samples``, in so many whole turns that they are ``least`` or more."""
    length = samples.shape[1]
    turn = period(length, rate)
    more = turn * max(0, math.ceil((least - length) / turn))
    begun = looped(samples, more + length, rate)[:, : more + length - turn]
    return np.concatenate([begun, samples[:, length - turn :]], axis=1)


def _going_round(parents: Parents, how: Morphing, wanted: int) -> tuple[Parents, Float64]:
    """``parents`` and their path that go round together, for ``wanted`` samples or more."""
    rate = parents.rate
    turns = [one[:, : period(one.shape[1], rate)] for one in parents.samples]
    count = math.ceil(wanted / min(one.shape[1] for one in turns))
    path = _path(Parents(tuple(turns), rate), how, count)
    ends = zip(parents.samples, path[-1], strict=True)
    return Parents(tuple(looped(one, math.ceil(end), rate) for one, end in ends), rate), path


def _path(parents: Parents, how: Morphing, turns: int = 1) -> Float64:
    """``[points, parents]`` samples of each parent that are the same moment, rising.

    Args:
        parents: the sounds.
        how: whether they are the same part of the way, or the same event.
        turns: so often they go round.
    """
    rate = parents.rate
    lengths = np.array([one.shape[1] for one in parents.samples], np.float64)
    if how.align == "stretch" or lengths.min() < _LEAST_SECONDS * rate:
        points = math.ceil(turns * lengths.max() / (_STEP_SECONDS * rate)) + 1
        return np.linspace(0, turns, points + 1)[:, None] * lengths
    pairs = [path_of(parents.samples[0], other, rate) for other in parents.samples[1:]]
    first = np.unique(np.concatenate([pair[:, 0] for pair in pairs]))
    turn = np.stack([first, *(np.interp(first, *pair.T) for pair in pairs)], axis=1)
    ends = np.arange(turns)[:, None, None] * turn[-1]
    return np.concatenate([turn[:1], (ends + turn[1:]).reshape(-1, len(lengths))])


def _common(path: Float64, mix: Mix, wanted: int | None) -> Float64:
    """``[points]`` samples of the common clock along ``path``, of which ``wanted`` will be heard.

    The weights may move with the moments of this clock itself: so it is set again and again.
    """
    steps = np.diff(path, axis=0)
    common = np.concatenate([[0.0], np.cumsum(steps.mean(axis=1))])
    for _ in range(_SETTLES):
        moments = (common[1:] + common[:-1]) / 2 / (wanted or common[-1])
        weights = mix.at("rhythm", moments).T.astype(np.float64)
        weights /= weights.sum(axis=1, keepdims=True)  # in float64
        common = np.concatenate([[0.0], np.cumsum((weights * steps).sum(axis=1))])
    return common
