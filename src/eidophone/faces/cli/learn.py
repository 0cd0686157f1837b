"""learn: folders of sounds to a model."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import LearnError
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import collections_of
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.models import learn_file, slide_file
from eidophone.jobs.names import model_path
from eidophone.learning.settings import Learning
from eidophone.learning.storing import SUFFIX
from eidophone.learning.train import Stage, can_train


def run(options: Namespace, talk: Talk) -> int:
    """Learn the collections that were named."""
    how = given(options, Learning)
    target = model_path(Path(options.model), SUFFIX)
    sources = collections_of(options.collections)
    if options.slider:
        if sources or how != Learning():
            raise LearnError("a slider is given to a model that is there: name nothing else")
        return _slide(target, options.slider, talk)
    if how.resume and sources:
        raise LearnError(f"{target} knows its sounds: name no folders with --resume")
    with talk.bar("reading and comparing") as bar, talk.bar("training") as training:
        listened: set[int] = set()

        def ready() -> None:
            bar.close()
            talk.kept = lambda: _KEPT.format(target)
            if how.minutes and can_train():
                talk.note(_READY.format(target))

        def told(stage: Stage) -> None:
            training(stage.share)
            minutes = int(how.minutes * stage.share / _EVERY_MINUTES)
            if stage.heard and minutes not in listened:
                listened.add(minutes)
                talk.note(_said(stage))

        learn_file(target, sources, how, progress=bar, ready=ready, told=told)
    talk.say(str(target))
    return OK


def _slide(model: Path, words: list[str], talk: Talk) -> int:
    """Give the model sliders of one's own."""
    for word in words:
        name, equals, places = word.partition("=")
        if not equals or not places:
            raise LearnError(f"{word!r} is no NAME=MORE/,LESS/ and no NAME=LABELS.csv")
        slide_file(model, name.strip(), [Path(one) for one in places.split(",")])
    talk.say(str(model))
    return OK


_EVERY_MINUTES = 2

_KEPT = "{0} is there and works; eidophone learn {0} --resume goes on with its training"

_READY = (
    "{} is there, and translate and generate work with it; training goes on, and may be stopped "
    "(Ctrl+C) and resumed"
)


def _said(stage: Stage) -> str:
    left = f"{max(1, round(stage.seconds_left / 60))} minutes left at most"
    loss = "" if stage.held is None else f", held-out loss {stage.held:.3f}, best {stage.best:.3f}"
    return f"{left}{loss}; hear {', '.join(map(str, stage.heard))}"
