"""What originals are worth that are late, worn, of another speed, or none at all.

Never less than without any: what does not fit is left out.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import av
import numpy as np

from bench.damage import JPEG_50
from bench.figures import Figure
from bench.metrics import mos, views
from bench.progress import progress
from bench.sections import processes
from eidophone import Film, Picture, Sound, decode, decode_film, encode, encode_film

#: The columns of the table beside the first, which is of a picture whose second half was painted,
#: heard where it was not: a picture and a film that are whole, but coarse.
COLUMNS = ("JPEG 50", "film, CRF 23")

_MONO, _STEREO = ("Dutch voice", "drums"), ("hunting",)
_SECONDS = 2.0

#: Around what was painted, so much is not heard.
_BESIDE_SECONDS = 0.1


def reference_figures(mono: dict[str, Sound], stereo: dict[str, Sound]) -> list[Figure]:
    """A line for each kind of original; what was measured on `COLUMNS` stands beside it."""
    progress("originals")
    sounds = {name: _part(mono[name]) for name in _MONO if name in mono}
    sounds |= {name: _part(stereo[name]) for name in _STEREO if name in stereo}
    others = [next(one for one in sounds.values() if one is not sound) for sound in sounds.values()]
    values: dict[str, dict[str, dict[str, float]]] = {}
    with processes() as pool:
        for name, found in zip(sounds, pool.map(_opinions, sounds.values(), others), strict=True):
            for title, column, opinion in found:
                values.setdefault(title, {}).setdefault(column, {})[name] = opinion
    least = round(fmean(values["none"]["painted"].values()), 3)
    return [
        Figure(title, found.pop("painted"), None if title == "none" else least, peers=found)
        for title, found in values.items()
    ]


def _opinions(sound: Sound, other: Sound) -> list[tuple[str, str, float]]:
    """Original by original, and column by column."""
    with tempfile.TemporaryDirectory() as folder:
        pictures = _Pictures(sound, Path(folder))
        return [
            (title, column, opinion)
            for title, original in _originals(sound, other)
            for column, opinion in pictures.opinions(original)
        ]


class _Pictures:
    """What came back of the pictures of ``sound``, in each of the columns."""

    def __init__(self, sound: Sound, folder: Path) -> None:
        self._sound = sound
        self._painted = _painted(encode(sound))
        self._coarse = _coarse(sound, folder)
        self._film = folder / "film.mp4"
        encode_film(sound).save(self._film, crf=23)

    def opinions(self, original: Sound | None) -> Iterator[tuple[str, float]]:
        """Column by column, with this ``original``."""
        kept = self._sound.sample_count // 2 - round(_BESIDE_SECONDS * self._sound.rate)
        yield (
            "painted",
            self._opinion(decode(self._painted, reference=original, as_drawn=True), kept),
        )
        yield COLUMNS[0], self._opinion(decode(self._coarse, reference=original))
        film = Film.load(self._film)
        yield COLUMNS[1], self._opinion(decode_film(film, reference=original, use_track=False))

    def _opinion(self, decoded: Sound, kept: int | None = None) -> float:
        true, rate = self._sound.samples[:, :kept], self._sound.rate
        found = decoded.samples[:, :kept]
        if len(true) == 1:
            return mos(true[0], found[0], rate)
        seen = views(found)
        return fmean(mos(view, seen[n], rate) for n, view in views(true).items() if n != "side")


def _originals(sound: Sound, other: Sound) -> Iterator[tuple[str, Sound | None]]:
    yield "none", None
    yield "the right one", sound
    yield "100 samples late", _late(sound, 100)
    yield "1,000 samples late", _late(sound, 1000)
    yield "slowed to half", Sound(sound.resampled(2 * sound.rate).samples, sound.rate)
    if sound.channels == 2:
        yield "channels swapped (stereo only)", Sound(sound.samples[::-1], sound.rate)
    yield "at 22.05 kHz", sound.resampled(22_050)
    yield "MP3 without a tag, 192 kbit/s", _coded(sound, "mp3", "libmp3lame", 192)
    yield "MP3 without a tag, 32 kbit/s", _coded(sound, "mp3", "libmp3lame", 32)
    yield "Opus, 128 kbit/s", _coded(sound.resampled(48_000), "ogg", "libopus", 128)
    yield "another piece", other


def _part(sound: Sound) -> Sound:
    return Sound(sound.samples[:, : round(_SECONDS * sound.rate) // 1024 * 1024], sound.rate)


def _late(sound: Sound, samples: int) -> Sound:
    return Sound(np.pad(sound.samples, ((0, 0), (samples, 0))), sound.rate)


def _painted(picture: Picture) -> Picture:
    """The second half upside down, and backwards."""
    pixels, half = picture.pixels.copy(), picture.width // 2
    pixels[:, half:] = pixels[::-1, half:][:, ::-1]
    return replace(picture, pixels=pixels)


def _coarse(sound: Sound, folder: Path) -> Picture:
    picture = encode(sound)
    return replace(picture, pixels=Picture.load(JPEG_50.write(picture.pixels, folder)).pixels)


def _coded(sound: Sound, kind: str, codec: str, kilobits: int) -> Sound:
    """``sound`` as it comes back from a file that does not say where it begins."""
    file = io.BytesIO()
    options = {"write_xing": "0", "id3v2_version": "0"} if kind == "mp3" else {}
    with av.open(file, "w", format=kind, options=options) as container:
        stream = container.add_stream(codec, rate=sound.rate, bit_rate=1000 * kilobits)
        stream.layout = layout = "mono" if sound.channels == 1 else "stereo"
        samples = np.ascontiguousarray(sound.samples)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
        frame.sample_rate = sound.rate
        resampler = av.AudioResampler(stream.format, layout, sound.rate, stream.frame_size or None)
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(part))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"coded.{kind}"
        path.write_bytes(file.getvalue())
        return Sound.load(path)
