"""Picture: pixels that mean sound, with the recipe that says what they mean; its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from eidophone.base.arrays import Pixels, immutable, sealed
from eidophone.base.errors import PictureError, RecipeError, StripDamagedError, tell
from eidophone.files.image import ImageFile, check_finite, read_image, to_rgb, write_image
from eidophone.files.image.ranges import UNIT, range_of_file, to_unit
from eidophone.files.kinds import MAX_PICTURE_PIXELS
from eidophone.picture.content import unpadded
from eidophone.picture.display import html_of, png_of, shown
from eidophone.picture.facts import Facts, Source, digest_of, from_message, message_of
from eidophone.picture.foreign.model import AUTO, Hints
from eidophone.picture.foreign.reading import read_foreign
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.picture.shape import columns_of, whole_columns
from eidophone.picture.strip import StripReading, draw_strip, read_strip, set_right
from eidophone.sound.choice import NO_CHOICE, Choice

__all__ = ["Picture", "Source", "as_picture", "numbered", "numbered_files", "to_depth"]

#: The name of our entry in the text of a picture file.
TEXT_KEY = "eidophone"

_DEPTHS = ("uint8", "uint16", "float32")


@dataclass(frozen=True, eq=False)
class Picture:
    """Sound as an image: time left to right, low frequency at the bottom, black is silence.

    Attributes:
        pixels: ``[height, width, 3]`` uint8, uint16, or float32 with 1.0 = full scale. Grey and
            ``[height, width, 1 or 4]`` are accepted and made so, alpha over black.
            Nobody can change them: an array that somebody else could still write into is copied.
        recipe: what the pixels mean. Its axis fills the height, whatever the height is, and a
            square lasts ``recipe.square_seconds``.
        source: the sound it was made of; None if that is not known.
        original: the original sound file, if the picture carries it.
        choice: what of that file the picture was made of.
        guessed: nothing said what the pixels mean, and ``recipe`` is the default.
        untouched: every pixel is as Eidophone wrote it; never so for lossy files.
        harm: what had been done to it, as its margin strip shows, which undid it; for people.
        drawn_by: which other program it was taken to be drawn by, for people; empty if by none.

    Raises:
        PictureError: the pixels are no image, or not finite.
    """

    pixels: Pixels
    recipe: Recipe = PRESETS["standard"]
    source: Source | None = None
    original: bytes | None = None
    choice: Choice = NO_CHOICE
    guessed: bool = False
    untouched: bool = False
    harm: str = ""
    drawn_by: str = ""

    def __post_init__(self) -> None:
        pixels = immutable(_checked_pixels(self.pixels), self.pixels)
        object.__setattr__(self, "pixels", pixels)

    def __repr__(self) -> str:
        return (
            f"Picture({self.width} x {self.height} {self.pixels.dtype}, "
            f"{self.recipe.name!r}, {self.duration_seconds:.2f} s)"
        )

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        return png_of(to_depth(shown(self.pixels), "uint8"))

    def _repr_html_(self) -> str:
        """What a notebook shows, with what there is to say of it."""
        part = shown(self.pixels)
        lasts = part.shape[1] / self.width * self.duration_seconds
        more = f", the first {lasts:.2f} s" if part.shape[1] < self.width else ""
        return html_of(self._repr_png_(), repr(self) + more)

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    @property
    def duration_seconds(self) -> float:
        """How long it sounds: as long as the source if it shows all of it, or by its shape."""
        whole = whole_columns(self.recipe, self.source)
        columns = columns_of(self.height, self.width, self.recipe, whole)
        if self.source is not None and columns == whole:
            return self.source.sample_count / self.source.rate
        return self.width / self.height * self.recipe.square_seconds

    def save(
        self,
        path: str | Path,
        *,
        quality: int | None = None,
        strip: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Write this picture to ``path``; its suffix names the format.

        The recipe and the source go into the file's text, ``original`` into .png, .tif and .webp.

        Args:
            path: the file; its folder must exist.
            quality: 1 to 100, for JPEG and WebP; WebP without it is lossless.
            strip: also draw a strip below the picture that says the same, for tools that lose
                metadata.
            overwrite: replace a file that is there already.

        Raises:
            PictureError: the format is unknown, or cannot hold this.
            OutputError: there is a file already, no such folder, no permission.
        """
        pixels = self.pixels
        if strip:
            pixels = draw_strip(pixels, message_of(self.recipe, self.source))
        facts = Facts(self.recipe, self.source, digest_of(pixels), strip, self.choice)
        text = {TEXT_KEY: facts.to_json()}
        write_image(
            path, pixels, text, original=self.original, quality=quality, overwrite=overwrite
        )

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        recipe: Recipe | None = None,
        max_pixels: int | None = MAX_PICTURE_PIXELS,
        hints: Hints = AUTO,
    ) -> Picture:
        """Read the picture at ``path``, whoever made it.

        What it means is, in this order: ``recipe``; what the file's text says; what its margin
        strip says; what another program drew; the default recipe, with ``guessed`` set.

        Args:
            path: an image file of any kind that ``read_image`` knows.
            recipe: read it with this recipe, whatever the file says.
            max_pixels: refuse larger images, going by their header; None for no limit.
            hints: which other program drew it, and what it shows.

        Raises:
            PictureError: it is not there, not an image, broken or too large.
            RecipeError: the file has a recipe of a version that this program does not know.
        """
        hints.check_recipe(recipe)
        image = read_image(path, max_pixels=max_pixels)
        pixels, harm = image.pixels, ""
        given = recipe is not None
        facts = written = _facts_in_text(image, path, ignore_version=given)
        reading = _read_strip(pixels, path) if written is None or written.strip else None
        if reading is not None:
            pixels, harm = reading.pixels, reading.damage
            facts = written or _facts_in_message(reading.message, path, ignore_version=given)
            if reading.turn:
                _warn(f"{path} {set_right(reading)}")
        elif written is None:
            foreign = None if given else read_foreign(image, hints)
            if foreign is not None:
                _warn_unused(hints, path, "riffusion drew it, which has one scale", foreign.heeds)
                return cls(
                    foreign.pixels, foreign.recipe, foreign.source, drawn_by=foreign.drawn_by
                )
            pixels = of_unit(pixels, path)
        if not given:
            _warn_unused(hints, path, _why_ours(written, reading))
        untouched = written is not None and written.digest == digest_of(image.pixels)
        if written is not None and not (given or untouched or reading):
            pixels = _without_bars(pixels, written, path)
        return cls(
            sealed(pixels),
            recipe or (facts.recipe if facts else PRESETS["standard"]),
            facts.source if facts else None,
            image.original,
            facts.choice if facts else NO_CHOICE,
            guessed=not given and facts is None,
            untouched=untouched,
            harm=harm,
        )


