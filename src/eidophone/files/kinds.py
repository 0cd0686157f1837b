"""Kinds: which endings sounds, pictures and films have; their formats, limits and folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eidophone.base.errors import PictureError, SoundError, tell
from eidophone.files.probing import is_text, kind_of

# fmt: off
SOUND_SUFFIXES = frozenset((
    ".wav", ".wave", ".w64", ".rf64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff",
    ".aifc", ".au", ".snd", ".caf", ".m4a", ".aac", ".mp4", ".m4v", ".mov", ".mkv", ".mka",
    ".webm", ".avi", ".wma", ".mpg", ".mpeg", ".3gp",
))
PICTURE_SUFFIXES = frozenset((
    ".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".exr", ".gif", ".avif",
))
FILM_SUFFIXES = frozenset((
    ".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".m1v", ".m2v", ".ts",
    ".mts", ".m2ts", ".wmv", ".flv", ".3gp", ".ogv", ".mxf", ".apng", ".gif",
))
# fmt: on

#: Notes.
MIDI_SUFFIXES = frozenset((".mid", ".midi", ".kar", ".rmi"))

#: Films that are written, by what their names end in.
FILM_FORMATS = ("mp4", "m4v", "mov", "webm", "mkv", "mpg", "mpeg", "gif", "webp", "apng")

#: Larger pictures, and films of larger frames, are refused when read, unless more is asked for.
MAX_PICTURE_PIXELS, MAX_FRAME_PIXELS = 200_000_000, 36_000_000

#: Files that a note names, at most.
_MOST_NAMED = 5


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
    """The sounds under ``folder``, by their content or their endings; see `files_under`.

    What is left out, and may have been meant, is told; see `tell_left_out`.

    Raises:
        SoundError: there are none.
    """
    files = list(files_under(folder, besides))
    tell_left_out(folder, files)
    found = [path for path in files if may_be_sound(path)]
    if not found:
        raise SoundError(_none_in(folder, "sounds"))
    return found


def pictures_in(folder: Path) -> list[Path]:
    """The pictures under ``folder``, by their content or their endings; see `files_under`.

    What is left out, and may have been meant, is told; see `tell_left_out`.

    Raises:
        PictureError: there are none.
    """
    files = list(files_under(folder))
    tell_left_out(folder, files)
    found = [path for path in files if may_be_picture(path)]
    if not found:
        raise PictureError(_none_in(folder, "pictures"))
    return found


def may_be_sound(path: Path) -> bool:
    """Whether the file at ``path`` is a sound, or a film that may have one, or is named so."""
    if path.suffix.lower() in SOUND_SUFFIXES:
        return True
    kind = kind_of(path)
    return kind is not None and kind.holds != "picture"


def may_be_picture(path: Path) -> bool:
    """Whether the file at ``path`` is a picture that can be read, or is named so."""
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return True
    kind = kind_of(path)
    return kind is not None and kind.holds == "picture" and not kind.instead


def is_midi(path: Path) -> bool:
    """Whether the file at ``path`` begins as MIDI does, or is named so."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except (OSError, ValueError):  # ValueError: the name holds a null character
        head = b""
    return begins_as_midi(head) or path.suffix.lower() in MIDI_SUFFIXES


def begins_as_midi(head: bytes) -> bool:
    """Whether a file of MIDI begins with these bytes."""
    return head[:4] == b"MThd" or (head[:4] == b"RIFF" and head[8:12] == b"RMID")


def held_by(path: Path) -> set[str]:
    """What the file at ``path``, or the files under that folder, hold: sound, picture, film."""
    if path.is_dir():
        return {held for file in files_under(path) for held in held_by(file)}
    kind, suffix = kind_of(path), path.suffix.lower()
    if kind is not None and kind.instead:
        return set()
    if kind is not None and kind.holds != "film":
        return {kind.holds}
    if suffix in SOUND_SUFFIXES - FILM_SUFFIXES:  # .mka, .wma: films without pictures
        return {"sound"}
    if kind is not None or suffix in FILM_SUFFIXES:
        return {"film"}
    return {"picture"} if suffix in PICTURE_SUFFIXES else set()


def tell_left_out(folder: Path, files: Iterable[Path]) -> None:
    """Say in one line which of ``files`` in ``folder`` are left out, though they may be meant."""
    others = (path for path in _seen_in(folder) if _is_not_followed(path))
    reasons = [(path, why_left_out(path)) for path in (*others, *files)]
    left = [f"{path.relative_to(folder)} ({reason})" for path, reason in reasons if reason]
    if left:
        more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        tell(f"left out in {folder}: {', '.join(left[:_MOST_NAMED])}{more}")


def why_left_out(path: Path) -> str:
    """Why the file at ``path`` is left out: of no known kind, or not read here; else empty.

    What has one of our endings is not left out but tried. Text is nothing that may be meant. No
    link to a folder is followed: it may lead round in circles.
    """
    if path.is_dir():
        link = path.is_symlink()
        return "a link to a folder: name that as well" if link else "a folder that cannot be read"
    if not path.exists():
        return "a link to nothing"
    if path.suffix.lower() in SOUND_SUFFIXES | PICTURE_SUFFIXES | FILM_SUFFIXES:
        return ""
    kind = kind_of(path)
    if kind is None:
        return "" if is_text(path) else "of no known kind"
    return f"{kind.name}: {kind.instead}" if kind.instead else ""


def files_under(folder: Path, besides: Path | None = None) -> Iterator[Path]:
    """The files under ``folder``, none hidden, none in ``besides`` if that lies inside.

    Numbers in their names are in numerical order.
    """
    inside = besides is not None and besides != folder and besides.is_relative_to(folder)
    for path in sorted(_seen_in(folder), key=by_number):
        ours = inside and besides is not None and path.is_relative_to(besides)
        if not ours and path.is_file():
            yield path


def _is_not_followed(path: Path) -> bool:
    """Whether ``path`` is a link to no file, or a folder that cannot be read."""
    return (path.is_symlink() and not path.is_file()) or (path.is_dir() and not _readable(path))


def _readable(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


def _none_in(folder: Path, what: str) -> str:
    if folder.is_dir() and not _readable(folder):
        return f"cannot read the folder {folder}: Permission denied"
    return f"there are no {what} in {folder}"


def _seen_in(folder: Path) -> Iterator[Path]:
    """What lies under ``folder``, and is not hidden."""
    for path in folder.rglob("*"):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def by_number(path: Path) -> tuple[list[int | str], str]:
    """Sort key that puts page.png before page2.png, and that before page10.png."""
    parts = re.split(r"(\d+)", str(path.with_suffix("")).casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], str(path)
