"""Image files: pixels and text to PNG, JPEG, WebP, TIFF, BMP, EXR and back; no sound in here.

Any picture reads, whatever its mode, and whatever its name says: files are known by content.
Reading is bounded, and what is broken gives one line. Writing keeps the depth of the pixels or
refuses, and is atomic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import atomic_path
from eidophone.base.errors import EidophoneError, PictureError, tell
from eidophone.files.image import avif, bmp, exr, jpeg, png, tiff, webp
from eidophone.files.image.model import MAX_TEXT_BYTES, ImageFile, check_finite, to_rgb
from eidophone.files.image.profiles import to_srgb
from eidophone.files.kinds import MAX_PICTURE_PIXELS
from eidophone.files.probing import kind_of_bytes

__all__ = [
    "ImageFile",
    "check_finite",
    "max_side",
    "read_image",
    "to_rgb",
    "write_image",
]

#: What viewers and editors stand, in formats which could hold more.
_COMMON_MAX_SIDE = 65_535


class _Writer(Protocol):
    def __call__(
        self,
        path: Path,
        pixels: Pixels,
        text: Mapping[str, str],
        original: bytes | None,
        quality: int | None,
    ) -> None: ...


@dataclass(frozen=True)
class _Format:
    name: str
    suffixes: tuple[str, ...]
    depths: tuple[str, ...]
    write: _Writer
    max_side: int = _COMMON_MAX_SIDE
    has_quality: bool = False
    carries_original: bool = False


_FORMATS = (
    _Format("PNG", (".png",), ("uint8", "uint16"), png.write, carries_original=True),
    _Format("JPEG", (".jpg", ".jpeg"), ("uint8",), jpeg.write, 65_500, has_quality=True),
    _Format(
        "WebP", (".webp",), ("uint8",), webp.write, 16_383, has_quality=True, carries_original=True
    ),
    _Format(
        "TIFF", (".tif", ".tiff"), ("uint8", "uint16", "float32"), tiff.write, carries_original=True
    ),
    _Format("BMP", (".bmp",), ("uint8",), bmp.write),
    _Format("EXR", (".exr",), ("float32",), exr.write),
)
_READERS = {
    "PNG": png.read,
    "JPEG": jpeg.read,
    "WebP": webp.read,
    "TIFF": tiff.read,
    "BMP": bmp.read,
    "GIF": bmp.read_gif,
    "EXR": exr.read,
    "AVIF": avif.read,
}

#: By which they are known.
_HEAD_BYTES = 64

_KEY = re.compile(r"[!-~](?:[ -~]{0,77}[!-~])?")


def read_image(path: str | Path, *, max_pixels: int | None = MAX_PICTURE_PIXELS) -> ImageFile:
    """Read the image file at ``path``, by its content: one of those written, GIF or AVIF.

    Colours become sRGB by the file's colour profile, alpha is composited over black, EXIF rotation
    is applied, and of several images the first is taken. 16-bit and float files keep their depth.

    Args:
        path: the file.
        max_pixels: refuse larger images, going by their header; None for no limit.

    Raises:
        PictureError: it is not there, not an image, broken or too large, or not finite.
        MissingExtraError: it is an EXR file, and OpenEXR is not installed.
    """
    path = Path(path)
    try:
        image = _read(path, max_pixels)
    except PictureError as error:
        raise PictureError(f"cannot read {path}: {error}") from None
    except EidophoneError:
        raise
    except MemoryError:
        raise PictureError(f"cannot read {path}: there is not enough memory for it") from None
    except Exception as error:  # decoders raise anything on broken files
        raise PictureError(f"cannot read {path}: {_reason(error)}") from error
    return _in_srgb(image, path)


def write_image(
    path: str | Path,
    pixels: Pixels,
    text: Mapping[str, str] | None = None,
    *,
    original: bytes | None = None,
    quality: int | None = None,
    overwrite: bool = False,
) -> None:
    """Write ``pixels`` to ``path``, in the format that its suffix names.

    ====== ======================= ============== ========== ==================
    suffix pixels                  text           original   quality
    ====== ======================= ============== ========== ==================
    .png   uint8, uint16           iTXt           chunk eiDO lossless
    .jpg   uint8                   EXIF, 64 kB    -          95 unless given
    .webp  uint8                   EXIF           chunk eiDO lossless, or given
    .tif   uint8, uint16, float32  description    tag 65142  lossless
    .bmp   uint8                   -              -          lossless
    .exr   float32                 comments       -          lossless
    ====== ======================= ============== ========== ==================

    Args:
        path: the file; its folder must exist.
        pixels: ``[height, width, 3]`` RGB.
        text: entries for the file's metadata; keys of 1 to 79 ASCII characters.
        original: a whole other file to carry along.
        quality: 1 to 100, for JPEG and WebP; WebP without it is lossless.
        overwrite: replace a file that is there already.

    Raises:
        PictureError: the format is unknown or cannot hold this.
        OutputError: there is a file already, no such folder, no permission.
        MissingExtraError: it is an EXR file, and OpenEXR is not installed.
    """
    path = Path(path)
    text = {} if text is None else text
    kind = _format_of(path)
    _check_pixels(path, pixels, kind)
    _check_text(text)
    if quality is not None:
        _check_quality(path, quality, kind)
    if original is not None and not kind.carries_original:
        raise PictureError(f"{path}: {kind.name} cannot carry a file: use .png, .tif or .webp")
    with atomic_path(path, overwrite=overwrite) as temporary:
        try:
            kind.write(temporary, pixels, text, original, quality)
        except PictureError as error:
            raise PictureError(f"cannot write {path}: {error}") from None


def max_side(path: str | Path) -> int:
    """Most pixels that the width or height of a picture written to ``path`` may have.

    Raises:
        PictureError: the suffix names no known format.
    """
    return _format_of(Path(path)).max_side


def _read(path: Path, max_pixels: int | None) -> ImageFile:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise PictureError("it is empty")
    kind = kind_of_bytes(head)
    if kind is None or kind.holds != "picture":
        raise PictureError(f"it is not a {', '.join(_READERS)} image")
    if kind.instead:
        raise PictureError(f"it is {kind.name}, which is not read here: {kind.instead}")
    image = _READERS[kind.name](path, max_pixels)
    check_finite(image.pixels)
    return image


def _in_srgb(image: ImageFile, path: Path) -> ImageFile:
    """``image`` in sRGB, whatever its colour profile says that its pixels mean."""
    if image.colours is None:
        return image
    if isinstance(image.colours, bytes):
        pixels, note = to_srgb(image.pixels, image.colours)
        if note:
            tell(f"{path}: {note}")
    else:
        pixels = image.colours.to_srgb(image.pixels)
    return replace(image, pixels=pixels)


def _reason(error: Exception) -> str:
    """One line of bearable length for what a decoder raised."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    first = str(error).strip().partition("\n")[0][:200]
    return f"it is damaged ({type(error).__name__}: {first})"


