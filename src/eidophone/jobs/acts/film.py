"""A film of a sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from eidophone.base.errors import SoundError
from eidophone.base.options import Option
from eidophone.files.kinds import FILM_FORMATS
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.films import encode_film_file
from eidophone.jobs.settings import FilmEncoding

#: A zip or a folder is no film that a page plays; those that are, first.
FilmFormat = Annotated[str, Option(help="format of the film", choices=FILM_FORMATS)]


@dataclass(frozen=True, kw_only=True)
class Filming(FilmEncoding):
    """How a film is made of a sound.

    Attributes:
        format: of the file.
    """

    format: FilmFormat = "mp4"
    downmix: bool = True


def _make(task: Task) -> None:
    sound_path = task.only("sound", SoundError)
    how: Filming = task.settings
    encode_film_file(sound_path, task.folder / f"{task.stem}.{how.format}", how, task.progress)


FILM = Act(
    "film",
    Filming,
    (
        *("kind", "look", "format", "size", "width", "fps", "now_line", "overlap"),
        *("recipe", "exposure", "strip", "crf", "codec", "channels", "track"),
    ),
    _make,
)
