"""What pictures of other programs are read as, and what people can say of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
ChosenDrawnFor = Annotated[
    DrawnFor, Option(help="draw as this program does, for what was made for its pictures")
]


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
    hz: tuple[float, ...] | None = None
    decibels: float | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.hz is not None and (len(self.hz) != 2 or not 0 <= self.hz[0] < self.hz[1]):
            typed = ",".join(f"{one:g}" for one in self.hz)
            raise PictureError(
                f"`hz` is {typed}: it must be the lowest and the highest frequency, as 0,22050"
            )
        if self.drawn_by == "riffusion":
            self._refuse("pictures of riffusion have one scale, and say the rest themselves")
        if self.drawn_by == "eidophone":
            self._refuse("it is for pictures of other programs, and `drawn_by` eidophone says no")

    @property
    def given(self) -> tuple[str, ...]:
        """What is said that only pictures of other programs need, by its names."""
        told = () if self.drawn_by in ("auto", "eidophone") else ("drawn_by",)
        return (*told, *self._of_axes)

    @property
    def _of_axes(self) -> tuple[str, ...]:
        names = ("scale", "hz", "decibels")
        return tuple(name for name in names if getattr(self, name) is not None)

    def check_recipe(self, recipe: Recipe | None) -> None:
        """Refuse to be said beside a ``recipe``, which means everything.

        Raises:
            PictureError: something is.
        """
        if recipe is not None and self.given:
            named = _named(self.given)
            raise PictureError(f"`recipe` says it all: leave it out, or {named}")

    def unused(self, why: str, used: Collection[str] = ()) -> str:
        """In words, what of it is not used, but for what is, and ``why``; empty if nothing is."""
        left = [name for name in self.given if name not in used]
        return f"{_named(left)} {'is' if len(left) == 1 else 'are'} not used: {why}" if left else ""

    def _refuse(self, why: str) -> None:
        if self._of_axes:
            raise PictureError(f"leave {_named(self._of_axes)} out: {why}")


def _named(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


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
        heeds: which `Hints` were heeded.
    """

    pixels: Pixels
    recipe: Recipe
    source: Source | None
    drawn_by: str
    heeds: tuple[str, ...] = ("drawn_by", "scale", "hz", "decibels")
