"""BMP (8 bits, no text) and, for reading only, GIF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile

from eidophone.base.arrays import Pixels
from eidophone.files.image.model import ImageFile
from eidophone.files.image.pillow import open_image, pixels_of


def read(path: Path, max_pixels: int | None) -> ImageFile:
    """The image in the BMP file at ``path``."""
    with path.open("rb") as file:
        image = open_image(lambda: BmpImageFile(file), max_pixels)
        return ImageFile(pixels_of(image), format="BMP")


def read_gif(path: Path, max_pixels: int | None) -> ImageFile:
    """The first frame of the GIF file at ``path``."""
    with path.open("rb") as file:
        image = open_image(lambda: GifImageFile(file), max_pixels)
        return ImageFile(pixels_of(image), format="GIF")


def write(
    path: Path,
    pixels: Pixels,
    text: Mapping[str, str],  # noqa: ARG001
    original: bytes | None,  # noqa: ARG001
    quality: int | None,  # noqa: ARG001
) -> None:
    """Write uint8 ``pixels`` as a BMP file; it has no place for text."""
    Image.fromarray(pixels).save(path, "BMP")
