"""Placing: where an original sound lies under its picture, if it is what was drawn.

Where it is given, if it fits there; or else wherever it is found (`searching.py`), to the sample
(`exact.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.streams import regrouped
from eidophone.picture.analysis import Analysis
from eidophone.picture.exact import drawn_on, exact, heard_around
from eidophone.picture.facts import Source
from eidophone.picture.ink import ink_of_pixels, ink_of_power
from eidophone.picture.mapping import Mapping
from eidophone.picture.movements import (
    LEAST_FIT,
    correlation,
    is_same,
    late_by,
    movements,
    same_sides,
)
from eidophone.picture.pool import colours
from eidophone.picture.recipe import Recipe
from eidophone.picture.searching import MOST_DRIFT, Line, excerpts_of, search
from eidophone.sound.aligned import Aligned
from eidophone.sound.sound import SoundSource

_BLOCK_SAMPLES = 1 << 18

#: Told where a reference is left out.
DOES_NOT_FIT = "the original fits nowhere under what is drawn here, and is left out"

#: Columns that are looked at in one piece (1.5 s of `standard`), and how many pieces to begin with.
_PIECE = 256
_FIRST_PIECES = 8


@dataclass(frozen=True)
class Place:
    """Where an original sound lies under its picture.

    Attributes:
        delay: sample of the picture's sound at which the original begins.
        speed: seconds of the original that pass in a second of the picture's sound.
        swapped: its left is the picture's right.
    """

    delay: int = 0
    speed: float = 1.0
    swapped: bool = False

    def put(self, sound: SoundSource, target: Source) -> SoundSource:
        """``sound`` as it lies under the picture; itself where nothing is to be done."""
        if self == Place() and sound.rate == target.rate and sound.channels <= target.channels:
            return sound
        return Aligned(
            sound,
            rate=target.rate,
            channels=target.channels,
            delay=self.delay,
            speed=self.speed,
            swapped=self.swapped,
        )

    def is_in_step(self, recipe: Recipe, target: Source) -> bool:
        """Whether the original begins with the picture and runs with it, but for a column."""
        hop = recipe.hop_seconds * target.rate
        return max(abs(self.delay), abs(self.speed - 1) * target.sample_count) < hop


def under(
    sound: SoundSource,
    picture: Callable[[], Iterable[Pixels]],
    recipe: Recipe,
    target: Source,
    *,
    in_step: bool = False,
    trusted: bool = False,
) -> SoundSource | None:
    """``sound`` as it lies under a picture; None if it does not fit.

    Args:
        sound: at any rate.
        picture: gives ``[recipe.rows, any number, 3]`` blocks, from left to right.
        recipe: what they mean.
        target: rate, channels and length of the sound that the picture is of.
        in_step: it fits only if it begins with the picture, and runs with it.
        trusted: where it does not fit, it lies where it is: the picture is known to be its own.
    """
    place = find(sound, picture, recipe, target) or (Place() if trusted else None)
    if place is None or (in_step and not place.is_in_step(recipe, target)):
        return None
    return place.put(sound, target)


def find(
    sound: SoundSource, picture: Callable[[], Iterable[Pixels]], recipe: Recipe, target: Source
) -> Place | None:
    """Where ``sound`` lies under a picture; None if it is not what was drawn.

    Arguments are those of `under`.
    """
    mapping = Mapping.of(recipe, target.rate)
    brought = Place().put(sound, target)
    swapped = _fits_where_it_is(brought, picture(), target.channels, mapping)
    if swapped is not None:
        return Place(swapped=swapped)
    excerpts = excerpts_of(picture(), mapping.columns(target.sample_count), target.channels, recipe)
    for speed in _speeds(sound, target):
        brought = replace(Place(), speed=speed).put(sound, target)
        line, matching = search(excerpts, brought, mapping)
        if not matching:
            continue
        heard = heard_around(line, matching, brought, mapping)
        line = exact(line, heard, mapping)
        drawn = [(one.excerpt.ink, drawn_on(one, line, 0, mapping)) for one in heard]
        if max(correlation(*map(movements, pair)) for pair in drawn) >= LEAST_FIT:
            sides = sum(same_sides(*pair) for pair in drawn)
            return _rounded(line, speed, sides < -LEAST_FIT * len(drawn), target)
    return None


def _speeds(sound: SoundSource, target: Source) -> list[float]:
    """Speeds to try: its own, what makes it as long as the picture, twice and half."""
    same = sound.sample_count * target.rate / (sound.rate * target.sample_count)
    speeds = [1.0, same, 2.0, 0.5]
    return [
        speed
        for n, speed in enumerate(speeds)
        if 0.2 < speed < 5 and all(abs(speed / other - 1) > MOST_DRIFT for other in speeds[:n])
    ]


def _fits_where_it_is(
    sound: SoundSource, picture: Iterable[Pixels], channels: int, mapping: Mapping
) -> bool | None:
    """Whether ``sound`` fits with its channels swapped (or as it is); None if it does not fit."""
    analysis = Analysis(sound.blocks(_BLOCK_SAMPLES), sound.channels, mapping)
    late: list[tuple[float, float]] = []
    sides, pieces = 0.0, 0
    black = 10 ** (mapping.recipe.floor_db / 10)
    for pixels in regrouped(picture, _PIECE):
        power, _ = analysis.take(pixels.shape[1])
        moves = pixels.shape[1] > 1 and pixels.any() and float(power.max()) > black
        if not moves:  # silence tells nothing, nor does a moment
            continue
        seen = ink_of_pixels(pixels, mapping.recipe, colours(channels))
        drawn = ink_of_power(power, mapping.recipe)
        if correlation(movements(seen), movements(drawn)) >= LEAST_FIT or is_same(
            seen, drawn, mapping.recipe
        ):
            late.append(late_by(seen, drawn, np.gradient(drawn.mean(axis=0), axis=0)))
            sides += same_sides(seen, drawn)
        pieces += 1
        if pieces == _FIRST_PIECES:
            break
    if pieces == 0:
        return False
    if not late:
        return None
    hops, errors = np.array(late).T * mapping.gabor.hop
    weights = 1 / np.maximum(errors, 1e-3) ** 2
    mean, error = (weights * hops).sum() / weights.sum(), weights.sum() ** -0.5
    if abs(mean) > max(0.5, 4 * error) or (np.abs(hops) > np.maximum(2, 4 * errors)).any():
        return None
    return sides < -LEAST_FIT * len(late)


def _rounded(line: Line, speed: float, swapped: bool, target: Source) -> Place:
    """The place on a ``line``: to the sample, and without a drift of less than one."""
    drift = line.drift if abs(line.drift) * target.sample_count > 0.5 else 0.0
    shift = line.shift + (line.drift - drift) * target.sample_count / 2
    return Place(round(-shift / (1 + drift)), speed * (1 + drift), swapped)
