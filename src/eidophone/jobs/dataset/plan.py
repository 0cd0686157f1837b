"""DatasetPlan: what a dataset is to be like, and all that decides what is in it."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Literal, get_args

from eidophone.base.errors import PictureError
from eidophone.base.options import Option, check
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.picture.settings import EXPOSURE, SIZE, ChosenRecipe, Downmix, Overlap

FileLayout = Literal["imagefolder", "stylegan", "webdataset"]
Augmentation = Literal["shift", "gain", "pitch"]
Format = Literal["png", "jpeg"]

LAYOUTS: tuple[FileLayout, ...] = get_args(FileLayout)
AUGMENTATIONS: tuple[Augmentation, ...] = get_args(Augmentation)
FORMATS: tuple[Format, ...] = get_args(Format)

#: Names of the splits, in the order of their weights.
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, kw_only=True)
class DatasetPlan:
    """What a dataset is like: the same plan and sounds make the same files, byte for byte.

    Attributes:
        size: pixels along each side of a picture; a power of two for ``"stylegan"``.
        layout: ``"imagefolder"`` (Hugging Face, torchvision), ``"stylegan"`` (zip files) or
            ``"webdataset"`` (tar shards).
        recipe: of the pictures, which have it at ``size`` rows. All of them have the same axis:
            it is not extended for sounds of high rates.
        exposure: dB by which all pictures are brighter, if the collection is a quiet one.
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
        downmix: mix more than two channels to two; sounds of more are left out without it.
        silence_db: pictures in which nothing is louder are left out; 0 dB is a sine at full scale.
        seed: another one makes other splits and copies.

    Raises:
        PictureError: a value that makes no sense.
        RecipeError: the recipe cannot have ``size`` rows.
    """

    size: Annotated[int, SIZE] = 512
    layout: Annotated[FileLayout, Option(help="what trainers it is for")] = "imagefolder"
    recipe: ChosenRecipe = PRESETS["standard"]
    exposure: Annotated[
        float, replace(EXPOSURE, help="draw all of them so much brighter", words=())
    ] = 0.0
    overlap: Overlap = 0.0
    format: Annotated[Format, Option(help="format of the pictures")] = "png"
    splits: Annotated[
        tuple[float, ...], Option(help="shares of training, validation and test", low=0)
    ] = (0.9, 0.1)
    augment: Annotated[
        tuple[Augmentation, ...], Option(help="how the altered copies of a sound differ")
    ] = ()
    copies: Annotated[int, Option(help="altered copies of each sound", low=1, high=100)] = 1
    loudness: Annotated[
        float | None,
        Option(help="bring every sound to it", usual="as it is", unit="LUFS", low=-70, high=0),
    ] = None
    downmix: Downmix = False
    silence_db: Annotated[
        float,
        Option(help="leave out pictures in which nothing is louder", unit="dB", low=-200, high=0),
    ] = -60.0
    seed: Annotated[int, Option(help="another number makes other splits and copies")] = 0

    def __post_init__(self) -> None:
        check(self, PictureError)
        _check_splits(self.splits)
        if self.layout == "stylegan" and self.size & (self.size - 1):
            raise PictureError(
                f"StyleGAN's pictures have a power of two of pixels, not {self.size}: "
                f"use {2 ** round(math.log2(self.size))}"
            )
        self.sized_recipe  # noqa: B018 (raises)

    @property
    def sized_recipe(self) -> Recipe:
        """The recipe at ``size`` rows, which is that of the pictures."""
        recipe = self.recipe.with_rows(self.size)
        return replace(recipe, top_db=recipe.top_db - self.exposure)

    @property
    def suffix(self) -> str:
        """Ending of the pictures' names."""
        return ".jpg" if self.format == "jpeg" else ".png"

    def to_json(self) -> str:
        """This plan as one line of JSON, by which plans are compared."""
        return json.dumps(asdict(self))


def _check_splits(weights: tuple[float, ...]) -> None:
    sound = all(math.isfinite(weight) and weight >= 0 for weight in weights)
    if not 1 <= len(weights) <= len(SPLITS) or not sound or not sum(weights) > 0:
        raise PictureError(
            f"splits of {' '.join(map(str, weights)) or 'nothing'}: give the weights of train, "
            f"validation and test, for example 0.9 0.1"
        )