def as_picture(given: Picture | str | Path) -> Picture:
    """A picture, or the one in the file at that path; see `Picture.load`."""
    return Picture.load(given) if isinstance(given, (str, Path)) else given


def of_unit(pixels: Pixels, name: object) -> Pixels:
    """``pixels`` that do not say their range, with white at 1 if they are floats.

    Args:
        pixels: of any depth.
        name: what they are called, where their floats mean something else than 0..1.
    """
    found = range_of_file(pixels) if pixels.dtype == np.float32 else UNIT
    if found == UNIT:
        return pixels
    black, white = found
    _warn(
        f"the floats of {name} seem to be of {black:g}..{white:g}, and are taken so, not as of 0..1"
    )
    return to_unit(pixels, found)


def to_depth(pixels: Pixels, depth: DTypeLike) -> Pixels:
    """``pixels`` as uint8, uint16 or float32, rounded to the nearest value, full scale kept.

    Raises:
        PictureError: there is no such depth.
    """
    name = np.dtype(depth).name
    if name not in _DEPTHS:
        raise PictureError(f"there is no depth {name}: use {', '.join(_DEPTHS)}")
    if pixels.dtype.name == name:
        return pixels
    if name == "float32":
        return np.divide(pixels, np.iinfo(pixels.dtype).max, dtype=np.float32)
    if pixels.dtype == np.float32:
        full = np.float32(np.iinfo(name).max)
        return np.rint(np.clip(pixels, 0, 1) * full).astype(name)
    if name == "uint16":
        return pixels.astype(np.uint16) * np.uint16(257)
    return ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)


