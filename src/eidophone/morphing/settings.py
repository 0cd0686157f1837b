"""Settings of morphs: what people can choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from eidophone.base.errors import MorphError
from eidophone.base.options import Option, check
from eidophone.picture.settings import MOST_SECONDS, ChosenQuality
from eidophone.sound.level import Level

MethodName = Literal[
    "crossfade", "spectral", "vocoder", "split", "transport", "warp", "mosaic", "becoming"
]
METHOD_NAMES: tuple[MethodName, ...] = get_args(MethodName)

#: What is asked for where each of them is to be tried.
EVERY_METHOD = "all"

#: The mix of as much of each.
EVEN = "even"

Align = Literal["none", "stretch", "dtw"]
Curve = Literal["linear", "smooth", "early", "late"]

#: Sounds that become one, at most.
MOST_PARENTS = 4

Articulation = Annotated[
    float,
    Option(
        help="how clearly, from the substance as it is to every word of what is told by it",
        low=0,
        high=1,
    ),
]

ContentKind = Literal["auto", "speech", "music"]


@dataclass(frozen=True, kw_only=True)
class Telling(Level):
    """How a content is told by other sounds.

    Attributes:
        articulation: how clearly.
        strength: how far: 0 the content itself, 1 nothing of its own sound.
        content: what it is; see `styling`.

    Raises:
        MorphError: a value is out of its range.
    """

    articulation: Articulation = 0.75
    strength: Annotated[
        float,
        Option(
            help="how far, from the content as it is to nothing of its own sound", low=0, high=1
        ),
    ] = 1.0
    content: Annotated[
        ContentKind,
        Option(
            help="what is told: speech, by how it moves, or music, by its notes; auto: as it is"
        ),
    ] = "auto"

    def __post_init__(self) -> None:
        check(self, MorphError)


@dataclass(frozen=True, kw_only=True)
class Morphing(Level):
    """How sounds become one.

    Attributes:
        method: by which; see `known.METHODS`.
        mix: how much of each, and when; see `Mix.parse`.
        curve: how a path goes from point to point.
        align: how the sounds are brought to one clock; see `aligning`.
        seconds: how long it is; None: see `aligning`; of methods that
            tell, as the first sound. What is shorter loops.
        articulation: of a mosaic.
        quality: as in `decode`.

    Raises:
        MorphError: a value is out of its range.
    """

    method: Annotated[MethodName, Option(help="how the sounds become one")] = "split"
    mix: Annotated[
        str,
        Option(
            help="how much of the second, 0 to 1; a path from one to the other, as 0:1; of each of "
            "several, as 0.1,0.2,0.7; or pitch=0.2,timbre=0.9,loudness=0.5,rhythm=0",
            example="0.3|0:1|...",
        ),
    ] = EVEN
    curve: Annotated[Curve, Option(help="how a path goes from point to point")] = "linear"
    align: Annotated[
        Align,
        Option(
            help="how they are brought to one clock",
            plain=("each at its own pace", "to one length", "event by event"),
        ),
    ] = "stretch"
    seconds: Annotated[
        float | None,
        Option(
            help="how long it is to be, and what is shorter loops; unless you say, mosaic, "
            "becoming and vocoder last as long as the first sound, all others between the sounds, "
            "by rhythm",
            usual="as the sounds are",
            unit="seconds",
            low=1e-3,
            high=MOST_SECONDS,
        ),
    ] = None
    articulation: Articulation = 0.75
    quality: ChosenQuality = "standard"

    def __post_init__(self) -> None:
        check(self, MorphError)
