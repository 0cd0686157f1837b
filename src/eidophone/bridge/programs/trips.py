"""Trips: pictures and films as files to an outside program, and what it wrote back again.

In a folder that is kept, everything lies under names that say what was asked for, so nothing is
ever taken for the answer to something else::

    in/000001-9f2c63a1b04d.png    out/000001-9f2c63a1b04d.png    a picture
    000001-5e81c0d7f2ab/in/000001.png ... out/000001.png ...     a folder of pictures

A program writes into a folder of its own; what it wrote is moved from there when it is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import make_folder, move, scratch
from eidophone.base.errors import EidophoneError, FilmError, PictureError, ToolError
from eidophone.base.temporary import sweep
from eidophone.bridge.programs.returned import file_returned, missing, pictures_returned
from eidophone.bridge.tools import picture_of
from eidophone.files.image import read_image, write_image
from eidophone.files.kinds import FILM_SUFFIXES, PICTURE_SUFFIXES
from eidophone.files.video import VideoReader

#: Makes the second path of the first.
RunTool = Callable[[Path, Path], None]

#: What became of a picture.
TripResult = Pixels | ToolError


class Trip(Protocol):
    """Some pictures on their way through one run of a program.

    Attributes:
        size: how many.
    """

    size: int

    def finished(self) -> list[TripResult]:
        """What came of them in an earlier run; empty if that is not all there."""

    def pack(self) -> None:
        """Write what the program is to read."""

    def go(self, run: RunTool) -> list[TripResult]:
        """Let the program run, and read what it wrote, for each picture."""


class PictureTrip:
    """A picture as a file.

    Args:
        place: the folder to work in.
        number: of the picture.
        key: a name for the picture and what is to be done to it.
        picture: uint8 or uint16 ``[height, width, 3]``.
    """

    def __init__(self, place: Path, number: int, key: str, picture: Pixels) -> None:
        self.size = 1
        self._place = place
        self._number = number
        self._stem = f"{number:06}-{key}"
        self._picture = picture
        self._given = place / "in" / f"{self._stem}.png"
        self._kept = place / "out"

    def finished(self) -> list[TripResult]:
        """What came of it in an earlier run; empty if it is not there."""
        sweep(self._place.absolute())
        return [_read(path) for path in self._kept.glob(f"{self._stem}.*")][:1]

    def pack(self) -> None:
        """Write the picture."""
        make_folder(self._given.parent)
        write_image(self._given, self._picture, overwrite=True)

    def go(self, run: RunTool) -> list[TripResult]:
        """Let the program run, and read the picture that it wrote."""
        with scratch(self._place) as folder:
            wanted = folder / self._given.name
            try:
                run(self._given, wanted)
                made = file_returned(wanted, PICTURE_SUFFIXES)
            except ToolError as error:
                return [self._named(error)]
            outcome = _read(made)
            if isinstance(outcome, ToolError):
                return [self._named(outcome)]
            make_folder(self._kept)
            move(made, self._kept / f"{self._stem}{made.suffix}")
            return [outcome]

    def _named(self, error: ToolError) -> ToolError:
        return ToolError(f"picture {self._number}: {error}")


class FolderTrip:
    """Pictures as a folder of files.

    Args:
        place: the folder to work in.
        number: of the first picture.
        key: a name for the pictures and what is to be done to them.
        pictures: uint8 or uint16 ``[height, width, 3]`` each.
    """

    def __init__(self, place: Path, number: int, key: str, pictures: Sequence[Pixels]) -> None:
        self.size = len(pictures)
        self._place = place / f"{number:06}-{key}"
        self._given = self._place / "in"
        self._kept = self._place / "out"
        self._stems = [f"{number + 1:06}" for number in range(self.size)]
        self._pictures = pictures

    def finished(self) -> list[TripResult]:
        """What came of them in an earlier run; empty if not all are there."""
        sweep(self._place.absolute())
        found = [path for path in pictures_returned(self._kept, self._stems) if path is not None]
        return [_read(path) for path in found] if len(found) == self.size else []

    def pack(self) -> None:
        """Write the pictures."""
        with scratch(self._place) as folder:
            packed = folder / "in"
            make_folder(packed)
            for stem, picture in zip(self._stems, self._pictures, strict=True):
                write_image(packed / f"{stem}.png", picture)
            shutil.rmtree(self._given, ignore_errors=True)
            move(packed, self._given)

    def go(self, run: RunTool) -> list[TripResult]:
        """Let the program run, and read the pictures that it wrote."""
        with scratch(self._place) as folder:
            wanted = folder / "out"
            make_folder(wanted)
            try:
                run(self._given, wanted)
            except ToolError as error:
                return [error] * self.size
            found = pictures_returned(wanted, self._stems)
            lost = missing(self._stems, found)
            outcomes = [lost if path is None else _read(path) for path in found]
            if not any(isinstance(outcome, ToolError) for outcome in outcomes):
                shutil.rmtree(self._kept, ignore_errors=True)
                move(wanted, self._kept)
            return outcomes


def make_film(film: Path, target: Path, run: RunTool) -> Path:
    """Let a program make the film ``target`` of ``film``; the file that it made.

    Raises:
        ToolError: the program fails, or writes no film.
    """
    with scratch(target.parent) as folder:
        wanted = folder / target.name
        run(film, wanted)
        made = file_returned(wanted, FILM_SUFFIXES)
        try:
            with VideoReader(made):
                pass
        except FilmError as error:
            raise _unreadable(made, error) from None
        result = target.with_suffix(made.suffix)
        move(made, result)
        return result


def _read(path: Path) -> TripResult:
    """The picture at ``path``, or why it is none."""
    try:
        return picture_of(read_image(path).pixels)
    except (PictureError, ToolError) as error:
        return _unreadable(path, error)


def _unreadable(path: Path, error: EidophoneError) -> ToolError:
    reason = str(error).removeprefix(f"cannot read {path}: ").removeprefix(f"{path}: ")
    return ToolError(f"the tool wrote {path.name}, which cannot be read: {reason}")
