"""Process: a sound through any tool that works on pictures, and back.

    sound --core--> columns --cut--> pictures --tool--> pictures --keep, join--> columns --> sound

The pictures overlap, and fade into each other where they do. What the tool made brighter or darker
is done to the sound itself, so that it keeps its phase and detail. Only where everything was
painted anew is phase found anew, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import scratch
from eidophone.bridge.back import taken_back
from eidophone.bridge.journeys import Count, FilmTool, come_back, send_film, send_pictures
from eidophone.bridge.settings import Keep, Passage
from eidophone.bridge.tools import Function, FunctionTool, Tool
from eidophone.film.settings import Kind
from eidophone.picture.exposure import exposed
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Cut
from eidophone.picture.settings import ExposureChoice, Quality
from eidophone.sound.making import Made
from eidophone.sound.sound import Sound, SoundSource, as_sound


def process(
    sound: SoundSource | str | Path,
    function: Function,
    *,
    recipe: Recipe | str = "standard",
    exposure: ExposureChoice = 0.0,
    size: int = 512,
    overlap: float = 0.125,
    batch: int | None = None,
    keep: Keep = "auto",
    strength: float = 1.0,
    calibrate: Function | None = None,
    quality: Quality = "standard",
    gain: float | None = None,
    as_drawn: bool = False,
) -> Sound:
    """Send ``sound`` as pictures through ``function``, and hear what comes back.

    Args:
        sound: a `Sound`, the path of a file, or what `open_sound` gives.
        function: takes and gives a picture, uint8 ``[height, width, 3]``, or with ``batch`` that
            many, ``[count, height, width, 3]``. What it gives may be of another size, grey, with
            alpha, uint16, or floats in 0..1 (or 0..255 or -1..1, with a note).
        recipe: of the pictures: a recipe, the name of a preset, or a recipe file (.json).
        exposure: dB by which they are drawn brighter, as quiet sounds need; ``"auto"``: as much as
            the loudest of the sound needs.
        size: width and height of the pictures in pixels.
        overlap: fraction of a picture that it shares with the next.
        batch: how many pictures the function takes at a time; None: one by one.
        keep: what to take back: ``"all"`` as it came; only the ``"lightness"``, with the stereo
            image of the original; the lightness and the ``"tone"`` of the original, so that
            silence stays silent; ``"auto"``: tone from tools that repaint, else all.
        strength: 0, the original, to 1, the result.
        calibrate: the same function, told to change nothing: only what differs is taken back.
        quality: as in `decode`.
        gain: dB louder or quieter than the pictures say. Without it, what comes back louder than
            the sound was is brought down to a peak of -1 dBFS.
        as_drawn: as loud as the pictures say.

    Raises:
        ToolError: the function gave something else than as many pictures as it took.
    """
    how = Passage(
        recipe=Recipe.resolve(recipe),
        exposure=exposure,
        size=size,
        overlap=overlap,
        batch=batch,
        keep=keep,
        strength=strength,
        quality=quality,
        gain=gain,
        as_drawn=as_drawn,
    )
    tool = FunctionTool(function, batched=batch is not None)
    neutral = None if calibrate is None else FunctionTool(calibrate, batched=batch is not None)
    with processed(as_sound(sound), tool, how, calibrate=neutral) as made:
        return made.sound(how)


@contextmanager
def processed(
    sound: SoundSource,
    tool: Tool,
    how: Passage,
    *,
    calibrate: Tool | None = None,
    progress: Count = lambda *_: None,
) -> Iterator[Made]:
    """`process` for sounds of any length: what ``sound`` becomes in ``tool``, block after block.

    Yields:
        The sound. All pictures have been through the
        tool by then; they lie in a temporary folder for as long as the context lasts.

    Raises:
        ToolError: the tool gave something else than as many pictures as it took.
    """
    with scratch() as folder:
        journey = send_pictures(
            sound,
            tool,
            recipe=exposed(how.recipe, sound, how.exposure),
            size=how.size,
            overlap=how.overlap,
            batch=how.batch or 1,
            folder=folder,
            calibrate=calibrate,
            progress=progress,
        )
        yield taken_back(sound, journey, keep=how.keep, strength=how.strength, quality=how.quality)


@contextmanager
def processed_film(
    sound: SoundSource,
    tool: FilmTool,
    how: Passage,
    *,
    kind: Kind,
    fps: float | None = None,
    calibrate: FilmTool | None = None,
) -> Iterator[Made]:
    """`processed` for tools that work on films; the arguments are those of `encode_film`."""
    with scratch() as folder:
        journey = send_film(
            sound,
            tool,
            recipe=exposed(how.recipe, sound, how.exposure),
            kind=kind,
            size=how.size,
            fps=fps,
            folder=folder,
            calibrate=calibrate,
        )
        yield taken_back(sound, journey, keep=how.keep, strength=how.strength, quality=how.quality)


@contextmanager
def returned(
    sound: SoundSource,
    pictures: Iterable[Pixels],
    *,
    recipe: Recipe,
    cut: Cut,
    dtype: Any = np.uint8,
    at_rest: Iterable[Pixels] | None = None,
    keep: Keep = "auto",
    strength: float = 1.0,
    quality: Quality = "standard",
    lean: bool = True,
) -> Iterator[Made]:
    """`processed` for pictures that were drawn of ``sound`` before, and have been elsewhere since.

    Args:
        sound: what they were drawn of.
        pictures: what came back, ``[height, width, 3]`` of any size.
        recipe: with which they were drawn.
        cut: how the columns of the sound were cut into pictures.
        dtype: of the pixels as they went out.
        at_rest: what came back from the tool when it was told to change nothing.
        keep: as in `process`.
        strength: as in `process`.
        quality: as in `decode`.
        lean: do to the sound what was done to its pictures; False for the pixels alone.

    Raises:
        PictureError: these are not as many pictures as were drawn.
    """
    with scratch() as folder:
        journey = come_back(
            sound,
            pictures,
            recipe=recipe,
            cut=cut,
            dtype=dtype,
            folder=folder,
            at_rest=at_rest,
        )
        yield taken_back(sound, journey, keep=keep, strength=strength, quality=quality, lean=lean)
