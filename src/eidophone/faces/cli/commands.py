"""Commands: what can be asked for, with examples. Nothing slow is imported to understand it."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from eidophone import __version__
from eidophone.bridge.settings import Manner, Passage, Running
from eidophone.faces.cli.options import add_options, jobs, port, setting, spelled
from eidophone.faces.cli.talk import USAGE
from eidophone.faces.studio.needs import INSTALL, is_installed
from eidophone.files.kinds import FILM_FORMATS, PICTURE_FORMATS
from eidophone.film.settings import KINDS
from eidophone.jobs.dataset.plan import DatasetPlan
from eidophone.jobs.settings import Decoding, Encoding, FilmDecoding, FilmEncoding, Watching
from eidophone.learning.settings import Generating, Learning, Translating
from eidophone.morphing.settings import EVERY_METHOD, METHOD_NAMES, Morphing, Telling
from eidophone.notes.pictures.settings import DrawingNotes, ReadingNotes
from eidophone.notes.playing.settings import Playing
from eidophone.notes.traditions.settings import Composing, LearningTunes
from eidophone.notes.transcribing.settings import Transcribing

_ENCODE = """\
examples:
  eidophone encode voice.wav
  eidophone encode voice.wav voice.png
  eidophone encode one.wav two.mp3 pictures/
  eidophone encode voice.wav squares/ --size 512 --overlap 0.1
  eidophone encode sounds/ pictures/ --format webp
  eidophone encode song.flac song.png --carry-original --strip
  eidophone encode song.flac song.mp4
  eidophone encode song.flac spiral.mp4 --film instants --size 1024
  eidophone encode song.mid notes.png --notes bold
"""

_DECODE = """\
examples:
  eidophone decode voice.png
  eidophone decode voice.png voice.wav
  eidophone decode squares/ voice.wav
  eidophone decode pictures/ sounds/ --format flac
  eidophone decode painted.png painted.wav --reference voice.wav --quality best
  eidophone decode song.mp4 song.wav
  eidophone decode walk.mp4 walk.wav --read cycle --seconds 60
  eidophone decode notes.png song.mid
"""

_PROCESS = """\
examples:
  eidophone process voice.wav painted.wav --with 'python stylize.py {in} {out}'
  eidophone process voice.wav painted.wav --with 'upscale -i {in} -o {out}' --folders
  eidophone process voice.wav painted.wav --with 'ffmpeg -i {in} -vf negate {out}' --film scroll
  eidophone process voice.wav painted.wav --network style.onnx --keep tone --strength 0.6
  eidophone process voice.wav painted.wav --style painting.jpg
  eidophone process voice.wav painted.wav --comfyui http://127.0.0.1:8188 --workflow style.json
"""

_MORPH = """\
examples:
  eidophone morph bell.wav voice.wav new.wav --mix 0.3
  eidophone morph bell.wav voice.wav new.wav --mix 0:1 --seconds 20 --curve smooth
  eidophone morph one.wav two.wav three.wav four.wav new.wav --mix 0.1,0.2,0.3,0.4
  eidophone morph tune.wav throat.wav new.wav --mix pitch=0,timbre=0.9,loudness=0,rhythm=0
  eidophone morph bell.wav voice.wav ways/ --method all
"""

_STYLE = """\
examples:
  eidophone style voice.wav elephant.wav talk.wav
  eidophone style voice.wav elephants/ talk.wav --articulation 0.5 --strength 0.8
  eidophone style melody.wav bees.wav buzz.wav --content music
"""

_LEARN = """\
examples:
  eidophone learn two.eido lear=lear/ autechre=autechre/
  eidophone learn two.eido lear=lear/ autechre=autechre/ --minutes 0
  eidophone learn two.eido --resume --minutes 30
  eidophone learn two.eido --slider rough=rough/,smooth/
"""

_TRANSLATE = """\
examples:
  eidophone translate two.eido song.wav new.wav --to autechre
  eidophone translate two.eido song.wav new.wav --to autechre=0.7,lear=0.3 --keep 0.5
"""

_GENERATE = """\
examples:
  eidophone generate two.eido new.wav --mix lear=0.3,autechre=0.7 --seconds 30
  eidophone generate two.eido new/ --count 8 --seed 7 --set brightness=+1.5
  eidophone generate two.eido longer.wav --mix lear=1:autechre=1 --continue song.wav
