"""The peers, each with its own picture of the same sounds, at the settings it is known for.

All are given their pictures back at the size they need, since none but Eidophone reads another.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

import audioptic
import librosa
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from PIL import Image

from bench.damage import Damage
from bench.figures import Figure
from bench.metrics import mos
from bench.progress import progress
from bench.sounds import RATE
from eidophone import Sound, decode, encode
from eidophone.picture.ink import power_of_pixels
from eidophone.picture.mapping import Mapping
from eidophone.picture.pool import bins_of_rows

Pixels = NDArray[np.uint8]
Samples = NDArray[np.float32]

#: A picture, and what turns pixels of its size into sound again.
Drawing = tuple[Pixels, Callable[[Pixels], Samples]]
Draw = Callable[[Sound], Drawing]

_AUDIOPTIC_RATE = 42_000

#: Silent columns around a picture, so that Griffin–Lim finds whole frames at its ends.
_MARGIN_COLUMNS = 8

# The converter's ffmpeg is to say no more than its errors.
audioptic.ffmpeg_start = tuple("error" if a == "info" else a for a in audioptic.ffmpeg_start)


@dataclass(frozen=True)
class Trip:
    """A round trip.

    Attributes:
        samples: ``[samples]`` at the rate of the sound.
        seconds: that drawing and decoding took.
        pixels: of the picture.
    """

    samples: Samples
    seconds: float
    pixels: int


def beside(figure: Figure, sounds: dict[str, Sound], damage: Damage | None = None) -> Figure:
    """``figure``, of opinions of mono ``sounds``, with the same of the peers."""
    opinions: dict[str, dict[str, float]] = {}
    for peer, draw in PEERS.items():
        progress(f"{peer}, {damage.name if damage else 'untouched'}")
        opinions[peer] = {
            name: mos(sound.samples[0], round_trip(draw, sound, damage).samples, sound.rate)
            for name, sound in sounds.items()
        }
    return replace(figure, peers=opinions)


def cost_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """Pixels and time that the round trips of mono ``sounds`` take."""
    progress("pixels and time")
    duration = sum(sound.duration_seconds for sound in sounds.values())
    costs = {
        peer: [round_trip(draw, sound, None) for sound in sounds.values()]
        for peer, draw in {"": _eidophone, **PEERS}.items()
    }
    pixels = {peer: {"": sum(t.pixels for t in trips) / duration} for peer, trips in costs.items()}
    speeds = {peer: {"": duration / sum(t.seconds for t in trips)} for peer, trips in costs.items()}
    yield Figure("pixels a second", pixels.pop(""), digits=0, peers=pixels)
    yield Figure(
        "encode and decode mono, `best` (× real time)", speeds.pop(""), digits=1, peers=speeds
    )


@cache
def round_trip(draw: Draw, sound: Sound, damage: Damage | None) -> Trip:
    """The mono ``sound`` drawn, the picture damaged, and decoded."""
    _warm_up(draw)
    started = perf_counter()
    pixels, undo = draw(sound)
    drawn = perf_counter()
    returned = pixels if damage is None else _returned(pixels, damage)
    began = perf_counter()
    samples = undo(returned)
    seconds = perf_counter() - began + drawn - started
    return Trip(samples, seconds, pixels.shape[0] * pixels.shape[1])


@cache
def _warm_up(draw: Draw) -> None:
    """Do once what is done only once: compiling, and making tables."""
    hiss = np.random.default_rng(0).standard_normal(RATE // 2, np.float32)
    pixels, undo = draw(Sound(np.float32(0.1) * hiss, RATE))
    undo(pixels)


def _returned(pixels: Pixels, damage: Damage) -> Pixels:
    with tempfile.TemporaryDirectory() as folder:
        image = Image.open(damage.write(pixels, Path(folder))).convert("RGB")
    return np.asarray(image.resize(pixels.shape[1::-1], Image.Resampling.BICUBIC))


def _eidophone(sound: Sound) -> Drawing:
    picture = encode(sound)
    return picture.pixels, lambda pixels: decode(
        replace(picture, pixels=pixels), quality="best"
    ).samples[0]


def _riffusion(sound: Sound) -> Drawing:
    """Riffusion 0.0.5 (``SpectrogramParams`` and ``image_util``), through librosa.

    The loudest value, which the original keeps in EXIF, is kept here even when metadata are lost.
    From mel to bins by pseudo-inverse and clipping, as torchaudio's ``InverseMelScale`` does by
    now; many rounds of multiplicative updates gave no better opinion.
    """
    rate, hop, window, n_fft = sound.rate, sound.rate // 100, sound.rate // 10, sound.rate * 4 // 10
    frames = {"n_fft": n_fft, "hop_length": hop, "win_length": window}
    bank, inverse = _riffusion_bank(rate, n_fft)
    mel = bank @ np.abs(librosa.stft(sound.samples[0], **frames))
    top = mel.max()
    image = (255 - 255 * (mel / top) ** 0.25).astype(np.uint8)[::-1]

    def undo(pixels: Pixels) -> Samples:
        mel = ((255 - pixels[::-1, :, 0].astype(np.float32)) / 255) ** 4 * top
        magnitude = np.maximum(inverse @ mel, 0)
        return librosa.griffinlim(
            magnitude, n_iter=32, momentum=0.99, random_state=0, length=sound.sample_count, **frames
        )

    return np.repeat(image[:, :, None], 3, axis=2), undo


@cache
def _riffusion_bank(rate: int, n_fft: int) -> tuple[Samples, Samples]:
    """512 mel bands up to 10 kHz, and how to undo them."""
    bank = librosa.filters.mel(
        sr=rate, n_fft=n_fft, n_mels=512, fmin=0, fmax=10_000, htk=True, norm=None
    )
    return bank, np.linalg.pinv(bank)


def _audioptic(sound: Sound) -> Drawing:
    """The program as it is, at its own rate of 42 kHz; its pixels hold phase as well."""

    def run(convert: Callable[[SimpleNamespace], None], source: Path, target: Path) -> None:
        with contextlib.redirect_stdout(io.StringIO()), audioptic.AutoDeleter() as deleter:
            convert(
                SimpleNamespace(
                    input=str(source),
                    output=str(target),
                    extension=source.suffix[1:],
                    format=target.suffix[1:],
                    sample_rate=_AUDIOPTIC_RATE,
                    deleter=deleter,
                )
            )

    def undo(pixels: Pixels) -> Samples:
        with tempfile.TemporaryDirectory() as name:
            source, target = Path(name) / "picture.png", Path(name) / "again.wav"
            Image.fromarray(pixels).save(source, compress_level=1)
            run(audioptic.image2audio, source, target)
            samples, rate = soundfile.read(target, dtype="float32", always_2d=True)
        return soxr.resample(samples[:, 0], rate, sound.rate, quality="VHQ")

    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "sound.wav", Path(name) / "picture.png"
        soundfile.write(source, sound.samples.T, sound.rate, subtype="FLOAT")
        run(audioptic.audio2image, source, target)
        return np.asarray(Image.open(target).convert("RGB")), undo


def _griffin_lim(sound: Sound) -> Drawing:
    """Eidophone's `standard` picture and bins, with 100 rounds of librosa's Griffin–Lim."""
    picture = encode(sound)
    mapping = Mapping.of(picture.recipe, sound.rate)
    gabor = mapping.gabor
    if gabor.hop != round(gabor.hop):
        raise ValueError(f"librosa needs a hop of whole samples, not {gabor.hop}")
    hop = round(gabor.hop)

    def undo(pixels: Pixels) -> Samples:
        power = power_of_pixels(pixels, mapping.recipe, 1)
        magnitude = np.sqrt(bins_of_rows(power, mapping.pooling)[0].T)
        # librosa centres column k at k * hop, not at (k + 1/2) * hop, and ends at the last one.
        padded = np.pad(magnitude, [(0, 0), (_MARGIN_COLUMNS, _MARGIN_COLUMNS)])
        samples = librosa.griffinlim(
            padded,
            n_iter=100,
            momentum=0.99,
            n_fft=gabor.n_fft,
            hop_length=hop,
            window=gabor.window,
            pad_mode="constant",
            random_state=0,
        )
        first = _MARGIN_COLUMNS * hop - hop // 2
        return samples[first : first + sound.sample_count]

    return picture.pixels, undo


PEERS: dict[str, Draw] = {
    "Riffusion's mapping": _riffusion,
    "audioptic": _audioptic,
    "Griffin–Lim": _griffin_lim,
}
