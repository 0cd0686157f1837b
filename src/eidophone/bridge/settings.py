"""Settings of the bridge: how a sound is sent through a tool, as people choose it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from eidophone.base.errors import ToolError
from eidophone.base.options import Option, check
from eidophone.picture.recipe import PRESETS
from eidophone.picture.settings import SIZE, ChosenQuality, ChosenRecipe, Exposure, Overlap
from eidophone.sound.level import Level

Keep = Literal["auto", "all", "lightness", "tone"]

KEEPS: tuple[Keep, ...] = get_args(Keep)

ChosenKeep = Annotated[
    Keep,
    Option(
        help="what to take back: all, lightness with the stereo image of the original, "
        "tone with its levels too; auto: tone of what repaints everything, else all"
    ),
]
Strength = Annotated[float, Option(help="from 0, the original, to 1, the result", low=0, high=1)]


@dataclass(frozen=True, kw_only=True)
class Passage(Level):
    """How a sound is sent through a tool.

    Attributes:
        recipe: of the pictures.
        exposure: dB by which they are brighter, or ``"auto"``; see `exposed`.
        size: width and height of the pictures in pixels.
        overlap: fraction of a picture that it shares with the next.
        batch: pictures at a time: that a network takes, a folder holds, or programs work on side
            by side; None: one, 256, or one for each core.
        keep: what to take back; ``"auto"``: the tones of the original from tools that repaint
            everything, and everything from others.
        strength: 0, the original, to 1, the result.
        quality: as in `decode`.

    Raises:
        ToolError: a value is out of its range.
    """

    recipe: ChosenRecipe = PRESETS["standard"]
    exposure: Exposure = 0.0
    size: Annotated[int, SIZE] = 512
    overlap: Overlap = 0.125
    batch: Annotated[
        int | None,
        Option(
            help="pictures at a time: in a network, in a folder, or in programs side by side",
            usual="1, 256, or one for each core",
            low=1,
            high=1000,
        ),
    ] = None
    keep: ChosenKeep = "auto"
    strength: Strength = 1.0
    quality: ChosenQuality = "standard"

    def __post_init__(self) -> None:
        check(self, ToolError)


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a style picture lends its strokes; see `StylePicture`.

    Attributes:
        strokes: how large they are; 1 if the whole style picture fills a square.
        follow: 0, the texture of the style picture alone, to 1, every detail of the sound.

    Raises:
        ToolError: a value is out of its range.
    """

    strokes: Annotated[
        float,
        Option(help="size of the strokes; at 1 the style picture fills a square", low=0.25, high=4),
    ] = 1.0
    follow: Annotated[
        float,
        Option(help="from 0, texture alone, to 1, every detail of the sound", low=0, high=1),
    ] = 0.5

    def __post_init__(self) -> None:
        check(self, ToolError)


@dataclass(frozen=True, kw_only=True)
class Running:
    """How a program from outside is run.

    Attributes:
        folders: once for a folder of all pictures of a call, instead of for each picture.
        timeout_seconds: what a run may take; None: ten minutes for each picture, and any time
            for films.
        attempts: how often to try what fails.
        skip_failed: take the original, with a warning, of pictures that failed every time.
        shell: the command is a line for the shell.

    Raises:
        ToolError: a value is out of its range.
    """

    folders: Annotated[bool, Option(help="{in} and {out} are folders")] = False
    timeout_seconds: Annotated[
        float | None,
        Option(
            help="what a run may take", usual="600 a picture", unit="seconds", low=1e-3, high=1e6
        ),
    ] = None
    attempts: Annotated[int, Option(help="how often to try what fails", low=1, high=1000)] = 1
    skip_failed: Annotated[bool, Option(help="take the original of what fails every time")] = False
    shell: Annotated[bool, Option(help="the command is a line for the shell")] = False

    def __post_init__(self) -> None:
        check(self, ToolError)
