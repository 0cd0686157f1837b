"""Films and sounds opened and decoded by FFmpeg, which is kept from reading anything else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from eidophone.base.errors import EidophoneError, MissingExtraError
from eidophone.sound.placing import Piece

#: The containers, in FFmpeg's words, that may hold a film or a sound. Playlists, which could make
#: FFmpeg open other files or addresses, are not among them, nor are texts.
_FORMATS = (
    "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,rm,gif,apng,ivf,h264,hevc,m4v,"
    "yuv4mpegpipe,nut,dv,aac,ac3,eac3,dts,amr,ape,wv,tta,tak,dsf,mp3,wav,w64,aiff,caf,au,flac"
)
_SAFE = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}
_BUFFER_BYTES = 1 << 18

#: Before its release 19, PyAV had to be told to bear with metadata that is no UTF-8.
_BEARING = {"metadata_errors": "replace"}
_BEARS_FROM = 19

#: Sound that begins earlier than the picture by more than this is not an encoder's delay.
_LONGEST_DELAY_SECONDS = Fraction(1, 10)


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
    bearing = _BEARING if int(av.__version__.split(".")[0]) < _BEARS_FROM else {}
    with _File(io.FileIO(path)) as file:
        try:
            film = av.open(
                file, container_options=_SAFE, buffer_size=_BUFFER_BYTES, **bearing, **how
            )
        except failures(av):
            raise refusal from None
        with film:
            try:
                yield film
            except av.FFmpegError:  # whatever else its lengths and codecs lead to
                raise refusal from None


class _File(io.BufferedReader):
    """A file that says no where others raise, since PyAV would print what they raise."""

    def __del__(self) -> None:
        """Be closed: after an error, a film may be let go together with whoever was reading it."""
        self.close()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there; -1 if broken lengths made FFmpeg ask for a place that cannot be."""
        try:
            return super().seek(offset, whence)
        except (OSError, ValueError):
            return -1


def track_of(film: Any, number: int | None = None) -> Any:
    """The sound track ``number``, from 0; or the default one of those that can be decoded.

    None: there is none, or it cannot be decoded.
    """
    tracks = film.streams.audio
    if number is not None:
        known = [track for track in tracks[number : number + 1] if track.codec_context is not None]
    else:
        known = [track for track in tracks if track.codec_context is not None]
        known.sort(key=lambda track: not _is_marked(track, "default"))
    return known[0] if known else None


def picture_of(film: Any) -> Any:
    """The first stream of pictures that can be decoded; the cover of a record is none.

    None: there is none.
    """
    for stream in film.streams.video:
        if stream.codec_context is not None and not _is_marked(stream, "attached_pic"):
            return stream
    return None


def _is_marked(stream: Any, disposition: str) -> bool:
    return any(mark.name == disposition for mark in stream.disposition)


def origin_of(track: Any, picture_start: Fraction) -> Fraction:
    """What is 0 s: where the picture begins, unless the sound begins well before it."""
    if track is None or track.start_time is None:
        return picture_start
    start = track.start_time * Fraction(track.time_base)
    return start if picture_start - start > _LONGEST_DELAY_SECONDS else picture_start


def layout_of(track: Any) -> tuple[str, ...]:
    """Which loudspeaker each channel of ``track`` is for, ``"FL"`` and so on; "" if unknown."""
    names = tuple(channel.name for channel in track.layout.channels)
    return tuple("" for _ in names) if "NONE" in names else names


def heard(av: ModuleType, film: Any, track: Any) -> Iterator[Piece]:
    """All that can be decoded of the sound ``track`` of an open ``film``, piece by piece.

    Yields:
        When a piece is heard, in seconds of the film's own time, or None: right after the one
        before; and its samples ``[channels, n]``.
    """
    # Packed: PyAV reads beyond the planes of frames of 8 channels and more.
    packed = av.AudioResampler(format="flt", layout=track.layout, rate=track.rate)
    channels = track.layout.nb_channels
    exact = is_mov(film)  # how long each frame lasts
    for frame in decoded(av, film, track):
        seconds = None if frame.pts is None else frame.pts * Fraction(track.time_base)
        lasts = round((frame.duration or 0) * track.time_base * track.rate) if exact else 0
        with suppress(*failures(av)):  # another layout
            for part in packed.resample(frame):
                yield seconds, part.to_ndarray().reshape(-1, channels).T[:, : lasts or None]
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
        if packet and is_mov(film):
            _keep_its_end(packet)
        try:
            frames = stream.decode(packet)
        except failures(av):
            damage.broken += 1
            continue
        damage.broken += sum(frame.is_corrupt for frame in frames)
        yield from frames


def _keep_its_end(packet: Any) -> None:
    """Let nothing be cut from the end of a ``packet`` of sound.

    FFmpeg 9 cuts as much as the track starts late, if that is less than the last packet. What is
    padding is known from the length that the film says.
    """
    if packet.has_sidedata("skip_samples"):
        skip = packet.get_sidedata("skip_samples")  # at the start, at the end, and two reasons
        start, rest = bytes(skip)[:4], bytes(skip)[8:]
        skip.update(start + bytes(4) + rest)
        packet.set_sidedata(skip)


def is_mov(film: Any) -> bool:
    """Whether an open ``film`` is MP4, MOV, M4A or the like, which says how long everything is."""
    return "mov" in film.format.name


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
