"""Drawings: what a sound file becomes as pictures, ours or those of another program's world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError
from eidophone.files.image import max_side
from eidophone.files.kinds import FILM_FORMATS, PICTURE_FORMATS, PictureFormat
from eidophone.jobs.settings import Encoding
from eidophone.picture.codec import encode_blocks
from eidophone.picture.exposure import exposed, looked_at
from eidophone.picture.foreign.drawing import RIFFUSION_ROWS, RiffusionDrawing
from eidophone.picture.picture import Picture, Source
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Cut, rows_beside_strip
from eidophone.picture.strip import min_width
from eidophone.sound.sound import SoundSource

#: Bytes of pixels that one picture may have; more become several pictures.
_PICTURE_BYTES = 64 * 1024 * 1024

#: Bytes of an original file that a picture may carry: it is held in memory.
_MOST_ORIGINAL_BYTES = 1024 * 1024 * 1024

#: Bytes that a strip must carry for a square of a preset.
_STRIP_BYTES = 18

_SUFFIXES = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".bmp": "bmp",
    ".exr": "exr",
}


class Drawing(Protocol):
    """A sound on its way to pictures.

    Attributes:
        columns: how many it has.
        cut: how they are cut into pictures.
    """

    columns: int
    cut: Cut

    def blocks(self) -> Iterator[Pixels]:
        """All columns, ``[rows, n, 3]`` block after block."""

    def save(self, pixels: Pixels, first: int, path: Path) -> None:
        """Write the picture ``path`` of the columns from ``first`` on."""


def drawing_of(sound: SoundSource, sound_path: Path, target: Path, how: Encoding) -> Drawing:
    """The drawing of ``sound``, which is in the file ``sound_path``, for the pictures ``target``.

    Raises:
        EidophoneError: it cannot be drawn so.
    """
    form = picture_format(how.format, target)
    if how.drawn_for == "riffusion":
        return _ForRiffusion(sound, target, how, form)
    return _Ours(sound, sound_path, target, how, form)


def picture_format(name: str | None, path: Path) -> PictureFormat:
    """The format called ``name``, or the one that the suffix of ``path`` means.

    Raises:
        PictureError: there is no such format, or its suffix is another one.
    """
    by_suffix = _SUFFIXES.get(path.suffix.lower())
    chosen = name or by_suffix
    if chosen is None or chosen not in PICTURE_FORMATS:
        what = repr(name) if name else f"{path.suffix!r} ({path})"
        raise PictureError(
            f"there is no format {what}: pictures are {', '.join(PICTURE_FORMATS)}; "
            f"films {', '.join(FILM_FORMATS)}"
        )
    found = PICTURE_FORMATS[chosen]
    if path.suffix and by_suffix and PICTURE_FORMATS[by_suffix].suffix != found.suffix:
        raise PictureError(f"{path}: a picture of format {chosen} is named {found.suffix}")
    return found


def drawn_as(how: Encoding, sound: SoundSource, target: Path) -> tuple[Recipe, Cut]:
    """The recipe of the pictures ``target`` of ``sound`` before exposure, and their cut."""
    rows = how.size
    if rows is not None and how.strip:
        rows = rows_beside_strip(rows)
    recipe = (how.recipe if rows is None else how.recipe.with_rows(rows)).for_rate(sound.rate)
    return recipe, _cut(how, recipe, target, picture_format(how.format, target))


class _Ours:
    """A sound as our pictures."""

    def __init__(
        self,
        sound: SoundSource,
        sound_path: Path,
        target: Path,
        how: Encoding,
        form: PictureFormat,
    ) -> None:
        self._sound, self._path, self._how, self._form = sound, sound_path, how, form
        self._unexposed, self.cut = drawn_as(how, sound, target)
        self.columns = self._unexposed.columns(sound.sample_count, sound.rate)

    @cached_property
    def _recipe(self) -> Recipe:
        return exposed(self._unexposed, self._sound, self._how.exposure)

    def blocks(self) -> Iterator[Pixels]:
        return looked_at(encode_blocks(self._sound, self._recipe, dtype=self._form.dtype))

    def save(self, pixels: Pixels, first: int, path: Path) -> None:
        how, sound = self._how, self._sound
        source = Source(
            rate=sound.rate,
            channels=sound.channels,
            sample_count=sound.sample_count,
            first_column=first,
        )
        picture = Picture(pixels, self._recipe, source)
        if first == 0 and how.carry_original:
            picture = replace(picture, original=_original(self._path), choice=how.choice)
        picture.save(path, quality=self._form.quality, strip=how.strip, overwrite=how.overwrite)


class _ForRiffusion:
    """A sound as pictures for the programs of riffusion, which read one height only."""

    def __init__(
        self, sound: SoundSource, target: Path, how: Encoding, form: PictureFormat
    ) -> None:
        if how.size not in (None, RIFFUSION_ROWS) or form.suffix not in (".png", ".jpg"):
            raise PictureError(
                f"riffusion reads .png and .jpg of {RIFFUSION_ROWS} rows: write these, whole or "
                f"with `size` {RIFFUSION_ROWS}"
            )
        if how.strip or how.carry_original or how.exposure or how.recipe != Encoding.recipe:
            raise PictureError(
                "riffusion has a recipe and an exposure of its own, no strip, and carries no "
                "original"
            )
        self._drawing, self._how, self._form = RiffusionDrawing(sound), how, form
        self.columns = self._drawing.columns
        width = max_side(target)
        self.cut = Cut(width, width) if how.size is None else Cut.squares(how.size, how.overlap)

    def blocks(self) -> Iterator[Pixels]:
        return self._drawing.blocks()

    def save(self, pixels: Pixels, first: int, path: Path) -> None:  # noqa: ARG002
        self._drawing.save(pixels, path, quality=self._form.quality, overwrite=self._how.overwrite)


def _cut(how: Encoding, recipe: Recipe, target: Path, form: PictureFormat) -> Cut:
    if how.size is not None:
        if how.strip and how.size < min_width(_STRIP_BYTES):
            raise PictureError(
                f"squares of {how.size} pixels are too small for a margin strip: "
                f"it needs {min_width(_STRIP_BYTES)}"
            )
        return Cut.squares(how.size, how.overlap)
    affordable = _PICTURE_BYTES // (recipe.rows * 3 * np.dtype(form.dtype).itemsize)
    width = min(max_side(target), affordable)
    return Cut(width, width)


def _original(path: Path) -> bytes:
    size = path.stat().st_size
    if size > _MOST_ORIGINAL_BYTES:
        raise PictureError(f"{path} has {size:,} bytes: too large to be carried in a picture")
    return path.read_bytes()
