"""Settings: what people can choose where something is learnt, translated or generated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from eidophone.base.errors import LearnError
from eidophone.base.options import Option, check
from eidophone.morphing.settings import ContentKind
from eidophone.picture.settings import ChosenQuality
from eidophone.sound.level import Level

#: Minutes of training, and seconds of a generated sound, at most.
MOST_MINUTES, MOST_SECONDS = 10_000.0, 600.0

Strength = Annotated[
    float,
    Option(help="how far it goes: 0 leaves the sound as it is", low=0, high=1),
]

Moved = Annotated[
    tuple[str, ...],
    Option(
        help="level, brightness, tonality, noisiness, onsets, or one of your own, in standard "
        "deviations of the collections",
        example="brightness=+1.5,...",
    ),
]


@dataclass(frozen=True, kw_only=True)
class Learning:
    """How collections are learnt.

    Attributes:
        minutes: of training, after what is known at once; 0 for that alone.
        content: what the sounds are; ``auto``: what they sound like.
        resume: go on with a training that was interrupted.
        overwrite: replace a model that is there.

    Raises:
        LearnError: a value is out of its range.
    """

    minutes: Annotated[
        float,
        Option(
            help="of training, after what is learnt within a minute; 0: that alone",
            unit="minutes",
            low=0,
            high=MOST_MINUTES,
        ),
    ] = 15.0
    content: Annotated[
        ContentKind, Option(help="what the sounds are, where they were taken for something else")
    ] = "auto"
    resume: Annotated[bool, Option(help="go on where a training was interrupted")] = False
    overwrite: Annotated[bool, Option(help="replace a model that is there already")] = False

    def __post_init__(self) -> None:
        check(self, LearnError)


@dataclass(frozen=True, kw_only=True)
class Translating(Level):
    """How a sound is told with the character of collections.

    Attributes:
        to: the share of each; see `Shares.parse`.
        keep: between the sound's own words and notes, and the collections' own substance.
        strength: how far it goes.
        set: sliders, as ``brightness=+1.5``, in standard deviations of the collections.
        quality: as in `decode`.

    Raises:
        LearnError: a value is out of its range.
    """

    to: Annotated[
        str,
        Option(help="how much of each collection", example="NAME=0.7,NAME=0.3"),
    ] = ""
    keep: Annotated[
        float,
        Option(
            help="1 keeps the words and notes of the sound, 0 takes all from the collections",
            low=0,
            high=1,
        ),
    ] = 0.7
    strength: Strength = 1.0
    set: Moved = ()
    quality: ChosenQuality = "standard"

    def __post_init__(self) -> None:
        if isinstance(self.set, list):  # as people write it, too
            object.__setattr__(self, "set", tuple(self.set))
        check(self, LearnError)


@dataclass(frozen=True, kw_only=True)
class Generating(Level):
    """What new sounds are to be like.

    Attributes:
        mix: the share of each collection, or a path of shares; see `Shares.parse`.
        seconds: how long each is.
        count: how many are made.
        seed: another number, other sounds.
        set: sliders, as ``brightness=+1.5``, in standard deviations of the collections.
        loop: its end leads into its beginning.
        quality: as in `decode`.

    Raises:
        LearnError: a value is out of its range.
    """

    mix: Annotated[
        str,
        Option(
            help="how much of each collection, or a path of mixes with colons between them",
            example="NAME=0.3,NAME=0.7",
            usual="as much of each",
        ),
    ] = ""
    seconds: Annotated[
        float,
        Option(
            help="how long each is, after what it goes on from",
            unit="seconds",
            low=1,
            high=MOST_SECONDS,
        ),
    ] = 30.0
    count: Annotated[int, Option(help="how many to make", low=1, high=1000)] = 1
    seed: Annotated[int, Option(help="another number, another sound", low=0, high=2**31)] = 1
    set: Moved = ()
    loop: Annotated[bool, Option(help="the end leads into the beginning")] = False
    quality: ChosenQuality = "standard"

    def __post_init__(self) -> None:
        if isinstance(self.set, list):  # as people write it, too
            object.__setattr__(self, "set", tuple(self.set))
        check(self, LearnError)
