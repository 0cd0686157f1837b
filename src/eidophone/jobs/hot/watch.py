"""Watch: a hot folder. Sounds in, pictures out; pictures back in, sounds out."""

from __future__ import annotations

import time
from pathlib import Path

from eidophone.base.claims import claimed
from eidophone.jobs.hot.attempts import Attempts, Tell
from eidophone.jobs.hot.decoding import HotDecoder
from eidophone.jobs.hot.encoding import HotEncoder
from eidophone.jobs.hot.folder import HotFolder, steady
from eidophone.jobs.hot.journal import Journal
from eidophone.jobs.settings import Encoding, Watching
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import Quality


def watch(
    folder: str | Path,
    *,
    recipe: Recipe | str = "standard",
    size: int | None = None,
    format: str = "png",
    quality: Quality = "standard",
    interval_seconds: float = 2.0,
    once: bool = False,
    gain: float | None = None,
    as_drawn: bool = False,
    tell: Tell = lambda _: None,
) -> None:
    """Draw the sounds that are put into ``folder``, and hear the pictures, until interrupted.

    Its folders are sounds-in, pictures-out, pictures-in and sounds-out; they are made where they
    are not there. A file is taken when it has stayed as it is from one look to the next, and again
    when it has changed. Where pictures come back under the names that they were made with, their
    sound is the reference, and those of a sequence that did not come back are taken as they were.

    Args:
        folder: the hot folder.
        recipe: of the pictures: a recipe, the name of a preset, or a recipe file (.json). Pictures
            that do not say theirs are read with it, too.
        size: squares of so many pixels, numbered; None: one picture for the whole sound.
        format: of the pictures: a name in `PICTURE_FORMATS`.
        quality: as in `decode`.
        interval_seconds: from one look to the next.
        once: look twice, do what there is to do, and return.
        gain: as in `decode`.
        as_drawn: as in `decode`.
        tell: told what was made, or why it was not, a line at a time, each once.

    Raises:
        OutputError: the folder cannot be made, or is a file.
        EidophoneError: an argument makes no sense. What is wrong with a file is told.
    """
    asked = Watching(
        recipe=Recipe.resolve(recipe),
        size=size,
        format=format,
        quality=quality,
        interval_seconds=interval_seconds,
        once=once,
        gain=gain,
        as_drawn=as_drawn,
    )
    watch_as(folder, asked, tell)


def watch_as(folder: str | Path, asked: Watching, tell: Tell) -> None:
    """`watch`, its settings in one."""
    root = Path(folder)
    hot = HotFolder(root)
    with claimed(root):
        _watch(hot, asked, tell)


def _watch(hot: HotFolder, asked: Watching, tell: Tell) -> None:
    how = Encoding(
        recipe=asked.recipe, format=asked.format, size=asked.size, downmix=True, overwrite=True
    )
    journal = Journal(hot.journal)
    attempts = Attempts(hot.root, journal, tell)
    encoder = HotEncoder(hot, journal, attempts, how)
    decoder = HotDecoder(hot, journal, attempts, how, asked)
    sounds, pictures = hot.sounds(), hot.pictures()
    while True:
        time.sleep(asked.interval_seconds)
        seen = sounds, pictures
        sounds, pictures = hot.sounds(), hot.pictures()
        for source, why in hot.misplaced():
            attempts.refuse(source, why)
        encoder.encode(sounds, steady(seen[0], sounds))
        decoder.decode(pictures, steady(seen[1], pictures))
        if asked.once:
            return
