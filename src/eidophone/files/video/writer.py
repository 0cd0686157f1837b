"""VideoWriter: writes a film frame by frame, whole or not at all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from eidophone.base.atomic import atomic_path
from eidophone.base.errors import EidophoneError, FilmError, OutputError, tell
from eidophone.files.image.model import MAX_TEXT_BYTES
from eidophone.files.video.folder import FolderFilm, new_folder
from eidophone.files.video.formats import (
    Container,
    Frames,
    VideoCodec,
    codec_of,
    container_of,
    is_folder_name,
)
from eidophone.files.video.stream_writer import StreamFilm
from eidophone.files.video.text import comment_of
from eidophone.sound.ffmpeg import import_av
from eidophone.sound.sound import SoundSource

_SLOWEST, _FASTEST = Fraction(1, 3600), Fraction(1000)
_LARGEST_DENOMINATOR = 1_000_000
_MAX_SIDE = 65_535

#: Seconds between key frames, at most. Each is coded afresh, so its errors are its own and average
#: out; but pictures that stand still get better from frame to frame, and begin with a key frame.
_KEY_SECONDS, _KEY_SECONDS_STILL = 1, 12


class _Film(Protocol):
    def write(self, pixels: NDArray[np.uint8], times: int, /) -> None: ...


class VideoWriter:
    """A film being written frame by frame; a context manager.

    The film appears whole when the block succeeds, and not at all when it raises. Memory is
    bounded, however long it is. The suffix of its name decides the format:

    ============ ==================== ============ =========== ======= ========
    suffix       frames               ``codec``    sound track text    ``crf``
    ============ ==================== ============ =========== ======= ========
    .mp4, .m4v   H.264                av1          AAC         comment 18
    .mov         H.264                             AAC         comment 18
    .webm        VP9                  av1          Opus        comment 24
    .mkv         FFV1, lossless       h264 vp9 av1 float32     comment -
    .mpg, .mpeg  MPEG-2               mpeg1        MP2         -       -
    .gif         256 colours a frame               -           yes     -
    .webp        lossless                          -           yes     -
    .apng        lossless                          -           yes     -
    / or none    a folder of PNGs                  sound.wav   yes     -
    ============ ==================== ============ =========== ======= ========

    H.264, VP9, AV1 and MPEG hold frames of even width and height: an odd one gets its lowest row,
    or its rightmost column, twice, with an ``EidophoneWarning``. MPEG holds a few frame
    rates: at others frames are held so that time stays right, with one too. Samples beyond full
    scale are kept by .mkv and folders, and cut by the others. GIF, WebP and APNG leave the sound
    out; MPEG leaves the text out: see ``holds_sound`` and ``holds_text``.

    Args:
        path: the file or folder to write.
        width: of the frames, in pixels.
        height: of the frames, in pixels.
        fps: frames per second.
        text: entries for the metadata.
        sound: the sound track; its first sample is heard when the first frame is seen.
        crf: quality, from 0 (best), for H.264, VP9 and AV1.
        codec: another codec than the usual one of the format.
        still: pictures stand still: most are shown for many frames.
        frames: ``"unmoving"``: light comes and goes in its place; ``"looks"``: they are for eyes.
        overwrite: replace a film that is there already; of a folder, the files of a film.

    Raises:
        FilmError: the format is unknown or cannot hold this.
        OutputError: there is a film already, no such folder, no permission, no space.
        MissingExtraError: PyAV is not installed, and this is not a folder.
    """

    def __init__(
        self,
        path: str | Path,
        width: int,
        height: int,
        fps: Fraction,
        *,
        text: Mapping[str, str] = MappingProxyType({}),
        sound: SoundSource | None = None,
        crf: int | None = None,
        codec: str | None = None,
        still: bool = False,
        frames: Frames = "levels",
        overwrite: bool = False,
    ) -> None:
        self.path = Path(path)
        self.width = _checked_side(self.path, width)
        self.height = _checked_side(self.path, height)
        self.fps = _checked_fps(self.path, fps)
        self.frame_count = 0
        self._text = _checked_text(self.path, text)
        self._sound = sound
        self._key_seconds = _KEY_SECONDS_STILL if still else _KEY_SECONDS
        self._frames = frames
        self._margin = (0, 0)
        self._film: _Film
        if is_folder_name(path):
            _check_no_coding(self.path, codec, crf)
            self._life = self._writing_folder(overwrite)
        else:
            container = container_of(self.path)
            chosen = codec_of(self.path, container, codec)
            _check_rate(self.path, self.fps, container)
            crf = _checked_crf(self.path, crf, chosen)
            self._life = self._writing_file(container, chosen, crf, overwrite)

    def __enter__(self) -> VideoWriter:
        self._life.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._life.__exit__(kind, error, trace)

    def write(self, pixels: NDArray[np.uint8], times: int = 1) -> None:
        """Append one picture, and as much of the sound as lasts until its end.

        Args:
            pixels: uint8 ``[height, width, 3]`` RGB.
            times: for how many frames it is shown. GIF and FFV1 code it once, and for how long.

        Raises:
            FilmError: pixels of another size or type.
        """
        if pixels.shape != (self.height, self.width, 3) or pixels.dtype != np.uint8:
            raise FilmError(
                f"a frame of {self.path} is uint8 [{self.height}, {self.width}, 3], "
                f"not {pixels.dtype} {list(pixels.shape)}"
            )
        if any(self._margin):
            margin = ((0, self._margin[0]), (0, self._margin[1]), (0, 0))
            pixels = np.pad(pixels, margin, "edge")  # black would colour its neighbours
        self._film.write(pixels, times)
        self.frame_count += times

    @contextmanager
    def _writing_folder(self, overwrite: bool) -> Iterator[None]:
        with (
            new_folder(self.path, overwrite=overwrite) as temporary,
            FolderFilm(temporary, self.fps, self._text, self._sound) as self._film,
        ):
            yield
            self._check_not_empty()

    @contextmanager
    def _writing_file(
        self, container: Container, codec: VideoCodec, crf: int | None, overwrite: bool
    ) -> Iterator[None]:
        av = import_av(self.path)
        self._margin = self._margin_for(codec)
        rate = self._rate_for(codec)
        size = (self.width + self._margin[1], self.height + self._margin[0])
        with atomic_path(self.path, overwrite=overwrite) as temporary:
            try:
                with StreamFilm(
                    *(av, temporary, container, codec, size, rate),
                    *(self._text, self._sound, crf, self._key_seconds, self._frames),
                ) as film:
                    self._film = film if rate == self.fps else _Held(film, self.fps, rate)
                    yield
                    self._check_not_empty()
            except av.FFmpegError as error:
                raise self._reason(error, codec) from error
            if self._text and container.insert_text is not None:
                container.insert_text(temporary, self._text)

    def _margin_for(self, codec: VideoCodec) -> tuple[int, int]:
        """Rows and columns that the codec needs beside the picture."""
        if not codec.halves_colour or not (self.width % 2 or self.height % 2):
            return 0, 0
        margin = self.height % 2, self.width % 2
        tell(
            f"{self.path} is {self.width} x {self.height}, and {self.path.suffix} holds even sizes "
            f"only: it becomes {self.width + margin[1]} x {self.height + margin[0]}"
        )
        return margin

    def _rate_for(self, codec: VideoCodec) -> Fraction:
        """The frames per second that the codec can hold, nearest to ours."""
        if codec.rates is None or self.fps in codec.rates:
            return self.fps
        rate = _rate_that_holds(self.fps, codec.rates)
        tell(
            f"{self.path} is to have {float(self.fps):g} frames a second, and {codec.name} holds "
            f"{float(rate):g}: some frames are shown longer than others, or not at all"
        )
        return rate

    def _check_not_empty(self) -> None:
        if not self.frame_count:
            raise FilmError(f"no frames were written to {self.path}: a film has at least one")

    def _reason(self, error: Exception, codec: VideoCodec) -> EidophoneError:
        """What FFmpeg's ``error`` means: it refuses such a film at once, and full disks later."""
        said = getattr(error, "strerror", None) or error
        if self.frame_count:
            return OutputError(f"cannot write {self.path}: {said}")
        return FilmError(
            f"{self.path} cannot be coded by {codec.name}: {self.width} x {self.height} at "
            f"{float(self.fps):g} frames a second ({said})"
        )


