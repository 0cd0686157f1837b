"""VideoReader: reads any film frame by frame."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Protocol
from weakref import ref

from eidophone.base.errors import FilmError
from eidophone.base.parallel import ahead
from eidophone.files.kinds import MAX_FRAME_PIXELS
from eidophone.files.probing import kind_of
from eidophone.files.video.folder import FolderReader
from eidophone.files.video.model import VideoFrame
from eidophone.files.video.stream_reader import StreamReader
from eidophone.files.video.webp import WebpReader
from eidophone.sound.sound import SoundSource


class _Film(Protocol):
    """What every kind of film can be asked."""

    width: int
    height: int
    fps: Fraction
    text: dict[str, str]
    lossless: bool
    promised_seconds: float

    @property
    def frame_count(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    def frames(self) -> Iterator[VideoFrame]: ...
    def sound(self) -> SoundSource | None: ...


class VideoReader:
    """A film, decoded frame by frame; a context manager.

    It may be read more than once: each call of ``frames`` begins anew. A film that is cut short
    or damaged is read as far as it goes, with an ``EidophoneWarning``.

    Frames are upright, whatever way the camera was held. Pixels are taken as square. Alpha is
    composited over black.

    Args:
        path: a film file of any kind, or a folder of pictures.
        max_pixels: refuse larger frames, going by the file's header; None for no limit.

    Attributes:
        path: the file or folder.
        width: of the frames as shown, in pixels.
        height: of the frames as shown, in pixels.
        fps: frames per second, on average; 30 where nothing is said.
        text: entries of the metadata, those that ``VideoWriter`` writes.
        lossless: the film is known to keep every RGB pixel as it was.

    Raises:
        FilmError: not a film, no frames, too large, or it cannot be read.
        MissingExtraError: PyAV is not installed, and this is not a folder.
    """

    def __init__(self, path: str | Path, *, max_pixels: int | None = MAX_FRAME_PIXELS) -> None:
        self.path = Path(path)
        self._film = _opened(self.path, max_pixels)
        self.width = self._film.width
        self.height = self._film.height
        self.fps = self._film.fps
        self.text = self._film.text
        self.lossless = self._film.lossless
        self._open = ExitStack()

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def frame_count(self) -> int:
        """How many frames the file holds, counted without decoding them; damaged ones included."""
        return self._film.frame_count

    @property
    def seconds(self) -> float:
        """How long the picture lasts."""
        return self._film.seconds

    @property
    def promised_seconds(self) -> float:
        """How long the picture lasts as the film says at its beginning; 0: it does not say."""
        return self._film.promised_seconds

    def frames(self) -> Iterator[VideoFrame]:
        """All frames from the beginning, each decoded while the one before is being used."""
        frames = self._frames()
        self._open.callback(_close, ref(frames))
        return frames

    def sound(self) -> SoundSource | None:
        """The first sound track, or None; its first sample is heard at 0 s of the picture.

        A track that begins later has silence before it; what comes before the picture is cut.

        Raises:
            SoundError: there is a track, but it cannot be read.
        """
        return self._film.sound()

    def _frames(self) -> Generator[VideoFrame, None, None]:
        yield from ahead(self._film.frames())


def _close(frames: ref[Generator[VideoFrame, None, None]]) -> None:
    """Close ``frames`` if they are still in use."""
    generator = frames()
    if generator is not None:
        generator.close()


def _opened(path: Path, max_pixels: int | None) -> _Film:
    try:
        if path.is_dir():
            return FolderReader(path, max_pixels)
        with path.open("rb") as file:
            empty = not file.read(1)
    except (OSError, ValueError) as error:  # ValueError: the name holds a null character
        reason = getattr(error, "strerror", None) or error
        raise FilmError(f"cannot read {str(path)!r}: {reason}") from None
    if empty:
        raise FilmError(f"{path} is empty")
    kind = kind_of(path)
    is_webp = kind is not None and kind.name == "WebP"
    return (WebpReader if is_webp else StreamReader)(path, max_pixels)
