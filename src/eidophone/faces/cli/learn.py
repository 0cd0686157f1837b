"""learn: folders of sounds to a model."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import LearnError
from eidophone.faces.cli.options import given
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.models import learn_file, model_path
from eidophone.learning.settings import Learning


def run(options: Namespace, talk: Talk) -> int:
    """Learn the collections that were named."""
    how = given(options, Learning)
    target = model_path(Path(options.model))
    sources = _collections(options.collections)
    if how.resume and sources:
        raise LearnError(f"{target} knows its sounds: name no folders with --resume")
    with talk.bar("learning") as bar:
        talk.kept = lambda: f"{target} is there and works" if target.exists() else ""
        learn_file(target, sources, how, progress=bar, ready=lambda: talk.note(_READY))
    talk.say(str(target))
    return OK


_READY = (
    "translate and generate work from now on; training goes on, and may be stopped (Ctrl+C) and "
    "resumed"
)


def _collections(words: list[str]) -> dict[str, Path]:
    """The folder of each collection, by its name: of ``NAME=FOLDER``, or of ``FOLDER`` alone."""
    found: dict[str, Path] = {}
    for word in words:
        name, equals, folder = word.partition("=")
        path = Path(folder if equals else word)
        name = name.strip() if equals else path.resolve().name
        if not name or any(one in name for one in ",:="):
            raise LearnError(f"{word!r} is no NAME=FOLDER")
        if name in found:
            raise LearnError(f"two collections are called {name!r}: write NAME=FOLDER for each")
        if not path.exists():
            raise LearnError(f"there is no folder {path} for {name!r}")
        found[name] = path
    return found
