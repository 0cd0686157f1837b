"""Copies: the samples of sound files as plain float32, for whoever looks here and there in them.

A copy is made in one pass through the file, which is never written, and can be looked into from
its first sample on while it is being made. The oldest copies make room for new ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Condition, Lock

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import SoundError
from eidophone.jobs.workspace.background import Background
from eidophone.sound.choice import Choice
from eidophone.sound.decoders import FilmDecoder, decoder_of
from eidophone.sound.files import SoundReader

#: Bytes of all copies together: three hours of stereo.
_MOST_BYTES = 4 << 30

#: Samples that are copied at a time, and sounds: those that were asked for last.
_BLOCK_SAMPLES, _AT_ONCE = 1 << 18, 3

#: Seconds that a reader waits for samples that are not there yet.
_PATIENCE_SECONDS = 120.0


class Copy:
    """The samples of one sound file; a `SoundSource` that can also be looked into anywhere.

    Args:
        path: of the sound file.
        data: where the samples are, or will be: ``[channels, sample_count]``.
        background: copies them.

    Attributes:
        rate: samples a second.
        channels: 1 or 2.
        sample_count: samples of each channel.
        sign: what stands for the file as it is now; see `sign_of`.
        path: of the sound file.

    Raises:
        SoundError: it is none, or cannot be read.
    """

    def __init__(self, path: Path, data: Path, background: Background) -> None:
        self.path, self._data, self._note = path, data, data.with_suffix(".json")
        self.sign = data.stem
        self._changed = Condition()
        self._error = ""
        self._is_over = False
        try:
            known = json.loads(self._note.read_text("utf-8"))
            self.rate, self.channels, self.sample_count = (int(one) for one in known)
            self.ready = self.sample_count
            if data.stat().st_size != self.bytes:
                raise ValueError
            self._note.touch()
        except (OSError, ValueError, TypeError):
            background.do(self._begun())

    @property
    def bytes(self) -> int:
        """How much of the disk it takes."""
        return 4 * self.channels * self.sample_count

    @property
    def is_whole(self) -> bool:
        """Whether all samples are there."""
        return self.ready == self.sample_count

    @property
    def is_broken(self) -> bool:
        """Whether something went wrong with it."""
        return bool(self._error)

    @property
    def is_there(self) -> bool:
        """Whether it was not removed, to make room, and nothing went wrong with it."""
        return not self.is_broken and self._data.exists()

    @property
    def samples(self) -> Float32:
        """``[channels, sample_count]`` in the mapped file: nothing is read but what is taken.

        Those that are not copied yet are silent: see `wait_for`.
        """
        return np.memmap(self._data, np.float32, "r", shape=(self.channels, self.sample_count))

    def window(self, start: int, stop: int) -> Float32:
        """The samples from ``start`` to ``stop`` (exclusive), once they are there.

        Raises:
            SoundError: the file is broken there.
        """
        self.wait_for(stop)
        return np.array(self.samples[:, start:stop])

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        """The sound from its beginning, as all sounds give it."""
        for start in range(0, self.sample_count, samples_per_block):
            yield self.window(start, min(start + samples_per_block, self.sample_count))

    def wait_for(self, stop: int) -> None:
        """Wait until the samples before ``stop``, or all that there are, are copied.

        Raises:
            SoundError: the file is broken there.
        """
        stop = min(stop, self.sample_count)
        with self._changed:
            seen = self.ready
            while self.ready < stop:
                if self._error:
                    raise SoundError(self._error)
                if not self._changed.wait(_PATIENCE_SECONDS) and seen == self.ready:
                    raise SoundError(f"{self.path.name} is read too slowly: try again")
                seen = self.ready

    def stop(self) -> None:
        """Copy no more: nobody wants it any longer."""
        self._is_over = True

    def _begun(self) -> Iterator[None]:
        sound = _opened(self.path)
        self.rate, self.channels = sound.rate, sound.channels
        self.sample_count, self.ready = sound.sample_count, 0
        self._note.unlink(missing_ok=True)
        with self._data.open("ab") as file:  # never shorter: others may look into it
            file.truncate(self.bytes)
        return self._make(sound)

    def _make(self, sound: SoundReader) -> Iterator[None]:
        try:
            yield from self._copy(sound)
        except Exception as error:  # whatever it is, whoever waits is told
            with self._changed:
                self._error = getattr(error, "strerror", "") or str(error) or type(error).__name__
                self._changed.notify_all()

    def _copy(self, sound: SoundReader) -> Iterator[None]:
        with self._data.open("r+b") as file, sound:
            for block in sound.blocks(_BLOCK_SAMPLES):
                if self._is_over:
                    raise SoundError("the copy was stopped: ask again")
                for channel, samples in enumerate(block):
                    file.seek(4 * (channel * self.sample_count + self.ready))
                    file.write(samples.tobytes())
                file.flush()
                with self._changed:
                    self.ready += block.shape[1]
                    self._changed.notify_all()
                yield
        self._note.write_text(json.dumps([self.rate, self.channels, self.sample_count]))


class Copies:
    """The copies of a workspace.

    Args:
        folder: where they are.
        most_bytes: of all together.
    """

    def __init__(self, folder: Path, most_bytes: int = _MOST_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._most = folder, most_bytes
        self._lock = Lock()
        self._background = Background(_AT_ONCE, "eidophone-copy")
        self._opening: dict[str, Lock] = {}
        self._copies: dict[str, Copy] = {}  # the one asked for last comes last

    def of(self, path: Path) -> Copy:
        """The copy of the sound file at ``path``, begun if there is none.

        Raises:
            SoundError: it is no sound.
        """
        sign = sign_of(path)
        with self._lock:
            opening = self._opening.setdefault(sign, Lock())
        with opening:  # of others nobody waits for this one
            copy = self._copies.get(sign)
            if copy is None or not copy.is_there:
                copy = Copy(path, self._data(sign), self._background)
            with self._lock:
                self._copies.pop(sign, None)
                self._copies[sign] = copy
                self._make_room()
        return copy

    def close(self) -> None:
        """Stop copying; what is not whole is made again when it is asked for."""
        for copy in list(self._copies.values()):
            copy.stop()

    def _data(self, sign: str) -> Path:
        return self._folder / f"{sign}.f32"

    def _make_room(self) -> None:
        """Remove the copies that were asked for longest ago, while there are too many."""
        there = {path.stem: path for path in self._folder.glob("*.f32")}
        age = {sign: n for n, sign in enumerate(self._copies)}  # those of earlier runs are older
        total = sum(path.stat().st_size for path in there.values())
        for sign in sorted(there, key=lambda one: (age.get(one, -1), _asked(there[one])))[:-1]:
            copy = self._copies.get(sign)
            if total <= self._most:
                return
            if copy is None or copy.is_whole:
                total -= there[sign].stat().st_size
                with suppress(OSError):
                    there[sign].unlink()
                    there[sign].with_suffix(".json").unlink(missing_ok=True)
                self._copies.pop(sign, None)


def _opened(path: Path) -> SoundReader:
    """The sound file at ``path``; one of a phone as long as it says, which it tells for certain.

    Otherwise it would have to be gone through before anything of it is there.
    """
    choice = Choice(downmix=True)
    decoder = decoder_of(path, choice)
    if isinstance(decoder, FilmDecoder) and decoder.promised_samples:
        decoder.sample_count = decoder.promised_samples
    return SoundReader(path, choice, decoder=decoder)


def sign_of(path: Path) -> str:
    """What stands for the file at ``path`` as it is now.

    Raises:
        SoundError: it is not there.
    """
    try:
        status = path.stat()
    except OSError:
        raise SoundError(f"{path} is not there any more") from None
    text = f"{path.name}/{status.st_size}/{status.st_mtime_ns}"
    return hashlib.blake2b(text.encode("utf-8"), digest_size=12).hexdigest()


def _asked(data: Path) -> float:
    """When the samples ``data`` were asked for last, in another run."""
    with suppress(OSError):
        return data.with_suffix(".json").stat().st_mtime
    return 0.0
