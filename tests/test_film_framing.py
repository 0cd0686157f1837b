"""Framing: films whose frames were cut at their edges, zoomed, or made of another shape."""

import numpy as np
import pytest
from PIL import Image
from signals import music

from eidophone.base.errors import EidophoneWarning
from eidophone.film.codec import decode_film, encode_film
from eidophone.film.film import DrawnFrames, Film
from eidophone.film.framing import Lost, find_lost
from eidophone.picture.codec import encode
from eidophone.picture.recipe import PRESETS

RATE = 44_100
SIZE = 128
EAR = PRESETS["standard"].with_rows(SIZE)


@pytest.fixture(scope="module", params=["scroll", "pages"])
def film(request):
    made = encode_film(music(2.5, 2, rate=RATE), request.param, size=SIZE)
    return made, [frame.pixels for frame in made.frames()]


def scaled(pixels, width, height):
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))


def decoded(film, frames):
    made = Film(DrawnFrames(lambda: frames, len(frames), film.fps), film.facts, film.track)
    return decode_film(made, quality="preview")


def apart(sound, other):
    """Mean difference of their pictures where there is something to be seen, in dB."""
    a, b = (encode(one, EAR).pixels.astype(float) for one in (sound, other))
    assert a.shape == b.shape
    a, b = a[8:-8], b[8:-8]  # what is cut off is lost
    return np.abs(a - b)[a > 90].mean() * EAR.range_db / 255


CUTS = {
    "cut": lambda pixels: pixels[4:-4, 4:-4],
    "zoomed": lambda pixels: scaled(pixels[3:-3, 3:-3], SIZE, SIZE),
    "cut and enlarged": lambda pixels: scaled(pixels[4:-4, 4:-4], 300, 300),
    "zoomed a little to a wide one": lambda pixels: scaled(pixels[8:-8], 150, 131),
}


@pytest.mark.parametrize("how", CUTS)
def test_frames_that_were_cut_keep_their_pitch_with_a_word(film, how):
    made, frames = film
    with pytest.warns(
        EidophoneWarning, match="cut by .* %, as its sound track|as its sound"
    ) as told:
        again = decoded(made, [CUTS[how](one) for one in frames])
    assert len(told) == 1
    assert apart(made.track, again) < 3


@pytest.mark.parametrize("size", [(227, 128), (100, 100), (256, 256), (128, 127)])
def test_frames_of_another_shape_are_stretched_back_without_a_word(film, size):
    made, frames = film
    again = decoded(made, [scaled(one, *size) for one in frames])
    assert again.sample_count == made.track.sample_count
    assert apart(made.track, again) < 3.1


def test_what_was_painted_over_has_lost_nothing(film):
    _, frames = film
    rng = np.random.default_rng(0)
    for paint in (lambda one: 255 - one, lambda one: rng.integers(0, 255, one.shape, np.uint8)):
        assert find_lost([paint(one) for one in frames], frames, 30) == Lost()
    assert find_lost([0 * one for one in frames], frames, 30) == Lost()


def test_frames_that_show_less_than_was_drawn_were_not_cut_to_nothing():
    y, x = np.mgrid[-200:200, -200:200] / 12
    dot, stripe = (
        np.repeat((255 * np.exp(-of)).astype(np.uint8)[:, :, None], 3, axis=2)
        for of in (x**2 + y**2, y**2 / 100)
    )
    assert find_lost([stripe] * 30, [dot] * 30, 30) == Lost()
