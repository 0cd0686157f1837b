"""Learn: folders of sounds become a model, which works as soon as this is done. Read this first.

    folders --collections--> tracks --alike--> what they have in common
    tracks --translating, grains, judges--> a model

All of it is closed form or a small convex fit: a quarter of an hour of each takes half a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from eidophone.base.errors import LearnError
from eidophone.base.options import shown
from eidophone.learning.collections import (
    RESERVED,
    Collection,
    Conditions,
    alike,
    collection_of,
    is_name,
    tell_shared,
)
from eidophone.learning.grains.generating import Grains
from eidophone.learning.model import MOST_COLLECTIONS, Model
from eidophone.learning.storing import Arrays
from eidophone.learning.translating.character import character_of
from eidophone.morphing.settings import ContentKind
from eidophone.sound.making import Progress

#: How much of the work is done when all sounds are read.
_READ = 0.6

#: What finds out something about collections, by the name that a model keeps it under.
_ROOMS: dict[str, Callable[[Sequence[Collection], Conditions, ContentKind], Arrays]] = {
    "character": lambda some, conditions, content: character_of(some, conditions, content).arrays(),
    "grains": lambda some, conditions, _: Grains.fit(some, conditions).arrays,
}


def learn(
    sources: Mapping[str, str | Path],
    content: ContentKind = "auto",
    progress: Progress = lambda _: None,
) -> Model:
    """Learn collections: ``learn({"lear": "lear/", "autechre": "autechre/"})``.

    Args:
        sources: two to eight folders of sounds by the names of their collections; or files.
        content: what the sounds are: music, speech, or what they sound like.
        progress: told the share that is done.

    Raises:
        LearnError: too few or too many collections, a name that cannot be, or hardly a sound.
        SoundError: a folder without sounds.
    """
    _check(sources)
    collections = []
    for number, (name, folder) in enumerate(sources.items()):

        def read(part: float, _: str, number: int = number) -> None:
            progress(_READ * (number + part) / len(sources))

        collections.append(collection_of(name, Path(folder), read))
    tell_shared(collections)
    kept, conditions = alike(collections)
    return fitted(kept, conditions, content, lambda part: progress(_READ + (1 - _READ) * part))


def fitted(
    collections: list[Collection],
    conditions: Conditions,
    content: ContentKind = "auto",
    progress: Progress = lambda _: None,
) -> Model:
    """A model of ``collections`` that are read already."""
    model = Model(tuple(collections), conditions)
    for number, (room, find) in enumerate(_ROOMS.items()):
        progress(number / len(_ROOMS))
        model = model.having(room, find(collections, conditions, content))
    return model


def _check(sources: Mapping[str, str | Path]) -> None:
    count = len(sources)
    if not 2 <= count <= MOST_COLLECTIONS:
        there = "there is 1" if count == 1 else f"there are {count}"
        raise LearnError(f"name 2 to {MOST_COLLECTIONS} collections, each as NAME=FOLDER: {there}")
    for name, folder in sources.items():
        if not is_name(name):
            raise LearnError(
                f"a collection cannot be called {shown(name)}: name it otherwise, as NAME=FOLDER, "
                f"without any of {' '.join(RESERVED)}"
            )
        if not Path(folder).exists():
            raise LearnError(f"there is no folder {folder} for {name!r}")
