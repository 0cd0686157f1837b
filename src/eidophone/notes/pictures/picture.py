"""NotesPicture: pixels that mean notes, with the facts that say which; its files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Float32, Pixels, sealed
from eidophone.base.errors import NotesError, PictureError, StripDamagedError, naming, tell
from eidophone.files.image import read_image, to_rgb, write_image
from eidophone.files.image.model import MAX_TEXT_BYTES, check_finite
from eidophone.files.kinds import MAX_PICTURE_PIXELS
from eidophone.notes.pictures.facts import TEXT_KEY, NotesFacts
from eidophone.notes.pictures.grid import Grid, exact_grid
from eidophone.notes.pictures.palette import luma_of
from eidophone.notes.pictures.reading import ground_of
from eidophone.notes.pictures.ridges import ridges_of
from eidophone.notes.pictures.settings import BOLD_ROWS, NotesLook
from eidophone.picture.display import html_of, png_of, shown
from eidophone.picture.facts import Facts, Source, digest_of
from eidophone.picture.fit import resized
from eidophone.picture.picture import TEXT_KEY as SOUND_KEY
from eidophone.picture.picture import to_depth
from eidophone.picture.recipe import PRESETS
from eidophone.picture.shape import columns_of
from eidophone.picture.strip import draw_strip, read_strip
from eidophone.picture.strip.layout import StripLayout
from eidophone.picture.strip.reading import StripReading

#: Bytes of text in formats that hold little of it, and beside ours.
_LITTLE, _BESIDE = 60_000, 16_384

#: Formats with little text, and with none.
_LITTLE_TEXT, _NO_TEXT = (".jpg", ".jpeg"), (".bmp",)

#: The rate by which exact pictures are heard as sines, where they are taken for sound.
_RATE = 44_100

#: A canvas with its strip, resized, has its shape to this ratio.
_SAME_SHAPE = 0.01

#: Columns that are looked at to see whether they are notes; what is lit; how much of that may be,
#: and how much of its light must be in bars.
_LOOKED_AT, _DARK, _MOST_LIT, _IN_BARS = 4096, 0.05, 0.3, 0.75

#: The pitch in the middle of a bold picture that says nothing.
_MIDDLE = 60


@dataclass(frozen=True, eq=False)
class NotesPicture:
    """Notes as an image: time left to right, low pitches at the bottom, black is silence.

    Attributes:
        pixels: ``[height, width, 3]`` uint8, uint16, or float32 with 1.0 = full scale.
        facts: what they mean. The grid fills the height, whatever the height is, and a column is
            as wide as a row is high.
        untouched: every pixel is as Eidophone wrote it.
        guessed: nothing said what the pixels mean.
        harm: what had been done to it, as its margin strip shows, which undid it; for people.

    Raises:
        PictureError: the pixels are no image, or not finite.
    """

    pixels: Pixels
    facts: NotesFacts
    untouched: bool = False
    guessed: bool = False
    harm: str = ""

    def __post_init__(self) -> None:
        pixels = np.asarray(self.pixels)
        if pixels.ndim not in (2, 3) or 0 in pixels.shape:
            raise PictureError(f"pixels are [height, width, 3], not {list(pixels.shape)}")
        check_finite(pixels)
        object.__setattr__(self, "pixels", sealed(to_rgb(pixels).copy()))

    def __repr__(self) -> str:
        height, width = self.pixels.shape[:2]
        seconds = self.facts.columns * self.facts.grid.hop_seconds
        return f"NotesPicture({width} x {height}, {self.facts.grid.look}, {seconds:.2f} s)"

    def _repr_html_(self) -> str:
        """What a notebook shows, with what there is to say of it."""
        return html_of(png_of(to_depth(shown(self.pixels), "uint8")), repr(self))

    def altered(self, pixels: Pixels) -> NotesPicture:
        """What a tool made of it, which gave ``pixels`` for its own."""
        return replace(self, pixels=pixels, untouched=False)

    def on_grid(self) -> Float32:
        """The pixels on their grid, ``[rows, columns, 3]``, 1.0 is white."""
        grid, height, width = self.facts.grid, *self.pixels.shape[:2]
        whole = self.facts.columns if self.facts.first == 0 else None
        recipe = PRESETS["octaves"].with_rows(grid.rows)  # of which only the rows count
        columns = width if height == grid.rows else columns_of(height, width, recipe, whole)
        return np.asarray(to_depth(resized(self.pixels, grid.rows, columns), "float32"))

    def save(
        self, path: str | Path, *, quality: int | None = None, overwrite: bool = False
    ) -> None:
        """Write this picture to ``path``; its suffix names the format.

        The MIDI of the piece goes into the file's text, as far as the format holds it.

        Raises:
            PictureError: the format is unknown, or cannot hold this.
            OutputError: there is a file already, no such folder, no permission.
        """
        path, facts, pixels = Path(path), self.facts, self.pixels
        if facts.strip:
            pixels = draw_strip(pixels, facts.to_message())
        facts = replace(facts, digest=digest_of(pixels))
        suffix = path.suffix.lower()
        most = _LITTLE if suffix in _LITTLE_TEXT else MAX_TEXT_BYTES
        words = facts.to_json(most - _BESIDE)
        text = {TEXT_KEY: words}
        if facts.grid.look == "exact":
            text[SOUND_KEY] = self._as_sound(facts)
        kept = facts.midi is None or NotesFacts.from_json(words).midi is not None
        if not kept or (suffix in _NO_TEXT and facts.midi is not None):
            tell(f"{path} cannot hold its MIDI beside its pixels: only these tell the notes")
        write_image(path, pixels, text, quality=quality, overwrite=overwrite)

    def _as_sound(self, facts: NotesFacts) -> str:
        """What it says to those who take it for sound."""
        recipe = PRESETS["octaves"].with_rows(facts.grid.rows)
        source = Source(
            rate=_RATE,
            channels=1,
            sample_count=recipe.sample_count(facts.columns, _RATE),
            first_column=facts.first,
        )
        return Facts(recipe, source, facts.digest, facts.strip).to_json()

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        notes: NotesLook | None = None,
        max_pixels: int | None = MAX_PICTURE_PIXELS,
    ) -> NotesPicture | None:
        """The picture of notes at ``path``; None if nothing says that it is one.

        Args:
            path: an image file of any kind that `read_image` knows.
            notes: what it is, where it does not say so.
            max_pixels: refuse larger images, going by their header; None for no limit.

        Raises:
            PictureError: it is not there, not an image, broken or too large.
        """
        image = read_image(path, max_pixels=max_pixels)
        with naming(Path(path)):
            written = _facts_in_text(image.text, path)
            is_sound = written is None and SOUND_KEY in image.text
            reading = None if is_sound else _strip_of(image.pixels, path)
            return _understood(image.pixels, written, reading, notes)

    @classmethod
    def of_pixels(cls, pixels: Pixels, *, notes: NotesLook | None = None) -> NotesPicture | None:
        """The picture of notes that ``pixels`` alone are; arguments and result as of `load`."""
        pixels = to_rgb(np.asarray(pixels))
        return _understood(pixels, None, _strip_of(pixels, "the picture"), notes)


def _facts_in_text(text: dict[str, str], path: str | Path) -> NotesFacts | None:
    """What our entry in the file's text says; None, with a warning, if it makes no sense."""
    if TEXT_KEY not in text:
        return None
    try:
        return NotesFacts.from_json(text[TEXT_KEY])
    except NotesError as error:
        tell(f"{path}: {error}")
        return None


