"""Film files opened and decoded by FFmpeg, which is kept from reading anything else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from eidophone.base.errors import FilmError
from eidophone.files.image import png
from eidophone.files.video.model import check_frame_size

#: The containers, in FFmpeg's words, that may hold a film. Playlists, which could make FFmpeg
#: open other files or addresses, are not among them.
_FORMATS = (
    "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,rm,gif,apng,ivf,h264,hevc,m4v,"
    "yuv4mpegpipe,nut,dv"
)
_SAFE = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}
_BUFFER_BYTES = 1 << 18

#: FFmpeg, which stops at a limit without a word, gets a larger one than ours: it counts margins.
_SPARE_PIXELS = 1 << 20


@contextmanager
def opened(av: ModuleType, path: Path, max_pixels: int | None = None) -> Iterator[Any]:
    """The film at ``path`` as an ``InputContainer``.

    Raises:
        FilmError: it is not a film, has no picture, or a larger one than ``max_pixels``.
    """
    limit = {} if max_pixels is None else {"max_pixels": str(_SPARE_PIXELS + 4 * max_pixels)}
    with path.open("rb") as file:
        is_png = file.read(len(png.SIGNATURE)) == png.SIGNATURE
        file.seek(0)
        try:
            film = av.open(
                file,
                format="apng" if is_png else None,  # with much text, FFmpeg sees a still picture
                options=limit,
                container_options=_SAFE,
                metadata_errors="replace",
                buffer_size=_BUFFER_BYTES,
            )
        except (av.FFmpegError, ValueError):
            raise FilmError(
                f"{path} is not a film that can be read: it is something else, or damaged"
            ) from None
        with film:
            context = picture_of(film, path).codec_context
            if context.width and context.height:  # else its first frame says
                check_frame_size(path, context.width, context.height, max_pixels)
            context.thread_type = "AUTO"
            context.options = limit
            yield film


def picture_of(film: Any, path: Path) -> Any:
    """The first stream of pictures that can be decoded; the cover of a record is none.

    Raises:
        FilmError: there is none.
    """
    for stream in film.streams.video:
        if stream.codec_context is not None and not _is_cover(stream):
            return stream
    raise FilmError(f"{path} has no picture that can be decoded")


def track_of(film: Any) -> Any:
    """The first sound track that can be decoded, or None."""
    known = (stream for stream in film.streams.audio if stream.codec_context is not None)
    return next(known, None)


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
        except (av.FFmpegError, ValueError):
            damage.broken += 1
            continue
        damage.broken += sum(frame.is_corrupt for frame in frames)
        yield from frames


def _next(av: ModuleType, packets: Iterator[Any], damage: Damage) -> Any:
    """The next packet; None at the end, which may come early."""
    try:
        packet = next(packets, None)
    except av.FFmpegError:
        damage.broken += 1
        return None
    if packet is None or not packet.size:
        return None
    damage.packets += 1
    return packet


def _is_cover(stream: Any) -> bool:
    return "attached_pic" in str(stream.disposition)
