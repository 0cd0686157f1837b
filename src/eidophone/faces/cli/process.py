"""process: a sound through any program or network that works on pictures or films, and back."""

from __future__ import annotations

from argparse import Namespace
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path

from eidophone.base.atomic import already_there, make_folder
from eidophone.base.claims import claimed
from eidophone.base.errors import SoundError, ToolError
from eidophone.base.parallel import thread_count
from eidophone.bridge.networks.opening import open_network
from eidophone.bridge.process import processed, processed_film
from eidophone.bridge.programs.command import CommandTool
from eidophone.bridge.settings import Passage, Running
from eidophone.bridge.tools import Tool
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import need_file
from eidophone.faces.cli.talk import OK, Talk
from eidophone.jobs.settings import Encoding
from eidophone.sound.making import Made
from eidophone.sound.sound import SoundReader, SoundSource

#: Pictures that a program is given in one folder; more are a bother to memory.
_FOLDER_PICTURES = 256


def run(options: Namespace, talk: Talk) -> int:
    """Send the sound through the tool."""
    source, target = Path(options.source), Path(options.target)
    overwrite = "overwrite" in options
    need_file(source, SoundError("there is no sound"))
    if options.work and (options.film or not options.program):
        raise ToolError("--work is for programs that work on pictures: leave it out")
    if target.exists() and not overwrite:
        raise already_there(target)
    how = given(options, Passage)
    with ExitStack() as stack:
        stack.enter_context(claimed(target))
        if options.work:
            make_folder(Path(options.work))
            stack.enter_context(claimed(Path(options.work)))
            talk.kept = lambda: f"what came back is kept in {options.work}: run it again to go on"
        sound = stack.enter_context(SoundReader(source, given(options, Encoding).choice))
        bar = stack.enter_context(talk.bar(f"sending {source.name}"))
        if options.film:
            made = stack.enter_context(_through_films(sound, how, options))
        else:
            tool, neutral = _tool(how, options, talk), None
            if options.calibrate:
                neutral = _program(options.calibrate, options)
            how = replace(how, batch=_batch(how, options))
            made = stack.enter_context(processed(sound, tool, how, calibrate=neutral, progress=bar))
        made.write(target, how, overwrite=overwrite)
    talk.say(str(target))
    return OK


def _through_films(
    sound: SoundSource, how: Passage, options: Namespace
) -> AbstractContextManager[Made]:
    """What becomes of ``sound`` as a film."""
    if not options.program:
        raise ToolError("--film needs a program that works on films: name it with --with")
    neutral = _program(options.calibrate, options).run_on_film if options.calibrate else None
    return processed_film(
        sound,
        _program(options.program, options).run_on_film,
        how,
        kind=options.film,
        fps=getattr(options, "fps", None),
        calibrate=neutral,
    )


def _tool(how: Passage, options: Namespace, talk: Talk) -> Tool:
    """The tool that was asked for."""
    if bool(options.program) == bool(options.network):
        raise ToolError("name one tool: --with 'PROGRAM {in} {out}' or --network FILE")
    if options.program:
        return _program(options.program, options)
    network = open_network(
        options.network,
        layout=options.layout,
        values=options.values,
        settings=dict(options.set),
        batch=how.batch,
        trusted=options.trust,
        timeout_seconds=given(options, Running).timeout_seconds,
    )
    talk.note(network.describe())
    return network


def _program(line: str, options: Namespace) -> CommandTool:
    how = given(options, Running)
    return CommandTool(
        line,
        per="folder" if how.folders else "picture",
        timeout_seconds=how.timeout_seconds,
        attempts=how.attempts,
        skip_failed=how.skip_failed,
        shell=how.shell,
        work=options.work,
    )


def _batch(how: Passage, options: Namespace) -> int:
    """Pictures at a time: as many as a folder, or the cores, can take."""
    if given(options, Running).folders:
        return _FOLDER_PICTURES
    return max(how.batch, thread_count() if options.program else 1)
