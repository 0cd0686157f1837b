"""process: a sound through anything that works on pictures or films, and back."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path

from eidophone.base.atomic import already_there, make_folder
from eidophone.base.claims import claimed
from eidophone.base.errors import SoundError, ToolError
from eidophone.base.parallel import thread_count
from eidophone.bridge.comfyui.tool import ComfyTool
from eidophone.bridge.manner import StylePicture
from eidophone.bridge.networks.opening import open_network
from eidophone.bridge.networks.tool import NetworkTool
from eidophone.bridge.process import processed, processed_film
from eidophone.bridge.programs.command import CommandTool
from eidophone.bridge.settings import Manner, Passage, Running
from eidophone.bridge.tools import Tool
from eidophone.faces.cli.options import given
from eidophone.faces.cli.places import folder_for, need_file, refuse_picture, target_in
from eidophone.faces.cli.talk import OK, Bar, Talk
from eidophone.jobs.settings import Encoding
from eidophone.sound.making import Made
from eidophone.sound.sound import SoundReader, SoundSource

#: Pictures that a program is given in one folder; more are a bother to memory.
_FOLDER_PICTURES = 256

#: Pictures that wait in the queue of ComfyUI.
_QUEUED = 8

#: Pictures for each program that runs, so that none waits for the others; and bytes of them all.
_IN_HAND, _IN_HAND_BYTES = 8, 1 << 26


def run(options: Namespace, talk: Talk) -> int:
    """Send the sound through the tool."""
    source = Path(options.source)
    target = target_in(source, options.target, ".wav")
    overwrite = "overwrite" in options
    refuse_picture(options, source)
    need_file(source, SoundError("there is no sound"))
    if options.work and (options.film or not options.program):
        raise ToolError("--work is for programs that work on pictures: leave it out")
    if target.exists() and not overwrite:
        raise already_there(target)
    how = given(options, Passage)
    with ExitStack() as stack:
        stack.enter_context(folder_for(target, options))
        stack.enter_context(claimed(target))
        if options.work:
            make_folder(Path(options.work))
            stack.enter_context(claimed(Path(options.work)))
            talk.kept = lambda: f"what came back is kept in {options.work}: run it again to go on"
        sound = stack.enter_context(SoundReader(source, given(options, Encoding).choice))
        with talk.bar(f"sending {source.name}") as bar:
            if options.film:
                through = _through_films(sound, how, options)
            else:
                tool, neutral = _tool(how, options, talk, bar), None
                if options.calibrate:
                    neutral = _program(options.calibrate, how, options)
                how = replace(how, batch=_batch(how, options))
                through = processed(sound, tool, how, calibrate=neutral, progress=bar.counted)
            made = stack.enter_context(through)
        with talk.bar(f"hearing {target.name}") as bar:
            made.write(target, how, overwrite=overwrite, progress=bar)
    talk.say(str(target))
    return OK


def _through_films(
    sound: SoundSource, how: Passage, options: Namespace
) -> AbstractContextManager[Made]:
    """What becomes of ``sound`` as a film."""
    if not options.program:
        raise ToolError("--film needs a program that works on films: name it with --with")
    neutral = _program(options.calibrate, how, options).run_on_film if options.calibrate else None
    return processed_film(
        sound,
        _program(options.program, how, options).run_on_film,
        how,
        kind=options.film,
        fps=getattr(options, "fps", None),
        calibrate=neutral,
    )


def _tool(how: Passage, options: Namespace, talk: Talk, bar: Bar) -> Tool:
    """The tool that was asked for."""
    ways = (options.program, options.network, options.comfyui, options.style)
    if not any(ways) or sum(map(bool, ways[:3])) > 1:
        raise ToolError(
            "name one tool: --with 'PROGRAM {in} {out}', --network FILE, --style PICTURE, or "
            "--comfyui ADDRESS --workflow FILE"
        )
    if options.workflow and not options.comfyui:
        raise ToolError("--workflow is for a running ComfyUI: name its address with --comfyui")
    if not options.style and ("strokes" in options or "follow" in options):
        raise ToolError("--strokes and --follow are for a style picture: name it with --style")
    if options.style and (options.program or options.comfyui):
        raise ToolError("--style is a tool, or goes with --network: leave it out")
    if options.program:
        return _program(options.program, how, options, bar.one_more)
    tool = _other(how, options, bar)
    if not isinstance(tool, StylePicture):
        talk.note(tool.describe())
    return tool


def _other(how: Passage, options: Namespace, bar: Bar) -> NetworkTool | ComfyTool | StylePicture:
    """A tool that is no program."""
    timeout_seconds = given(options, Running).timeout_seconds
    if options.comfyui:
        if not options.workflow:
            raise ToolError("--comfyui needs the file of a workflow: name it with --workflow")
        return ComfyTool(
            options.comfyui,
            options.workflow,
            timeout_seconds=timeout_seconds,
            came_back=bar.one_more,
        )
    if not options.network:
        return StylePicture(options.style, given(options, Manner))
    return open_network(
        options.network,
        layout=options.layout,
        values=options.values,
        settings=dict(options.set),
        batch=how.batch or 1,
        trusted=options.trust,
        timeout_seconds=timeout_seconds,
        style=options.style,
    )


def _program(
    line: str, how: Passage, options: Namespace, came_back: Callable[[], None] = lambda: None
) -> CommandTool:
    running = given(options, Running)
    return CommandTool(
        line,
        per="folder" if running.folders else "picture",
        timeout_seconds=running.timeout_seconds,
        attempts=running.attempts,
        skip_failed=running.skip_failed,
        shell=running.shell,
        work=options.work,
        jobs=how.batch,
        came_back=came_back,
    )


def _batch(how: Passage, options: Namespace) -> int:
    """Pictures that the tool is given at a time: as many as it, or a folder, can take."""
    if given(options, Running).folders:
        return how.batch or _FOLDER_PICTURES
    if options.network:
        return how.batch or 1
    if options.comfyui:
        return how.batch or _QUEUED
    at_once = how.batch or thread_count()
    if options.style:
        return at_once
    return max(at_once, min(_IN_HAND * at_once, _IN_HAND_BYTES // (3 * how.size**2)))
