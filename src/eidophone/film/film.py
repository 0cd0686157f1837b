"""Film: frames at their times, what they say of themselves, and a sound track; its files."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from eidophone.base.arrays import Pixels
from eidophone.base.errors import EidophoneError, FilmError, StripDamagedError, tell
from eidophone.base.parallel import ahead
from eidophone.files.chunks import png_chunks, riff_chunks
from eidophone.files.image import to_rgb
from eidophone.files.kinds import FILM_SUFFIXES, MAX_FRAME_PIXELS
from eidophone.files.probing import kind_of
from eidophone.files.video import VideoFrame, VideoReader, VideoWriter
from eidophone.files.video.formats import Frames, is_folder_name
from eidophone.files.video.model import check_frame_size
from eidophone.film.facts import FilmFacts, frame_rate
from eidophone.picture.strip import read_strip
from eidophone.sound.sound import SoundSource

#: The name of our entry in the text of a film file.
TEXT_KEY = "eidophone-film"

#: Frames per second at which pages are held in files: players, and editors, like no fewer.
_HELD_AT = Fraction(30)

#: So much of a frame is none.
_ROUNDING = 1e-6

#: Frames at the beginning in which a margin strip is looked for.
_STRIP_FRAMES = 3


class FrameSource(Protocol):
    """What gives frames: a film file, or frames in memory."""

    @property
    def fps(self) -> Fraction:
        """Frames per second, on average."""

    @property
    def frame_count(self) -> int:
        """How many frames there are."""

    @property
    def seconds(self) -> float:
        """How long they last."""

    def frames(self) -> Iterator[VideoFrame]:
        """The frames, from the first on."""


class DrawnFrames:
    """Frames that are made, or at hand, at an even rate.

    Args:
        frames: gives them, from the first on.
        count: how many there are.
        fps: frames per second.
        seconds: how long they last, if the last one is shown for another time.
    """

    def __init__(
        self,
        frames: Callable[[], Iterable[Pixels]],
        count: int,
        fps: Fraction,
        seconds: float | None = None,
    ) -> None:
        self._frames = frames
        self.frame_count = count
        self.fps = fps
        self._seconds = float(count / fps) if seconds is None else seconds

    @property
    def seconds(self) -> float:
        """How long they last."""
        return self._seconds

    def frames(self) -> Iterator[VideoFrame]:
        """The frames, from the first on; the last until the end."""
        for index, pixels in enumerate(self._frames()):
            begin = float(index / self.fps)
            end = self.seconds if index == self.frame_count - 1 else float((index + 1) / self.fps)
            yield VideoFrame(pixels, begin, end - begin)


class Film:
    """Pictures that follow each other in time.

    Attributes:
        facts: how they were made, and of which sound; None for films that Eidophone did not make.
        track: the sound track; None if there is none.
        lossless: pixels are as they were written.
    """

    def __init__(
        self,
        source: FrameSource,
        facts: FilmFacts | None = None,
        track: SoundSource | None = None,
        *,
        lossless: bool = True,
    ) -> None:
        self.facts = facts
        self.track = track
        self.lossless = lossless
        self._source = source

    def __repr__(self) -> str:
        kind = self.facts.kind if self.facts else "film"
        return f"Film({kind}, {self.frame_count} frames, {self.seconds:.2f} s)"

    @classmethod
    def of(cls, frames: Iterable[ArrayLike], fps: float | Fraction = 30) -> Film:
        """The film of ``frames`` in memory.

        Args:
            frames: ``[height, width, 3]`` each, all of one size: uint8, uint16, or float32 with
                1.0 = full scale. Grey and alpha are accepted as in `Picture`.
            fps: frames per second.

        Raises:
            FilmError: no frames, frames of several sizes, or no such frame rate.
        """
        pixels = [to_rgb(np.asarray(frame)) for frame in frames]
        if not pixels:
            raise FilmError("a film has at least one frame")
        if len({one.shape for one in pixels}) > 1:
            raise FilmError("the frames of a film are all of one size: resize them first")
        return cls(DrawnFrames(lambda: pixels, len(pixels), frame_rate(fps)))

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        fps: float | Fraction | None = None,
        max_pixels: int | None = MAX_FRAME_PIXELS,
    ) -> Film:
        """The film at ``path``: any video, animation, or folder of pictures. Frames stay there.

        Args:
            path: what to read.
            fps: frames per second, whatever the film says; folders of pictures say nothing.
            max_pixels: refuse larger frames, going by the header; None for no limit.

        Raises:
            FilmError: it is not there, no film, broken, or too large.
            RecipeError: it has a recipe of a version that this program does not know.
            MissingExtraError: PyAV is not installed.
        """
        reader = VideoReader(path, max_pixels=max_pixels)
        source: FrameSource = reader
        if fps is not None:
            source = DrawnFrames(
                lambda: (frame.pixels for frame in reader.frames()),
                reader.frame_count,
                frame_rate(fps),
            )
        film = cls(source, None, reader.sound(), lossless=reader.lossless)
        facts = _facts_in_text(reader, path) or _facts_in_strip(film, path)
        if facts is not None:  # memory goes by what they say
            check_frame_size(reader.path, facts.width, facts.height, max_pixels)
        film.facts = facts
        return film

    def save(
        self,
        path: str | Path,
        *,
        crf: int | None = None,
        codec: str | None = None,
        fps: Fraction | None = None,
        overwrite: bool = False,
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        """Write this film to ``path``; its suffix names the format.

        Args:
            path: the file, or a folder for pictures.
            crf: constant rate factor of lossy formats: 0 (best) to 51 (smallest).
            codec: another one than the format's usual one.
            fps: frames per second of the file; by default those of the film, or 30 for pages,
                each of which is then held for its time. A folder has each page once.
            overwrite: replace what is there already.
            progress: told the fraction that is done.

        Raises:
            FilmError: the format is unknown, or cannot hold this.
            OutputError: there is a file already, no such folder, no permission.
        """
        made = self.facts
        fps = fps or (_HELD_AT if self._is_to_be_held(path) else self.fps)
        frames = ahead(self._source.frames())  # drawn while the one before is coded
        first = next(frames)
        text = {} if made is None else {TEXT_KEY: made.to_json()}
        height, width = first.pixels.shape[:2]
        with VideoWriter(
            path,
            width,
            height,
            fps,
            text=text,
            sound=self.track,
            crf=crf,
            codec=codec,
            still=made is not None and made.kind == "pages" and made.fps != fps,
            frames=_what_frames_are(made),
            overwrite=overwrite,
        ) as writer:
            for number, frame in enumerate(chain([first], frames), 1):
                end = frame.seconds + frame.duration_seconds
                until = number if fps == self.fps else math.ceil(end * fps - _ROUNDING)
                writer.write(frame.pixels, max(1, until - writer.frame_count))
                progress(number / self.frame_count)

    def _is_to_be_held(self, path: str | Path) -> bool:
        """Whether these are pages, each there once, and ``path`` is a file."""
        made = self.facts
        is_once = made is not None and made.kind == "pages" and made.fps == self.fps
        return is_once and not is_folder_name(path)

    @property
    def fps(self) -> Fraction:
        """Frames per second, on average."""
        return self._source.fps

    @property
    def frame_count(self) -> int:
        """How many frames there are."""
        return self._source.frame_count

    @property
    def seconds(self) -> float:
        """How long they last."""
        return self._source.seconds

    def frames(self) -> Iterator[VideoFrame]:
        """The frames and their times, from the first on; margin strips are part of them."""
        return self._source.frames()


def _what_frames_are(made: FilmFacts | None) -> Frames:
    if made is None:
        return "levels"
    return "looks" if made.look else "unmoving" if made.kind == "instants" else "levels"


def _facts_in_text(reader: VideoReader, path: str | Path) -> FilmFacts | None:
    """What our entry in the file's text says; None, with a warning, if it makes no sense."""
    if TEXT_KEY not in reader.text:
        return None
    try:
        return FilmFacts.from_json(reader.text[TEXT_KEY])
    except FilmError as error:
        tell(f"{path}: {error}")
        return None


