"""Zips: pictures that belong together as one file, and back; hostile ones are refused."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from eidophone.base.atomic import atomic_path
from eidophone.base.errors import PictureError
from eidophone.files.kinds import PICTURE_SUFFIXES, by_number

#: Pictures in a zip, and their bytes when they are taken out, at most.
_MOST_PICTURES, _MOST_BYTES = 20_000, 8 << 30

#: Bytes that are copied at a time.
_CHUNK = 1 << 20


def packed(pictures: Sequence[Path], target: Path) -> None:
    """Write ``pictures``, which are small already, into the zip file ``target``.

    The same pictures make the same file: nothing in it says when.
    """
    with atomic_path(target) as temporary, ZipFile(temporary, "w", ZIP_STORED) as file:
        for path in pictures:
            with path.open("rb") as source, file.open(ZipInfo(path.name), "w") as place:
                shutil.copyfileobj(source, place, _CHUNK)


def unpacked(path: Path, folder: Path, most: int | None = None) -> list[Path]:
    """The pictures in the zip file at ``path``, written into ``folder``, in their order.

    Args:
        path: of the zip file.
        folder: an empty one.
        most: no more than so many, the first; None: all.

    Raises:
        PictureError: there are none, or too many, or it is broken.
    """
    try:
        with ZipFile(path) as file:
            return _unpacked(file, path, folder, most)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise PictureError(f"{path} is a zip that cannot be read: {error}") from None


def _unpacked(file: ZipFile, path: Path, folder: Path, most: int | None) -> list[Path]:
    inside = sorted(filter(_is_picture, file.infolist()), key=_order)
    if not inside:
        raise PictureError(f"there are no pictures in {path}")
    if len(inside) > _MOST_PICTURES:
        raise PictureError(f"there are {len(inside)} pictures in {path}: at most {_MOST_PICTURES}")
    found, left = [], _MOST_BYTES
    for number, one in enumerate(inside[:most]):
        suffix = PurePosixPath(one.filename).suffix.lower()
        target = folder / f"{number + 1:06d}{suffix}"  # no name of theirs leads anywhere
        with file.open(one) as source, target.open("wb") as place:
            while chunk := source.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    raise PictureError(f"what is in {path} is larger than {_MOST_BYTES >> 30} GiB")
                place.write(chunk)
        found.append(target)
    return found


def _is_picture(one: ZipInfo) -> bool:
    inside = PurePosixPath(one.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in inside.parts)
    return not (one.is_dir() or hidden) and inside.suffix.lower() in PICTURE_SUFFIXES


def _order(one: ZipInfo) -> tuple[list[int | str], str]:
    return by_number(Path(one.filename))
