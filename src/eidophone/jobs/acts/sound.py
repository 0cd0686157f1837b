"""The sound of pictures and films, whoever made them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from eidophone.base.atomic import scratch
from eidophone.base.errors import PictureError, tell
from eidophone.bridge.process import returned
from eidophone.bridge.settings import ChosenKeep, Strength
from eidophone.jobs.acts.model import Act, SoundFormat, Task
from eidophone.jobs.films import decode_film_file
from eidophone.jobs.pictures import decode_files, load_picture
from eidophone.jobs.returning import drawn_of
from eidophone.jobs.settings import Decoding, FilmDecoding
from eidophone.jobs.workspace.facts import kind_of_item
from eidophone.jobs.workspace.zips import unpacked
from eidophone.sound.sound import open_sound


@dataclass(frozen=True, kw_only=True)
class Hearing(Decoding):
    """How pictures are heard.

    Attributes:
        keep: what to take back of them, if there is an original.
        strength: 0, the original, to 1, the result.
        format: of the file.
    """

    keep: ChosenKeep = "auto"
    strength: Strength = 1.0
    format: SoundFormat = "wav"


@dataclass(frozen=True, kw_only=True)
class FilmHearing(FilmDecoding):
    """How a film is heard.

    Attributes:
        format: of the file.
    """

    format: SoundFormat = "wav"


def _make_of_pictures(task: Task) -> None:
    how: Hearing = task.settings
    target = task.folder / f"{task.stem}.{how.format}"
    zipped = kind_of_item(task.of[0]) == "zip"
    if zipped and len(task.of) > 1:
        raise PictureError(f"{len(task.of)} items were chosen: choose one zip, or pictures")
    with scratch(task.folder) if zipped else nullcontext(task.folder) as folder:
        paths = unpacked(task.of[0], folder) if zipped else list(task.of)
        if not _is_returned(paths, target, how, task):
            decode_files(paths, target, _as_decoding(how), task.progress)


def _is_returned(paths: list[Path], target: Path, how: Hearing, task: Task) -> bool:
    """Do to the original what was done to its pictures; False if they are not all of it."""
    if how.reference is None:
        return False
    with open_sound(how.reference, downmix=True) as sound:
        found = drawn_of(paths, sound, how)
        if found is None:
            if how.strength != 1 or how.keep != "auto":
                tell(
                    "these are not the pictures of all of the original: `keep` and `strength` "
                    "have no effect"
                )
            return False
        recipe, cut, dtype = found
        pictures = (load_picture(path, how).pixels for path in paths)
        with returned(
            sound,
            pictures,
            recipe=recipe,
            cut=cut,
            dtype=dtype,
            keep=how.keep,
            strength=how.strength,
            quality=how.quality,
        ) as made:
            made.write(target, how, progress=task.progress)
            if how.keep == "auto" and made.kept == "tone":
                tell(
                    "everything was painted anew: the tones of the original were kept; `keep` "
                    "all takes everything"
                )
    return True


def _as_decoding(how: Hearing) -> Decoding:
    values: dict[str, Any] = {one.name: getattr(how, one.name) for one in fields(Decoding)}
    return Decoding(**values)


def _make_of_film(task: Task) -> None:
    film = task.only("film", PictureError)
    how: FilmHearing = task.settings
    decode_film_file(film, task.folder / f"{task.stem}.{how.format}", how, task.progress)


SOUND = Act(
    "sound",
    Hearing,
    (
        *("reference", "keep", "strength", "quality", "seconds", "rate", "gain", "as_drawn"),
        *("format", "recipe", "drawn_by", "scale", "hz", "decibels", "overlap"),
    ),
    _make_of_pictures,
    "{} from picture",
)

FILM_SOUND = Act(
    "film_sound",
    FilmHearing,
    (
        *("reference", "read", "quality", "seconds", "ignore_track", "gain", "as_drawn"),
        *("format", "recipe", "overlap"),
    ),
    _make_of_film,
    "{} from film",
)
