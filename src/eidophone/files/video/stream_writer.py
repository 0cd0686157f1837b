"""A film of one file being written: frames through an encoder, with a sound track beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eidophone.files.video.colour import ToCodec, tag
from eidophone.files.video.formats import Container, Frames, VideoCodec
from eidophone.files.video.palette import ToPalette
from eidophone.files.video.text import comment_of
from eidophone.files.video.track_writer import TrackWriter
from eidophone.sound.sound import SoundSource

#: Encoders look this many frames ahead; packets of sound wait for them, and no longer.
_FRAMES_AHEAD = 120

#: The encoder of AV1 talks to the terminal, unless its environment tells it to name errors only.
_SVT_IS_QUIET = "SVT_LOG", "1"

#: A film that is written again has the same bytes: no random numbers by which Matroska names it.
_SAME = {"fflags": "+bitexact"}


class StreamFilm:
    """A film that FFmpeg writes; a context manager.

    Args:
        av: PyAV.
        path: the file to write.
        container: the kind of file.
        codec: what frames are coded by.
        size: width and height of the frames, as the codec can hold them.
        fps: frames per second, as the codec can hold them.
        text: for the container's comment, if it has one.
        sound: the track, if there is one and the container can hold it.
        crf: for the codec; None if it has none.
        key_seconds: time between key frames, at most.
        frames: what they are.

    Raises:
        av.FFmpegError: FFmpeg cannot write such a film.
    """

    def __init__(
        self,
        av: ModuleType,
        path: Path,
        container: Container,
        codec: VideoCodec,
        size: tuple[int, int],
        fps: Fraction,
        text: Mapping[str, str],
        sound: SoundSource | None,
        crf: int | None,
        key_seconds: int,
        frames: Frames,
    ) -> None:
        self._fps = fps
        self._count = 0
        self._repeats = codec.repeats
        self._to_codec = _converter(av, codec, size)
        self._film = av.open(
            str(path.absolute()),
            "w",
            format=container.muxer,
            container_options={**_SAME, **_patience(fps), **container.options},
        )
        if text and container.has_comment:
            self._film.metadata["comment"] = comment_of(text)
        self._picture = _add_picture(*(self._film, codec, size, fps, crf, key_seconds, frames))
        self._track: TrackWriter | None = None
        if sound is not None and container.sound is not None:
            self._track = TrackWriter(av, self._film, container.sound, sound, 1 / fps)

    def __enter__(self) -> StreamFilm:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            with suppress(Exception):  # what went wrong first is what matters
                self._film.close()
            return
        with self._film:
            self._film.mux(self._picture.encode(None))
            if self._track is not None:
                self._track.finish()

    def write(self, pixels: NDArray[np.uint8], times: int) -> None:
        """Encode one picture for so many frames, and the sound until its end."""
        frame = self._to_codec(pixels)
        frame.time_base = 1 / self._fps
        for lasts in [1] * times if self._repeats else [times]:
            frame.pts = self._count
            frame.duration = lasts
            self._count += lasts
            packets = self._picture.encode(frame)
            if not self._repeats:
                for packet in packets:
                    packet.duration = lasts
            self._film.mux(packets)
            if self._track is not None:
                self._track.write_until(self._count / self._fps)


def _patience(fps: Fraction) -> dict[str, str]:
    """How long packets of one stream wait for those of the other, in microseconds."""
    return {"max_interleave_delta": str(int(1_000_000 * max(Fraction(10), _FRAMES_AHEAD / fps)))}


def _converter(av: ModuleType, codec: VideoCodec, size: tuple[int, int]) -> ToCodec | ToPalette:
    if codec.pixel_format == "pal8":
        return ToPalette(av)
    return ToCodec(av, *size, codec)


def _add_picture(
    film: Any,
    codec: VideoCodec,
    size: tuple[int, int],
    fps: Fraction,
    crf: int | None,
    key_seconds: int,
    frames: Frames,
) -> Any:
    options = {"g": str(max(1, round(fps * key_seconds))), **codec.options}
    options |= codec.for_what.get(frames, {})
    if crf is not None:
        options["crf"] = str(crf)
    stream = film.add_stream(codec.encoder, rate=fps, options=options)
    stream.width, stream.height = size
    stream.pix_fmt = codec.pixel_format
    stream.codec_context.time_base = 1 / fps
    stream.codec_context.thread_count = 0
    os.environ.setdefault(*_SVT_IS_QUIET)
    tag(stream.codec_context)
    return stream
