"""Films opened for their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from eidophone.base.errors import FilmError
from eidophone.files.image import png
from eidophone.files.video.model import check_frame_size
from eidophone.sound import ffmpeg

#: FFmpeg, which stops at a limit without a word, gets a larger one than ours: it counts margins.
_SPARE_PIXELS = 1 << 20


@contextmanager
def opened(av: ModuleType, path: Path, max_pixels: int | None = None) -> Iterator[Any]:
    """The film at ``path`` as an ``InputContainer``.

    Raises:
        FilmError: it is not a film, has no picture, or a larger one than ``max_pixels``.
    """
    limit = {} if max_pixels is None else {"max_pixels": str(_SPARE_PIXELS + 4 * max_pixels)}
    with path.open("rb") as file:
        is_png = file.read(len(png.SIGNATURE)) == png.SIGNATURE
    refusal = FilmError(f"{path} is not a film that can be read: it is something else, or damaged")
    form = "apng" if is_png else None  # with much text, FFmpeg sees a still picture
    with ffmpeg.opened(av, path, refusal, format=form, options=limit) as film:
        context = picture_of(film, path).codec_context
        if context.width and context.height:  # else its first frame says
            check_frame_size(path, context.width, context.height, max_pixels)
        context.thread_type = "AUTO"
        context.options = limit
        yield film


def picture_of(film: Any, path: Path) -> Any:
    """The first stream of pictures that can be decoded; the cover of a record is none.

    Raises:
        FilmError: there is none.
    """
    stream = ffmpeg.picture_of(film)
    if stream is None:
        raise FilmError(f"{path} is not a film: it has no picture that can be decoded")
    return stream
