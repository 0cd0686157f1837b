"""tradition: folders of tunes to a model; and that to a page about them."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from eidophone.base.errors import NotesError
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import collections_of, target_in
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.names import model_path
from eidophone.jobs.tunes import fundamentals_file, tradition_file
from eidophone.notes.traditions.collection import so_many
from eidophone.notes.traditions.model import SUFFIX, Model
from eidophone.notes.traditions.settings import LearningTunes
from eidophone.notes.traditions.training import Stage

#: An epoch in so many is told.
_TOLD = 3


def run(options: Namespace, talk: Talk) -> int:
    """Learn the traditions that were named, or tell what is typical of those of a model."""
    how = given(options, LearningTunes)
    target = model_path(Path(options.model), SUFFIX)
    sources = collections_of(options.collections)
    if options.report is None:
        return _learn(target, sources, how, talk)
    if sources:
        raise NotesError(f"--report tells of {target.name} as it is: name no folders with it")
    page = target_in(target, options.report, ".html")
    with talk.bar("measuring") as bar:
        fundamentals_file(target, page, overwrite=how.overwrite, progress=bar)
    talk.say(str(page))
    return OK


def _learn(target: Path, sources: dict[str, Path], how: LearningTunes, talk: Talk) -> int:
    """Learn ``sources``."""
    with talk.bar("reading tunes") as bar:

        def told(name: str, stage: Stage) -> None:
            bar.close()
            if stage.epoch % _TOLD == 1 or stage.epoch == stage.epochs:
                tunes = "tunes held out" if stage.is_held else "what is learnt"
                talk.note(
                    f"{name}: epoch {stage.epoch} of {stage.epochs}, {stage.bits:.2f} bits a note "
                    f"of {tunes}, {stage.seconds_left:.0f} seconds left"
                )

        model = tradition_file(target, sources, how, progress=bar, told=told)
    for line in _said(model):
        talk.note(line)
    talk.say(str(target))
    return OK


def _said(model: Model) -> list[str]:
    """What was learnt of each tradition, beside the baselines."""
    lines = []
    for one in model.traditions:
        bits = ", ".join(f"{name} {bits:.2f}" for name, bits in sorted(one.bits.items()))
        told = f"; bits a note of tunes held out: {bits}" if bits else ""
        lines.append(f"{one.name}: {so_many(len(one.tunes))}{told}")
    return lines
