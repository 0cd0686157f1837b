"""Act: something that can be made of items; and Task: one that is to be made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from eidophone.base.errors import EidophoneError
from eidophone.base.options import Described, Option, described
from eidophone.sound.files import SOUND_FORMATS
from eidophone.sound.making import Progress

SoundFormat = Annotated[str, Option(help="format of the sound", choices=SOUND_FORMATS)]


@dataclass(frozen=True)
class Task:
    """What is to be made.

    Attributes:
        of: the files of the items.
        folder: an empty one: what is written into it becomes items.
        stem: what they are to be called, without an ending.
        settings: as they were chosen, of the class that the act has.
        progress: told how much is done.
        keep: called when what is in the folder is worth having already.
        stage: told how it goes, besides, as plain JSON; of its ``seconds_left`` everybody hears.
    """

    of: tuple[Path, ...]
    folder: Path
    stem: str
    settings: Any
    progress: Progress
    keep: Callable[[], None] = lambda: None
    stage: Callable[[dict[str, Any]], None] = lambda _: None

    def only(self, wanted: str, error: type[EidophoneError]) -> Path:
        """The file of the only item.

        Raises:
            EidophoneError: an ``error``, if there are more, that says what is ``wanted``.
        """
        if len(self.of) != 1:
            raise error(f"{len(self.of)} items were chosen: choose one {wanted}")
        return self.of[0]


@dataclass(frozen=True)
class Act:
    """Something that can be made of items.

    Attributes:
        name: of the act, and of its form.
        settings: what can be chosen: a dataclass described by options.
        offered: the fields of these that its form has.
        make: makes it.
        called: what results are called, where nobody says: ``{}`` is the first item, and
            ``{all}`` are all of them.
        beside: it may take hours, and goes on beside everything else, which goes first. It is made
            of no item, becomes one, and can go on after an interruption with what it has written.
    """

    name: str
    settings: type[Any]
    offered: tuple[str, ...]
    make: Callable[[Task], None]
    called: str = "{}"
    beside: bool = False

    @property
    def form(self) -> list[Described]:
        """What its form has, in the order in which it is offered."""
        settings: Any = self.settings
        by_name = {one.name: one for one in described(settings)}
        return [by_name[name] for name in self.offered]