"""

_NOTES = """\
examples:
  eidophone notes song.wav song.mid
  eidophone notes song.wav song.mid --timing quantised
  eidophone notes waltz.wav waltz.mid --timing quantised --tempo 168 --metre 3/4
  eidophone notes choir.wav choir.mid --instrument sustained --sensitivity 0.7
  eidophone notes beat.wav beat.mid --instrument drums
"""

_PLAY = """\
examples:
  eidophone play song.mid song.wav
  eidophone play song.mid song.wav --with elephant.wav
  eidophone play song.mid song.wav --with note.wav --pitch A4 --release 0.5
  eidophone play song.mid song.wav --with piano-notes/
  eidophone play song.mid song.wav --with 1=flute.wav 2=bees.wav drums=kit/
  eidophone play song.mid song.wav --with general.sf2
"""

_TRADITION = """\
examples:
  eidophone tradition two irish=irish/ han=han/
  eidophone tradition mine.tradition tunes/
  eidophone tradition two --report two.html
"""

_COMPOSE = """\
examples:
  eidophone compose two.tradition new.mid --mix irish=0.3,han=0.7 --bars 16 --seed 7
  eidophone compose two.tradition new.mid --mix han --count 8 --scale hirajoshi
  eidophone compose two.tradition longer.mid --mix irish --continue begun.mid
"""

_EXPLORE = """\
examples:
  eidophone explore two.eido map/
"""

_REPORT = """\
examples:
  eidophone report two.eido two.html
  eidophone report two.eido two.html --judge autechre=generated/
"""

_DATASET = """\
examples:
  eidophone dataset sounds/ pictures/ --layout imagefolder
  eidophone dataset birds/ bells/ training/ --size 256 --layout stylegan --augment shift gain
"""

_WATCH = """\
examples:
  eidophone watch studio/
  eidophone watch studio/ --size 512 --format jpeg
"""

_INFO = """\
examples:
  eidophone info voice.png
  eidophone info voice.wav
"""

_STUDIO = """\
examples:
  eidophone studio
  eidophone studio --workspace pieces/
  eidophone studio --no-browser --port 2000
"""

_COMPLETION = """\
examples:
  eidophone completion bash > ~/.local/share/bash-completion/completions/eidophone
  eidophone completion zsh > ~/.zfunc/_eidophone      (with fpath+=~/.zfunc before compinit)
  eidophone completion fish > ~/.config/fish/completions/eidophone.fish
"""

_FEATURES = """\
examples:
  eidophone features voice.wav voice.npz
  eidophone features voice.wav voice.npz --kinds mel mfcc