def _format_of(path: Path) -> _Format:
    for kind in _FORMATS:
        if path.suffix.lower() in kind.suffixes:
            return kind
    known = ", ".join(suffix for kind in _FORMATS for suffix in kind.suffixes)
    raise PictureError(f"{path} does not end like a picture: use {known}")


def _check_pixels(path: Path, pixels: Pixels, kind: _Format) -> None:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
        raise PictureError(f"pixels are [height, width, 3], not {list(pixels.shape)}")
    if pixels.dtype.name not in kind.depths:
        others = [other.suffixes[0] for other in _FORMATS if pixels.dtype.name in other.depths]
        advice = f"use {' or '.join(others)}, or convert them" if others else "convert them"
        raise PictureError(f"{path}: {kind.name} cannot hold {pixels.dtype} pixels: {advice}")
    if max(pixels.shape) > kind.max_side:
        height, width, _ = pixels.shape
        raise PictureError(
            f"{path}: {kind.name} holds up to {kind.max_side} pixels a side, not "
            f"{width} x {height}: split the picture"
        )


def _check_text(text: Mapping[str, str]) -> None:
    for key, value in text.items():
        if not _KEY.fullmatch(key):
            raise PictureError(f"{key!r} cannot name a text: use 1 to 79 ASCII characters")
        if len(value.encode("utf-8", "replace")) > MAX_TEXT_BYTES:
            raise PictureError(f"text {key!r} is over {MAX_TEXT_BYTES} bytes: shorten it")


def _check_quality(path: Path, quality: int, kind: _Format) -> None:
    if not kind.has_quality:
        raise PictureError(f"{path}: {kind.name} has no quality, it is lossless: leave it out")
    if isinstance(quality, bool) or not isinstance(quality, (int, np.integer)):
        raise PictureError(f"quality is {quality!r}: it must be a whole number")
    if not 1 <= quality <= 100:
        raise PictureError(f"quality is {quality}: it must be 1 to 100")
