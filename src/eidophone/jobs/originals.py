"""Originals: of which sounds of a workspace a picture, a film or a zip was likely drawn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from eidophone.base.atomic import scratch
from eidophone.base.errors import EidophoneError
from eidophone.film.film import Film
from eidophone.jobs.workspace.folder import Item
from eidophone.jobs.workspace.names import divided, same
from eidophone.jobs.workspace.zips import unpacked
from eidophone.picture.facts import Source
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import PRESETS

#: Columns that a picture may be wider or narrower than what was drawn.
_ROUNDED_COLUMNS = 2

#: Letters that names have in common, at least, to mean anything.
_LEAST_LETTERS = 3


def originals_of(item: Item, items: Sequence[Item]) -> list[Item]:
    """The sounds among ``items`` of which ``item`` was likely drawn, the likeliest first.

    By how it was made here, by what it says of its sound, or else by its name and its shape; what
    it says of its sound rules others out. What was recorded is likelier than what was made here.
    """
    sounds = [one for one in items if one.facts.kind == "sound"]
    drawn_of = item.made.of if item.made is not None else []
    made = [one for one in sounds if one.name in drawn_of]
    source = _source_of(item)
    if source is not None:
        sounds = [one for one in sounds if _is(one, source)]
    alike = sorted(sounds, key=lambda one: (one.made is not None, -_letters(one, item)))
    if source is None:  # what has its name, then what has its shape
        shaped = [one for one in alike if _is_as_long(one, item)]
        alike = [one for one in alike if _letters(one, item) >= _LEAST_LETTERS]
        alike += [one for one in shaped if one not in alike]
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


def _is_as_long(sound: Item, picture: Item) -> bool:
    """Whether ``picture`` has the shape that a preset would give to that of all of ``sound``."""
    width, height, seconds = picture.facts.width, picture.facts.height, sound.facts.seconds
    if picture.facts.kind != "picture" or not width or not height or not seconds:
        return False
    return any(
        abs(width * recipe.rows / height - seconds / recipe.hop_seconds) <= _ROUNDED_COLUMNS
        for recipe in PRESETS.values()
    )


def _letters(sound: Item, item: Item) -> int:
    """How many letters of the name of ``sound`` that of ``item`` begins with; 0: not all."""
    stem, name = same(divided(sound.name)[0]), same(item.name)
    return len(stem) if name.startswith(stem) else 0
