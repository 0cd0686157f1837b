"""Remembering: films are decoded once for all who look at them, as far as they look."""

from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from signals import music

from eidophone.film import remembering
from eidophone.film.codec import decode_film, encode_film
from eidophone.film.film import DrawnFrames, Film
from eidophone.film.remembering import Remembering


class Counted:
    """Frames, and how many of them were asked for."""

    def __init__(self, pictures):
        self.pictures, self.given = pictures, 0

    def __call__(self):
        for picture in self.pictures:
            self.given += 1
            yield picture


def film_of(counted, facts=None, track=None):
    return Film(DrawnFrames(counted, len(counted.pictures), Fraction(30)), facts, track)


@pytest.mark.parametrize("says", [False, True])
@pytest.mark.filterwarnings("ignore:this film does not say")
def test_held_pages_are_decoded_once(says):
    sound = music(6, rate=44_100)
    film = encode_film(sound, "pages", size=128)
    pages = [frame.pixels for frame in film.frames()]
    counted = Counted([pages[min(int(n / 30 * film.fps), len(pages) - 1)] for n in range(180)])
    made = (film.facts, sound) if says else ()
    decode_film(film_of(counted, *made), quality="preview")
    assert counted.given == 180


@pytest.mark.parametrize("kept", [0, 5, 100])
def test_all_who_look_see_all_frames_however_few_are_kept(monkeypatch, kept):
    pictures = list(np.random.default_rng(0).integers(0, 256, (20, 4, 4, 3), np.uint8))
    monkeypatch.setattr(remembering, "_KEPT_BYTES", kept * pictures[0].nbytes)
    film = Remembering(film_of(Counted(pictures)))
    list(islice(film.frames(), 3))
    for _ in range(2):
        pairs = list(zip(film.frames(), film.frames(), strict=True))
        assert len(pairs) == 20
        for number, (one, other) in enumerate(pairs):
            assert one.seconds == other.seconds == pytest.approx(number / 30)
            for seen in (one, other):
                assert np.array_equal(seen.pixels, pictures[number])


def test_what_is_kept_is_bounded(monkeypatch):
    pictures = list(np.random.default_rng(0).integers(0, 256, (20, 4, 4, 3), np.uint8))
    monkeypatch.setattr(remembering, "_KEPT_BYTES", 5 * pictures[0].nbytes)
    counted = Counted([one for one in pictures for _ in range(3)])  # the same again takes nothing
    film = Remembering(film_of(counted))
    list(islice(film.frames(), 12))
    assert counted.given == 12
    list(film.frames())
    assert counted.given == 60
    list(film.frames())
    assert counted.given == 60 + 60
