"""Originals: of which sounds of a workspace a picture, a film or a zip was likely drawn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from eidophone.base.atomic import scratch
from eidophone.base.errors import EidophoneError
from eidophone.film.film import Film
from eidophone.jobs.acts.zips import unpacked
from eidophone.jobs.workspace.folder import Item
from eidophone.jobs.workspace.names import divided, same
from eidophone.picture.facts import Source
from eidophone.picture.picture import Picture

#: Letters that names have in common, at least, to mean anything.
_LEAST_LETTERS = 3


def originals_of(item: Item, items: Sequence[Item]) -> list[Item]:
    """The sounds among ``items`` of which ``item`` was likely drawn, the likeliest first.

    By how it was made here, by what it says of its sound, and by its name; what it says of its
    sound rules others out. Sounds that were made here are likelier heard of it than drawn.
    """
    sounds = [one for one in items if one.facts.kind == "sound"]
    drawn_of = item.made.of if item.made is not None else []
    made = [one for one in sounds if one.name in drawn_of]
    source = _source_of(item)
    if source is not None:
        sounds = [one for one in sounds if _is(one, source)]
    alike = sorted(sounds, key=lambda one: (one.made is not None, -_letters(one, item)))
    if source is None:
        alike = [one for one in alike if _letters(one, item) >= _LEAST_LETTERS]
    return [*made, *(one for one in alike if one not in made)]


def _source_of(item: Item) -> Source | None:
    """What ``item`` says of its sound; None if it says nothing."""
    with suppress(EidophoneError):
        if item.facts.kind == "picture":
            return Picture.load(item.path).source
        if item.facts.kind == "film":
            facts = Film.load(item.path).facts
            return None if facts is None else facts.source
        if item.facts.kind == "zip":
            with scratch() as folder:
                return Picture.load(unpacked(item.path, folder, most=1)[0]).source
    return None


def _is(sound: Item, source: Source) -> bool:
    """Whether ``sound`` has as many samples as ``source`` says, and is of its kind."""
    facts = sound.facts
    if (facts.rate, facts.channels) != (source.rate, source.channels) or facts.seconds is None:
        return False
    return round(facts.seconds * source.rate) == source.sample_count


def _letters(sound: Item, item: Item) -> int:
    """How many letters of the name of ``sound`` that of ``item`` begins with; 0: not all."""
    stem, name = same(divided(sound.name)[0]), same(item.name)
    return len(stem) if name.startswith(stem) else 0
