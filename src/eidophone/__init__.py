"""Eidophone: sound as pictures and film that any visual program can work on, and back again.

>>> import eidophone
>>> picture = eidophone.encode(eidophone.Sound.load("voice.wav"))  # doctest: +SKIP
>>> eidophone.decode(picture).save("again.wav")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eidophone.base.errors import (
        EidophoneError,
        EidophoneWarning,
        FilmError,
        LearnError,
        MissingExtraError,
        MorphError,
        NotesError,
        OutputError,
        PictureError,
        RecipeError,
        SoundError,
        ToolError,
    )
    from eidophone.bridge.comfyui.tool import ComfyTool
    from eidophone.bridge.manner import StylePicture
    from eidophone.bridge.networks.opening import open_network
    from eidophone.bridge.process import process
    from eidophone.bridge.programs.command import CommandTool
    from eidophone.bridge.settings import Manner
    from eidophone.film.codec import decode_film, encode_film
    from eidophone.film.film import Film
    from eidophone.jobs.dataset.making import DatasetReport, make_dataset
    from eidophone.jobs.dataset.plan import DatasetPlan
    from eidophone.jobs.hot.watch import watch
    from eidophone.learning.generate import generate
    from eidophone.learning.learn import learn
    from eidophone.learning.model import Model
    from eidophone.learning.translate import translate
    from eidophone.morphing.morph import morph
    from eidophone.morphing.styling import style
    from eidophone.notes.pictures.codec import decode_notes, encode_notes
    from eidophone.notes.pictures.picture import NotesPicture
    from eidophone.notes.playing.play import play
    from eidophone.notes.traditions.compose import compose
    from eidophone.notes.traditions.learn import learn_tradition
    from eidophone.notes.transcribing.transcribe import transcribe
    from eidophone.picture.codec import decode, encode
    from eidophone.picture.foreign.model import Hints
    from eidophone.picture.picture import Picture, Source
    from eidophone.picture.recipe import PRESETS, Recipe
    from eidophone.sound.sound import Sound, open_sound

__version__ = "0.1.0"

__all__ = [
    "PRESETS",
    "ComfyTool",
    "CommandTool",
    "DatasetPlan",
    "DatasetReport",
    "EidophoneError",
    "EidophoneWarning",
    "Film",
    "FilmError",
    "Hints",
    "LearnError",
    "Manner",
    "MissingExtraError",
    "Model",
    "MorphError",
    "NotesError",
    "NotesPicture",
    "OutputError",
    "Picture",
    "PictureError",
    "Recipe",
    "RecipeError",
    "Sound",
    "SoundError",
    "Source",
    "StylePicture",
    "ToolError",
    "compose",
    "decode",
    "decode_film",
    "decode_notes",
    "encode",
    "encode_film",
    "encode_notes",
    "generate",
    "learn",
    "learn_tradition",
    "make_dataset",
    "morph",
    "open_network",
    "open_sound",
    "play",
    "process",
    "style",
    "transcribe",
    "translate",
    "watch",
]

#: Where the names are: they are looked up when they are first used, since some take long.
_PLACES = {
    "EidophoneError": "base.errors",
    "EidophoneWarning": "base.errors",
    "FilmError": "base.errors",
    "LearnError": "base.errors",
    "MissingExtraError": "base.errors",
    "MorphError": "base.errors",
    "NotesError": "base.errors",
    "OutputError": "base.errors",
    "PictureError": "base.errors",
    "RecipeError": "base.errors",
    "SoundError": "base.errors",
    "ToolError": "base.errors",
    "PRESETS": "picture.recipe",
    "Recipe": "picture.recipe",
    "ComfyTool": "bridge.comfyui.tool",
    "StylePicture": "bridge.manner",
    "Manner": "bridge.settings",
    "open_network": "bridge.networks.opening",
    "process": "bridge.process",
    "CommandTool": "bridge.programs.command",
    "decode_film": "film.codec",
    "encode_film": "film.codec",
    "Film": "film.film",
    "DatasetReport": "jobs.dataset.making",
    "make_dataset": "jobs.dataset.making",
    "DatasetPlan": "jobs.dataset.plan",
    "watch": "jobs.hot.watch",
    "generate": "learning.generate",
    "learn": "learning.learn",
    "Model": "learning.model",
    "translate": "learning.translate",
    "morph": "morphing.morph",
    "style": "morphing.styling",
    "NotesPicture": "notes.pictures.picture",
    "decode_notes": "notes.pictures.codec",
    "encode_notes": "notes.pictures.codec",
    "play": "notes.playing.play",
    "compose": "notes.traditions.compose",
    "learn_tradition": "notes.traditions.learn",
    "transcribe": "notes.transcribing.transcribe",
    "decode": "picture.codec",
    "encode": "picture.codec",
    "Hints": "picture.foreign.model",
    "Picture": "picture.picture",
    "Source": "picture.picture",
    "Sound": "sound.sound",
    "open_sound": "sound.sound",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})
