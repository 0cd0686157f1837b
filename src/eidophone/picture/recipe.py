"""Recipe: the frozen description of one mapping between sound and picture, and its presets."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from eidophone.base.errors import RecipeError, naming
from eidophone.base.options import Option, check, described, shown

RECIPE_VERSION = 1

AxisName = Literal["mel", "octaves", "linear"]

#: Sounds up to this rate share one axis; above it the axis is extended to their Nyquist frequency.
COMMON_RATE_HZ = 48_000

_CD_RATE_HZ = 44_100
#: A (five octaves below A440) at the centre of the lowest row, 48 rows an octave: 4 a semitone.
_OCTAVE_BOTTOM_HZ = 13.75
_MAX_RECIPE_BYTES = 64 * 1024
_HIGHEST_HZ = 400_000.0
_LONGEST_WINDOW_SECONDS = 0.5

#: Windows over each moment that `Recipe.with_rows` keeps.
_LEAST_OVERLAP = 4


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One mapping between sound and picture: every value that the inverse needs.

    All values are physical, so that a row is the same frequency, a column the same time and a
    pixel value the same level for every sound, whatever its rate or loudness.

    Attributes:
        name: what people call it; has no effect on the mapping.
        axis: how rows map to Hz: ``"mel"``, ``"octaves"`` (logarithmic) or ``"linear"``.
        rows: rows of the picture, 16 to 8192.
        min_hz: frequency at the lower edge of the bottom row.
        max_hz: frequency at the upper edge of the top row.
        hop_seconds: time from one column to the next.
        window_seconds: length of the Gaussian window, cut where it has fallen to 0.1 %.
        top_db: level of the brightest pixel value; 0 dB is a sine at full scale.
        range_db: decibels from the brightest pixel value down to black.
        gamma: levels, from black as 0 to the brightest as 1, are raised to this on their way to
            pixel values: 1 is a straight line; with more, quiet sounds are darker.
        version: version of this description.

    Raises:
        RecipeError: a value is out of its range, or they do not fit together.
    """

    name: Annotated[str, Option(help="what people call it")] = "custom"
    axis: Annotated[
        AxisName,
        Option(help="how rows map to Hz: mel as we hear, octaves as music is written, linear"),
    ] = "mel"
    rows: Annotated[int, Option(help="height of the picture", unit="rows", low=16, high=8192)] = 512
    min_hz: Annotated[
        float, Option(help="frequency at the bottom", unit="Hz", low=0, high=100_000)
    ] = 0.0
    max_hz: Annotated[
        float, Option(help="frequency at the top", unit="Hz", low=100, high=_HIGHEST_HZ)
    ] = 22_050.0
    hop_seconds: Annotated[
        float, Option(help="from one column to the next", unit="seconds", low=1e-4, high=0.25)
    ] = 256 / _CD_RATE_HZ
    window_seconds: Annotated[
        float,
        Option(
            help="length of the window: long ones tell pitches apart, short ones times",
            unit="seconds",
            low=1e-3,
            high=_LONGEST_WINDOW_SECONDS,
        ),
    ] = 2048 / _CD_RATE_HZ
    top_db: Annotated[
        float, Option(help="level of full brightness", unit="dB", low=-60, high=60)
    ] = 6.0
    range_db: Annotated[
        float, Option(help="from full brightness down to black", unit="dB", low=12, high=200)
    ] = 108.0
    gamma: Annotated[
        float,
        Option(
            help="1 draws levels on a straight line, more draws quiet ones darker", low=0.2, high=4
        ),
    ] = 1.5
    version: int = RECIPE_VERSION

    def __post_init__(self) -> None:
        _check_version(self.version)
        check(self, RecipeError)
        for one in described(Recipe):
            if one.kind is float:
                object.__setattr__(self, one.name, float(getattr(self, one.name)))
        if self.min_hz >= self.max_hz:
            raise RecipeError(f"min_hz {self.min_hz} must be below max_hz {self.max_hz}")
        if self.axis == "octaves" and self.min_hz < 1.0:
            raise RecipeError(f"min_hz {self.min_hz} must be at least 1 Hz on the octaves axis")
        if self.hop_seconds > self.window_seconds / 2:
            raise RecipeError(
                f"hop_seconds {self.hop_seconds:g} leaves gaps between windows of "
                f"{self.window_seconds:g} s: make it at most half the window"
            )

    @property
    def floor_db(self) -> float:
        """Level of black, in dB; anything quieter is silence."""
        return self.top_db - self.range_db

    @property
    def square_seconds(self) -> float:
        """Seconds that a square picture lasts, whatever its size in pixels."""
        return self.rows * self.hop_seconds

    def columns(self, sample_count: int, rate: int) -> int:
        """Columns that ``sample_count`` samples at ``rate`` Hz take: at least 1.

        Half a sample more needs no column of its own, so this is the inverse of `sample_count`.
        """
        return max(1, math.ceil((sample_count - 0.5) / (self.hop_seconds * rate) - 1e-6))

    def sample_count(self, columns: int, rate: int) -> int:
        """Samples at ``rate`` Hz that ``columns`` columns last."""
        return round(columns * self.hop_seconds * rate)

    def for_rate(self, rate: int) -> Recipe:
        """This recipe, its axis extended to the Nyquist frequency of sounds above 48 kHz.

        The octaves axis stays aligned to semitones: a whole number of rows each.
        """
        if rate <= COMMON_RATE_HZ or self.max_hz >= rate / 2:
            return self
        if self.axis == "octaves":
            return replace(self, max_hz=_octaves_reaching(rate / 2, self.min_hz, self.rows))
        return replace(self, max_hz=rate / 2)

    def with_rows(self, rows: int) -> Recipe:
        """This recipe at another picture height; a square lasts as long as before.

        The window grows with the hop where columns become few, so that windows still overlap.
        """
        if rows == self.rows:
            return self
        hop = self.square_seconds / rows
        window = min(max(self.window_seconds, _LEAST_OVERLAP * hop), _LONGEST_WINDOW_SECONDS)
        return replace(self, rows=rows, hop_seconds=hop, window_seconds=window)

    def to_json(self) -> str:
        """This recipe as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """The recipe that ``text`` (JSON) describes.

        Raises:
            RecipeError: not JSON, not a recipe, or of a version this program does not know.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise RecipeError(f"this is not a recipe: not valid JSON ({error})") from None
        return cls.from_dict(values)

    @classmethod
    def from_dict(cls, values: Any) -> Recipe:
        """The recipe with these ``values``; the inverse of ``dataclasses.asdict``.

        Raises:
            RecipeError: as ``from_json``.
        """
        if not isinstance(values, dict):
            raise RecipeError(f"a recipe is a JSON object, not {type(values).__name__}")
        _check_version(values.get("version"))
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise RecipeError(
                f"a recipe has no {shown(unknown[0])}: its values are {sorted(known)}"
            )
        return cls(**values)

    @classmethod
    def load(cls, path: str | Path) -> Recipe:
        """The recipe in the JSON file at ``path``.

        Raises:
            RecipeError: the file is missing, too large or not a recipe.
        """
        try:
            with Path(path).open("rb") as file:
                data = file.read(_MAX_RECIPE_BYTES + 1)
        except OSError as error:
            raise RecipeError(f"cannot read recipe {path}: {error.strerror or error}") from None
        except ValueError as error:  # a zero byte in the name
            raise RecipeError(f"cannot read recipe {str(path)!r}: {error}") from None
        if len(data) > _MAX_RECIPE_BYTES:
            raise RecipeError(
                f"{path} is too large to be a recipe (over {_MAX_RECIPE_BYTES} bytes)"
            )
        with naming(Path(path)):
            return cls.from_json(data.decode("utf-8", errors="replace"))

    @classmethod
    def named(cls, name: str) -> Recipe:
        """The preset called ``name``, or the recipe in the file ``name`` if it ends in .json.

        Raises:
            RecipeError: there is no such preset or file.
        """
        if name.lower().endswith(".json"):
            return cls.load(name)
        return cls.preset(name, " or a .json file")

    @classmethod
    def preset(cls, name: str, instead: str = "") -> Recipe:
        """The preset called ``name``.

        Raises:
            RecipeError: there is none; the message says what there is, and ``instead`` of that.
        """
        if name == "riffusion":
            raise RecipeError(
                "riffusion is no recipe: encode draws for it with `drawn_for` riffusion, and "
                "decode hears it with `drawn_by` riffusion"
            )
        if name not in PRESETS:
            raise RecipeError(
                f"there is no recipe {shown(name)}: use {', '.join(PRESETS)}{instead}"
            )
        return PRESETS[name]

    @classmethod
    def resolve(cls, recipe: Recipe | str) -> Recipe:
        """``recipe`` itself, or the one of that name; see `named`."""
        return recipe if isinstance(recipe, Recipe) else cls.named(recipe)


