"""Films and sounds opened and decoded by FFmpeg, which is kept from reading anything else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from eidophone.base.arrays import Float32
from eidophone.base.errors import EidophoneError, MissingExtraError

#: The containers, in FFmpeg's words, that may hold a film or a sound. Playlists, which could make
#: FFmpeg open other files or addresses, are not among them, nor are texts.
_FORMATS = (
    "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,rm,gif,apng,ivf,h264,hevc,m4v,"
    "yuv4mpegpipe,nut,dv,aac,ac3,eac3,dts,amr,ape,wv,tta,tak,dsf,mp3,wav,w64,aiff,caf,au,flac"
)
_SAFE = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}
_BUFFER_BYTES = 1 << 18


def import_av(path: Path, why: str = "is a film: to read and write films") -> ModuleType:
    """PyAV, which reads and writes films.

    Raises:
        MissingExtraError: it is not installed; says ``why`` the file at ``path`` needs it.
    """
    try:
        import av  # noqa: PLC0415 (an extra)
    except ImportError:
        raise MissingExtraError(f"{path} {why}, pip install 'eidophone[film]'") from None
    return av


def failures(av: ModuleType) -> tuple[type[Exception], ...]:
    """What PyAV raises where a file is broken."""
    return av.FFmpegError, OSError, ValueError


@contextmanager
def opened(av: ModuleType, path: Path, refusal: EidophoneError, **how: Any) -> Iterator[Any]:
    """The film or sound at ``path`` as an ``InputContainer``.

    Args:
        av: PyAV.
        path: the file.
        refusal: raised if it is neither, or too broken to open.
        how: options of ``av.open``.
    """
    with _File(io.FileIO(path)) as file:
        try:
            film = av.open(
                file,
                container_options=_SAFE,
                metadata_errors="replace",
                buffer_size=_BUFFER_BYTES,
                **how,
            )
        except failures(av):
            raise refusal from None
        with film:
            yield film


class _File(io.BufferedReader):
    """A file that says no where others raise, since PyAV would print what they raise."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there; -1 if broken lengths made FFmpeg ask for a place that cannot be."""
        try:
            return super().seek(offset, whence)
        except (OSError, ValueError):
            return -1


def track_of(film: Any) -> Any:
    """The first sound track that can be decoded, or None."""
    known = (stream for stream in film.streams.audio if stream.codec_context is not None)
    return next(known, None)


def heard(
    av: ModuleType, film: Any, layout: str | None = None
) -> Iterator[tuple[Fraction | None, Float32]]:
    """All that can be decoded of the sound track of an open ``film``, piece by piece.

    Args:
        av: PyAV.
        film: has a track; see `track_of`.
        layout: ``"mono"`` or ``"stereo"``, to which it is mixed; None: as it is.

    Yields:
        When a piece is heard, in seconds of the film's own time, or None: right after the one
        before; and its samples ``[channels, n]``.
    """
    track = track_of(film)
    planar = av.AudioResampler(format="fltp", layout=layout or track.layout, rate=track.rate)
    for frame in decoded(av, film, track):
        seconds = None if frame.pts is None else frame.pts * Fraction(track.time_base)
        with suppress(*failures(av)):  # another layout
            for part in planar.resample(frame):
                yield seconds, part.to_ndarray()
                seconds = None


class Damage:
    """What is found wrong with a film while it is decoded.

    Attributes:
        packets: that are there.
        broken: of those.
    """

    def __init__(self) -> None:
        self.packets = 0
        self.broken = 0


def decoded(av: ModuleType, film: Any, stream: Any, damage: Damage | None = None) -> Iterator[Any]:
    """All frames of ``stream`` that can be decoded; ``damage`` learns of what cannot."""
    damage = damage or Damage()
    packets = film.demux(stream)
    packet: Any = True
    while packet:
        packet = _next(av, packets, damage)
        try:
            frames = stream.decode(packet)
        except failures(av):
            damage.broken += 1
            continue
        damage.broken += sum(frame.is_corrupt for frame in frames)
        yield from frames


def _next(av: ModuleType, packets: Iterator[Any], damage: Damage) -> Any:
    """The next packet; None at the end, which may come early."""
    try:
        packet = next(packets, None)
    except failures(av):
        damage.broken += 1
        return None
    if packet is None or not packet.size:
        return None
    damage.packets += 1
    return packet
