"""Film: sound as video in which time is time, and any video as sound."""

from eidophone.film.codec import decode_film, encode_film
from eidophone.film.decoding import READINGS, Reading
from eidophone.film.facts import KINDS, FilmFacts, Kind
from eidophone.film.film import Film
from eidophone.film.looks import LOOKS

__all__ = [
    "KINDS",
    "LOOKS",
    "READINGS",
    "Film",
    "FilmFacts",
    "Kind",
    "Reading",
    "decode_film",
    "encode_film",
]
