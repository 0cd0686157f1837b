"""Places: which files and folders a command means."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import EidophoneError, OutputError, PictureError, SoundError
from eidophone.files.kinds import may_be_picture, may_be_sound, pictures_in
from eidophone.jobs.pictures import pictures_named


def is_folder(name: str) -> bool:
    """Whether ``name`` means a folder, be it there already or not."""
    return name.endswith(("/", os.sep)) or Path(name).is_dir() or not Path(name).suffix


def target_in(options: Namespace, suffix: str) -> Path:
    """The file to make, as it is named, or in the folder that is named, after the source."""
    target = Path(options.target)
    if not is_folder(options.target):
        return target
    target.mkdir(parents=True, exist_ok=True)
    return target / (Path(options.source).stem + suffix)


def need_folder(source: Path, target: str) -> None:
    """Refuse a target that is no folder, for a source that is one."""
    if not is_folder(target):
        raise OutputError(f"{source} is a folder, so {target} must be one: add a /")


def refuse_picture(source: Path, target: str) -> None:
    """Refuse a picture where a sound is to be drawn: arguments in the wrong order."""
    if source.is_file() and may_be_picture(source) and not may_be_sound(source):
        raise PictureError(
            f"{source} is a picture: to hear it, 'eidophone decode {source} {target}'"
        )


def refuse_sound(source: Path, target: str) -> None:
    """Refuse a sound where a picture is to be heard: arguments in the wrong order."""
    if source.is_file() and may_be_sound(source) and not may_be_picture(source):
        raise SoundError(f"{source} is a sound: to draw it, 'eidophone encode {source} {target}'")


def need_file(path: Path, error: EidophoneError) -> None:
    """Refuse a file that is not there."""
    if not path.exists():
        raise type(error)(f"{error} {path}")


def pictures_at(name: str) -> list[Path]:
    """The pictures in a folder, or of a name."""
    path = Path(name)
    return pictures_in(path) if path.is_dir() else pictures_named(path)