class _Held:
    """A film at another rate than its frames: each is shown as long as it should, at best."""

    def __init__(self, film: StreamFilm, fps: Fraction, rate: Fraction) -> None:
        self._film = film
        self._repeats = rate / fps
        self._taken = 0
        self._shown = 0

    def write(self, pixels: NDArray[np.uint8], times: int) -> None:
        """Show this picture until the time of the next."""
        self._taken += times
        until = math.ceil(self._taken * self._repeats)
        if until > self._shown:
            self._film.write(pixels, until - self._shown)
        self._shown = until


def _rate_that_holds(fps: Fraction, rates: tuple[Fraction, ...]) -> Fraction:
    """A multiple of ``fps`` if there is one, or else the next above, or else the fastest."""
    multiples = [rate for rate in rates if (rate / fps).denominator == 1]
    above = [rate for rate in rates if rate > fps]
    return (multiples or above or [max(rates)])[0]


def _checked_side(path: Path, side: int) -> int:
    if isinstance(side, bool) or not isinstance(side, (int, np.integer)):
        raise FilmError(f"{path}: width and height are whole numbers of pixels, not {side!r}")
    if not 1 <= side <= _MAX_SIDE:
        raise FilmError(f"{path}: width and height are 1 to {_MAX_SIDE} pixels, not {side}")
    return int(side)


