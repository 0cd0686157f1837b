"""Settings of pictures: the choices that several kinds of work with them share."""

from __future__ import annotations

from typing import Annotated, Literal

from eidophone.base.options import Option
from eidophone.picture.recipe import PRESETS, Recipe

#: How much work goes into the phase.
Quality = Literal["preview", "standard", "best"]

#: Rounds that make the phase consistent.
ROUNDS: dict[Quality, int] = {"preview": 0, "standard": 24, "best": 100}

#: Longer sounds of pictures and films are a mistake.
MOST_SECONDS = 6 * 3600

SECONDS = Option(
    help="how long the sound is to be",
    usual="as it was",
    unit="seconds",
    low=1e-3,
    high=MOST_SECONDS,
)
RATE = Option(
    help="samples a second of the sound",
    usual="as it was, or 44,100",
    unit="Hz",
    low=8_000,  # as sound/samples.py has it, which is slow to import
    high=384_000,
)
SIZE = Option(help="width and height of the pictures", unit="pixels", low=16, high=8192)
#: A recipe's brightest value can be so much lower.
MOST_EXPOSURE_DB = 60

EXPOSURE = Option(
    help="draw it so much brighter, which decoding undoes; auto: as its loudest needs",
    unit="dB",
    low=-MOST_EXPOSURE_DB,
    high=MOST_EXPOSURE_DB,
    words=("auto",),
)
OVERLAP = Option(help="the fraction of a picture that the next one repeats", low=0, high=0.9)

_ROUNDS = ", ".join(f"{name} {rounds}" for name, rounds in ROUNDS.items())
_PRESETS = f"{', '.join(PRESETS)}, or a .json file"

ChosenRecipe = Annotated[Recipe, Option(help=f"what pictures mean: {_PRESETS}")]
ReadRecipe = Annotated[
    Recipe | None, Option(help=f"read pictures with it: {_PRESETS}", usual="what they say")
]
ExposureChoice = float | Literal["auto"]
Exposure = Annotated[ExposureChoice, EXPOSURE]
Overlap = Annotated[float, OVERLAP]
ChosenQuality = Annotated[
    Quality, Option(help=f"how many rounds of work go into the phase: {_ROUNDS}")
]
Seconds = Annotated[float | None, SECONDS]
Rate = Annotated[int | None, RATE]
Strip = Annotated[bool, Option(help="draw a margin strip, which survives what metadata do not")]
Track = Annotated[
    int | None,
    Option(help="the sound track of a film, from 0", usual="its default one", low=0, high=1023),
]
Downmix = Annotated[bool, Option(help="mix more than two channels to two, as ITU-R BS.775 does")]
Channels = Annotated[
    tuple[int, ...] | None,
    Option(
        help="the one or two channels to draw, as 1 or 0,1", low=0, high=1023, usual="all", most=2
    ),
]
