"""Colour: what is stereo, and what only a tint or the noise of a trip."""

import io
import warnings
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from eidophone import Sound, decode, encode
from eidophone.base.errors import EidophoneWarning
from eidophone.bridge.process import process
from eidophone.film.codec import decode_film, encode_film
from eidophone.film.film import DrawnFrames, Film
from eidophone.picture.colour import Colour, channels_of, colour_of
from eidophone.picture.picture import Picture, Source
from eidophone.picture.several import Several

RATE = 44_100


def panned_samples(decibels=0.0, width=0.0, channels=2):
    random = np.random.default_rng(4)
    middle, side = 0.1 * random.standard_normal((2, RATE))
    fading = np.exp(-np.arange(RATE) / 12_000)
    samples = fading * np.stack([middle + width * side, middle - width * side])
    samples[1] *= 10 ** (-decibels / 20)
    return samples[:channels].astype(np.float32)


def panned(**options):
    return encode(Sound(panned_samples(**options), RATE)).pixels


def jpeg(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=50)
    return np.asarray(Image.open(file))


def tinted(pixels, red=4, blue=-3, curve=1.0):
    values = 255 * (pixels / 255) ** np.array([curve, 1, 1 / curve]) + [red, 0, blue]
    return np.clip(values.round(), 0, 255).astype(np.uint8)


def test_jpeg_and_tints_are_no_stereo():
    grey = panned()
    assert colour_of(grey) == Colour.NONE
    assert colour_of(jpeg(grey)) == Colour.NONE
    assert colour_of(tinted(grey)) == Colour.SLIGHT
    assert colour_of(jpeg(tinted(grey))) == Colour.SLIGHT
    assert colour_of(tinted(grey, 0, 0, 1.06)) == Colour.SLIGHT
    assert colour_of(tinted(grey, 20, -20)) < Colour.STRONG
    assert colour_of((tinted(grey) / 255).astype(np.float32)) == Colour.SLIGHT


def test_a_pan_and_a_little_width_are_stereo():
    assert colour_of(panned(decibels=8)) >= Colour.CLEAR
    assert colour_of(panned(decibels=60)) == Colour.STRONG
    assert colour_of(jpeg(panned(width=0.3))) >= Colour.CLEAR
    assert colour_of(panned(width=1)) == Colour.STRONG


def test_a_dab_of_paint_is_stereo():
    grey = panned().copy()
    grey[200:216, 40:56] = 255, 0, 0
    assert colour_of(grey) == Colour.STRONG
    assert colour_of(jpeg(grey)) == Colour.STRONG


def drawn(**options):
    picture = encode(Sound(panned_samples(**options), RATE))
    return Picture(tinted(picture.pixels), picture.recipe, picture.source)


def channels(picture):
    """Of the sound of ``picture``, and what is said of them."""
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        sound = decode(picture, quality="preview")
        several = Several(lambda: [picture], 1)
        assert several.made(quality="preview").target.channels == sound.channels
    said = [note for note in map(str, notes) if "of a mono" in note or "tint" in note]
    assert len(said) in (0, 2)
    return sound.channels, said[0] if said else ""


def test_a_sound_known_to_be_mono_stays_so_unless_colour_is_strong():
    picture = drawn(channels=1)
    assert channels(picture) == (1, "")
    pixels = picture.pixels.copy()
    pixels[:, :100, 2] = 0
    stereo, said = channels(replace(picture, pixels=pixels))
    assert stereo == 2
    assert "of a mono sound came back in colours: it becomes stereo" in said


def test_a_sound_known_to_be_stereo_stays_so_whatever_its_colour():
    assert channels(drawn(channels=2)) == (2, "")
    stereo = Source(rate=RATE, channels=2, sample_count=RATE)
    assert channels(replace(drawn(), pixels=panned(), source=stereo)) == (2, "")


def test_what_is_unknown_is_mono_if_it_has_no_more_than_a_tint_and_that_is_said():
    picture = replace(drawn(channels=1), source=None)
    mono, said = channels(picture)
    assert mono == 1
    assert "no more than a tint: taken as mono" in said
    assert channels(replace(picture, pixels=panned(width=0.3))) == (2, "")
    assert channels(replace(picture, pixels=panned())) == (1, "")


def test_pictures_of_several_stereo_sounds_are_stereo():
    several = Several(lambda: [drawn(channels=2), drawn(channels=2)], 2)
    assert several.target.channels == 2


@pytest.mark.parametrize(("known", "channels"), [(1, 1), (2, 2)])
def test_a_tinted_film_has_as_many_channels_as_it_was_made_of(known, channels):
    film = encode_film(Sound(panned_samples(channels=known), RATE), kind="pages", size=128)
    frames = [tinted(frame.pixels) for frame in film.frames()]
    retouched = Film(DrawnFrames(lambda: frames, len(frames), film.fps), film.facts)
    assert decode_film(retouched, quality="preview").channels == channels


def test_a_tool_that_tints_leaves_mono_mono():
    sound = Sound(panned_samples(channels=1), RATE)
    assert process(sound, tinted, keep="all", quality="preview").channels == 1
    with pytest.warns(EidophoneWarning, match="it becomes stereo"):
        heard = process(sound, lambda p: p * np.uint8([1, 1, 0]), keep="all", quality="preview")
    assert heard.channels == 2


@pytest.mark.parametrize(("known", "channels"), [(None, "1122"), (1, "1112"), (2, "2222")])
def test_channels_of_colours(known, channels):
    assert [channels_of(colour, known) for colour in Colour] == list(map(int, channels))
