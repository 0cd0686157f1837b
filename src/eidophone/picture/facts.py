"""Facts: what a picture file says of the sound in it, as text and as the strip's message."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import (
    EidophoneError,
    NotesPictureError,
    PictureError,
    RecipeError,
)
from eidophone.base.options import shown
from eidophone.picture.recipe import PRESETS, RECIPE_VERSION, AxisName, Recipe
from eidophone.sound.choice import NO_CHOICE, Choice

MESSAGE_VERSION = 1

#: Of the messages of pictures of notes, which stand in `notes/pictures/facts.py`.
NOTES_MESSAGE_VERSION = 3

#: What metadata raise that are not as they should be; see `reason_of`.
UNREADABLE = ValueError, TypeError, KeyError, AttributeError, RecursionError

#: Presets by their number in messages. Only ever append.
_PRESETS = ("standard", "fine", "compact", "octaves", "linear")
_CUSTOM = 255
_AXES: tuple[AxisName, ...] = get_args(AxisName)

_HEAD = struct.Struct("<BBH")  # message version, preset, rows
_SOURCE = struct.Struct("<IB5sI")  # rate, channels, samples, first column
_RECIPE = struct.Struct("<Bddddfff")  # axis, min_hz, max_hz, hop, window, top_db, range_db, gamma


@dataclass(frozen=True, kw_only=True)
class Source:
    """The sound that a picture was made of, as far as the mapping does not say it.

    Attributes:
        rate: samples per second.
        channels: 1 or 2.
        sample_count: samples of the whole sound.
        first_column: where this picture begins, when it is one of a sequence.

    Raises:
        PictureError: a value is out of its range.
    """

    rate: int
    channels: int
    sample_count: int
    first_column: int = 0

    def __post_init__(self) -> None:
        _check_whole("rate", self.rate, 1, 2**32 - 1)
        _check_whole("channels", self.channels, 1, 2)
        _check_whole("sample_count", self.sample_count, 1, 2**40 - 1)
        _check_whole("first_column", self.first_column, 0, 2**32 - 1)

    def values(self) -> dict[str, int]:
        """These values as files hold them, in which samples have always been called ``frames``."""
        values = asdict(self)
        return {"frames" if name == "sample_count" else name: values[name] for name in values}

    @classmethod
    def of_values(cls, values: Any) -> Source:
        """The source with these ``values``, from a file.

        Raises:
            PictureError: a value is out of its range.
            ValueError, TypeError, KeyError: these are none.
        """
        named = dict(values)
        return cls(sample_count=named.pop("frames"), **named)


@dataclass(frozen=True)
class Facts:
    """What a file says of its picture.

    Attributes:
        recipe: what the pixels mean.
        source: the sound it was made of; None if that is not known.
        digest: ``digest_of`` the pixels as they were written; empty if that is not known.
        strip: the pixels include a margin strip.
        choice: what of the sound's file was drawn.
    """

    recipe: Recipe
    source: Source | None = None
    digest: str = ""
    strip: bool = False
    choice: Choice = NO_CHOICE

    def to_json(self) -> str:
        """These facts as one line of JSON."""
        source = None if self.source is None else self.source.values()
        values = asdict(self) | {"source": source}
        if self.choice == NO_CHOICE:
            del values["choice"]
        return json.dumps(values)

    @classmethod
    def from_json(cls, text: str) -> Facts:
        """The facts that ``text`` (JSON) tells.

        Raises:
            PictureError: it makes no sense.
            RecipeError: the recipe is of a newer version, which may make sense.
        """
        try:
            values = json.loads(text)
            recipe = recipe_of_values(values["recipe"])
            source = None if values["source"] is None else Source.of_values(values["source"])
            choice = _choice_of(values.get("choice", {}))
            return cls(recipe, source, str(values["digest"]), values["strip"] is True, choice)
        except UNREADABLE as error:
            raise PictureError(reason_of(error)) from None


def reason_of(error: Exception) -> str:
    """In words, what is wrong with metadata that raised ``error``, one of `UNREADABLE`."""
    if isinstance(error, EidophoneError):
        return str(error)[:200]
    if isinstance(error, KeyError):
        return f"{str(error)[:50]} is missing"
    if isinstance(error, json.JSONDecodeError | RecursionError):
        return "they are no JSON"
    return "a value is not of its kind"


def digest_of(pixels: Pixels) -> str:
    """A hash of shape, depth and every value of ``pixels``, the same on every machine."""
    little = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("<"))
    hasher = hashlib.blake2b(f"{pixels.shape} {pixels.dtype.name}".encode(), digest_size=16)
    hasher.update(little.data)
    return hasher.hexdigest()


def message_of(recipe: Recipe, source: Source | None) -> bytes:
    """``recipe`` and ``source`` in 18 bytes if the recipe is a preset, or else in 63.

    A preset may have any number of rows, and be extended for the rate of the source. All but a
    recipe's name is kept, its decibels and gamma to 7 digits.
    """
    rate = 0 if source is None else source.rate
    preset = _preset_number(recipe, rate)
    message = _HEAD.pack(MESSAGE_VERSION, preset, recipe.rows) + _source_bytes(source)
    if preset != _CUSTOM:
        return message
    return message + _RECIPE.pack(
        _AXES.index(recipe.axis),
        recipe.min_hz,
        recipe.max_hz,
        recipe.hop_seconds,
        recipe.window_seconds,
        recipe.top_db,
        recipe.range_db,
        recipe.gamma,
    )


def from_message(message: bytes) -> Facts:
    """The facts in a ``message`` that ``message_of`` made.

    Raises:
        RecipeError: the message is of a newer version.
        NotesPictureError: it is of a picture of notes.
        PictureError: it makes no sense.
    """
    if message[:1] == bytes([NOTES_MESSAGE_VERSION]):
        raise NotesPictureError("it is a picture of notes, and no sound: decode it to a .mid file")
    if message[:1] != bytes([MESSAGE_VERSION]):
        raise RecipeError(f"its strip is of version {message[:1].hex()}: install a newer Eidophone")
    try:
        return _facts_of(message)
    except (struct.error, IndexError, ZeroDivisionError, RecipeError) as error:
        raise PictureError(f"its strip makes no sense ({error})") from None


def recipe_of_values(values: Any) -> Recipe:
    """The recipe with these values, from outside.

    Raises:
        RecipeError: it is of a newer version.
        PictureError: it makes no sense.
    """
    try:
        return Recipe.from_dict(values)
    except RecipeError as error:
        version = values.get("version") if isinstance(values, dict) else None
        if isinstance(version, int) and version > RECIPE_VERSION:
            raise
        raise PictureError(str(error)) from None


def _choice_of(values: Any) -> Choice:
    """The choice with these values, from outside."""
    channels, track = values.get("channels"), values.get("track")
    for number in [*(channels or []), *([] if track is None else [track])]:
        _check_whole("choice", number, 0, 1023)
    return Choice(
        channels=None if channels is None else tuple(channels),
        track=track,
        downmix=values.get("downmix") is True,
    )


def _facts_of(message: bytes) -> Facts:
    _, preset, rows = _HEAD.unpack_from(message)
    rate, channels, sample_count, first_column = _SOURCE.unpack_from(message, _HEAD.size)
    if preset == _CUSTOM:
        recipe = _recipe_of(rows, message[_HEAD.size + _SOURCE.size :])
    else:
        recipe = _preset(_PRESETS[preset], rows, rate)
    if rate == 0:
        return Facts(recipe)
    sample_count = int.from_bytes(sample_count, "little")
    source = Source(
        rate=rate, channels=channels, sample_count=sample_count, first_column=first_column
    )
    return Facts(recipe, source)


def _preset(name: str, rows: int, rate: int) -> Recipe:
    return PRESETS[name].with_rows(rows).for_rate(rate)


def _preset_number(recipe: Recipe, rate: int) -> int:
    for number, name in enumerate(_PRESETS):
        try:
            preset = _preset(name, recipe.rows, rate)
        except RecipeError:  # it cannot have so few rows
            continue
        if replace(recipe, name=name) == preset:
            return number
    return _CUSTOM


def _source_bytes(source: Source | None) -> bytes:
    if source is None:
        return _SOURCE.pack(0, 0, bytes(5), 0)
    sample_count = source.sample_count.to_bytes(5, "little")
    return _SOURCE.pack(source.rate, source.channels, sample_count, source.first_column)


def _recipe_of(rows: int, data: bytes) -> Recipe:
    axis, min_hz, max_hz, hop_seconds, window_seconds, *decibels, gamma = _RECIPE.unpack(data)
    return Recipe(
        axis=_AXES[axis],
        rows=rows,
        min_hz=min_hz,
        max_hz=max_hz,
        hop_seconds=hop_seconds,
        window_seconds=window_seconds,
        top_db=decibels[0],
        range_db=decibels[1],
        gamma=gamma,
    )


def _check_whole(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise PictureError(f"{name} is {shown(value)}: it must be a whole number, {low} to {high}")
