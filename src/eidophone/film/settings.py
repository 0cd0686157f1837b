"""Settings of films: their kinds, readings and looks, and the choices that go with them."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, get_args

from eidophone.base.options import Option

Kind = Literal["pages", "scroll", "instants"]
Reading = Literal["auto", "pages", "scroll", "instants", "cycle", "sweep"]
Look = Literal["aurora", "ember", "dusk", "ice", "paper", "prism"]

KINDS: tuple[Kind, ...] = get_args(Kind)
READINGS: tuple[Reading, ...] = get_args(Reading)
LOOKS: tuple[Look, ...] = get_args(Look)

#: The fraction of a page over which it fades into the next, if they are unrelated.
UNRELATED_OVERLAP = 1 / 9

#: Pixels that a frame has in width or height.
MIN_SIDE, MAX_SIDE = 64, 8192

#: Frames per second.
MIN_FPS, MAX_FPS = Fraction(1, 100), Fraction(240)

FRAME_SIZE = Option(
    help="height of the frames, and width", unit="pixels", low=MIN_SIDE, high=MAX_SIDE
)
FRAME_WIDTH = Option(
    help="of the frames; instants need a look for it",
    usual="as high",
    unit="pixels",
    low=MIN_SIDE,
    high=MAX_SIDE,
)
FPS = Option(
    help="frames a second: 25, 29.97, 30000/1001",
    usual="30, 60 for instants; pages are held",
    low=float(MIN_FPS),
    high=float(MAX_FPS),
)
ChosenKind = Annotated[
    Kind,
    Option(help="what a frame shows: a page of the picture, the window of a scroll, or an instant"),
]
FrameRate = Annotated[Fraction | None, FPS]
