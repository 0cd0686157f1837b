"""What pictures of other programs are read as, and what people can say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from eidophone.base.errors import PictureError
from eidophone.base.options import Option
from eidophone.picture.recipe import AxisName, Recipe

if TYPE_CHECKING:  # the command line reads the choices here, and NumPy is slow to import
    from eidophone.base.arrays import Pixels
    from eidophone.picture.facts import Source

#: Who can have drawn a picture; ``auto`` takes it for foreign only where that is sure.
DrawnBy = Literal[
    "auto", "eidophone", "riffusion", "librosa", "matplotlib", "sox", "ffmpeg", "audacity", "other"
]

#: For whom pictures can be drawn.
DrawnFor = Literal["eidophone", "riffusion"]

ChosenDrawnBy = Annotated[
    DrawnBy,
    Option(help="which program drew it; auto tells our own and those it is sure of"),
]
ChosenDrawnFor = Annotated[DrawnFor, Option(help="draw for the world of this program")]


Scale = Annotated[
    AxisName | None,
    Option(help="how the axis of another program's picture runs", usual="as its numbers say"),
]
Hz = Annotated[
    tuple[float, ...] | None,
    Option(
        help="the lowest and the highest frequency of such a picture, as 0,22050",
        usual="as its numbers say",
        low=0,
        high=400_000,
        most=2,
    ),
]
Decibels = Annotated[
    float | None,
    Option(
        help="from the quietest to the loudest colour of such a picture",
        usual="as its legend says",
        unit="dB",
        low=12,
        high=200,
    ),
]


@dataclass(frozen=True)
class Hints:
    """What people say of a picture that another program may have drawn.

    Attributes:
        drawn_by: which program.
        scale: of the axis, where its numbers cannot be read.
        hz: the lowest and the highest frequency, whatever the numbers say.
        decibels: from the quietest colour to the loudest.
        seconds: how long it lasts.
    """

    drawn_by: DrawnBy = "auto"
    scale: AxisName | None = None
    hz: tuple[float, float] | None = None
    decibels: float | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.hz is not None and (len(self.hz) != 2 or not 0 <= self.hz[0] < self.hz[1]):
            raise PictureError(
                f"`hz` is {self.hz}: it must be the lowest and the highest frequency, as 0,22050"
            )


#: Nothing is said.
AUTO = Hints()


@dataclass(frozen=True)
class Foreign:
    """A picture of another program, as one of ours.

    Attributes:
        pixels: float32, light is loud, as ``recipe`` says.
        recipe: what they mean.
        source: the sound it was made of, if the picture says so.
        drawn_by: what it was taken for, in words.
    """

    pixels: Pixels
    recipe: Recipe
    source: Source | None
    drawn_by: str