def _strip_of(pixels: Pixels, path: str | Path) -> StripReading | None:
    try:
        return read_strip(pixels)
    except StripDamagedError as error:
        tell(f"{path}: {error}")
        return None


def _understood(
    pixels: Pixels,
    written: NotesFacts | None,
    reading: StripReading | None,
    notes: NotesLook | None,
) -> NotesPicture | None:
    """A picture by its metadata, its strip, or what it was said to be."""
    told = None
    if reading is not None:
        told = NotesFacts.from_message(reading.message, reading.pixels.shape[0])
    facts = written or told
    if facts is None:
        return None if notes is None else guessed(pixels, notes)
    untouched = written is not None and written.digest == digest_of(pixels)
    if reading is not None and told is not None:
        body = _before_tones(pixels, reading)
        return NotesPicture(body, facts, untouched=untouched, harm=reading.damage)
    if facts.strip:
        pixels = _without_strip(pixels, facts)
    return NotesPicture(pixels, facts, untouched=untouched)


def _before_tones(pixels: Pixels, reading: StripReading) -> Pixels:
    """The picture beside a strip, as the strip restored it; as bright as it was, if it was painted.

    Networks paint here so and there otherwise: what they did to the greys of the strip they did
    not do to bars.
    """
    rows, columns = reading.pixels.shape[:2]
    layout = StripLayout(rows, columns, len(reading.message))
    if pixels.shape[:2] != (layout.canvas_height, layout.canvas_width) or reading.turn:
        return reading.pixels
    body = pixels[layout.top : layout.top + rows, :columns]
    luma = luma_of(to_depth(body, "float32"))
    if not ground_of(luma)[1]:
        return reading.pixels
    restored = to_depth(reading.pixels, "float32")
    return np.clip(restored + (luma - luma_of(restored))[..., None], 0, 1)


def _without_strip(pixels: Pixels, facts: NotesFacts) -> Pixels:
    """``pixels`` without a strip that cannot be read, if by their shape it is still there."""
    rows, height, width = facts.grid.rows, *pixels.shape[:2]
    layout = StripLayout(rows, facts.columns, len(facts.to_message()))
    off = (height / width) / (layout.canvas_height / layout.canvas_width) - 1
    if height == rows or abs(off) > _SAME_SHAPE:
        return pixels
    scale = height / layout.canvas_height
    top, bottom = round(scale * layout.top), round(scale * (layout.top + rows))
    return pixels[top:bottom, : max(1, round(scale * facts.columns))]


def guessed(pixels: Pixels, notes: NotesLook) -> NotesPicture:
    """What pixels that say nothing are, if they are notes drawn so."""
    height, width = pixels.shape[:2]
    if notes == "exact":
        grid = exact_grid()
    else:
        half = height / BOLD_ROWS / 2
        grid = Grid(
            look="bold",
            rows=height,
            per_semitone=BOLD_ROWS,
            bottom=round(_MIDDLE - half) - 0.5,
            hop_seconds=PRESETS["octaves"].hop_seconds,
        )
        tell(
            f"nothing says which pitches a bold picture shows: it is taken for one of {BOLD_ROWS} "
            f"rows a semitone around C4; its margin strip would tell"
        )
    columns = max(1, round(width * grid.rows / height))
    return NotesPicture(pixels, NotesFacts(grid=grid, columns=columns), guessed=True)


def looks_like_notes(picture: NotesPicture) -> bool:
    """Whether nearly all light in a picture that says nothing is in bars, and most is black."""
    luma = luma_of(picture.on_grid()[::-1])[:, :_LOOKED_AT]
    if (luma > _DARK).mean() > _MOST_LIT:
        return False
    chroma = np.zeros((*luma.shape, 2), np.float32)
    bars = ridges_of(luma, chroma, picture.facts.grid)
    light = sum(one.luma * (one.end - one.start) for one in bars) * picture.facts.grid.bar
    return light > _IN_BARS * float(luma.sum())