def _checked_fps(path: Path, fps: Fraction) -> Fraction:
    try:
        exact = Fraction(fps).limit_denominator(_LARGEST_DENOMINATOR)
    except (TypeError, ValueError, OverflowError):
        raise FilmError(f"{path}: fps is a number of frames per second, not {fps!r}") from None
    if not _SLOWEST <= exact <= _FASTEST:
        raise FilmError(f"{path}: fps is {float(fps):g}: it must be 1/3600 to {_FASTEST}")
    return exact


def _check_rate(path: Path, fps: Fraction, container: Container) -> None:
    if container.max_fps is not None and fps > container.max_fps:
        raise FilmError(
            f"{path}: {path.suffix} holds up to {container.max_fps} frames a second, not "
            f"{float(fps):g}: use fewer, or .mp4"
        )


def _checked_text(path: Path, text: Mapping[str, str]) -> dict[str, str]:
    if len(comment_of(text)) > MAX_TEXT_BYTES:
        raise FilmError(f"the text for {path} is over {MAX_TEXT_BYTES} bytes: shorten it")
    return dict(text)


def _checked_crf(path: Path, crf: int | None, codec: VideoCodec) -> int | None:
    if crf is None:
        return codec.crf
    if codec.crf is None:
        raise FilmError(f"{path}: {codec.name} has no crf: leave it out")
    if isinstance(crf, bool) or not isinstance(crf, (int, np.integer)):
        raise FilmError(f"{path}: crf is a whole number, not {crf!r}")
    if not 0 <= crf <= codec.worst_crf:
        raise FilmError(f"{path}: crf is {crf}: for {codec.name} it is 0 to {codec.worst_crf}")
    return int(crf)


def _check_no_coding(path: Path, codec: str | None, crf: int | None) -> None:
    if codec is not None or crf is not None:
        raise FilmError(f"{path} is a folder of pictures: it has no codec and no crf")
