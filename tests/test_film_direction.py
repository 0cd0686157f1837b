"""Direction: films that were mirrored or turned are heard as they were made."""

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from signals import music

from eidophone.base.errors import EidophoneWarning
from eidophone.film.clock import numbered
from eidophone.film.codec import decode_film, encode_film
from eidophone.film.direction import Lie, lie_of, moves_right
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


@cache
def melody():
    return music(7, 2, rate=RATE)


LIES = {
    "mirrored": lambda pixels: pixels[:, ::-1],
    "upside down in a mirror": lambda pixels: pixels[::-1],
    "rotated 180": lambda pixels: pixels[::-1, ::-1],
    "rotated 90": lambda pixels: np.rot90(pixels, 3),
}


def lying(film, how, facts):
    frames = [np.ascontiguousarray(how(frame.pixels)) for frame in film.frames()]
    return Film(DrawnFrames(lambda: frames, len(frames), film.fps), facts)


@pytest.mark.parametrize("how", LIES)
@pytest.mark.parametrize("knows", [True, False])
def test_instants_are_set_right_however_they_lie(how, knows):
    film = encode_film(music(1, 2, rate=RATE), "instants", size=128)
    lies = lying(film, LIES[how], film.facts if knows else None)
    with pytest.warns(EidophoneWarning) as told:
        again = decode_film(lies, quality="preview")
    said = [str(one.message) for one in told if "the frames of this film were" in str(one.message)]
    assert len(said) == 1
    assert how in said[0]
    known = decode_film(film, use_track=False, quality="preview").samples
    length = min(known.shape[1], again.sample_count)
    assert np.allclose(again.samples[:, :length], known[:, :length], atol=1e-3)


@pytest.mark.parametrize("overlap", [0.0, 0.25])
def test_mirrored_pages_are_heard_as_they_were(overlap):
    film = encode_film(melody(), "pages", size=128, overlap=overlap)
    with pytest.warns(EidophoneWarning, match="frames of this film were mirrored") as told:
        again = decode_film(lying(film, LIES["mirrored"], film.facts), quality="preview")
    assert len(told) == 1
    known = decode_film(film, use_track=False, quality="preview")
    assert np.allclose(again.samples, known.samples, atol=1e-6)


@pytest.mark.parametrize("overlap", [0.0, 0.25])
def test_so_are_those_that_say_nothing(overlap):
    film = encode_film(melody(), "pages", size=128, overlap=overlap)
    mirrored = lying(film, LIES["mirrored"], None)
    with pytest.warns(EidophoneWarning, match="were mirrored") as told:
        again = decode_film(mirrored, read="pages", quality="preview")
    assert len(told) == 1
    known = decode_film(lying(film, np.copy, None), read="pages", quality="preview")
    assert np.allclose(again.samples, known.samples, atol=1e-6)


@pytest.mark.parametrize("kind", ["pages", "scroll", "instants"])
@pytest.mark.parametrize("seconds", [1, 7])
def test_others_lie_as_they_were_made(kind, seconds):
    sound = Sound(melody().samples[:, : seconds * RATE], RATE)
    film = encode_film(sound, kind, size=64)
    frames = list(numbered(film.frames(), film.facts, film.frame_count, film.seconds))
    assert lie_of(frames, film.facts) == Lie()
    assert lie_of([(n, 0 * pixels) for n, pixels in frames], film.facts) == Lie()


@pytest.mark.parametrize("how", ["mirrored", "upside down in a mirror"])
@pytest.mark.parametrize("kind", ["scroll", "pages"])
def test_a_strip_sets_films_right_with_a_word(how, kind):
    film = encode_film(music(0.5, rate=RATE), kind, size=480, fps=10, strip=True)
    words = "moves to the right" if (how, kind) == ("mirrored", "scroll") else f"were .*{how}"
    with pytest.warns(EidophoneWarning, match=words) as told:
        again = decode_film(lying(film, LIES[how], film.facts), quality="preview")
    assert len(told) == 1
    known = decode_film(film, use_track=False, quality="preview")
    assert np.allclose(again.samples, known.samples, atol=1e-6)


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
    said = sorted(str(one.message) for one in told)
    assert len(said) == 2
    assert "the kind scroll" in said[1]
    assert again.sample_count == 2 * RATE


@pytest.mark.parametrize("fps", [1, 24, 60, 240])
def test_other_scrolls_move_to_the_left(fps):
    samples = music(2 if fps > 1 else 8, rate=RATE).samples.copy()
    samples[:, : RATE // 2] = 0
    sound = Sound(samples, RATE)
    film = encode_film(sound, size=64, fps=fps)
    frames = numbered(film.frames(), film.facts, film.frame_count, film.seconds)
    assert not moves_right(frames, film.facts)


def test_a_scroll_of_silence_or_of_one_tone_moves_nowhere():
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)[None]
    for samples in (0 * tone, tone):
        film = encode_film(Sound(samples.astype(np.float32), RATE), size=64)
        frames = [(float(n), frame.pixels) for n, frame in enumerate(film.frames())]
        assert not moves_right(frames, film.facts)
