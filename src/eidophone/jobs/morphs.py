"""Morphs: sound files to one, by one method or by each, with a sheet; and one told by others."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eidophone.base.atomic import atomic_path, folder_made, make_folder, need_target
from eidophone.base.errors import MissingExtraError, OutputError, tell
from eidophone.jobs.sheet import sheet_of
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.morph import mix_of, morphed
from eidophone.morphing.settings import Morphing, Telling
from eidophone.morphing.styling import styled
from eidophone.sound.files import need_sound_target
from eidophone.sound.making import Progress
from eidophone.sound.sound import Sound

#: The sheet of all methods, in their folder.
SHEET = "sheet.png"


def style_file(
    content: Path,
    substances: Sequence[Path],
    target: Path,
    how: Telling,
    *,
    keep: Path | None = None,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> None:
    """Make the sound at ``content``, told by the files and folders ``substances``, at ``target``.

    What was found out about these is kept for the next time in the folder ``keep``, if any.
    """
    need_sound_target(target, overwrite=overwrite)
    sound = Sound.load(content, downmix=True)
    made = styled(sound, substances, how, keep=keep)
    made.write(target, how, overwrite=overwrite, progress=progress)


def memory() -> Path | None:
    """A folder of this user for what can be found out again; None if there can be none."""
    usual = {"darwin": "~/Library/Caches", "win32": os.environ.get("LOCALAPPDATA", "~")}
    place = os.environ.get("XDG_CACHE_HOME") or usual.get(sys.platform, "~/.cache")
    try:
        folder = Path(place).expanduser() / "eidophone" / "substances"
        make_folder(folder)
    except (OutputError, RuntimeError):  # nobody's home, or one that cannot be written
        return None
    return folder if os.access(folder, os.W_OK) else None


def _loaded(paths: Sequence[Path]) -> list[Sound]:
    """The sounds at ``paths``; of more than two channels, mixed to two."""
    return [Sound.load(path, downmix=True) for path in paths]


def morph_files(
    paths: Sequence[Path],
    target: Path,
    how: Morphing,
    *,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> None:
    """Make one sound of those at ``paths``, at ``target``."""
    need_sound_target(target, overwrite=overwrite)
    mix_of(len(paths), how)
    made = morphed(_loaded(paths), how)
    made.write(target, how, overwrite=overwrite, progress=progress)


def morph_files_every_way(
    paths: Sequence[Path],
    folder: Path,
    how: Morphing,
    *,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> list[Path]:
    """Make one sound of those at ``paths`` by every method, in ``folder``, and a sheet of them all.

    The sheet shows the parents, and below them each method, on one scale. What a method cannot do
    with these sounds is told, and left out.

    Returns:
        The files: the sounds, then the sheet.
    """
    mix_of(len(paths), how)
    fit = [name for name, method in METHODS.items() if len(paths) <= method.most]
    targets = {name: folder / f"{name}.wav" for name in fit}
    made: dict[str, Path] = {}
    with folder_made(folder):
        for path in (*targets.values(), folder / SHEET):
            need_target(path, overwrite=overwrite)
        sounds = _loaded(paths)
        for number, (name, target) in enumerate(targets.items()):
            progress(number / len(targets))
            try:
                one = morphed(sounds, replace(how, method=name))
                one.write(target, how, overwrite=overwrite)
                made[name] = target
            except MissingExtraError as error:
                tell(f"{name} is left out: {error}")
        rows = [(path.stem, sound) for path, sound in zip(paths, sounds, strict=True)]
        rows += [(name, Sound.load(path)) for name, path in made.items()]
        with atomic_path(folder / SHEET, overwrite=overwrite) as temporary:
            sheet_of(rows).save(temporary, "PNG")
    return [*made.values(), folder / SHEET]
