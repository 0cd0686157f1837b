"""Thumbnails: small pictures of items, for a shelf; made once, and few at a time."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from itertools import islice
from pathlib import Path
from threading import BoundedSemaphore, Lock

import numpy as np
from PIL import Image

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.atomic import atomic_path, make_folder, scratch
from eidophone.base.errors import NotThereError, OutputError
from eidophone.files.image import read_image
from eidophone.files.video import VideoReader
from eidophone.jobs.views.rolls import roll_of
from eidophone.jobs.workspace.copies import sign_of
from eidophone.jobs.workspace.folder import Item
from eidophone.jobs.workspace.room import make_room
from eidophone.jobs.workspace.zips import unpacked
from eidophone.notes.midi import read_midi
from eidophone.picture.analysis import Analysis
from eidophone.picture.exposure import exposure_of
from eidophone.picture.ink import pixels_of_power
from eidophone.picture.mapping import Mapping
from eidophone.picture.overview import reduced
from eidophone.picture.picture import to_depth
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.sound.sound import Sound, open_sound

#: Width and height of a thumbnail, at most.
_WIDTH, _HEIGHT = 256, 160

#: Of a picture of all of a sound.
_STRIP = 1440, 320

#: Of a sound, its beginning is shown: so many samples.
_SAMPLES = 1 << 18

#: Of a film, one of its first frames, since the very first is often black.
_FRAME = 12

#: Of a picture that is much wider than high, its beginning.
_ASPECT = 2

#: How many are made at a time, and bytes of all that are kept: some thousands.
_AT_ONCE, _MOST_BYTES = 2, 64 << 20


class Thumbnails:
    """The thumbnails of a workspace.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder = folder
        self._turn = BoundedSemaphore(_AT_ONCE)
        self._making: dict[Path, Lock] = {}

    def of(self, item: Item) -> bytes:
        """That of ``item``; see `thumbnail_of`."""
        path = self._folder / f"{sign_of(item.path)}.png"
        known = _kept(path)
        if known:
            return known
        with self._making.setdefault(path, Lock()):  # another may ask for it, too
            try:
                return _kept(path) or self._made(item, path)
            finally:
                self._making.pop(path, None)

    def _made(self, item: Item, path: Path) -> bytes:
        with self._turn:
            made = thumbnail_of(item)
        with suppress(OutputError), atomic_path(path, overwrite=True) as temporary:
            temporary.write_bytes(made)
        make_room(self._folder, "*.png", _MOST_BYTES)
        return made


def _kept(path: Path) -> bytes:
    with suppress(OSError):
        found = path.read_bytes()
        path.touch()  # it was used
        return found
    return b""


def thumbnail_of(item: Item) -> bytes:
    """A small picture of ``item``, as PNG.

    Raises:
        NotThereError: nothing of it can be seen.
        EidophoneError: it is broken.
    """
    kind = item.facts.kind
    if kind == "sound":
        pixels = _of_sound(item)
    elif kind == "picture":
        pixels = _of_picture(item.path)
    elif kind == "midi":
        pixels = roll_of(read_midi(item.path), _WIDTH, _HEIGHT)
    elif kind == "zip":
        with scratch() as folder:
            pixels = _of_picture(unpacked(item.path, folder, most=1)[0])
    elif kind == "film":
        with VideoReader(item.path) as film:
            *_, frame = islice(film.frames(), _FRAME)
        pixels = to_depth(frame.pixels, "uint8")
    else:
        raise NotThereError(f"nothing of {item.name} can be seen")
    return _png_of(pixels[:, : _ASPECT * len(pixels)], _WIDTH, _HEIGHT)


def strip_of(sound: Sound) -> bytes:
    """A wide picture of all of ``sound``, as PNG."""
    recipe = PRESETS["standard"].for_rate(sound.rate)
    return _png_of(_drawn(sound.samples, recipe, sound.rate), *_STRIP)


def _png_of(pixels: Pixels, width: int, height: int) -> bytes:
    image = Image.fromarray(_smaller(pixels, width, height))
    image.thumbnail((width, height), Image.Resampling.LANCZOS)
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _smaller(pixels: Pixels, width: int, height: int) -> Pixels:
    """``pixels`` in whole steps nearer to a size, each the brightest of those it stands for.

    So that the thin line of a tone is seen.
    """
    down, across = max(1, len(pixels) // height), max(1, pixels.shape[1] // width)
    rows = reduced(pixels.swapaxes(0, 1), down).swapaxes(0, 1)
    return np.ascontiguousarray(reduced(rows, across))


def _of_picture(path: Path) -> Pixels:
    return to_depth(read_image(path).pixels, "uint8")


def _of_sound(item: Item) -> Pixels:
    """The beginning of a sound, as bright as that needs."""
    with open_sound(item.path, downmix=True) as sound:
        recipe = PRESETS["compact"].for_rate(sound.rate)
        return _drawn(next(sound.blocks(_SAMPLES)), recipe, sound.rate)


def _drawn(samples: Float32, recipe: Recipe, rate: int) -> Pixels:
    """``samples`` ``[channels, n]`` as a picture, as bright as they need."""
    mapping = Mapping.of(recipe, rate)
    power = np.concatenate(list(Analysis([samples], len(samples), mapping)), axis=1)
    quiet = exposure_of(recipe, float(power.max()))
    return pixels_of_power(power * np.float32(10 ** (quiet / 10)), recipe, np.uint8)
