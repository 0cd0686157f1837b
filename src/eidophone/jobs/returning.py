"""Returning: whether pictures are all of those that were drawn of a sound, and how that was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from eidophone.base.errors import tell
from eidophone.bridge.journeys import are_whole
from eidophone.jobs.pictures import load_picture
from eidophone.jobs.settings import Decoding
from eidophone.picture.fit import fitted_columns
from eidophone.picture.picture import Picture, Source
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Cut
from eidophone.sound.sound import SoundSource

#: Squares that do not say what they share are tried at so many parts of their width.
_OVERLAPS = tuple(number / 16 for number in range(15))


class Drawn(NamedTuple):
    """How pictures were drawn.

    Attributes:
        recipe: with which.
        cut: how the columns were cut into them.
        dtype: of their pixels.
    """

    recipe: Recipe
    cut: Cut
    dtype: str


class _Seen(NamedTuple):
    """What is to be known of a picture, without its pixels."""

    recipe: Recipe
    source: Source | None
    columns: int
    height: int
    dtype: str
    guessed: bool
    foreign: bool


def drawn_of(paths: list[Path], sound: SoundSource, how: Decoding) -> Drawn | None:
    """How the pictures at ``paths`` were drawn of ``sound``, if they are all of it; else None."""
    seen = [_seen(load_picture(path, how)) for path in paths]
    first = seen[0]
    if any(one.foreign or not _may_be_of(one, sound) for one in seen):
        return None
    recipe = first.recipe.for_rate(sound.rate) if first.guessed else first.recipe
    if first.guessed and len(seen) > 1:
        recipe = recipe.with_rows(first.height)
    columns = recipe.columns(sound.sample_count, sound.rate)
    cuts = [one for one in _cuts(seen, recipe, columns, how) if _fits(one, seen, columns)]
    cut = cuts[0] if cuts else None
    pixels = (load_picture(path, how).pixels for path in paths)
    if cut is None or not are_whole(sound, pixels, recipe=recipe, cut=cut):
        return None
    places = {tuple(one.places(columns)) for one in cuts}
    if len(seen) > 1 and first.source is None and len(places) > 1 and how.overlap is None:
        shared = 1 - cut.step / cut.width
        tell(f"guessed, as nothing says it: pictures share {shared:.2g}; settle it with `overlap`")
    return Drawn(recipe, cut, first.dtype)


def _seen(picture: Picture) -> _Seen:
    return _Seen(
        picture.recipe,
        picture.source,
        fitted_columns(picture),
        picture.height,
        str(picture.pixels.dtype),
        picture.guessed,
        bool(picture.drawn_by),
    )


def _may_be_of(seen: _Seen, sound: SoundSource) -> bool:
    """Whether what it says of its sound, if anything, is true of ``sound``."""
    source = seen.source
    known = None if source is None else (source.rate, source.channels, source.sample_count)
    return known in (None, (sound.rate, sound.channels, sound.sample_count))


def _cuts(seen: list[_Seen], recipe: Recipe, columns: int, how: Decoding) -> Iterator[Cut]:
    """The ways in which they can have been cut, the likeliest first."""
    width, rows = seen[0].columns, recipe.rows
    if len(seen) == 1:
        yield Cut(columns, columns)
        yield Cut.squares(rows, 0)
        return
    firsts = [one.source.first_column for one in seen if one.source is not None]
    if len(firsts) == len(seen):
        step = firsts[1] - firsts[0]
        if step > 0:
            yield Cut(width, step, even=True)
            yield Cut(width, step)
    elif not firsts:
        likeliest = how.overlap or 0.0
        for overlap in sorted(_OVERLAPS, key=lambda one: abs(one - likeliest)):
            yield Cut.squares(rows, overlap)


def _fits(cut: Cut, seen: list[_Seen], columns: int) -> bool:
    """Whether so many ``columns``, ``cut`` so, become pictures that lie where these say."""
    places = cut.places(columns)
    if len(places) != len(seen):
        return False
    return all(
        one.source is None or one.source.first_column == where.first
        for one, where in zip(seen, places, strict=True)
    )
