"""Films as folders of pictures: 000001.png and so on, and beside them sound.wav."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32
from eidophone.base.atomic import already_there, note_finished, scratch
from eidophone.base.errors import FilmError, OutputError, PictureError
from eidophone.base.exchange import exchanged
from eidophone.files.image import ImageFile, read_image, write_image
from eidophone.files.kinds import by_number
from eidophone.files.video.model import USUAL_FPS, VideoFrame
from eidophone.sound.sound import SoundReader, SoundSource, SoundWriter, open_sound

_SOUND_NAME = "sound.wav"
_OUR_NAMES = re.compile(r"\d{6,}\.png|sound\.wav")
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".avif")
_LOSSY = (".jpg", ".jpeg", ".webp", ".avif")

#: The text entry of each picture which says how many frames a second there are.
_FPS_KEY = "FramesPerSecond"
_FPS = re.compile(r"(\d{1,9})/([1-9]\d{0,8})")

_LARGEST_BLOCK = 1 << 16


class FolderFilm:
    """A film being written as pictures into ``folder``; a context manager."""

    def __init__(
        self, folder: Path, fps: Fraction, text: Mapping[str, str], sound: SoundSource | None
    ) -> None:
        self._folder = folder
        self._fps = fps
        self._text = {**text, _FPS_KEY: f"{fps.numerator}/{fps.denominator}"}
        self._count = 0
        self._sound = sound
        self._blocks: Iterator[Float32] = iter(())
        self._track: SoundWriter | None = None
        self._open = ExitStack()

    def __enter__(self) -> FolderFilm:
        if self._sound is not None:
            sound = self._sound
            size = min(max(1, int(sound.rate / self._fps)), _LARGEST_BLOCK)
            self._blocks = sound.blocks(size)
            self._track = self._open.enter_context(
                SoundWriter(self._folder / _SOUND_NAME, sound.rate, sound.channels)
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None and self._track is not None:
            for block in self._blocks:
                self._track.write(block)
        self._open.__exit__(kind, error, trace)

    def write(self, pixels: NDArray[np.uint8], times: int) -> None:
        """Write the next picture so many times, and the sound until its end."""
        for _ in range(times):
            self._write_once(pixels)

    def _write_once(self, pixels: NDArray[np.uint8]) -> None:
        self._count += 1
        write_image(self._folder / f"{self._count:06d}.png", pixels, self._text)
        if self._track is not None:
            self._write_until(self._track, self._count / self._fps)

    def _write_until(self, track: SoundWriter, seconds: Fraction) -> None:
        while track.sample_count < seconds * track.rate:
            block = next(self._blocks, None)
            if block is None:
                return
            track.write(block)


@contextmanager
def new_folder(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give an empty temporary folder beside ``path``, which gets that name when the block succeeds.

    An empty folder may be there already. With ``overwrite`` it may also hold a film: its pictures
    and its sound are replaced, and files of other names stay.

    Raises:
        OutputError: there is something else already, no such folder, no permission, no space.
    """
    try:
        _check_target(path, overwrite)
        with scratch(path.parent) as temporary:
            try:
                yield temporary
                _check_target(path, overwrite)  # it may have appeared meanwhile
                _replace(path, temporary)
                note_finished(path)
            except OutputError as error:  # a full disk
                raise OutputError(str(error).replace(str(temporary), str(path))) from error
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


class FolderReader:
    """A folder of pictures, read as a film; see ``VideoReader``.

    The pictures are taken in the order of the numbers in their names.
    """

    promised_seconds = 0.0  # it does not say

    def __init__(self, path: Path, max_pixels: int | None) -> None:
        self._path = path
        self._max_pixels = max_pixels
        self._files = _pictures_in(path)
        first = self._read(self._files[0])
        self.height, self.width = first.pixels.shape[:2]
        self.text = dict(first.text)
        self.fps = _fps_of(self.text.pop(_FPS_KEY, ""))
        self.frame_count = len(self._files)
        self.seconds = float(self.frame_count / self.fps)
        self.lossless = not any(file.suffix.lower() in _LOSSY for file in self._files)

    def frames(self) -> Iterator[VideoFrame]:
        """Each picture, for as long as any other."""
        for index, file in enumerate(self._files):
            pixels = self._read(file).pixels
            if pixels.shape != (self.height, self.width, 3):
                raise FilmError(
                    f"{file} is {pixels.shape[1]} x {pixels.shape[0]} pixels, and the first "
                    f"picture of its film is {self.width} x {self.height}: make them equal"
                )
            yield VideoFrame(pixels, float(index / self.fps), float(1 / self.fps))

    def sound(self) -> SoundReader | None:
        """The file ``sound.wav`` beside the pictures, if there is one."""
        track = self._path / _SOUND_NAME
        return open_sound(track) if track.is_file() else None

    def _read(self, file: Path) -> ImageFile:
        try:
            image = read_image(file, max_pixels=self._max_pixels)
        except PictureError as error:
            raise FilmError(f"{self._path} cannot be read as a film: {error}") from None
        if image.pixels.dtype == np.float32:
            deep = np.rint(np.clip(np.nan_to_num(image.pixels), 0, 1) * 65_535).astype(np.uint16)
            return replace(image, pixels=deep)
        return image


def _check_target(path: Path, overwrite: bool) -> None:
    """Refuse a name that cannot be, or must not be, replaced."""
    if "\0" in str(path) or path.name in ("", ".."):
        raise OutputError(f"{str(path)!r} is not the name of a folder")
    if not path.parent.is_dir():
        raise OutputError(f"cannot write {path}: there is no folder {path.parent}")
    if not path.exists():
        return
    if not path.is_dir():
        raise OutputError(f"cannot write {path}: it exists and is not a folder")
    if not overwrite and any(path.iterdir()):
        raise already_there(path)


def _replace(path: Path, temporary: Path) -> None:
    """Give ``temporary`` the name ``path``, at once; what else lies there stays."""
    if not path.exists():
        temporary.rename(path)
        return
    if not path.is_symlink() and _takes_others(temporary, path) and exchanged(temporary, path):
        return
    for file in path.iterdir():
        if _is_ours(file):
            file.unlink()
    for file in temporary.iterdir():
        file.replace(path / file.name)


def _is_ours(file: Path) -> bool:
    return bool(_OUR_NAMES.fullmatch(file.name)) and file.is_file()


def _takes_others(temporary: Path, path: Path) -> bool:
    """Let what is not of a film in ``path`` be in ``temporary`` as well; False if it cannot."""
    try:
        shutil.copymode(path, temporary)
        for file in path.iterdir():
            if not _is_ours(file):
                os.link(file, temporary / file.name, follow_symlinks=False)
    except OSError:  # folders have no second names
        return False
    return True


def _pictures_in(path: Path) -> list[Path]:
    """The picture files in a folder, in order; at least one."""
    try:
        files = [file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES]
    except OSError as error:
        raise FilmError(f"cannot read {path}: {error.strerror or error}") from None
    visible = [file for file in files if file.is_file() and not file.name.startswith(".")]
    if not visible:
        raise FilmError(f"{path} is not a film: there are no pictures in this folder")
    return sorted(visible, key=by_number)


def _fps_of(entry: str) -> Fraction:
    found = _FPS.fullmatch(entry)
    if not found or not int(found[1]):
        return USUAL_FPS
    return Fraction(int(found[1]), int(found[2]))
