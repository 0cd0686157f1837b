"""Settings of jobs: how files become other files, as people choose it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from eidophone.base.errors import FilmError, PictureError
from eidophone.base.options import Option, check
from eidophone.files.kinds import MAX_FRAME_PIXELS, MAX_PICTURE_PIXELS, PICTURE_FORMATS
from eidophone.film.settings import (
    FPS,
    FRAME_SIZE,
    FRAME_WIDTH,
    ChosenKind,
    FrameRate,
    Look,
    Reading,
)
from eidophone.picture.foreign.model import (
    ChosenDrawnBy,
    ChosenDrawnFor,
    Decibels,
    Hints,
    Hz,
    Scale,
)
from eidophone.picture.recipe import PRESETS
from eidophone.picture.settings import (
    OVERLAP,
    SIZE,
    Channels,
    ChosenQuality,
    ChosenRecipe,
    Downmix,
    Exposure,
    Overlap,
    Rate,
    ReadRecipe,
    Seconds,
    Strip,
    Track,
)
from eidophone.sound.choice import Choice
from eidophone.sound.level import Level

Overwrite = Annotated[bool, Option(help="replace what is there already")]
Squares = Annotated[
    int | None,
    replace(
        SIZE,
        help="numbered squares of so many pixels; of films, the size of a frame",
        usual="one picture of all, or frames of 512",
    ),
]
_FORMAT = Option(help="format of the pictures", choices=tuple(PICTURE_FORMATS))
PictureFormat = Annotated[str, _FORMAT]
FormatByName = Annotated[str | None, replace(_FORMAT, usual="by the name")]
Original = Annotated[Path | None, Option(help="the original sound, to lean on", usual="none")]
MaxPixels = Annotated[
    int,
    Option(
        help=f"refuse larger pictures, or frames of over {MAX_FRAME_PIXELS:,}; 0: no limit", low=0
    ),
]


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """How sound files are drawn.

    Attributes:
        recipe: of the pictures.
        exposure: dB by which they are brighter, or ``"auto"``; see `exposed`.
        format: a name in `PICTURE_FORMATS`; None: as the file's name says.
        size: squares of so many pixels, numbered; None: one picture for the whole sound.
        overlap: fraction of a square that it shares with the next.
        strip: draw the margin strip.
        carry_original: put the sound file itself into the picture's metadata.
        channels: the one or two to draw, counted from 0; None: all there are.
        track: which sound track of a film, counted from 0; None: its default one.
        downmix: mix more than two channels to two.
        overwrite: replace files that are there already.
        resume: leave files that are there already as they are, and make the others.
        drawn_for: the program that is to read them.

    Raises:
        PictureError: a value is out of its range.
    """

    recipe: ChosenRecipe = PRESETS["standard"]
    exposure: Exposure = 0.0
    drawn_for: ChosenDrawnFor = "eidophone"
    format: FormatByName = None
    size: Squares = None
    overlap: Overlap = 0.0
    strip: Strip = False
    carry_original: Annotated[bool, Option(help="put the sound file into the metadata")] = False
    channels: Channels = None
    track: Track = None
    downmix: Downmix = False
    overwrite: Overwrite = False
    resume: bool = False

    def __post_init__(self) -> None:
        check(self, PictureError)

    @property
    def choice(self) -> Choice:
        """What of a file is drawn."""
        return Choice(channels=self.channels, track=self.track, downmix=self.downmix)


@dataclass(frozen=True, kw_only=True)
class Decoding(Level):
    """How pictures are turned into sound.

    Attributes:
        quality: how much work goes into the phase.
        recipe: read the pictures with this recipe, whatever they say.
        drawn_by: the program that drew them.
        scale: of their axis, where its numbers cannot be read.
        hz: the lowest and the highest frequency that they show, whatever the numbers say.
        decibels: from their quietest to their loudest colour.
        reference: the original sound file.
        reference_pictures: the unaltered pictures, sent through the same tool.
        overlap: fraction of a picture that it shares with the next, where they do not say; None:
            what they show.
        seconds: how long the sound is to be; None: as it was, or as the shape of its pictures says.
        rate: samples a second of the sound; None: as it was, or 44,100.
        max_pixels: refuse larger pictures; 0 for no limit.
        overwrite: replace a file that is there already.

    Raises:
        PictureError: a value is out of its range.
    """

    quality: ChosenQuality = "standard"
    recipe: ReadRecipe = None
    drawn_by: ChosenDrawnBy = "auto"
    scale: Scale = None
    hz: Hz = None
    decibels: Decibels = None
    seconds: Seconds = None
    rate: Rate = None
    reference: Original = None
    reference_pictures: list[Path] | None = None
    overlap: Annotated[
        float | None,
        replace(OVERLAP, help="what pictures share with the next", usual="what they say or show"),
    ] = None
    max_pixels: MaxPixels = MAX_PICTURE_PIXELS
    overwrite: Overwrite = False

    def __post_init__(self) -> None:
        check(self, PictureError)
        self.hints.check_recipe(self.recipe)

    @property
    def hints(self) -> Hints:
        """What is said of pictures that other programs drew."""
        return Hints(self.drawn_by, self.scale, self.hz, self.decibels, self.seconds)


@dataclass(frozen=True, kw_only=True)
class FilmEncoding:
    """How sound files are drawn as films; see `encode_film`.

    Attributes:
        exposure: dB by which it is brighter, or ``"auto"``; see `exposed`.
        crf: constant rate factor of lossy formats; None for the format's usual one.
        codec: another one than the format's usual one.
        channels: the one or two to draw, counted from 0; None: all there are.
        track: which sound track of a film, counted from 0; None: its default one.
        downmix: mix more than two channels to two.
        overwrite: replace files that are there already.
        resume: leave files that are there already as they are, and make the others.

    Raises:
        FilmError: a value is out of its range.
    """

    recipe: ChosenRecipe = PRESETS["standard"]
    exposure: Exposure = 0.0
    kind: ChosenKind = "scroll"
    fps: FrameRate = None
    size: Annotated[int, FRAME_SIZE] = 512
    width: Annotated[int | None, FRAME_WIDTH] = None
    overlap: Overlap = 0.0
    look: Annotated[Look | None, Option(help="colour it; for looking only", usual="none")] = None
    now_line: Annotated[bool, Option(help="draw a line through the present of a scroll")] = False
    strip: Strip = False
    crf: Annotated[
        int | None,
        Option(help="from 0, the best, to 51, the smallest", usual="18", low=0, high=63),
    ] = None
    codec: Annotated[
        str | None,
        Option(help="coding: av1 in .webm, h264 in .mkv, mpeg1 in .mpg", usual="by name"),
    ] = None
    channels: Channels = None
    track: Track = None
    downmix: Downmix = False
    overwrite: Overwrite = False
    resume: bool = False

    def __post_init__(self) -> None:
        check(self, FilmError)

    @property
    def choice(self) -> Choice:
        """What of a file is drawn."""
        return Choice(channels=self.channels, track=self.track, downmix=self.downmix)


@dataclass(frozen=True, kw_only=True)
class FilmDecoding(Level):
    """How films are turned into sound; see `decode_film`.

    Attributes:
        reference: the original sound file.
        ignore_track: do not lean on the film's own sound track.
        fps: frames per second of a folder of pictures that does not say.
        max_pixels: refuse films of larger frames; 0 for no limit.
        overwrite: replace a file that is there already.

    Raises:
        FilmError: a value is out of its range.
    """

    read: Annotated[
        Reading,
        Option(
            help="how to read it: auto by what it is, cycle round and round through the "
            "picture that the film turns, sweep once across it"
        ),
    ] = "auto"
    seconds: Seconds = None
    quality: ChosenQuality = "standard"
    recipe: ReadRecipe = None
    reference: Original = None
    ignore_track: Annotated[bool, Option(help="do not lean on the film's own sound track")] = False
    overlap: Annotated[
        float | None,
        replace(
            OVERLAP, help="what pages share with the next, if they do not say", usual="as seen"
        ),
    ] = None
    fps: Annotated[
        Fraction | None,
        replace(FPS, help="frames a second of a folder of them", usual="30"),
    ] = None
    max_pixels: MaxPixels = MAX_FRAME_PIXELS
    overwrite: Overwrite = False

    def __post_init__(self) -> None:
        check(self, FilmError)


@dataclass(frozen=True, kw_only=True)
class Watching(Level):
    """How a hot folder is watched.

    Attributes:
        recipe: of the pictures. Pictures that do not say theirs are read with it, too.
        size: squares of so many pixels, numbered; None: one picture for the whole sound.
        format: of the pictures: a name in `PICTURE_FORMATS`.
        quality: as in `decode`.
        interval_seconds: from one look to the next.
        once: look twice, do what there is to do, and return.

    Raises:
        PictureError: a value is out of its range.
    """

    recipe: ChosenRecipe = PRESETS["standard"]
    size: Annotated[
        int | None,
        replace(SIZE, help="numbered squares of so many pixels", usual="one picture of all"),
    ] = None
    format: PictureFormat = "png"
    quality: ChosenQuality = "standard"
    interval_seconds: Annotated[
        float, Option(help="from one look to the next", unit="seconds", low=0.001, high=86_400)
    ] = 2.0
    once: Annotated[bool, Option(help="do what there is to do, and stop")] = False

    def __post_init__(self) -> None:
        check(self, PictureError)
