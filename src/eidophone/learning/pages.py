"""Pages: tracks as JPEG pictures, as a model keeps them, and back.

A model must be able to make sounds without the files that it was made of. As JPEG of quality 90,
levels take 24 kB a second in mono and 36 in stereo, and sound like those that were not compressed
(Zimtohrli MOS 4.96 beside them).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from eidophone.base.arrays import UInt8
from eidophone.base.errors import LearnError
from eidophone.learning.grid import ROWS

_QUALITY = 90

#: Columns of a page: JPEG knows no wider picture than 65,535.
PAGE_COLUMNS = 16_384


def pages_of(levels: UInt8) -> Iterator[UInt8]:
    """Bytes ``[colours, columns, rows]`` as JPEG files, each as bytes ``[n]``."""
    pixels = levels[0].T[::-1] if len(levels) == 1 else levels.transpose(2, 1, 0)[::-1]
    for first in range(0, levels.shape[1], PAGE_COLUMNS):
        page = io.BytesIO()
        image = Image.fromarray(np.ascontiguousarray(pixels[:, first : first + PAGE_COLUMNS]))
        image.save(page, "JPEG", quality=_QUALITY, subsampling=0)
        yield np.frombuffer(page.getvalue(), np.uint8)


def levels_of_pages(pages: Sequence[UInt8], colours: int, columns: int) -> UInt8:
    """The bytes ``[colours, columns, rows]`` that `pages_of` was given, nearly.

    Raises:
        LearnError: they are no such pages.
    """
    levels = np.empty((colours, columns, ROWS), np.uint8)
    for number, page in enumerate(pages):
        part = levels[:, number * PAGE_COLUMNS : (number + 1) * PAGE_COLUMNS]
        part[:] = _levels_of_page(page, colours, part.shape[1])
    return levels


def page_count(columns: int) -> int:
    """How many pages so many columns take."""
    return -(-columns // PAGE_COLUMNS)


def _levels_of_page(page: UInt8, colours: int, columns: int) -> UInt8:
    try:
        with Image.open(io.BytesIO(page.tobytes()), formats=("JPEG",)) as image:
            wanted = "L" if colours == 1 else "RGB"
            if image.size != (columns, ROWS) or image.mode != wanted:
                raise LearnError(f"a page of {image.size} {image.mode} is not what the model says")
            pixels = np.asarray(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise LearnError(f"a page cannot be read: {error}") from None
    if colours == 1:
        return pixels[::-1].T
    return pixels[::-1].transpose(2, 1, 0)
