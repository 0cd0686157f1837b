"""Direction: scrolls that move to the right are heard in the order in which they are shown."""

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from signals import music

from eidophone.base.errors import EidophoneWarning
from eidophone.film.clock import numbered
from eidophone.film.codec import decode_film, encode_film
from eidophone.film.direction import moves_right
from eidophone.film.film import DrawnFrames, Film
from eidophone.sound.sound import Sound

RATE = 44_100


@cache
def scroll():
    return encode_film(music(2, 2, rate=RATE), size=128)


@cache
def plain():
    """The sound of the film as it is."""
    return decode_film(scroll(), use_track=False, quality="preview").samples


def mirrored(frames):
    return [frame[:, ::-1] for frame in frames]


def backwards(frames):
    return frames[::-1]


def altered(how, facts):
    frames = how([frame.pixels for frame in scroll().frames()])
    return Film(DrawnFrames(lambda: frames, len(frames), Fraction(30)), facts)


def test_a_mirrored_scroll_is_heard_as_it_was():
    with pytest.warns(EidophoneWarning, match="mirrored, or runs backwards") as told:
        again = decode_film(altered(mirrored, scroll().facts), quality="preview")
    assert len(told) == 1
    assert np.allclose(again.samples, plain(), atol=1e-6)


def test_a_scroll_that_runs_backwards_is_heard_backwards():
    with pytest.warns(EidophoneWarning, match="mirrored, or runs backwards"):
        again = decode_film(altered(backwards, scroll().facts), quality="preview")
    straight, back = (
        encode_film(Sound(np.ascontiguousarray(one), RATE), size=128)
        for one in (again.samples, plain()[:, ::-1])
    )
    pairs = list(zip(straight.frames(), back.frames(), strict=False))[10:-10]
    differences = [np.abs(a.pixels.astype(float) - b.pixels).mean() for a, b in pairs]
    assert np.median(differences) < 6


@pytest.mark.parametrize("how", [mirrored, backwards])
def test_a_scroll_that_says_nothing_is_known_in_a_mirror(how):
    with pytest.warns(EidophoneWarning) as told:
        again = decode_film(altered(how, None), quality="preview", seconds=2)
    assert ["the kind scroll" in str(told[0].message), len(told)] == [True, 2]
    assert again.sample_count == 2 * RATE


@pytest.mark.parametrize("fps", [1, 24, 60, 240])
def test_other_scrolls_move_to_the_left(fps):
    sound = music(2 if fps > 1 else 8, rate=RATE)
    sound.samples[:, : RATE // 2] = 0
    film = encode_film(sound, size=64, fps=fps)
    frames = numbered(film.frames(), film.facts, film.frame_count, film.seconds)
    assert not moves_right(frames, film.facts)


def test_a_scroll_of_silence_or_of_one_tone_moves_nowhere():
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)[None]
    for samples in (0 * tone, tone):
        film = encode_film(Sound(samples.astype(np.float32), RATE), size=64)
        frames = [(float(n), frame.pixels) for n, frame in enumerate(film.frames())]
        assert not moves_right(frames, film.facts)
