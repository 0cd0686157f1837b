"""Hot folder: its four folders, what is in them, and the note that explains them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from eidophone.base.atomic import atomic_path, make_folder
from eidophone.base.errors import OutputError
from eidophone.files.kinds import files_under, may_be_picture, may_be_sound, why_left_out

SOUNDS_IN, PICTURES_OUT = "sounds-in", "pictures-out"
PICTURES_IN, SOUNDS_OUT = "pictures-in", "sounds-out"

_NOTE = """\
This is a hot folder of Eidophone. While "eidophone watch" runs on it:

    sounds-in      put sounds in here ...
    pictures-out   ... and take their pictures from here.

    pictures-in    put pictures or films in here, of your own or changed ones ...
    sounds-out     ... and take their sounds from here.

To change a sound: take its picture from pictures-out, work on it with any program, and save it
into pictures-in under the same name; .png, .jpg, .tif, .webp and others will do. It may have
another size. It becomes a sound in sounds-out, which keeps all that you did not touch.

Has a sound become several pictures (song-001.png, song-002.png, ...), put back the ones that you
changed. The others are taken from pictures-out.

Pictures and films of other names become sounds, too: as if they had always been.

What you save again is made again. Nothing is ever written into the two folders that you put
things in, and nothing that you delete comes back.
"""


class Sign(NamedTuple):
    """What tells whether a file has changed."""

    size: int
    changed_ns: int


#: The files of one of the folders, by their paths in it.
Look = dict[str, Sign]


class HotFolder:
    """The folder that is watched.

    Args:
        root: made if it is not there.

    Raises:
        OutputError: it cannot be made, or is no folder.
    """

    def __init__(self, root: Path) -> None:
        if root.exists() and not root.is_dir():
            raise OutputError(f"{root} is a file, and watch takes a folder")
        self.root = root
        self.sounds_in = root / SOUNDS_IN
        self.pictures_out = root / PICTURES_OUT
        self.pictures_in = root / PICTURES_IN
        self.sounds_out = root / SOUNDS_OUT
        self.journal = root / ".eidophone-watch.json"
        for folder in (self.sounds_in, self.pictures_out, self.pictures_in, self.sounds_out):
            make_folder(folder)
        note = root / "README.txt"
        if not note.exists():
            with atomic_path(note) as temporary:
                temporary.write_text(_NOTE, encoding="utf-8")

    @property
    def invitation(self) -> str:
        """What is watched, and what to put where."""
        return (
            f"watching {self.root}: put sounds into {self.sounds_in}, and pictures or films into "
            f"{self.pictures_in}"
        )

    def sounds(self) -> Look:
        """The sounds that were put in, and what may be some."""
        return _look(self.sounds_in, may_be_sound)

    def pictures(self) -> Look:
        """The pictures and films that were put in, and what may be some."""
        return _look(self.pictures_in, lambda path: may_be_picture(path) or _is_film(path))

    def misplaced(self) -> Iterator[tuple[str, str]]:
        """What lies in the wrong one of the two folders, and what is to be done about it."""
        for path in files_under(self.sounds_in):
            if may_be_picture(path) and not may_be_sound(path):
                yield self.name_of(path), f"it is a picture: put it into {PICTURES_IN}"
        for path in files_under(self.pictures_in):
            if may_be_sound(path) and not may_be_picture(path) and not _is_film(path):
                yield self.name_of(path), f"it is a sound: put it into {SOUNDS_IN}"

    def name_of(self, path: Path) -> str:
        """``path``, which is in this folder, as it is called here."""
        return path.relative_to(self.root).as_posix()


def stem_of(path: str) -> str:
    """``path`` in a folder, without its suffix."""
    return str(PurePosixPath(path).with_suffix(""))


def steady(before: Look, now: Look) -> Look:
    """The files that are as they were: nobody is writing them any more."""
    return {path: sign for path, sign in now.items() if before.get(path) == sign}


def _is_film(path: Path) -> bool:
    from eidophone.film.film import is_film  # noqa: PLC0415 (slow, and people wait for a word)

    return is_film(path)


def _look(folder: Path, wanted: Callable[[Path], bool]) -> Look:
    """The files under ``folder`` that are ``wanted``, or that may be meant and are not known."""
    found: Look = {}
    for path in files_under(folder):
        with suppress(OSError):  # it has just gone
            if wanted(path) or why_left_out(path):
                status = path.stat()
                sign = Sign(status.st_size, status.st_mtime_ns)
                found[path.relative_to(folder).as_posix()] = sign
    return found