def _check_version(version: object) -> None:
    if version != RECIPE_VERSION or isinstance(version, bool):
        raise RecipeError(
            f"this recipe is of version {shown(version)}, and this Eidophone knows version "
            f"{RECIPE_VERSION}: install a newer Eidophone"
        )


def _octaves_reaching(hz: float, min_hz: float, rows: int) -> float:
    """Top of a log axis of ``rows`` that reaches ``hz``, with whole rows a semitone if it can."""
    octaves = math.log2(hz / min_hz)
    rows_per_semitone = math.floor(rows / octaves / 12)
    aligned = min_hz * 2 ** (rows / (12 * max(1, rows_per_semitone)))
    return aligned if hz <= aligned <= _HIGHEST_HZ else hz


def _octaves() -> Recipe:
    rows, rows_per_octave = 512, 48
    min_hz = _OCTAVE_BOTTOM_HZ * 2 ** (-0.5 / rows_per_octave)
    return Recipe(
        name="octaves",
        axis="octaves",
        rows=rows,
        min_hz=min_hz,
        max_hz=min_hz * 2 ** (rows / rows_per_octave),
    )


#: The named recipes. ``standard`` is also what a picture without metadata is read with.
PRESETS: dict[str, Recipe] = {
    "standard": Recipe(name="standard"),
    "fine": Recipe(name="fine", rows=1024),
    "compact": Recipe(name="compact", hop_seconds=0.010, window_seconds=2816 / _CD_RATE_HZ),
    "octaves": _octaves(),
    "linear": Recipe(name="linear", axis="linear"),
}
