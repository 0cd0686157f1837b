"""Planning: what the frames of a film will be, from what was asked for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from eidophone.base.errors import FilmError
from eidophone.film.facts import FilmFacts, check_kind, hop_of
from eidophone.film.instants import instants_recipe
from eidophone.film.looks import look_of
from eidophone.film.settings import FRAME_SIZE, Kind
from eidophone.picture.facts import Source
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import rows_beside_strip
from eidophone.picture.settings import OVERLAP
from eidophone.picture.strip import min_width
from eidophone.sound.sound import SoundSource

#: Frames per second, unless another rate is asked for. Pages have as many as it takes.
USUAL_FPS: dict[Kind, Fraction] = {"scroll": Fraction(30), "instants": Fraction(60)}

#: Bytes that a strip says of a film in a preset's recipe.
_STRIP_BYTES = 23


def plan(
    sound: SoundSource,
    kind: Kind,
    *,
    recipe: Recipe,
    fps: Fraction | None,
    size: int,
    width: int | None,
    overlap: float,
    look: str,
    now_line: bool,
    strip: bool,
) -> FilmFacts:
    """The facts of the film of ``sound``; arguments are those of `encode_film`.

    Raises:
        FilmError: a value is out of its range.
    """
    check_kind(kind)
    _check(kind, size, width, overlap, now_line)
    width = width or size
    if look:
        _check_coloured(look, strip)
    elif kind == "instants" and width != size:
        raise FilmError(
            f"instants {width} pixels wide and {size} high: they are square, or have a look"
        )
    height = _rows_beside_strip(size, width) if strip else size
    if kind == "instants":
        fps = fps or USUAL_FPS[kind]
        recipe = instants_recipe(recipe, fps, min(height, width))
        if look:  # eyes need one column
            recipe = replace(recipe, hop_seconds=1 / float(fps), window_seconds=0.5)
    else:
        recipe = recipe.with_rows(height)
        fps = _rate_of_windows(kind, fps, width, recipe, overlap)
    return FilmFacts(
        kind=kind,
        recipe=recipe.for_rate(sound.rate),
        source=Source(rate=sound.rate, channels=sound.channels, sample_count=sound.sample_count),
        fps=fps,
        width=height if kind == "instants" and strip else width,
        height=size,
        look=look,
        now_line=now_line,
        strip=strip,
    )


def _rate_of_windows(
    kind: Kind, fps: Fraction | None, width: int, recipe: Recipe, overlap: float
) -> Fraction:
    """Pages a second, or frames a second of a scroll; ``fps`` are the frames that are shown."""
    shown = width * hop_of(recipe)
    if kind == "scroll":
        if fps is not None and fps * shown < 1:
            raise FilmError(
                f"a scroll at {float(fps):g} frames per second leaves out what is between them: "
                f"use {float(1 / shown):.3g} at least"
            )
        return fps or USUAL_FPS[kind]
    rate = 1 / (max(1, round(width * (1 - overlap))) * hop_of(recipe))
    if fps is not None and fps < rate:
        raise FilmError(
            f"{float(fps):g} frames per second are too few for {float(rate):.3g} pages per second"
        )
    return rate


def _rows_beside_strip(size: int, width: int) -> int:
    if min(size, width) < min_width(_STRIP_BYTES):
        raise FilmError(
            f"frames of {min(size, width)} pixels are too small for a margin strip: it needs "
            f"{min_width(_STRIP_BYTES)}"
        )
    return rows_beside_strip(size)


def _check(kind: Kind, size: int, width: int | None, overlap: float, now_line: bool) -> None:
    FRAME_SIZE.check("size", size, int, FilmError)
    if width is not None:
        FRAME_SIZE.check("width", width, int, FilmError)
    OVERLAP.check("overlap", overlap, float, FilmError)
    if overlap and kind != "pages":
        raise FilmError(f"an overlap of {overlap}: only pages have one, not {kind}")
    if now_line and kind != "scroll":
        raise FilmError(f"only a scroll has a line through the present, not {kind}")


def _check_coloured(look: str, strip: bool) -> None:
    look_of(look)
    if strip:
        raise FilmError(f"a film with the look {look!r} cannot be decoded: a strip is of no use")
