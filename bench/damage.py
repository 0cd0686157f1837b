"""What outside programs do to pictures: they recompress, shrink, and drop the metadata."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from numpy.typing import NDArray
from PIL import Image


@dataclass(frozen=True)
class Damage:
    """One way in which a picture comes back.

    Attributes:
        name: what the tables call it.
        jpeg_quality: of recompression; None keeps every pixel.
        scale: of both sides.
    """

    name: str
    jpeg_quality: int | None = None
    scale: float = 1.0

    def write(self, pixels: NDArray, folder: Path) -> Path:
        """Write ``pixels`` ``[height, width, 3]`` as they come back, without any metadata."""
        image = Image.fromarray(pixels)
        if self.scale != 1:
            size = [round(side * self.scale) for side in image.size]
            image = image.resize(size, Image.Resampling.BICUBIC)
        if self.jpeg_quality is None:
            path = folder / "damaged.png"
            image.save(path)
        else:
            path = folder / "damaged.jpg"
            image.save(path, quality=self.jpeg_quality)
        return path


JPEG_85 = Damage("JPEG 85", jpeg_quality=85)
JPEG_50 = Damage("JPEG 50", jpeg_quality=50)
SMALLER = Damage("scaling by 0.75", scale=0.75)

#: Neither side becomes a whole number of pixels, so that their ratio, which says how long the
#: sound lasts, changes a little.
ODD = Damage("scaling by 0.7", scale=0.7)
