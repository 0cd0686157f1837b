"""Level: how loud a finished sound may be, and what is said where it is not left as it was drawn.

The scale of pictures is absolute, so what is known to show a sound is as loud as that sound was. A
photograph, though, is as bright as the sum of a hundred orchestras. So every sound that was made of
pictures has a peak that it can plausibly have; one that comes out louder is brought down to -1
dBFS. None is ever raised: a dark picture stays quiet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from eidophone.base.errors import SoundError, tell
from eidophone.base.options import Option, check

#: Where a sound is brought down to, and what any sound may peak at: -1 dBFS.
TOP_DB = -1.0
TOP = 10 ** (TOP_DB / 20)

#: A sample over full scale by less than .1 dB is not worth a word.
_AUDIBLE = 10 ** (0.1 / 20)

#: Peaks beside that of the original, of 12 recordings that were drawn, recompressed and decoded:
#: -1.1 to +3.1 dB, as phase was found anew.
_MORE_THAN_ORIGINAL_DB = 3.5


@dataclass(frozen=True)
class Limit:
    """The peak that a sound can plausibly have; 1 is full scale.

    Attributes:
        peak: up to this it keeps its level.
        why: it is brought down otherwise.
    """

    peak: float
    why: str = ""


#: Of what nothing is known.
UNKNOWN = Limit(TOP, "nothing says how loud this was")

#: Of pictures that say which sound they show, and may have been altered: +12 dBFS. A square wave at
#: full scale, its phase found anew, peaks at +8.8 dBFS.
OF_A_SOUND = Limit(10 ** (12 / 20), "this came out louder than sounds are")

#: Of those that nobody altered, or of floats: +24 dBFS, as sounds in float files exceed full scale.
EXACT = Limit(10 ** (24 / 20), OF_A_SOUND.why)

#: Of an original itself.
ANY = Limit(math.inf)

#: Of what is written in a format of whole numbers.
FULL_SCALE = Limit(1.0, "this format holds nothing over full scale")


def beside(original: float) -> Limit:
    """The limit of what was made of a sound with the peak ``original``."""
    most = original * 10 ** (_MORE_THAN_ORIGINAL_DB / 20)
    return Limit(max(TOP, most), "this came out louder than what it was made of")


@dataclass(frozen=True, kw_only=True)
class Level:
    """What was asked for of the level of a sound.

    Attributes:
        gain: dB louder or quieter than the pictures say; None: as the pictures say, but brought
            down to a peak of -1 dBFS where it is louder than is plausible.
        as_drawn: as the pictures say, however loud that is; the same as a gain of 0.

    Raises:
        SoundError: a value is out of its range.
    """

    gain: Annotated[
        float | None,
        Option(
            help="make it so much louder than it comes out, or quieter; unless you say, what is "
            "louder than can be is brought down to a peak of -1 dBFS",
            usual="as it comes out",
            unit="dB",
            low=-200,
            high=60,
        ),
    ] = None
    as_drawn: Annotated[bool, Option(help="leave it as loud as it comes out, however loud")] = False

    def __post_init__(self) -> None:
        check(self, SoundError)

    @property
    def factor(self) -> float | None:
        """What was asked for as a factor; None if it is to be found."""
        if self.gain is None:
            return 1.0 if self.as_drawn else None
        return float(10 ** (self.gain / 20))


#: What is usual.
USUAL = Level()


def lowered(peak: float, limit: Limit, count: int = 1) -> float:
    """What a sound is multiplied by that has this ``peak``: 1, or less, which is told.

    Args:
        peak: of the sound, or of the loudest of several that belong together.
        limit: what it can plausibly be.
        count: how many sounds belong together.
    """
    if peak <= limit.peak:
        return 1.0
    several = f"{count} sounds, all by one amount, " if count > 1 else ""
    tell(
        f"{limit.why}: {several}brought down by {_in_db(peak / TOP):.1f} dB, to a peak of "
        f"{TOP_DB:g} dBFS; "
        f"`as_drawn` leaves it as it was, and `gain` makes another change"
    )
    return TOP / peak


def tell_over(peak: float) -> None:
    """Say that a sound peaks over full scale, if that can be heard."""
    if peak > _AUDIBLE:
        tell(
            f"the sound peaks at {_in_db(peak):+.1f} dBFS, over full scale, where players clip: "
            f"a `gain` of {_in_db(TOP / peak):.1f} would bring it down"
        )


def _in_db(factor: float) -> float:
    return 20 * math.log10(factor)
