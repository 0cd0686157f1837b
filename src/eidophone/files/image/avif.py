"""AVIF, for reading only."""

from __future__ import annotations

from pathlib import Path

from PIL import features
from PIL.AvifImagePlugin import AvifImageFile

from eidophone.base.errors import PictureError
from eidophone.files.image.model import ImageFile
from eidophone.files.image.pillow import open_photo, orientation_of, pixels_of, text_of, upright


def read(path: Path, max_pixels: int | None) -> ImageFile:
    """The image in the AVIF file at ``path``; of animated ones the first frame."""
    if not features.check("avif"):
        raise PictureError("it is AVIF, which this Pillow was built without: save it as PNG")
    with path.open("rb") as file:
        image = open_photo(lambda: AvifImageFile(file), max_pixels)
        pixels = upright(pixels_of(image), orientation_of(image))
        return ImageFile(pixels, text_of(image), None, "AVIF", image.info.get("icc_profile"))
