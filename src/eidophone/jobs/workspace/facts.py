"""Facts: what can be said of a file at a glance: of which kind it is, how long, how large."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from zipfile import is_zipfile

from PIL import Image

from eidophone.base.errors import EidophoneError, noted, tell
from eidophone.bridge.comfyui.workflow import Workflow
from eidophone.files.image import read_image
from eidophone.files.image.model import PARSING
from eidophone.files.image.pillow import text_of
from eidophone.files.kinds import held_by, is_midi
from eidophone.files.probing import kind_of
from eidophone.files.video import VideoReader
from eidophone.film.film import is_film
from eidophone.learning.about import about
from eidophone.learning.storing import SUFFIX
from eidophone.notes.midi import read_midi
from eidophone.notes.pictures.facts import TEXT_KEY as NOTES
from eidophone.notes.playing.soundfont import ENDINGS as SOUNDFONTS
from eidophone.notes.playing.soundfont import need_soundfont
from eidophone.notes.traditions.model import SUFFIX as TRADITION
from eidophone.notes.traditions.model import Model
from eidophone.sound.choice import Choice
from eidophone.sound.decoders import Decoder, FilmDecoder, decoder_of
from eidophone.sound.files import SoundReader
from eidophone.sound.samples import check_rate

ItemKind = Literal[
    "sound",
    "picture",
    "film",
    "midi",
    "soundfont",
    "zip",
    "network",
    "workflow",
    "model",
    "tradition",
    "other",
]

#: Endings of network files.
NETWORK_SUFFIXES = frozenset((".onnx", ".pt", ".pth", ".pt2", ".safetensors", ".ckpt"))

_BY_ENDING: dict[str, ItemKind] = {
    **dict.fromkeys(NETWORK_SUFFIXES, "network"),
    ".json": "workflow",
    SUFFIX: "model",
    TRADITION: "tradition",
    **dict.fromkeys(SOUNDFONTS, "soundfont"),
}


@dataclass(frozen=True)
class Facts:
    """What a file is.

    Attributes:
        kind: what it is to people.
        seconds: how long a sound, a film or a piece of notes lasts.
        rate: samples a second of a sound, or of the sound of a film.
        channels: of these, as many as are heard: more are mixed to two.
        width, height: of a picture, or of the frames of a film.
        has_notes: whether a picture says in its metadata that it shows notes.
        problem: why it cannot be used, where its kind says that it should be.
        notes: what is to be known of how it is read.
    """

    kind: ItemKind
    seconds: float | None = None
    rate: int | None = None
    channels: int | None = None
    width: int | None = None
    height: int | None = None
    has_notes: bool = False
    problem: str = ""
    notes: tuple[str, ...] = ()


def facts_of(path: Path) -> Facts:
    """What the file at ``path`` is; a broken one is ``other``, and says why."""
    kind = kind_of_item(path)
    find = _FINDERS.get(kind)
    if find is None:
        return Facts(kind)
    try:
        with noted() as notes:
            facts = find(path)
        return replace(facts, notes=tuple(notes))
    except EidophoneError as error:
        return Facts("other", problem=str(error))
    except Exception as error:  # decoders raise anything on broken files
        return Facts("other", problem=f"{path} cannot be read: {type(error).__name__}")


def kind_of_item(path: Path) -> ItemKind:
    """Of which kind the file at ``path`` is, by its beginning, or else by its ending."""
    ending = path.suffix.lower()
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    if ending == ".zip" and is_zipfile(path):
        return "zip"
    if is_midi(path):
        return "midi"
    held = held_by(path)
    if is_film(path):
        return "film"
    for kind in ("sound", "picture"):
        if kind in held:
            return kind
    return "other"


def why_unknown(path: Path) -> str:
    """Why the file at ``path`` is nothing that can be worked with, and what to do."""
    kind = kind_of(path)
    if kind is not None and kind.instead:
        return f"{path} is {kind.name}: {kind.instead}"
    return (
        f"{path} is no sound, picture, film, MIDI, SoundFont, network or model that is known here"
    )


def _of_sound(path: Path) -> Facts:
    decoder = decoder_of(path)
    if isinstance(decoder, FilmDecoder) and decoder.promised_samples:  # else it is gone through
        count = decoder.promised_samples
    else:
        count = SoundReader(path, Choice(downmix=True), decoder=decoder).sample_count
    rate = check_rate(decoder.rate, str(path))
    return Facts("sound", count / rate, rate, _heard_channels(decoder))


def _heard_channels(decoder: Decoder) -> int:
    """How many channels are heard; that more are mixed is told."""
    count = len(decoder.layout)
    if count > 2:
        tell(f"it has {count} channels, which are mixed to two: `channels` chooses one or two")
    return min(2, count)


def _of_picture(path: Path) -> Facts:
    try:
        with PARSING, Image.open(path) as image:
            width, height = image.size
            has_notes = NOTES in image.info or NOTES in text_of(image)
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    except Exception:  # broken, or of a kind that only our own readers know
        height, width = read_image(path).pixels.shape[:2]
        return Facts("picture", width=width, height=height)
    if turned:
        width, height = height, width
    return Facts("picture", width=width, height=height, has_notes=has_notes)


def _of_film(path: Path) -> Facts:
    try:
        reader = VideoReader(path)
    except EidophoneError:  # a container of films may hold sound alone
        return _of_sound(path)
    facts = Facts(
        "film",
        reader.promised_seconds or reader.seconds,
        width=reader.width,
        height=reader.height,
    )
    with suppress(EidophoneError):  # it has no sound, or none that can be read
        sound = decoder_of(path)
        return replace(facts, rate=sound.rate, channels=_heard_channels(sound))
    return facts


def _of_midi(path: Path) -> Facts:
    return Facts("midi", read_midi(path).seconds)


def _of_soundfont(path: Path) -> Facts:
    need_soundfont(path)
    return Facts("soundfont")


def _of_workflow(path: Path) -> Facts:
    Workflow.load(path)
    return Facts("workflow")


def _of_tradition(path: Path) -> Facts:
    Model.load(path)
    return Facts("tradition")


def _of_model(path: Path) -> Facts:
    about(path)
    return Facts("model")


_FINDERS: dict[ItemKind, Callable[[Path], Facts]] = {
    "sound": _of_sound,
    "picture": _of_picture,
    "film": _of_film,
    "midi": _of_midi,
    "soundfont": _of_soundfont,
    "workflow": _of_workflow,
    "model": _of_model,
    "tradition": _of_tradition,
}
