"""A film in one file, read through FFmpeg."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from eidophone.base.arrays import Pixels
from eidophone.base.errors import FilmError, tell
from eidophone.files.video.colour import FromCodec
from eidophone.files.video.container import opened, picture_of
from eidophone.files.video.model import USUAL_FPS, VideoFrame, check_frame_size
from eidophone.files.video.rotation import Turn
from eidophone.files.video.text import text_of_film
from eidophone.files.video.times import Clock
from eidophone.files.video.track_reader import TrackReader
from eidophone.sound.ffmpeg import Damage, decoded, failures, import_av, origin_of, track_of
from eidophone.sound.files import SoundReader

#: Codecs that keep every pixel, if those are RGB or grey.
_LOSSLESS = {"ffv1", "huffyuv", "ffvhuff", "utvideo", "magicyuv", "rawvideo", "png", "apng"} | {
    *("qtrle", "zlib", "flashsv", "flashsv2", "targa", "bmp")
}

#: Beyond it, a rate is what a file claims that does not know.
_HIGHEST_FPS = 1000

#: A film may be this much shorter than it says.
_SPARE_SECONDS = Fraction(1, 10)

_END_MARKS = {"gif": b";", "apng": b"IEND\xaeB`\x82"}
_END_BYTES = 64

_MATROSKA_DURATION = re.compile(r"(\d{1,4}):(\d\d):(\d\d\.\d{1,9})")


class StreamReader:
    """A film in one file; see ``VideoReader``."""

    def __init__(self, path: Path, max_pixels: int | None) -> None:
        self._path = path
        self._max_pixels = max_pixels
        self._av = import_av(path)
        with opened(self._av, path, max_pixels) as film:
            stream = picture_of(film, path)
            first = next(decoded(self._av, film, stream), None)
            if first is None:
                raise FilmError(
                    f"{path} has no frames that can be decoded: it is damaged, or they are far "
                    f"over the limit of pixels"
                )
            check_frame_size(path, first.width, first.height, max_pixels)
            self._turn = Turn(first)
            self._coded_size = first.width, first.height
            self.width, self.height = self._turn.size(*self._coded_size)
            self.fps = _fps_of(stream)
            self.text = text_of_film(path, film.metadata)
            self.lossless = _is_lossless(stream.codec_context)
            self._origin = origin_of(track_of(film), _time_of(first, stream) or Fraction(0))
            self._has_sound = track_of(film) is not None
            self.promised_seconds = float(_promised_seconds(stream))

    def frames(self) -> Iterator[VideoFrame]:
        """All frames that can be decoded, each at its time."""
        clock = Clock(self._origin, self.fps)
        convert = FromCodec(self._av, *self._coded_size)
        before: tuple[Pixels, Fraction] | None = None
        damage, end = Damage(), Fraction(0)
        with opened(self._av, self._path, self._max_pixels) as film:
            stream = picture_of(film, self._path)
            for frame in decoded(self._av, film, stream, damage):
                seconds = clock(_time_of(frame, stream))
                if before is not None:
                    yield _frame(before, seconds)
                before = self._turn(self._converted(convert, frame)), seconds
                end = seconds + (_duration_of(frame, stream) or 1 / self.fps)
            if before is not None:
                yield _frame(before, end)
            self._warn_of(damage, stream, end)

    def _converted(self, convert: FromCodec, frame: Any) -> Pixels:
        try:
            return convert(frame)
        except failures(self._av):
            raise FilmError(
                f"{self._path} has frames of a kind that cannot be read: {frame.format.name}"
            ) from None

    def sound(self) -> SoundReader | None:
        """The first sound track, placed in time."""
        if not self._has_sound:
            return None
        decoder = TrackReader(self._av, self._path, self._origin, self.seconds)
        return SoundReader(self._path, decoder=decoder)

    @property
    def frame_count(self) -> int:
        """How many packets the picture has."""
        return self._extent[0]

    @property
    def seconds(self) -> float:
        """The end of the last frame."""
        return self._extent[1]

    @cached_property
    def _extent(self) -> tuple[int, float]:
        """How many packets the picture has, and the end of the last of them."""
        clock, end = Clock(self._origin, self.fps), Fraction(0)
        packets = sorted(self._packets(), key=_unknown_last)
        for time, duration in packets:
            end = clock(time) + (duration or 1 / self.fps)
        return len(packets), float(end)

    def _packets(self) -> Iterator[tuple[Fraction | None, Fraction]]:
        """Time and duration of every packet of the picture, as they come."""
        with (
            opened(self._av, self._path, self._max_pixels) as film,
            suppress(*failures(self._av)),  # the film ends early
        ):
            stream = picture_of(film, self._path)
            for packet in film.demux(stream):
                if packet.size and not packet.is_discard:
                    yield _time_of(packet, stream), _duration_of(packet, stream)

    def _warn_of(self, damage: Damage, stream: Any, end: Fraction) -> None:
        """Warn once of what could not be read."""
        promised = _promised_seconds(stream)
        is_short = damage.packets < stream.frames or not stream.frames
        if is_short and end < promised - _SPARE_SECONDS:
            found = f"is cut short: it has {float(end):.2f} of the {float(promised):.2f} s it says"
        elif not self._ends_as_it_should(stream.codec_context.name):
            found = f"is cut short, after {float(end):.2f} s"
        elif damage.broken:
            found = f"is damaged: {damage.broken} of its {damage.packets} frames cannot be decoded"
        else:
            return
        tell(f"{self._path} {found}")

    def _ends_as_it_should(self, codec: str) -> bool:
        """Whether an animation, which does not say how long it is, has its mark of the end."""
        mark = _END_MARKS.get(codec, b"")
        with self._path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _END_BYTES))
            return file.read().rstrip(b"\0").endswith(mark)


def _fps_of(stream: Any) -> Fraction:
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 0 < rate <= _HIGHEST_FPS:
            return _as_television(Fraction(rate))
    return USUAL_FPS


def _as_television(rate: Fraction) -> Fraction:
    """``rate``, or 24, 30 or 60 less a thousandth, which Matroska keeps in whole nanoseconds."""
    exact = (Fraction(whole * 1000, 1001) for whole in (24, 30, 60))
    return next((known for known in exact if abs(rate / known - 1) < 1e-6), rate)


def _is_lossless(context: Any) -> bool:
    pixels = context.format
    if context.name not in _LOSSLESS or pixels is None:
        return False
    return bool(pixels.is_rgb or pixels.has_palette or len(pixels.components) == 1)


def _promised_seconds(stream: Any) -> Fraction:
    """How long the picture lasts, as its file says; 0: it does not."""
    if stream.duration:
        return stream.duration * Fraction(stream.time_base)
    said = _MATROSKA_DURATION.match(stream.metadata.get("DURATION", ""))
    if not said:
        return Fraction(0)
    return 3600 * int(said[1]) + 60 * int(said[2]) + Fraction(said[3])


def _time_of(item: Any, stream: Any) -> Fraction | None:
    """When a frame or a packet of ``stream`` is shown, in the film's own time."""
    return None if item.pts is None else item.pts * Fraction(stream.time_base)


def _duration_of(item: Any, stream: Any) -> Fraction:
    return (item.duration or 0) * Fraction(stream.time_base)


def _unknown_last(packet: tuple[Fraction | None, Fraction]) -> tuple[bool, Fraction]:
    return packet[0] is None, packet[0] or Fraction(0)


def _frame(begun: tuple[Pixels, Fraction], end: Fraction) -> VideoFrame:
    pixels, seconds = begun
    return VideoFrame(pixels, float(seconds), float(end - seconds))
