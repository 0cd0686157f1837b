"""process: a sound through any program or network that works on pictures or films, and back."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from eidophone.base.arrays import Float32
from eidophone.base.atomic import already_there
from eidophone.base.errors import SoundError, ToolError
from eidophone.base.parallel import thread_count
from eidophone.bridge.keep import KEEPS
from eidophone.bridge.networks.opening import open_network
from eidophone.bridge.process import Passage, processed, processed_film
from eidophone.bridge.programs.command import CommandTool
from eidophone.bridge.tools import Tool
from eidophone.faces.cli.options import AddCommand, channels, frame_rate, need_file, recipe_option
from eidophone.faces.cli.talk import OK, Talk
from eidophone.film import KINDS
from eidophone.picture.codec import ROUNDS
from eidophone.picture.facts import Source
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import SoundSource, SoundWriter, open_sound

#: Pictures that a program is given in one folder; more are a bother to memory.
_FOLDER_PICTURES = 256

_EXAMPLES = """\
examples:
  eidophone process voice.wav painted.wav --with 'python stylize.py {in} {out}'
  eidophone process voice.wav painted.wav --with 'upscale -i {in} -o {out}' --folders
  eidophone process voice.wav painted.wav --with 'ffmpeg -i {in} -vf negate {out}' --film scroll
  eidophone process voice.wav painted.wav --network style.onnx --keep tone --strength 60
"""


def add(command: AddCommand) -> None:
    """Add the command."""
    text = "Send a sound through a program or a network that works on pictures, and hear it."
    process = command("process", text, _EXAMPLES, _process)
    process.add_argument("source", metavar="SOUND")
    process.add_argument("target", metavar="OUT", help="the sound to make")
    tool = process.add_argument_group("the tool, one of")
    tool.add_argument("--with", dest="command", metavar="'PROGRAM {in} {out}'")
    tool.add_argument("--network", metavar="FILE", help="ONNX, safetensors or PyTorch")
    tool.add_argument("--trust", action="store_true", help="PyTorch's FILE may do as it likes")
    what = process.add_argument_group("what it is given")
    recipe_option(what, "standard")
    what.add_argument("--size", type=int, default=512, metavar="N", help="pixels; default: 512")
    what.add_argument("--overlap", type=float, default=0.125, metavar="0..0.9")
    what.add_argument("--folders", action="store_true", help="{in} and {out} are folders")
    what.add_argument("--film", choices=KINDS, help="{in} and {out} are films")
    what.add_argument("--fps", type=frame_rate, metavar="N", help="of the film")
    what.add_argument("--batch", type=_count, default=1, metavar="N", help="for networks")
    what.add_argument("--channels", type=channels, metavar="0,1", help="one or two of the sound's")
    back = process.add_argument_group("what is taken back")
    back.add_argument(
        "--keep", choices=KEEPS, default="auto", help="default: by what the tool does"
    )
    back.add_argument("--strength", type=float, default=100.0, metavar="0..100", help="percent")
    back.add_argument(
        "--calibrate", metavar="'PROGRAM {in} {out}'", help="the same, told to change nothing"
    )
    back.add_argument("--quality", choices=ROUNDS, default="standard")
    runs = process.add_argument_group("how programs are run")
    runs.add_argument("--timeout", type=float, metavar="SECONDS", help="default: 600 a picture")
    runs.add_argument("--attempts", type=_count, default=1, metavar="N", help="at what fails")
    runs.add_argument(
        "--skip-failed", action="store_true", help="take the original of what fails every time"
    )
    runs.add_argument("--shell", action="store_true", help="the command is a line for the shell")
    runs.add_argument("--work", metavar="FOLDER/", help="keep everything there, and go on from it")
    networks = process.add_argument_group("what a network takes, if that is not found")
    networks.add_argument("--layout", metavar="NCHW|NHWC|...", help="order of its axes")
    networks.add_argument("--values", metavar="RANGE", help="0..1, -1..1, 0..255, imagenet, ...")
    networks.add_argument(
        "--set",
        type=_setting,
        action="append",
        default=[],
        metavar="NAME=N[,N...]",
        help="another input",
    )
    process.add_argument("--quiet", action="store_true", help="say nothing but errors")
    process.add_argument("--force", action="store_true", help="replace what is there already")


def _process(options: argparse.Namespace, talk: Talk) -> int:
    source, target = Path(options.source), Path(options.target)
    need_file(source, SoundError("there is no sound"))
    if options.work and (options.film or not options.command):
        raise ToolError("--work is for programs that work on pictures: leave it out")
    if target.exists() and not options.force:
        raise already_there(target)
    how = Passage(
        recipe=Recipe.named(options.recipe),
        size=options.size,
        overlap=options.overlap,
        batch=_batch(options),
        keep=options.keep,
        strength=options.strength / 100,
        quality=options.quality,
    )
    with ExitStack() as stack:
        sound = stack.enter_context(open_sound(source, options.channels))
        bar = stack.enter_context(talk.bar(f"sending {source.name}"))
        if options.film:
            made, samples = stack.enter_context(_through_films(sound, how, options))
        else:
            tool, neutral = _tool(options, talk), None
            if options.calibrate:
                neutral = _program(options.calibrate, options)
            made, samples = stack.enter_context(
                processed(sound, tool, how, calibrate=neutral, progress=bar)
            )
        writer = stack.enter_context(
            SoundWriter(target, made.rate, made.channels, overwrite=options.force)
        )
        for block in samples:
            writer.write(block)
    talk.say(str(target))
    return OK


def _through_films(
    sound: SoundSource, how: Passage, options: argparse.Namespace
) -> AbstractContextManager[tuple[Source, Iterator[Float32]]]:
    """What becomes of ``sound`` as a film."""
    if not options.command:
        raise ToolError("--film needs a program that works on films: name it with --with")
    neutral = _program(options.calibrate, options).run_on_film if options.calibrate else None
    return processed_film(
        sound,
        _program(options.command, options).run_on_film,
        how,
        kind=options.film,
        fps=options.fps,
        calibrate=neutral,
    )


def _tool(options: argparse.Namespace, talk: Talk) -> Tool:
    """The tool that was asked for."""
    if bool(options.command) == bool(options.network):
        raise ToolError("name one tool: --with 'PROGRAM {in} {out}' or --network FILE")
    if options.command:
        return _program(options.command, options)
    network = open_network(
        options.network,
        layout=options.layout,
        values=options.values,
        settings=dict(options.set),
        batch=options.batch,
        trusted=options.trust,
        timeout_seconds=options.timeout,
    )
    talk.note(network.describe())
    return network


def _program(line: str, options: argparse.Namespace) -> CommandTool:
    return CommandTool(
        line,
        per="folder" if options.folders else "picture",
        timeout_seconds=options.timeout,
        attempts=options.attempts,
        skip_failed=options.skip_failed,
        shell=options.shell,
        work=options.work,
    )


def _batch(options: argparse.Namespace) -> int:
    """Pictures at a time: as many as a folder, or the cores, can take."""
    if options.folders:
        return _FOLDER_PICTURES
    return max(options.batch, thread_count() if options.command else 1)


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def _setting(text: str) -> tuple[str, float | list[float]]:
    name, _, value = text.partition("=")
    try:
        numbers = [float(one) if "." in one else int(one) for one in value.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER[,NUMBER...]") from None
    return name, numbers[0] if len(numbers) == 1 else numbers
