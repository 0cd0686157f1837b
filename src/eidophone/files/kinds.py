"""Kinds: which endings sounds, pictures and films have; their formats, limits and folders."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from eidophone.base.errors import PictureError, SoundError

# fmt: off
SOUND_SUFFIXES = frozenset((
    ".wav", ".wave", ".w64", ".rf64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff",
    ".aifc", ".au", ".snd", ".caf", ".m4a", ".aac", ".mp4", ".m4v", ".mov", ".mkv", ".mka",
    ".webm", ".avi", ".wma", ".mpg", ".mpeg", ".3gp",
))
# fmt: on
PICTURE_SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".exr", ".gif")
)
# fmt: off
FILM_SUFFIXES = frozenset((
    ".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".m1v", ".m2v", ".ts",
    ".mts", ".m2ts", ".wmv", ".flv", ".3gp", ".ogv", ".mxf", ".apng", ".gif",
))
# fmt: on

#: Films that are written, by what their names end in.
FILM_FORMATS = ("mp4", "m4v", "mov", "webm", "mkv", "mpg", "mpeg", "gif", "webp", "apng")

#: Larger pictures, and films of larger frames, are refused when read, unless more is asked for.
MAX_PICTURE_PIXELS, MAX_FRAME_PIXELS = 200_000_000, 36_000_000


@dataclass(frozen=True)
class PictureFormat:
    """One way to write a picture: the suffix of its file, and NumPy's name of its pixels' type."""

    suffix: str
    dtype: str = "uint8"
    quality: int | None = None


#: The picture formats by the names that people choose them by.
PICTURE_FORMATS = {
    "png": PictureFormat(".png"),
    "png16": PictureFormat(".png", "uint16"),
    "jpeg": PictureFormat(".jpg"),
    "webp": PictureFormat(".webp"),
    "webp-lossy": PictureFormat(".webp", quality=95),
    "tiff": PictureFormat(".tif"),
    "tiff16": PictureFormat(".tif", "uint16"),
    "tiff32": PictureFormat(".tif", "float32"),
    "bmp": PictureFormat(".bmp"),
    "exr": PictureFormat(".exr", "float32"),
}


def sounds_in(folder: Path, besides: Path | None = None) -> list[Path]:
    """The sounds under ``folder``; see `files_under`.

    Raises:
        SoundError: there are none.
    """
    found = list(files_under(folder, SOUND_SUFFIXES, besides))
    if not found:
        raise SoundError(f"there are no sounds in {folder}")
    return found


def pictures_in(folder: Path, besides: Path | None = None) -> list[Path]:
    """The pictures under ``folder``; see `files_under`.

    Raises:
        PictureError: there are none.
    """
    found = list(files_under(folder, PICTURE_SUFFIXES, besides))
    if not found:
        raise PictureError(f"there are no pictures in {folder}")
    return found


def files_under(
    folder: Path, suffixes: Collection[str], besides: Path | None = None
) -> Iterator[Path]:
    """Files with one of ``suffixes``, none hidden, none in ``besides`` if that lies inside.

    Numbers in their names are in numerical order.
    """
    inside = besides is not None and besides != folder and besides.is_relative_to(folder)
    for path in sorted(folder.rglob("*"), key=by_number):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        ours = inside and besides is not None and path.is_relative_to(besides)
        if path.suffix.lower() in suffixes and not hidden and not ours and path.is_file():
            yield path


def by_number(path: Path) -> tuple[list[int | str], str]:
    """Sort key that puts page.png before page2.png, and that before page10.png."""
    parts = re.split(r"(\d+)", str(path.with_suffix("")).casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], str(path)
