"""Text in films: the comment of a container, and what is put into finished GIF, APNG and WebP.

A film holds a small dictionary of texts, as one line of JSON. In MP4, MOV, MKV and WebM it is the
tag ``comment``, the one that FFmpeg carries from each of them to every other.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from eidophone.base.errors import PictureError
from eidophone.files.image import png, read_image, webp
from eidophone.files.image.model import text_from_json, text_to_json
from eidophone.files.image.pillow import exif_of

_BLOCK = 1 << 20
_PNG_AFTER_HEADER = 33  # the signature, and the chunk IHDR
_GIF_SUB_BLOCK = 255
_WEBP_FLAGS = 20  # in the header of an extended file, RFC 9649, 2.7
_WEBP_HAS_EXIF = 0x08


def comment_of(text: Mapping[str, str]) -> str:
    """``text`` as the value of the tag ``comment``."""
    return text_to_json(text).decode("ascii")


def text_of_film(path: Path, metadata: Mapping[str, str]) -> dict[str, str]:
    """The text in the film at ``path``, whose tags are ``metadata``; empty if none is ours."""
    if _is_picture(path):
        with suppress(PictureError):
            return read_image(path, max_pixels=None).text
    for key, value in metadata.items():
        if key.lower() == "comment":
            return text_from_json(value.encode("utf-8", "replace"))
    return {}


def insert_text_in_gif(path: Path, text: Mapping[str, str]) -> None:
    """Put a comment extension (GIF89a, 24) after the screen descriptor and its palette."""
    data = text_to_json(text)
    blocks = [data[i : i + _GIF_SUB_BLOCK] for i in range(0, len(data), _GIF_SUB_BLOCK)]
    body = b"".join(bytes([len(block)]) + block for block in blocks)
    _insert(path, _gif_head_bytes(path), b"!\xfe" + body + b"\0")


def insert_text_in_apng(path: Path, text: Mapping[str, str]) -> None:
    """Put iTXt chunks after the header."""
    chunks = io.BytesIO()
    png.write_text(chunks, text)
    _insert(path, _PNG_AFTER_HEADER, chunks.getvalue())


def insert_text_in_webp(path: Path, text: Mapping[str, str]) -> None:
    """Append an EXIF chunk, and say in the header that there is one."""
    webp.append_chunk(path, b"EXIF", exif_of(text))
    with path.open("r+b") as file:
        file.seek(_WEBP_FLAGS)
        flags = file.read(1)[0]
        file.seek(_WEBP_FLAGS)
        file.write(bytes([flags | _WEBP_HAS_EXIF]))


def _is_picture(path: Path) -> bool:
    """Whether it is an animation whose first frame reads as a picture, with the text."""
    with path.open("rb") as file:
        return file.read(len(png.SIGNATURE)) == png.SIGNATURE


def _gif_head_bytes(path: Path) -> int:
    with path.open("rb") as file:
        flags = file.read(13)[10]
    return 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)


def _insert(path: Path, position: int, data: bytes) -> None:
    """Insert ``data`` into the file, moving what follows, from its end backwards."""
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        while end > position:
            start = max(position, end - _BLOCK)
            file.seek(start)
            block = file.read(end - start)
            file.seek(start + len(data))
            file.write(block)
            end = start
        file.seek(position)
        file.write(data)
