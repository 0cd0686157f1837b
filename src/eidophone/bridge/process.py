"""Process: a sound through any tool that works on pictures, and back.

    sound --core--> columns --cut--> pictures --tool--> pictures --keep, join--> columns --> sound

The pictures overlap, and fade into each other where they do. What the tool made brighter or darker
is done to the sound itself, so that it keeps its phase and detail. Only where everything was
painted anew is phase found anew, too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eidophone.base.errors import ToolError
from eidophone.bridge.journeys import Journey, PictureJourney, Progress
from eidophone.bridge.keep import KEEPS, Answer, Keep, Noise, unit
from eidophone.bridge.tools import Function, FunctionTool, Tool
from eidophone.files.image import Pixels
from eidophone.picture.codec import Quality, decode_blocks, target_of
from eidophone.picture.facts import Source
from eidophone.picture.gabor import Float32
from eidophone.picture.ink import is_grey
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import Sound, SoundSource


@dataclass(frozen=True, kw_only=True)
class Passage:
    """How a sound is sent through a tool.

    Attributes:
        recipe: of the pictures.
        size: width and height of the pictures in pixels.
        overlap: fraction of a picture that it shares with the next.
        batch: pictures that the tool is given at a time.
        keep: what to take back; ``"auto"``: the tones of the original from tools that repaint
            everything, and everything from others.
        strength: 0, the original, to 1, the result.
        quality: as in `decode`.

    Raises:
        ToolError: a value is out of its range.
    """

    recipe: Recipe
    size: int = 512
    overlap: float = 0.125
    batch: int = 1
    keep: Keep = "auto"
    strength: float = 1.0
    quality: Quality = "standard"

    def __post_init__(self) -> None:
        if self.keep not in KEEPS:
            raise ToolError(f"there is no keep {self.keep!r}: use {', '.join(KEEPS)}")
        if not 0 <= self.strength <= 1:
            raise ToolError(f"a strength of {self.strength}: it must be 0 to 1")
        if self.batch < 1:
            raise ToolError(f"a batch of {self.batch}: it must be at least 1")


def process(
    sound: SoundSource,
    function: Function,
    *,
    recipe: Recipe | str = "standard",
    size: int = 512,
    overlap: float = 0.125,
    batch: int | None = None,
    keep: Keep = "auto",
    strength: float = 1.0,
    calibrate: Function | None = None,
    quality: Quality = "standard",
) -> Sound:
    """Send ``sound`` as pictures through ``function``, and hear what comes back.

    Args:
        sound: a `Sound`, or what `open_sound` gives.
        function: takes and gives a picture, uint8 ``[height, width, 3]``, or with ``batch`` that
            many, ``[count, height, width, 3]``. What it gives may be of another size, grey, with
            alpha, uint16, or floats in 0..1.
        recipe: of the pictures: a recipe, the name of a preset, or a recipe file (.json).
        size: width and height of the pictures in pixels.
        overlap: fraction of a picture that it shares with the next.
        batch: how many pictures the function takes at a time; None: one by one.
        keep: what to take back: ``"all"`` as it came; only the ``"lightness"``, with the stereo
            image of the original; the lightness and the ``"tone"`` of the original, so that
            silence stays silent; ``"auto"``: tone from tools that repaint, else all.
        strength: 0, the original, to 1, the result.
        calibrate: the same function, told to change nothing: only what differs is taken back.
        quality: as in `decode`.

    Raises:
        ToolError: the function gave something else than as many pictures as it took.
    """
    how = Passage(
        recipe=Recipe.resolve(recipe),
        size=size,
        overlap=overlap,
        batch=1 if batch is None else batch,
        keep=keep,
        strength=strength,
        quality=quality,
    )
    tool = FunctionTool(function, batched=batch is not None)
    neutral = None if calibrate is None else FunctionTool(calibrate, batched=batch is not None)
    with processed(sound, tool, how, calibrate=neutral) as (target, samples):
        return Sound(np.concatenate(list(samples), axis=1), target.rate)


@contextmanager
def processed(
    sound: SoundSource,
    tool: Tool,
    how: Passage,
    *,
    calibrate: Tool | None = None,
    progress: Progress = lambda _: None,
) -> Iterator[tuple[Source, Iterator[Float32]]]:
    """`process` for sounds of any length: what ``sound`` becomes in ``tool``, block after block.

    Yields:
        The sound to be made, and its blocks ``[channels, n]``. All pictures have been through the
        tool by then; they lie in a temporary folder for as long as the context lasts.

    Raises:
        ToolError: the tool gave something else than as many pictures as it took.
    """
    with tempfile.TemporaryDirectory(prefix="eidophone-") as folder:

        def journey(tool: Tool, name: str, progress: Progress) -> Journey:
            return PictureJourney(
                sound,
                tool,
                recipe=how.recipe,
                size=how.size,
                overlap=how.overlap,
                batch=how.batch,
                folder=Path(folder),
                name=name,
                progress=progress,
            )

        result = journey(tool, "result", progress)
        neutral = None if calibrate is None else journey(calibrate, "neutral", progress)
        yield returned(sound, result, neutral, how)


def returned(
    sound: SoundSource, result: Journey, neutral: Journey | None, how: Passage
) -> tuple[Source, Iterator[Float32]]:
    """What has become of ``sound`` on its journey.

    Args:
        sound: what went out.
        result: what came back.
        neutral: what came back where the tool was told to change nothing.
        how: what to take back.

    Returns:
        The sound to be made, and its blocks ``[channels, n]``.
    """
    answer, coloured = Answer(result.recipe.range_db), False
    for before, after in result.pairs():
        answer.add(unit(before), unit(after))
        coloured |= not is_grey(after)
    keep = how.keep
    if keep == "auto":
        keep = answer.choice if neutral is None else "all"
    columns = result.recipe.columns(sound.frames, sound.rate)
    target = target_of(
        result.recipe,
        columns,
        sounding=columns,
        coloured=keep == "all" and coloured,
        reference=sound,
    )
    origin = result.joined(unit(one) for one in _origins(result, neutral))
    samples = decode_blocks(
        result.joined(_taken_back(result, neutral, keep, answer, how.strength)),
        result.recipe,
        target,
        quality=how.quality,
        reference=sound,
        before=None if keep == "tone" else origin,
    )
    return target, samples


def _origins(result: Journey, neutral: Journey | None) -> Iterator[Pixels]:
    """What the result is compared with: what went out, or came back from a tool at rest."""
    if neutral is None:
        return (before for before, _ in result.pairs())
    return (after for _, after in neutral.pairs())


def _taken_back(
    result: Journey, neutral: Journey | None, keep: Keep, answer: Answer, strength: float
) -> Iterator[Float32]:
    """What is kept of each picture that came back, without the noise of the trip."""

    def pairs() -> Iterator[tuple[Float32, Float32]]:
        for origin, (_, after) in zip(_origins(result, neutral), result.pairs(), strict=True):
            before = unit(origin)
            yield before, answer.kept(before, unit(after), keep)

    noise = Noise()
    for before, after in pairs():
        noise.add(before, after)
    for before, after in pairs():
        yield before + np.float32(strength) * (noise.removed(before, after) - before)
