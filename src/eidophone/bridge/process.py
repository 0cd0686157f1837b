"""Process: a sound through any tool that works on pictures, and back.

    sound --core--> columns --cut--> pictures --tool--> pictures --keep, join--> columns --> sound

The pictures overlap, and fade into each other where they do. What the tool made brighter or darker
is done to the sound itself, so that it keeps its phase and detail. Only where everything was
painted anew is phase found anew, too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from eidophone.bridge.keep import KEEPS, Answer, Keep, kept, unit, without_noise
from eidophone.bridge.tools import Function, FunctionTool, Tool, picture_of
from eidophone.codec import Quality, decode_blocks, encode_blocks, target_of
from eidophone.errors import ToolError
from eidophone.facts import Source
from eidophone.fit import resized
from eidophone.gabor import Float32
from eidophone.image_files import Pixels
from eidophone.ink import is_grey
from eidophone.parallel import blocks
from eidophone.picture import Picture
from eidophone.recipe import Recipe
from eidophone.sequence import Cut, Extent, join, place
from eidophone.sound import Sound, SoundSource

#: Told the fraction of the work that is done, now and then.
Progress = Callable[[float], None]


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
        batch=batch or 1,
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
    cuts = _Cuts(sound, how)
    with tempfile.TemporaryDirectory(prefix="eidophone-") as folder:
        result = _Trip(cuts, Path(folder) / "result")
        result.make(tool, how.batch, progress)
        neutral = None
        if calibrate is not None:
            neutral = _Trip(cuts, Path(folder) / "neutral")
            neutral.make(calibrate, how.batch)
        keep = result.choice(how.keep) if neutral is None else "all"
        target = target_of(
            cuts.recipe,
            cuts.columns,
            sounding=cuts.columns,
            coloured=keep == "all" and result.coloured,
            source=cuts.source,
            reference=sound,
        )
        samples = decode_blocks(
            cuts.joined(result.taken_back(keep, how.strength, neutral)),
            cuts.recipe,
            target,
            quality=how.quality,
            reference=sound,
            before=None if keep == "tone" else cuts.joined(map(unit, (neutral or cuts).pictures())),
        )
        yield target, samples


class _Cuts:
    """The pictures that a sound is cut into, drawn whenever they are asked for."""

    def __init__(self, sound: SoundSource, how: Passage) -> None:
        self.recipe = how.recipe.with_rows(how.size).for_rate(sound.rate)
        self.source = Source(rate=sound.rate, channels=sound.channels, frames=sound.frames)
        self.columns = self.recipe.columns(sound.frames, sound.rate)
        self._sound = sound
        self._cut = Cut.squares(how.size, how.overlap)
        self.count = self._cut.count(self.columns)

    def pictures(self) -> Iterator[Pixels]:
        """uint8 ``[size, size, 3]`` each, from left to right."""
        for _, pixels in self._cut.apply(encode_blocks(self._sound, self.recipe)):
            yield np.ascontiguousarray(pixels)

    def joined(self, pictures: Iterator[Pixels]) -> Iterator[Pixels]:
        """The columns of as many pictures, which fade into each other where they overlap."""
        sources = [
            replace(self.source, first_column=self._cut.step * number)
            for number in range(self.count)
        ]
        placed = place(Extent(self._cut.width, self.recipe, source) for source in sources)
        named = zip(pictures, sources, strict=True)
        return join((Picture(one, self.recipe, source) for one, source in named), placed)


class _Trip:
    """What a tool made of the pictures of a sound; they lie in files."""

    def __init__(self, cuts: _Cuts, name: Path) -> None:
        self.coloured = False
        self._cuts = cuts
        self._files = [name.with_name(f"{name.name}-{n}.npy") for n in range(cuts.count)]
        self._answer = Answer()

    def make(self, tool: Tool, batch: int, progress: Progress = lambda _: None) -> None:
        """Send the pictures through ``tool``."""
        pictures = self._cuts.pictures()
        for first, last in blocks(0, len(self._files), batch):
            group = list(islice(pictures, last - first))
            for file, cut, result in zip(
                self._files[first:last], group, _results(tool, group), strict=True
            ):
                fitted = resized(result, *cut.shape[:2])
                np.save(file, fitted)
                self.coloured |= not is_grey(fitted)
                self._answer.add(unit(cut), unit(fitted))
            progress(last / len(self._files))

    def choice(self, keep: Keep) -> Keep:
        """What to keep if that is to be found out, or else as it was chosen."""
        if keep != "auto":
            return keep
        return "tone" if self._answer.repaints else "all"

    def pictures(self) -> Iterator[Pixels]:
        """What came back, at the size of what went."""
        return map(np.load, self._files)

    def taken_back(self, keep: Keep, strength: float, neutral: _Trip | None) -> Iterator[Float32]:
        """What is kept of it."""
        tones = self._answer.tones() if keep == "tone" else None
        origins = self._cuts.pictures() if neutral is None else neutral.pictures()
        for origin, result in zip(origins, self.pictures(), strict=True):
            before = unit(origin)
            after = without_noise(before, kept(before, unit(result), keep, tones))
            yield before + np.float32(strength) * (after - before)


def _results(tool: Tool, pictures: list[Pixels]) -> list[Pixels]:
    results = tool(pictures)
    if len(results) != len(pictures):
        raise ToolError(f"the tool took {len(pictures)} pictures and gave {len(results)}")
    return [picture_of(one) for one in results]
