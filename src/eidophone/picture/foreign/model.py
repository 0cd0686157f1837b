"""What pictures of other programs are read as, and what people can say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from eidophone.base.options import Option
from eidophone.picture.recipe import Recipe

if TYPE_CHECKING:  # the command line reads the choices here, and NumPy is slow to import
    from eidophone.base.arrays import Pixels
    from eidophone.picture.facts import Source

#: Who can have drawn a picture; ``auto`` takes it for foreign only where that is sure.
DrawnBy = Literal["auto", "eidophone", "riffusion"]

#: For whom pictures can be drawn.
DrawnFor = Literal["eidophone", "riffusion"]

ChosenDrawnBy = Annotated[
    DrawnBy,
    Option(help="which program drew it; auto tells our own and those it is sure of"),
]
ChosenDrawnFor = Annotated[DrawnFor, Option(help="draw for the world of this program")]


@dataclass(frozen=True)
class Hints:
    """What people say of a picture that another program may have drawn.

    Attributes:
        drawn_by: which program.
    """

    drawn_by: DrawnBy = "auto"


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
