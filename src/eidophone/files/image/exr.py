"""OpenEXR: float32 with 1.0 = full scale. Text is the standard attribute ``comments``."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Pixels
from eidophone.base.errors import MissingExtraError, PictureError
from eidophone.files.image.model import (
    PARSING,
    ImageFile,
    check_size,
    text_from_json,
    text_to_json,
    to_rgb,
)

_TEXT_ATTRIBUTE = "comments"
_MAX_CHANNELS = 16
_DEPTH = 4  # bytes of a value


def read(path: Path, max_pixels: int | None) -> ImageFile:
    """The first part of the EXR file at ``path``: its colours, or else its grey.

    Colours of EXR files are multiplied by alpha already, which is to say composited over black.
    """
    exr = _openexr()
    header = _checked_header(exr, path, max_pixels)
    with PARSING, redirect_stdout(StringIO()) as said:  # it prints what it cannot decode
        channels = exr.File(str(path), separate_channels=True).channels()
    if said.getvalue():
        raise PictureError("it is damaged: not all of its pixels can be decoded")
    comment = header.get(_TEXT_ATTRIBUTE)
    text = text_from_json(comment.encode()) if isinstance(comment, str) else {}
    return ImageFile(to_rgb(_samples(channels)), text, None, "EXR")


def write(
    path: Path,
    pixels: Pixels,
    text: Mapping[str, str],
    original: bytes | None,  # noqa: ARG001
    quality: int | None,  # noqa: ARG001
) -> None:
    """Write float32 ``pixels`` as an EXR file, losslessly compressed."""
    exr = _openexr()
    header = {"compression": exr.ZIP_COMPRESSION, "type": exr.scanlineimage}
    if text:
        header[_TEXT_ATTRIBUTE] = text_to_json(text).decode("ascii")
    exr.File(header, {"RGB": np.ascontiguousarray(pixels)}).write(str(path))


def _openexr() -> ModuleType:
    try:
        import OpenEXR  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "EXR files need OpenEXR: install it with  pip install 'eidophone[exr]'"
        ) from None
    return OpenEXR


def _checked_header(exr: ModuleType, path: Path, max_pixels: int | None) -> dict[str, Any]:
    """Header of the first part; all parts are read together, so their sum has to fit.

    (The older ``InputFile`` reads single channels, but broken files crash it.)
    """
    headers = [part.header for part in exr.File(str(path), header_only=True).parts]
    if not headers:
        raise PictureError("it holds no image")
    total = 0
    for header in headers:
        (left, top), (right, bottom) = header["dataWindow"]
        width, height = int(right) - int(left) + 1, int(bottom) - int(top) + 1
        check_size(width, height, max_pixels, _DEPTH)
        total += width * height
        if len(header["channels"]) > _MAX_CHANNELS:
            raise PictureError(f"it has more than {_MAX_CHANNELS} channels")
    check_size(total, 1, max_pixels, _DEPTH)
    return dict(headers[0])


def _samples(channels: Mapping[str, Any]) -> NDArray[Any]:
    """``[height, width, 3 or 1]`` samples of the channels R, G, B, or else Y, or else the first."""
    if not channels:
        raise PictureError("it holds no channels")
    names = ["R", "G", "B"]
    if not channels.keys() >= set(names):
        names = ["Y"] if "Y" in channels else [min(channels)]
    planes = [channels[name].pixels for name in names]
    if any(plane.ndim != 2 or plane.shape != planes[0].shape for plane in planes):
        raise PictureError("its channels differ in size")
    return np.stack(planes, axis=-1)
