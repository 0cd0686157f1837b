"""JPEG: 8 bits, lossy. Text is the EXIF user comment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError
from eidophone.files.image.model import ImageFile
from eidophone.files.image.pillow import (
    exif_of,
    open_photo,
    orientation_of,
    pixels_of,
    text_of,
    upright,
)

DEFAULT_QUALITY = 95

_MAX_EXIF_BYTES = 65_533 - len(b"Exif\0\0")


def read(path: Path, max_pixels: int | None) -> ImageFile:
    """The image in the JPEG file at ``path``."""
    with path.open("rb") as file:
        image = open_photo(lambda: JpegImageFile(file), max_pixels)
        pixels = upright(pixels_of(image), orientation_of(image))
        return ImageFile(pixels, text_of(image), None, "JPEG", image.info.get("icc_profile"))


def write(
    path: Path,
    pixels: Pixels,
    text: Mapping[str, str],
    original: bytes | None,  # noqa: ARG001
    quality: int | None,
) -> None:
    """Write uint8 ``pixels`` as a JPEG file, its colours at full size: they are the stereo."""
    exif = exif_of(text)
    if len(exif) > _MAX_EXIF_BYTES:
        raise PictureError(
            f"JPEG holds {_MAX_EXIF_BYTES:,} bytes of text, not {len(exif):,}: "
            f"write less text, or .png"
        )
    quality = DEFAULT_QUALITY if quality is None else quality
    Image.fromarray(pixels).save(path, "JPEG", quality=quality, subsampling=0, exif=exif)