"""

#: Shells whose completion is known.
SHELLS = ("bash", "zsh", "fish")

_BY_HAND = "draw with encode --as, run the program, and hear with decode --drawn-by"

#: Options that a command is asked for, and does not have: what to type instead.
_ELSEWHERE = {
    ("encode", "--drawn-by"): "encode draws for another program with --as",
    ("decode", "--as"): "decode hears what another program drew with --drawn-by",
    ("process", "--as"): _BY_HAND,
    ("process", "--drawn-by"): _BY_HAND,
}

#: Choices of how loud sounds become.
LEVEL = ("gain", "as_drawn")

#: Choices that films share with pictures, where both are made.
_SHARED = (
    *("recipe", "exposure", "size", "overlap", "strip", "channels", "track", "downmix"),
    *("quality", "reference", "seconds", "max_pixels"),
    *LEVEL,
)

#: What of a file is heard.
_CHOICE = ("channels", "track", "downmix")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    alone = "" if is_installed() else f", once it is there: {INSTALL}"
    whole = _Parser(
        prog="eidophone",
        description="Sound as pictures and film for any visual program, and back again.",
        epilog="'eidophone help COMMAND' shows its options, and examples. "
        "'eidophone FILE' does what is likeliest: it draws a sound or MIDI, and hears a picture or "
        "a film. "
        f"'eidophone' alone opens the studio{alone}.",
    )
    commands = whole.add_subparsers(
        title="commands", required=True, metavar="COMMAND", dest="command"
    )
    _encode(_command(commands, "encode", "Draw sounds as pictures or films.", _ENCODE))
    _decode(_command(commands, "decode", "Turn pictures and films into sounds.", _DECODE))
    text = "Send a sound through anything that works on pictures, and hear it."
    _process(_command(commands, "process", text, _PROCESS))
    text = "Make one new sound of two to four."
    _morph(_command(commands, "morph", text, _MORPH))
    text = "Tell one sound by others: a voice made of elephants."
    _style(_command(commands, "style", text, _STYLE))
    text = "Learn the character of folders of sounds; it works within a minute."
    _learn(_command(commands, "learn", text, _LEARN))
    text = "Tell a sound with the character of what was learnt."
    _translate(_command(commands, "translate", text, _TRANSLATE))
    text = "Make new sounds of what was learnt, of one collection or between several."
    _generate(_command(commands, "generate", text, _GENERATE))
    text = "Write the notes of a sound down as MIDI."
    _notes(_command(commands, "notes", text, _NOTES))
    text = "Play a MIDI file by any sound: a note, an elephant, a folder of either, a SoundFont."
    _play(_command(commands, "play", text, _PLAY))
    text = "Learn the music of a people from folders of tunes: MIDI, ABC, MusicXML, kern, sounds."
    _tradition(_command(commands, "tradition", text, _TRADITION))
    text = "Compose new tunes, of one tradition or between several, as MIDI."
    _compose(_command(commands, "compose", text, _COMPOSE))
    text = "Draw a map of what was learnt of: every second, like beside like."
    _explore(_command(commands, "explore", text, _EXPLORE))
    text = "Say what was learnt, beside what an equaliser can do as well."
    _report(_command(commands, "report", text, _REPORT))
    text = "Make thousands of square pictures of sounds, ready for trainers; a folder is a label."
    _dataset(_command(commands, "dataset", text, _DATASET))
    text = "A hot folder: sounds in, pictures out; pictures back in, sounds out."
    _watch(_command(commands, "watch", text, _WATCH))
    _info(_command(commands, "info", "Say what a file is.", _INFO))
    _features(_command(commands, "features", "Arrays for networks.", _FEATURES))
    text = "The studio: all of this in your browser, and more, without a line of code."
    _studio(_command(commands, "studio", text, _STUDIO))
    text = "What a shell needs to complete what is typed: put it where your shell looks for it."
    _completion(_command(commands, "completion", text, _COMPLETION))
    for one in (whole, *commands.choices.values()):
        one.add_argument(
            "--quiet", action="store_true", default=False, help="say nothing but errors"
        )
        one.add_argument(
            "--version",
            action="version",
            version=f"eidophone {__version__}",
            help="say which Eidophone this is",
        )
    return whole


def commands_of(whole: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of the commands of ``whole``, by their names."""
    (found,) = (one for one in whole._actions if isinstance(one, argparse._SubParsersAction))
    return dict(found.choices)


class _Parser(argparse.ArgumentParser):
    """A parser that says in one line what it does not understand, and what may have been meant."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As ever, but for options that only other commands have; others begin like them."""
        for word in args or ():
            instead = _ELSEWHERE.get((self.prog.split()[-1], word.partition("=")[0]))
            if instead:
                self.error(f"{word.partition('=')[0]} is of another command: {instead}")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        problem = message.removeprefix("argument ")
        choice = re.match(r"(.+?): invalid choice: (.+?) \(choose from (.+)\)", problem)
        options = re.match(r"unrecognized arguments: (.*)", problem)
        missing = re.match(r"the following arguments are required: (.*)", problem)
        if choice:
            given, known = choice[2].strip("'"), re.findall(r"[^\s,']+", choice[3])
            what = f"there is no {choice[1]} {given!r}".replace("COMMAND", "command or file")
            problem = what + (_meant(given, known) or f": use {', '.join(known)}")
            if choice[1] == "COMMAND" and "." in given:  # as only files have in their names
                problem = f"there is no file {given!r}"
        elif missing:
            problem = f"{missing[1]} is missing".replace("COMMAND", "a command or a file")
        elif ": expected" in problem:
            problem = f"{problem.partition(':')[0]} needs a value after it"
        elif options:
            known = [one for one in self._option_string_actions if one.startswith("--")]
            given = options[1].split()[0].partition("=")[0]
            if given.startswith("-"):
                name = f": if it is a file, write ./{given}" if "." in given else ""
                problem = f"there is no option {given}{_meant(given, known) or name}"
            else:
                problem = f"{options[1]} is too much"
        self.exit(USAGE, f"eidophone: {problem} ('{self.prog} --help' shows what there is)\n")