def numbered(path: str | Path, index: int, count: int) -> Path:
    """Name of picture ``index`` (1 to ``count``) of a sequence: ``name-001.png``."""
    path = Path(path)
    digits = max(3, len(str(count)))
    return path.with_name(f"{path.stem}-{index:0{digits}}{path.suffix}")


def numbered_files(path: str | Path) -> list[Path]:
    """The files there are of the sequence that ``numbered`` names after ``path``, in order."""
    path = Path(path)
    pattern = re.compile(rf"{re.escape(path.stem)}-([0-9]{{3,18}}){re.escape(path.suffix)}")
    found = []
    if path.parent.is_dir():
        for file in path.parent.iterdir():
            match = pattern.fullmatch(file.name)
            if match and file.is_file():
                found.append((int(match[1]), file))
    return [file for _, file in sorted(found)]


def _without_bars(pixels: Pixels, facts: Facts, path: str | Path) -> Pixels:
    """What is left of ``pixels`` without what was put around them to give them another shape."""
    whole = whole_columns(facts.recipe, facts.source)
    if whole is None:
        return pixels
    found = unpadded(pixels, facts.recipe.rows, whole)
    if found is None:
        return pixels
    tell(
        f"{path}: {pixels.shape[1]} x {pixels.shape[0]} pixels, of which "
        f"{found.shape[1]} x {found.shape[0]} are sound: the bars around them are left out"
    )
    return found


def _checked_pixels(pixels: ArrayLike) -> Pixels:
    array = np.asarray(pixels)
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise PictureError(f"pixels are [height, width, 3], not {list(array.shape)}")
    if array.ndim == 3 and array.shape[2] not in (1, 3, 4):
        raise PictureError(f"pixels have 1, 3 or 4 channels, not {array.shape[2]}")
    if array.dtype.name not in (*_DEPTHS, "float64"):
        raise PictureError(f"pixels are {', '.join(_DEPTHS)}, not {array.dtype}")
    check_finite(array)
    return to_rgb(array)


def _facts_in_text(image: ImageFile, path: str | Path, *, ignore_version: bool) -> Facts | None:
    """What our entry in the file's text says; None, with a warning, if it makes no sense."""
    if TEXT_KEY not in image.text:
        return None
    try:
        return Facts.from_json(image.text[TEXT_KEY])
    except RecipeError as error:  # of a newer version
        if ignore_version:
            return None
        raise RecipeError(f"{path}: {error}") from None
    except PictureError as error:
        _warn(f"{path}: its Eidophone metadata are broken, and ignored: {error}")
        return None


def _read_strip(pixels: Pixels, path: str | Path) -> StripReading | None:
    """What the margin strip says; None if there is none or, with a warning, a damaged one."""
    try:
        return read_strip(pixels)
    except StripDamagedError as error:
        _warn(f"{path}: {error}")
        return None


def _facts_in_message(message: bytes, path: str | Path, *, ignore_version: bool) -> Facts | None:
    """What the strip's message says; None, with a warning, if it makes no sense."""
    try:
        return from_message(message)
    except RecipeError as error:  # of a newer version
        if ignore_version:
            return None
        raise type(error)(f"{path}: {error}") from None
    except PictureError as error:
        _warn(f"{path}: {error}")
        return None


def _why_ours(written: Facts | None, reading: StripReading | None) -> str:
    """Why a picture is not taken for another program's."""
    if written is None and reading is None:
        return "nothing shows that another program drew it; `drawn_by` other says so"
    return f"Eidophone drew it, as its {'metadata say' if written else 'margin strip says'}"


def _warn_unused(hints: Hints, path: str | Path, why: str, heeded: tuple[str, ...] = ()) -> None:
    """Say which of ``hints`` are not used."""
    unused = hints.unused(why, heeded)
    if unused:
        _warn(f"{path}: {unused}")


def _warn(message: str) -> None:
    tell(message)
