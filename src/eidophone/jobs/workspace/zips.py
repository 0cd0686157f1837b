"""Zips: pictures that belong together as one file, and back; hostile ones are refused."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from io import FileIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from eidophone.base.atomic import atomic_path
from eidophone.base.errors import EidophoneError, PictureError
from eidophone.files.kinds import PICTURE_SUFFIXES, by_number
from eidophone.jobs.workspace.names import safe, same

#: Pictures in a zip, and their bytes when they are taken out, at most: of all, and of each.
_MOST_PICTURES, _MOST_BYTES, _MOST_EACH = 20_000, 8 << 30, 1 << 30

#: Bytes that are copied at a time, and of a list of what is in a zip: a name needs some hundred.
_CHUNK, _MOST_LISTED = 1 << 20, 8 << 20


def packed(pictures: Sequence[Path], target: Path) -> None:
    """Write ``pictures``, which are small already, into the zip file ``target``.

    The same pictures make the same file: nothing in it says when.
    """
    with atomic_path(target) as temporary, ZipFile(temporary, "w", ZIP_STORED) as file:
        for path in pictures:
            with path.open("rb") as source, file.open(ZipInfo(path.name), "w") as place:
                shutil.copyfileobj(source, place, _CHUNK)


def one_or_packed(pictures: Sequence[Path], target: Path) -> None:
    """`packed`; a single one is moved beside ``target`` instead, under its own name."""
    if len(pictures) == 1:
        pictures[0].replace(target.parent / pictures[0].name)
    else:
        packed(pictures, target)


def unpacked(path: Path, folder: Path, most: int | None = None) -> list[Path]:
    """The pictures in the zip file at ``path``, written into ``folder``, in their order.

    They are called as in the zip, without their folders; a number tells those of one name apart.

    Args:
        path: of the zip file.
        folder: an empty one.
        most: no more than so many, the first; None: all.

    Raises:
        PictureError: there are none, or too many, or it is broken.
    """
    try:
        with _Zip(path) as raw, ZipFile(raw) as file:
            return _unpacked(file, path, folder, most)
    except (EidophoneError, OSError, MemoryError):
        raise
    except Exception as error:  # whatever is broken in it is said by another library
        raise PictureError(f"{path} is a zip that cannot be read: {error}") from None


class _Zip(FileIO):
    """A zip file of which nothing is read that is too large: its list is read at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes.

        Raises:
            PictureError: they are too many.
        """
        if size is None or size < 0:  # the very end, where the list is said to be
            size = _MOST_LISTED
        if size > _MOST_LISTED:
            raise PictureError(
                f"{self.name} has a list of {size} bytes of what is in it: at most "
                f"{_MOST_PICTURES} pictures can be, and {_MOST_LISTED >> 20} MiB of their names"
            )
        return super().read(size)


def _unpacked(file: ZipFile, path: Path, folder: Path, most: int | None) -> list[Path]:
    inside = sorted(filter(_is_picture, file.infolist()), key=_order)
    if not inside:
        raise PictureError(f"there are no pictures in {path}")
    if len(inside) > _MOST_PICTURES:
        raise PictureError(f"there are {len(inside)} pictures in {path}: at most {_MOST_PICTURES}")
    wanted = inside[:most]  # no more comes out of each than it says
    if any(one.file_size > _MOST_EACH for one in wanted) or _bytes_of(wanted) > _MOST_BYTES:
        raise PictureError(
            f"the pictures in {path} are larger than {_MOST_BYTES >> 30} GiB, or one of them than "
            f"{_MOST_EACH >> 30} GiB"
        )
    found: list[Path] = []
    taken: set[str] = set()
    for number, one in enumerate(wanted, 1):
        called = PurePosixPath(one.filename)
        name = f"{safe(called.stem)}{called.suffix.lower()}"  # no name of theirs leads anywhere
        while same(name) in taken:
            name = f"{number} {name}"
        taken.add(same(name))
        with file.open(one) as source, (folder / name).open("wb") as place:
            shutil.copyfileobj(source, place, _CHUNK)
        found.append(folder / name)
    return found


def _bytes_of(inside: Sequence[ZipInfo]) -> int:
    return sum(one.file_size for one in inside)


def _is_picture(one: ZipInfo) -> bool:
    inside = PurePosixPath(one.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in inside.parts)
    return not (one.is_dir() or hidden) and inside.suffix.lower() in PICTURE_SUFFIXES


def _order(one: ZipInfo) -> tuple[list[int | str], str]:
    return by_number(Path(one.filename))
