"""Tensors: ComfyUI's AUDIO and IMAGE, and sounds and pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import torch

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError, SoundError, tell
from eidophone.files.image import to_rgb
from eidophone.sound.sound import Sound


class Audio(TypedDict):
    """ComfyUI's AUDIO.

    Attributes:
        waveform: float ``[batch, channels, samples]`` in -1..1.
        sample_rate: samples per second.
    """

    waveform: torch.Tensor
    sample_rate: int


def sounds_of(audio: Audio | None) -> tuple[Sound, ...]:
    """The sounds of a batch. Of more than two channels the first two are taken, with a warning.

    Raises:
        SoundError: there is none, or it is empty, not finite, or at an impossible rate.
    """
    if audio is None:
        raise SoundError("there is no sound: the video it was to come from may have none")
    waveform = audio["waveform"]
    if waveform.ndim != 3 or 0 in waveform.shape:
        raise SoundError(
            f"the sound is empty, or no sound: its waveform is {list(waveform.shape)}, and should "
            f"be [batch, channels, samples]"
        )
    if waveform.shape[1] > 2:
        tell(
            f"the sound has {waveform.shape[1]} channels: the first two are taken as left and right"
        )
    samples = waveform[:, :2].detach().to("cpu", torch.float32).numpy()
    return tuple(Sound(one, int(audio["sample_rate"])) for one in samples)


def only_sound_of(audio: Audio | None) -> Sound:
    """The sound of a batch of one.

    Raises:
        SoundError: as `sounds_of`, or there are several.
    """
    sounds = sounds_of(audio)
    if len(sounds) > 1:
        raise SoundError(f"this is a batch of {len(sounds)} sounds: a film shows one")
    return sounds[0]


def audio_of(sounds: Sequence[Sound]) -> Audio:
    """``sounds`` of one rate as a batch; shorter ones end in silence, mono beside stereo is both.

    Raises:
        SoundError: they are of several rates.
    """
    rates = sorted({sound.rate for sound in sounds})
    if len(rates) > 1:
        raise SoundError(f"sounds of {rates} Hz are no batch: resample them first")
    channels = max(sound.channels for sound in sounds)
    longest = max(sound.sample_count for sound in sounds)
    waveform = torch.zeros(len(sounds), channels, longest)
    for number, sound in enumerate(sounds):
        waveform[number].numpy()[:, : sound.sample_count] = sound.samples
    return {"waveform": waveform, "sample_rate": rates[0]}


def seconds_of(audio: Audio) -> str:
    """How long the sounds of a batch are, and how many, in words."""
    count, _, samples = audio["waveform"].shape
    return f"{'' if count == 1 else f'{count} x '}{samples / audio['sample_rate']:.2f} s"


def pixels_of(image: torch.Tensor) -> list[Pixels]:
    """The pictures of an IMAGE ``[batch, height, width, channels]``, values cut to 0..1.

    Returns:
        ``[height, width, 3]`` each: uint8 where all values are such as 8-bit files hold, as those
        of images that were loaded, and float32 otherwise.

    Raises:
        PictureError: there are none, or values that are no numbers.
    """
    if image.ndim != 4 or 0 in image.shape:
        raise PictureError(
            f"there are no pictures: the image is {list(image.shape)}, and should be [batch, "
            f"height, width, channels]"
        )
    if not bool(image.isfinite().all()):
        raise PictureError(
            "the image has values that are not finite: an overflow, as of a VAE in half precision"
        )
    batch = image.detach().to("cpu", torch.float32).clamp(0, 1).numpy()
    return [_as_of_files(to_rgb(one)) for one in batch]


def image_of(pictures: Sequence[Pixels]) -> torch.Tensor:
    """float32 ``[height, width, 3]`` pictures of one size as an IMAGE, values cut to 0..1.

    What is cut is louder than the recipe's brightest value; there is a warning if that happens.
    """
    image = torch.from_numpy(np.stack(pictures))
    if float(image.max()) > 1:
        tell(
            "the sound is louder than the brightest value of the picture: louder parts were cut; "
            "lower it, or use a recipe with a higher top_db"
        )
    return image.clamp_(0, 1)


def _as_of_files(pixels: Pixels) -> Pixels:
    """``pixels`` in 8 bits if nothing is lost by that, so that their steps are known."""
    levels = np.rint(pixels * np.float32(255))
    if not np.array_equal(levels / np.float32(255), pixels):
        return pixels
    return levels.astype(np.uint8)
