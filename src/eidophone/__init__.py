"""Eidophone: sound as pictures and film that any visual program can work on, and back again.

>>> import eidophone
>>> picture = eidophone.encode(eidophone.Sound.load("voice.wav"))  # doctest: +SKIP
>>> eidophone.decode(picture).save("again.wav")  # doctest: +SKIP
"""

from eidophone.base.errors import (
    EidophoneError,
    EidophoneWarning,
    FilmError,
    MissingExtraError,
    OutputError,
    PictureError,
    RecipeError,
    SoundError,
    ToolError,
)
from eidophone.bridge.process import process
from eidophone.film import Film, decode_film, encode_film
from eidophone.picture.codec import decode, encode
from eidophone.picture.picture import Picture, Source
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.sound.sound import Sound, open_sound

__version__ = "0.1.0"

__all__ = [
    "PRESETS",
    "EidophoneError",
    "EidophoneWarning",
    "Film",
    "FilmError",
    "MissingExtraError",
    "OutputError",
    "Picture",
    "PictureError",
    "Recipe",
    "RecipeError",
    "Sound",
    "SoundError",
    "Source",
    "ToolError",
    "decode",
    "decode_film",
    "encode",
    "encode_film",
    "open_sound",
    "process",
]
