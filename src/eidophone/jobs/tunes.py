"""Tunes: folders of tunes to a model file; and that to MIDI files of new ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from eidophone.base.atomic import make_folder, need_target
from eidophone.base.errors import NotesError
from eidophone.jobs.names import model_path
from eidophone.notes.fundamentals.lines import lines_in
from eidophone.notes.midi import read_midi, write_midi
from eidophone.notes.traditions.compose import composed
from eidophone.notes.traditions.learn import learnt
from eidophone.notes.traditions.model import SUFFIX, Model
from eidophone.notes.traditions.settings import Composing, LearningTunes
from eidophone.notes.traditions.training import Stage
from eidophone.sound.making import Progress


def tradition_file(
    target: Path,
    sources: Mapping[str, Path],
    how: LearningTunes,
    *,
    progress: Progress = lambda _: None,
    told: Callable[[str, Stage], None] = lambda *_: None,
) -> Model:
    """Learn the tunes in ``sources``, and write the model to ``target``.

    A training that was interrupted goes on, if the same is asked for again.

    Args:
        target: the model.
        sources: the folder of each tradition by its name.
        how: what was chosen.
        progress: told how much of the files is read.
        told: how the training of each goes.

    Raises:
        NotesError: there are no tunes.
        OutputError: the model cannot be written.
    """
    need_target(target, overwrite=how.overwrite)
    state = target.with_name(f"{target.stem}-training")
    begun = not state.exists()
    make_folder(state)
    try:
        model = learnt(sources, how, state=state, progress=progress, told=told)
    except NotesError:
        if begun:
            shutil.rmtree(state, ignore_errors=True)
        raise
    model.save(target, overwrite=how.overwrite)
    shutil.rmtree(state, ignore_errors=True)
    return model


def fundamentals_file(
    model: Path,
    page: Path,
    *,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> None:
    """Write what is typical of the traditions of a model to the page at ``page``.

    Args:
        model: what was learnt.
        page: the file to make.
        overwrite: a page that is there.
        progress: told how much is done.

    Raises:
        NotesError: there is no such model, or nothing to tell.
        OutputError: the page cannot be written.
    """
    from eidophone.notes.fundamentals.report.page import write_report  # noqa: PLC0415 (slow)

    need_target(page, overwrite=overwrite)
    opened = Model.load(model_path(model, SUFFIX))
    melodies = {one.name: lines_in(one.melodies) for one in opened.traditions}
    write_report(melodies, page, overwrite=overwrite, progress=progress)


def compose_files(
    model: Path,
    target: Path,
    how: Composing,
    *,
    after: Path | None = None,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> list[Path]:
    """Make new tunes; of several, they are called as ``target`` with numbers.

    Args:
        model: what was learnt.
        target: the MIDI file to make.
        how: what they are to be like.
        after: a MIDI file that they go on from.
        overwrite: files that are there.
        progress: told how much is done.

    Raises:
        NotesError: a choice cannot be, or there is no such model.
        OutputError: they cannot be written.
    """
    width = max(3, len(str(how.count)))
    targets = (
        [target]
        if how.count == 1
        else [
            target.with_name(f"{target.stem}-{number:0{width}}{target.suffix}")
            for number in range(1, how.count + 1)
        ]
    )
    for one in targets:
        if one.suffix.lower() not in (".mid", ".midi"):
            raise NotesError(f"{one.name} is no name for new notes: end it in .mid")
        need_target(one, overwrite=overwrite)
    opened = Model.load(model_path(model, SUFFIX))
    made = composed(opened, how, None if after is None else read_midi(after))
    for count, (one, score) in enumerate(zip(targets, made, strict=True)):
        write_midi(one, score, overwrite=overwrite)
        progress((count + 1) / len(targets))
    return targets
