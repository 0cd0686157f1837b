"""How much is lost: between sounds and their round trips, and between pictures and theirs."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np
from PIL import Image, ImageFilter

from bench.damage import JPEG_50, JPEG_85, SMALLER, Damage
from bench.figures import Figure
from bench.metrics import (
    coherence_error,
    log_spectral_distance_db,
    mos,
    psnr_db,
    si_sdr_db,
    views,
)
from bench.progress import progress
from eidophone import Picture, Sound, decode, encode
from eidophone.picture.columns import Columns
from eidophone.picture.ink import power_of_pixels, step_db
from eidophone.picture.mapping import Mapping
from eidophone.picture.pool import colours
from eidophone.picture.settings import ROUNDS, Quality
from eidophone.picture.synthesis import sound_of_columns

Values = dict[str, float]

_MOS_TARGETS: dict[Quality, float | None] = {"preview": None, "standard": 4.965, "best": 4.975}
_DAMAGE_TARGETS = {JPEG_85: 4.94, JPEG_50: 4.85, SMALLER: 4.95}
_STEREO_TARGETS: dict[Quality, dict[str, float]] = {
    "standard": {"coherence": 0.03, "outer": 4.94, "side": 4.6},
    "best": {"coherence": 0.015, "outer": 4.965, "side": 4.75},
}
_PSNR_TARGETS = {"own": 43.0, "blurred": 36.0}
_BLUR_PIXELS = 1.5

#: Columns of a stretch, and of the blocks that come in, where seams are looked for.
_SMALL_STRETCH = 128
_SMALL_BLOCK = 32


def mono_figure(sounds: dict[str, Sound], quality: Quality) -> Figure:
    """Opinion of mono sounds."""
    progress(f"mono, {quality}")
    decoded = {name: decode(encode(sound), quality=quality) for name, sound in sounds.items()}
    return Figure(f"MOS, mono, `{quality}`", _opinions(sounds, decoded), _MOS_TARGETS[quality])


def distance_figure(sounds: dict[str, Sound]) -> Figure:
    """How far the spectra of mono sounds are off."""
    distances = {}
    for name, sound in sounds.items():
        decoded = decode(encode(sound), quality="best")
        distances[name] = log_spectral_distance_db(sound.samples[0], decoded.samples[0])
    return Figure("log-spectral distance, mono, `best` (dB)", distances, at_most=True, digits=2)


def damaged_figure(sounds: dict[str, Sound], damage: Damage) -> Figure:
    """Opinion of what pictures still give that have lost their metadata and more."""
    progress(f"mono, {damage.name}")
    decoded = {
        name: decode(_returned(encode(sound), damage), quality="best")
        for name, sound in sounds.items()
    }
    title = f"MOS, mono, `best`, metadata lost, {damage.name}"
    return Figure(title, _opinions(sounds, decoded), _DAMAGE_TARGETS.get(damage))


def compact_figure(sounds: dict[str, Sound]) -> Figure:
    """Opinion of pictures of few pixels."""
    progress("mono, compact")
    decoded = {
        name: decode(encode(sound, "compact"), quality="best") for name, sound in sounds.items()
    }
    return Figure("MOS, mono, `compact`, `best`", _opinions(sounds, decoded), 4.935)


def stereo_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """Opinion of stereo sounds, and how true their image is."""
    for quality, targets in _STEREO_TARGETS.items():
        progress(f"stereo, {quality}")
        coherence, outer, side = Values(), Values(), Values()
        for name, sound in sounds.items():
            decoded = decode(encode(sound), quality=quality)
            coherence[name] = coherence_error(sound.samples, decoded.samples)
            opinions = _opinions_of_views(sound, decoded)
            if "side" in opinions:
                side[name] = opinions.pop("side")
            outer[name] = fmean(opinions.values())
        yield Figure(
            f"coherence error, stereo, `{quality}`", coherence, targets["coherence"], at_most=True
        )
        yield Figure(f"MOS of left, right and middle, stereo, `{quality}`", outer, targets["outer"])
        yield Figure(f"MOS of side, stereo, `{quality}`", side, targets["side"])


def picture_figures(kind: str, sounds: dict[str, Sound]) -> Iterator[Figure]:
    """How like a picture the picture of its sound is: our own ones, and blurred ones."""
    values: dict[tuple[str, Quality], Values] = defaultdict(dict)
    for name, sound in sounds.items():
        progress(f"re-encoding, {kind}, {name}")
        own = encode(sound)
        for state, picture in (("own", own), ("blurred", _blurred(own))):
            for quality in ("standard", "best"):
                again = encode(decode(picture, quality=quality))
                values[state, quality][name] = psnr_db(picture.pixels, again.pixels)
    for (state, quality), of_sounds in values.items():
        title = f"re-encode PSNR, {state} {kind} pictures, `{quality}` (dB)"
        yield Figure(title, of_sounds, _PSNR_TARGETS[state], digits=1)


def seam_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """What it costs to decode stretch by stretch, as long sounds are."""
    progress("seams")
    costs = {}
    for name, sound in sounds.items():
        picture = encode(sound)
        whole, parts = (
            _decoded_by(picture, stretch) for stretch in (picture.width, _SMALL_STRETCH)
        )
        costs[name] = _opinion(sound, whole) - _opinion(sound, parts)
    yield Figure("MOS lost at seams, one a second, `standard`", costs, 0.02, at_most=True)


def reference_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """How true the rest stays when a part of a picture is altered, the original at hand."""
    progress("reference")
    ratios = {}
    for name, sound in sounds.items():
        picture = encode(sound)
        altered = picture.pixels.copy()
        altered[:, picture.width // 2 :] = 0
        decoded = decode(replace(picture, pixels=altered), reference=sound)
        kept = slice(0, sound.sample_count // 2 - sound.rate // 10)
        ratios[name] = si_sdr_db(sound.samples[:, kept], decoded.samples[:, kept])
    yield Figure(
        "SI-SDR of the first half when the second is blackened, with reference (dB)",
        ratios,
        60,
        digits=0,
    )


def _opinions(sounds: dict[str, Sound], decoded: dict[str, Sound]) -> Values:
    return {name: _opinion(sound, decoded[name]) for name, sound in sounds.items()}


def _opinion(sound: Sound, decoded: Sound) -> float:
    return mos(sound.samples[0], decoded.samples[0], sound.rate)


def _opinions_of_views(sound: Sound, decoded: Sound) -> Values:
    """MOS of all that can be heard of a stereo sound."""
    left, right = decoded.samples
    seen = {"left": left, "right": right, "middle": (left + right) / 2, "side": (left - right) / 2}
    return {name: mos(view, seen[name], sound.rate) for name, view in views(sound.samples).items()}


def _returned(picture: Picture, damage: Damage) -> Picture:
    """The picture as it comes back from outside."""
    with tempfile.TemporaryDirectory() as folder:
        return Picture.load(damage.write(picture.pixels, Path(folder)))


def _blurred(picture: Picture) -> Picture:
    image = Image.fromarray(picture.pixels).filter(ImageFilter.GaussianBlur(_BLUR_PIXELS))
    return replace(picture, pixels=np.asarray(image))


def _decoded_by(picture: Picture, stretch: int) -> Sound:
    """The sound of ``picture``, found ``stretch`` columns at a time."""
    source = picture.source
    power = power_of_pixels(picture.pixels, picture.recipe, colours(source.channels))
    columns = Columns(power)
    samples = sound_of_columns(
        (columns[first : first + _SMALL_BLOCK] for first in range(0, len(columns), _SMALL_BLOCK)),
        source.channels,
        Mapping.of(picture.recipe, source.rate),
        rounds=ROUNDS["standard"],
        sample_count=source.sample_count,
        step_db=step_db(picture.pixels.dtype, picture.recipe),
        stretch=stretch,
    )
    return Sound(np.concatenate(list(samples), axis=1), source.rate)