def _facts_in_strip(film: Film, path: str | Path) -> FilmFacts | None:
    """What the margin strip of the first frames says; None if there is none that makes sense."""
    for frame in islice(film.frames(), _STRIP_FRAMES):
        try:
            reading = read_strip(frame.pixels)
            if reading is not None:
                height, width = reading.pixels.shape[:2]
                return FilmFacts.from_message(reading.message, width, height)
        except (StripDamagedError, FilmError) as error:
            tell(f"{path}: {error}")
    return None


def is_film(path: Path) -> bool:
    """Whether ``path`` is a film and not a picture: by what is in it, or else by its name.

    A folder is one if its pictures say that they are the frames of a film.
    """
    if path.is_dir():
        with suppress(EidophoneError), VideoReader(path) as folder:
            return TEXT_KEY in folder.text
        return False
    kind = kind_of(path)
    if kind is None or (kind.holds == "film" and path.suffix.lower() in FILM_SUFFIXES):
        return path.suffix.lower() in FILM_SUFFIXES - {".gif", ".apng"}
    if kind.name in ("PNG", "WebP"):
        return _is_animated(path, kind.name)
    if kind.name == "GIF" or kind.holds == "film":  # or sound alone
        with suppress(EidophoneError), VideoReader(path) as reader:
            return kind.name != "GIF" or reader.frame_count > 1
    return False


def _is_animated(path: Path, name: str) -> bool:
    """Whether a PNG or WebP file has the chunk that says so."""
    walk, mark = (riff_chunks, b"ANIM") if name == "WebP" else (png_chunks, b"acTL")
    with suppress(OSError), path.open("rb") as file:
        return any(chunk.name == mark for chunk in walk(file))
    return False
