"""DatasetPlan: what a dataset is to be like, and all that decides what is in it."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

from eidophone.base.errors import PictureError
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.picture.sequence import Cut

FileLayout = Literal["imagefolder", "stylegan", "webdataset"]
Augmentation = Literal["shift", "gain", "pitch"]
Format = Literal["png", "jpeg"]

LAYOUTS: tuple[FileLayout, ...] = get_args(FileLayout)
AUGMENTATIONS: tuple[Augmentation, ...] = get_args(Augmentation)
FORMATS: tuple[Format, ...] = get_args(Format)

#: Names of the splits, in the order of their weights.
SPLITS = ("train", "validation", "test")

_MOST_COPIES = 100


@dataclass(frozen=True, kw_only=True)
class DatasetPlan:
    """What a dataset is like: the same plan and sounds make the same files, byte for byte.

    Attributes:
        size: pixels along each side of a picture; a power of two for ``"stylegan"``.
        layout: ``"imagefolder"`` (Hugging Face, torchvision), ``"stylegan"`` (zip files) or
            ``"webdataset"`` (tar shards).
        recipe: of the pictures, which have it at ``size`` rows. All of them have the same axis:
            it is not extended for sounds of high rates.
        overlap: fraction of a picture that it shares with the next, 0 to 0.9.
        format: ``"png"``, or ``"jpeg"``, which is smaller.
        splits: weights of train, validation and test; a sound is in one of them only, with all
            that was made of it. Which one follows from its path and ``seed``, so it stays there
            when others come.
        augment: how the altered copies of a sound differ: ``"shift"`` in time, ``"gain"`` by up to
            6 dB, ``"pitch"`` by up to 3 semitones.
        copies: altered copies of each sound, beside the sound as it is.
        loudness: bring every sound to so many LUFS. None: levels are as they are in the files,
            which is what the scales of all pictures are about; networks then learn that
            a whisper is quieter than a shout.
        silence_db: pictures in which nothing is louder are left out; 0 dB is a sine at full scale.
        seed: another one makes other splits and copies.

    Raises:
        PictureError: a value that makes no sense.
        RecipeError: the recipe cannot have ``size`` rows.
    """

    size: int = 512
    layout: FileLayout = "imagefolder"
    recipe: Recipe = field(default_factory=lambda: PRESETS["standard"])
    overlap: float = 0.0
    format: Format = "png"
    splits: tuple[float, ...] = (0.9, 0.1)
    augment: tuple[Augmentation, ...] = ()
    copies: int = 1
    loudness: float | None = None
    silence_db: float = -60.0
    seed: int = 0

    def __post_init__(self) -> None:
        Cut.squares(self.size, self.overlap)  # raises
        _check_known("layout", self.layout, LAYOUTS)
        _check_known("format", self.format, FORMATS)
        for name in self.augment:
            _check_known("augmentation", name, AUGMENTATIONS)
        _check_splits(self.splits)
        _check_range("copies", self.copies, 1, _MOST_COPIES)
        _check_range("silence_db", self.silence_db, -200, 0)
        if self.loudness is not None:
            _check_range("loudness", self.loudness, -70, 0)
        if self.layout == "stylegan" and self.size & (self.size - 1):
            raise PictureError(
                f"StyleGAN's pictures have a power of two of pixels, not {self.size}: "
                f"use {2 ** round(math.log2(self.size))}"
            )
        self.sized_recipe  # noqa: B018 (raises)

    @property
    def sized_recipe(self) -> Recipe:
        """The recipe at ``size`` rows, which is that of the pictures."""
        return self.recipe.with_rows(self.size)

    @property
    def suffix(self) -> str:
        """Ending of the pictures' names."""
        return ".jpg" if self.format == "jpeg" else ".png"

    def to_json(self) -> str:
        """This plan as one line of JSON, by which plans are compared."""
        return json.dumps(asdict(self))


def _check_known(what: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise PictureError(f"there is no {what} {name!r}: use {', '.join(known)}")


def _check_range(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise PictureError(f"{what} is {value}: it must be {low} to {high}")


def _check_splits(weights: tuple[float, ...]) -> None:
    sound = all(math.isfinite(weight) and weight >= 0 for weight in weights)
    if not 1 <= len(weights) <= len(SPLITS) or not sound or not sum(weights) > 0:
        raise PictureError(
            f"splits of {' '.join(map(str, weights)) or 'nothing'}: give the weights of train, "
            f"validation and test, for example 0.9 0.1"
        )
