"""What a film says of itself: how its frames are made, and of which sound."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from eidophone.base.errors import FilmError, PictureError, RecipeError
from eidophone.base.options import shown
from eidophone.film.settings import KINDS, MAX_FPS, MAX_SIDE, MIN_FPS, MIN_SIDE, Kind
from eidophone.picture import facts as picture_facts
from eidophone.picture.facts import Source
from eidophone.picture.recipe import Recipe

MESSAGE_VERSION = 2  # messages of single pictures are of version 1

_HEAD = struct.Struct("<BBHH")  # version, kind, frame rate as a fraction
_MOST_TERM = 2**16 - 1

_VERSION = 1

#: Denominators of frame rates, at most: 30000/1001, and much else, are exact.
_SIMPLE_RATE = 100_000

#: Frame rates in strips are rounded: so much of a frame is none.
_ROUNDING = 1e-6


@dataclass(frozen=True, kw_only=True)
class FilmFacts:
    """How the frames of a film are made, and of which sound.

    Attributes:
        kind: ``"pages"``: each frame shows the sound from its own time on; ``"scroll"``: each
            frame shows what is around its time, which is in the middle; ``"instants"``: each
            frame shows its own moment.
        recipe: of the columns. Its rows are the height of pages and scrolls.
        source: the sound that it was made of.
        fps: frames per second, or pages per second if each is shown for several frames.
        width: pixels of a frame, without what containers add to make it even.
        height: pixels of a frame, margin strip included.
        look: the colouring; empty if pixels are levels.
        now_line: there is a line through the present, in the middle of a scroll.
        strip: frames have a margin strip.

    Raises:
        FilmError: a value is out of its range.
    """

    kind: Kind
    recipe: Recipe
    source: Source
    fps: Fraction
    width: int
    height: int
    look: str = ""
    now_line: bool = False
    strip: bool = False
    version: int = _VERSION

    def __post_init__(self) -> None:
        check_kind(self.kind)
        _check_types(self)
        for name in ("width", "height"):
            side = getattr(self, name)
            if not MIN_SIDE <= side <= MAX_SIDE:
                raise FilmError(
                    f"the {name} of a film is {side} pixels: it must be {MIN_SIDE} to {MAX_SIDE}"
                )
        frame_rate(self.fps)

    @property
    def columns_per_frame(self) -> Fraction:
        """Columns of the recipe from the beginning of one frame to that of the next."""
        return 1 / (self.fps * hop_of(self.recipe))

    @property
    def columns(self) -> int:
        """Columns of the whole sound."""
        return self.recipe.columns(self.source.sample_count, self.source.rate)

    @property
    def frame_count(self) -> int:
        """Frames (or pages) that it takes to show the whole sound."""
        return max(1, math.ceil(self.columns / self.columns_per_frame - _ROUNDING))

    @property
    def seconds(self) -> float:
        """How long the sound is."""
        return self.source.sample_count / self.source.rate

    def first_column(self, frame: float) -> int:
        """The column at which ``frame`` (from 0) begins; for a scroll, the one in its middle."""
        return round(Fraction(frame) * self.columns_per_frame)

    def to_json(self) -> str:
        """These facts as one line of JSON."""
        return json.dumps(asdict(self) | {"source": self.source.values()}, default=str)

    @classmethod
    def from_json(cls, text: str) -> FilmFacts:
        """The facts that ``text`` (JSON) tells.

        Raises:
            FilmError: it makes no sense.
            RecipeError: the recipe is of a newer version.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            values["recipe"] = picture_facts.recipe_of_values(values["recipe"])
            values["source"] = Source.of_values(values["source"])
            values["fps"] = _fraction(values["fps"])
            return cls(**values)
        except (*picture_facts.UNREADABLE, ZeroDivisionError, PictureError) as error:
            reason = picture_facts.reason_of(error)
            raise FilmError(f"its Eidophone metadata make no sense ({reason})") from None

    def to_message(self) -> bytes:
        """What a margin strip says of these facts: 23 bytes if the recipe is a preset, or 68.

        Width, height and look are not part of it: the strip knows the size of its picture, and
        films for looking have none.
        """
        fps = self.fps.limit_denominator(_MOST_TERM // (int(self.fps) + 1))
        head = _HEAD.pack(MESSAGE_VERSION, KINDS.index(self.kind), fps.numerator, fps.denominator)
        return head + picture_facts.message_of(self.recipe, self.source)[1:]

    @classmethod
    def from_message(cls, message: bytes, width: int, height: int) -> FilmFacts | None:
        """The facts in the ``message`` of a strip below ``height`` x ``width`` pixels.

        Returns:
            None if the message is of a single picture.

        Raises:
            FilmError: it makes no sense.
        """
        if message[:1] != bytes([MESSAGE_VERSION]):
            return None
        try:
            _, kind, numerator, denominator = _HEAD.unpack_from(message)
            version = bytes([picture_facts.MESSAGE_VERSION])
            facts = picture_facts.from_message(version + message[_HEAD.size :])
            if facts.source is None:
                raise FilmError("it names no sound")
            return cls(
                kind=KINDS[kind],
                recipe=facts.recipe,
                source=facts.source,
                fps=Fraction(numerator, denominator),
                width=width,
                height=height,
                strip=True,
            )
        except (struct.error, IndexError, ZeroDivisionError, PictureError, RecipeError) as error:
            raise FilmError(f"its margin strip makes no sense ({error})") from None


def check_kind(kind: str) -> None:
    """Refuse what is no kind of film.

    Raises:
        FilmError: there is no such kind.
    """
    if kind not in KINDS:
        raise FilmError(f"there is no kind of film {shown(kind)}: use {', '.join(KINDS)}")


def frame_rate(fps: float | Fraction) -> Fraction:
    """``fps`` as a simple fraction.

    Raises:
        FilmError: it is no frame rate that a film can have.
    """
    try:
        rate = Fraction(float(fps)).limit_denominator(_SIMPLE_RATE)
    except (TypeError, ValueError, OverflowError):
        rate = Fraction(0)
    if not MIN_FPS <= rate <= MAX_FPS:
        raise FilmError(f"{fps!s} frames per second: it must be {float(MIN_FPS)} to {MAX_FPS}")
    return rate


def hop_of(recipe: Recipe) -> Fraction:
    """Seconds from one column to the next, as the simple fraction that they are meant to be."""
    return Fraction(recipe.hop_seconds).limit_denominator(10**6)


def _check_types(facts: FilmFacts) -> None:
    for name, kind in (("width", int), ("height", int), ("look", str), ("version", int)):
        value = getattr(facts, name)
        if isinstance(value, bool) or not isinstance(value, kind):
            raise FilmError(
                f"the {name} of a film is {shown(value)}: it must be of type {kind.__name__}"
            )
    for name in ("now_line", "strip"):
        if not isinstance(getattr(facts, name), bool):
            raise FilmError(
                f"{name} of a film is {shown(getattr(facts, name))}: it must be true or false"
            )
    if facts.version != _VERSION:
        raise FilmError(f"it is of version {shown(facts.version)}: install a newer Eidophone")


def _fraction(text: str) -> Fraction:
    """What `str` makes of a fraction; exponents, which may mean billions of digits, are refused."""
    if not isinstance(text, str) or len(text) > 40:
        raise ValueError(f"a frame rate of {str(text)[:60]!r}")
    numerator, _, denominator = text.partition("/")
    return Fraction(int(numerator), int(denominator or 1))