def _meant(given: str, known: list[str]) -> str:
    """A question for the one of ``known`` that ``given`` is nearly; empty if it is none."""
    from difflib import get_close_matches  # noqa: PLC0415 (seldom needed)

    close = get_close_matches(given, known, 1)
    return f": did you mean {close[0]}?" if close else ""


def _command(commands: Any, name: str, text: str, examples: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _encode(encode: argparse.ArgumentParser) -> None:
    _places(encode, "SOUND|SONG.mid|FOLDER/", "PICTURE|FILM|FOLDER/", "what to draw")
    add_options(encode, Encoding, but=("format",))
    add_options(encode, DrawingNotes, only=("notes",))
    encode.add_argument(
        "--format",
        type=spelled,
        choices=tuple(dict.fromkeys((*PICTURE_FORMATS, *FILM_FORMATS))),
        default=argparse.SUPPRESS,
        help="default: by name, or png, or mp4",
    )
    add_options(encode.add_argument_group("films"), FilmEncoding, but=(*_SHARED, "overwrite"))
    _jobs(encode)


def _decode(decode: argparse.ArgumentParser) -> None:
    _places(decode, "PICTURE|FILM|FOLDER/", "SOUND|SONG.mid|FOLDER/", "what to hear")
    add_options(decode, Decoding, but=LEVEL)
    add_options(decode, ReadingNotes, only=("notes",))
    decode.add_argument(
        "--reference-picture",
        metavar="PICTURE|FOLDER/",
        help="the unedited picture, sent through the same tool",
    )
    decode.add_argument("--format", metavar="wav|flac|...", help="of sounds in a folder")
    films = decode.add_argument_group("films")
    add_options(films, FilmDecoding, but=(*_SHARED, "overwrite"))
    _level(decode, Decoding)
    _jobs(decode)


def _process(process: argparse.ArgumentParser) -> None:
    process.add_argument("source", metavar="SOUND", help="what to send; -: the standard input")
    process.add_argument("target", metavar="OUT", help="the sound to make; -: the standard output")
    tool = process.add_argument_group("the tool, one of")
    tool.add_argument(
        "--with",
        dest="program",
        metavar="'PROGRAM {in} {out}'",
        help="a command; {in} and {out} stand for what it reads and writes",
    )
    tool.add_argument("--network", metavar="FILE", help="ONNX, safetensors or PyTorch")
    tool.add_argument("--trust", action="store_true", help="PyTorch's FILE may do as it likes")
    tool.add_argument(
        "--style",
        metavar="PICTURE",
        help="a picture whose strokes the sound is painted with; or what a network takes beside it",
    )
    tool.add_argument("--comfyui", metavar="ADDRESS", help="a running ComfyUI, which does a ...")
    tool.add_argument("--workflow", metavar="FILE.json", help="... that it exported, API format")
    what = process.add_argument_group("what it is given")
    add_options(what, Passage, only=("recipe", "exposure", "size", "overlap", "batch"))
    add_options(what, Running, only=("folders",))
    what.add_argument("--film", choices=KINDS, help="{in} and {out} are films")
    add_options(what, FilmEncoding, only=("fps", *_CHOICE))
    back = process.add_argument_group("what is taken back")
    add_options(back, Passage, only=("keep", "strength", "quality"))
    back.add_argument(
        "--calibrate", metavar="'PROGRAM {in} {out}'", help="the same, told to change nothing"
    )
    runs = process.add_argument_group("how programs are run")
    add_options(runs, Running, but=("folders",))
    runs.add_argument("--work", metavar="FOLDER/", help="keep everything there, and go on from it")
    add_options(process.add_argument_group("how a style picture paints"), Manner)
    networks = process.add_argument_group("what a network takes, if that is not found")
    networks.add_argument("--layout", metavar="NCHW|NHWC|...", help="order of its axes")
    networks.add_argument("--values", metavar="RANGE", help="0..1, -1..1, 0..255, imagenet, ...")
    networks.add_argument(
        "--set",
        type=setting,
        action="append",
        default=[],
        metavar="NAME=N[,N...]",
        help="another input",
    )
    _level(process, Passage)
    add_options(process, Encoding, only=("overwrite",))


def _morph(morph: argparse.ArgumentParser) -> None:
    _places(morph, "SOUND", "OUT|FOLDER/", "what becomes one, two to four")
    morph.add_argument(
        "--method",
        choices=(*METHOD_NAMES, EVERY_METHOD),
        default=Morphing.method,
        help=f"how they become one; {EVERY_METHOD}: by each, into a folder, with a sheet of them; "
        f"default: {Morphing.method}",
    )
    add_options(morph, Morphing, but=("method", *LEVEL))
    _level(morph, Morphing)
    add_options(morph, Encoding, only=("overwrite",))


def _style(style: argparse.ArgumentParser) -> None:
    style.add_argument("source", metavar="CONTENT", help="what is told; -: the standard input")
    style.add_argument(
        "substances",
        nargs="+",
        metavar="SOUND|FOLDER/",
        help="what it is made of: sounds, or folders of them",
    )
    style.add_argument("target", metavar="OUT", help="the sound to make; -: the standard output")
    add_options(style, Telling, but=LEVEL)
    _level(style, Telling)
    add_options(style, Encoding, only=("overwrite",))


def _learn(learn: argparse.ArgumentParser) -> None:
    learn.add_argument("model", metavar="MODEL", help="the file to make")
    learn.add_argument(
        "collections",
        nargs="*",
        metavar="NAME=FOLDER",
        help="two collections or more: folders of any sounds, a quarter of an hour of each or more",
    )
    add_options(learn, Learning)
    learn.add_argument(
        "--slider",
        action="append",
        metavar="NAME=MORE/,LESS/|NAME=LABELS.csv",
        help="give the model a slider of your own, of sounds that have more and less of it",
    )


def _translate(translate: argparse.ArgumentParser) -> None:
    _model(translate)
    translate.add_argument("source", metavar="SOUND", help="what is told; -: the standard input")
    translate.add_argument(
        "target", metavar="OUT", help="the sound to make; -: the standard output"
    )
    add_options(translate, Translating, but=LEVEL)
    _level(translate, Translating)
    add_options(translate, Encoding, only=("overwrite",))


def _generate(generate: argparse.ArgumentParser) -> None:
    _model(generate)
    generate.add_argument("target", metavar="OUT", help="the sound to make; of several, the first")
    add_options(generate, Generating, but=LEVEL)
    generate.add_argument("--like", metavar="SOUND", help="variations of this sound")
    generate.add_argument(
        "--continue", dest="continues", metavar="SOUND", help="go on where this sound ends"
    )
    _level(generate, Generating)
    add_options(generate, Encoding, only=("overwrite",))


def _notes(notes: argparse.ArgumentParser) -> None:
    notes.add_argument("source", metavar="SOUND", help="what is heard; -: the standard input")
    notes.add_argument(
        "target", metavar="OUT.mid", help="the MIDI file to make; -: the standard output"
    )
    add_options(notes, Transcribing)


def _play(play: argparse.ArgumentParser) -> None:
    play.add_argument("source", metavar="SONG.mid", help="what is played; -: the standard input")
    play.add_argument("target", metavar="OUT", help="the sound to make; -: the standard output")
    play.add_argument(
        "--with",
        dest="players",
        nargs="+",
        action="extend",
        default=[],
        metavar="[PART=]SOUND|FOLDER|FONT.sf2",
        help="what plays: one sound, which is moved to every pitch; a folder of notes and drums, "
        "by their names or as they are heard; a SoundFont; or one of these for each part, by its "
        "name or number; default: instruments of our own",
    )
    add_options(play, Playing, but=LEVEL)
    _level(play, Playing)
    add_options(play, Encoding, only=("overwrite",))


def _tradition(tradition: argparse.ArgumentParser) -> None:
    tradition.add_argument("model", metavar="MODEL", help="the file to make")
    tradition.add_argument(
        "collections",
        nargs="*",
        metavar="NAME=FOLDER",
        help="folders of tunes: MIDI, ABC, MusicXML, kern, or sounds; 200 tunes of each or more",
    )
    tradition.add_argument(
        "--report",
        metavar="PAGE.html",
        help="tell what is typical of each tradition of a model that is there, on a page",
    )
    add_options(tradition, LearningTunes)


def _compose(compose: argparse.ArgumentParser) -> None:
    compose.add_argument("model", metavar="MODEL", help="what tradition made")
    compose.add_argument(
        "target", metavar="OUT.mid", help="the file to make; of several, the first"
    )
    add_options(compose, Composing)
    compose.add_argument(
        "--continue", dest="continues", metavar="IN.mid", help="go on where this tune ends"
    )
    add_options(compose, Encoding, only=("overwrite",))


def _explore(explore: argparse.ArgumentParser) -> None:
    _model(explore)
    explore.add_argument("target", metavar="FOLDER/", help="the folder to make")
    add_options(explore, Encoding, only=("overwrite",))


def _report(report: argparse.ArgumentParser) -> None:
    _model(report)
    report.add_argument("target", metavar="PAGE.html", help="the page to make")
    report.add_argument(
        "--judge",
        action="append",
        metavar="NAME=FOLDER",
        help="judge sounds from elsewhere too, as new ones of this collection",
    )
    add_options(report, Encoding, only=("overwrite",))


def _model(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", metavar="MODEL", help="what learn made")


def _dataset(dataset: argparse.ArgumentParser) -> None:
    dataset.add_argument(
        "sources", nargs="+", metavar="FOLDER|SOUND", help="what to draw; a folder is a label"
    )
    dataset.add_argument("target", metavar="OUT/", help="the folder to make")
    add_options(dataset, DatasetPlan)
    dataset.add_argument("--ray", metavar="ADDRESS", help="of a Ray cluster that does the work")
    _jobs(dataset)


def _watch(hot: argparse.ArgumentParser) -> None:
    hot.add_argument("folder", metavar="FOLDER/", help="what to watch; made if it is not there")
    add_options(hot, Watching, but=LEVEL)
    _level(hot, Watching)


def _info(info: argparse.ArgumentParser) -> None:
    info.add_argument("file", metavar="FILE", help="a sound, a picture, a film or a recipe")
    add_options(info, Decoding, only=("max_pixels",))


def _features(features: argparse.ArgumentParser) -> None:
    features.add_argument("source", metavar="SOUND", help="what to analyse")
    features.add_argument("target", metavar="OUT.npz", help="the file to make")
    features.add_argument(
        "--kinds",
        nargs="+",
        metavar="KIND",
        help="of raw, stft, spectrogram, mel, mfcc; default: all of them",
    )
    add_options(features, Encoding, only=(*_CHOICE, "overwrite"))


def _studio(studio: argparse.ArgumentParser) -> None:
    studio.add_argument(
        "--workspace",
        metavar="FOLDER/",
        help="where it keeps everything; made if it is not there; default: Eidophone, in your own",
    )
    studio.add_argument(
        "--port", type=port, metavar="N", help="or the next that is free; 0: any; default: 1885"
    )
    studio.add_argument(
        "--host",
        metavar="ADDRESS",
        help="who can reach it: 0.0.0.0 for all in your network; default: only this computer",
    )
    studio.add_argument(
        "--no-browser", action="store_true", help="only say the address, and open nothing"
    )


def _completion(completion: argparse.ArgumentParser) -> None:
    completion.add_argument("shell", choices=SHELLS, help="which shell it is for")


def _places(command: argparse.ArgumentParser, source: str, target: str, what: str) -> None:
    """What a command works on, and last, if it is named, what it makes."""
    command.add_argument(
        "paths", nargs="+", metavar=source, help=f"{what}, one or several; -: the standard input"
    )
    command.add_argument(
        "target",  # `understood` finds it: it is the last of the others
        nargs="?",
        metavar=target,
        help="where to; beside it, unless you say; -: the standard output",
    )


def _level(command: argparse.ArgumentParser, settings: type) -> None:
    add_options(command.add_argument_group("how loud it is"), settings, only=LEVEL)


def _jobs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--jobs", type=jobs, metavar="N", help="processes, for folders; default: all cores"
    )
