"""Slide: sliders of one's own, of sounds that have more or less of something."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eidophone.base.arrays import Float32
from eidophone.base.errors import LearnError, SoundError, tell
from eidophone.files.kinds import sounds_in
from eidophone.learning.grains.descriptors import NAMES
from eidophone.learning.grains.own import Own, labels_of
from eidophone.learning.grid import levels_of_bytes
from eidophone.learning.model import Model
from eidophone.learning.parts import grains_in
from eidophone.learning.storing import Arrays
from eidophone.learning.tracks import middle_of_file, track_of

_ROOM = "sliders"

#: Of each sound, and sounds, at most.
_MOST_SECONDS, _MOST_SOUNDS = 20.0, 400

#: What no name of a slider has in it.
_RESERVED = ",=:."


def sliders_of(model: Model) -> dict[str, Own]:
    """One's own sliders of ``model``, by name."""
    names = model.facts.get(_ROOM, [])
    arrays = model.part(_ROOM)
    try:
        return {
            name: Own.of({key: arrays[f"{number}.{key}"] for key in ("weights", "bias", "curve")})
            for number, name in enumerate(map(str, names))
        }
    except (KeyError, TypeError) as error:
        raise LearnError(f"the sliders of this model are damaged: {error!r}") from None


def with_slider(model: Model, name: str, *places: str | Path) -> Model:
    """``model`` with a slider of one's own.

    Args:
        model: what was learnt.
        name: what it is called.
        places: a folder of sounds with more of it, and one of sounds with less; or a CSV file, a
            line ``FILE,VALUE`` for each sound.

    Raises:
        LearnError: a name that cannot be, or labels that are all the same.
        SoundError: a folder without sounds.
    """
    if name in NAMES or not name.strip() or any(one in name for one in _RESERVED):
        raise LearnError(f"a slider cannot be called {name!r}: choose another name")
    labels = _labels([Path(one) for one in places])
    heard, values = _heard(labels)
    index = grains_in(model).index
    own = sliders_of(model) | {name: Own.fit(index, heard, values)}
    arrays: Arrays = {
        f"{number}.{key}": array
        for number, one in enumerate(own.values())
        for key, array in one.arrays.items()
    }
    return model.having(_ROOM, arrays, **{_ROOM: list(own)})


def _labels(places: list[Path]) -> Mapping[Path, float]:
    if len(places) == 1 and not places[0].is_dir():
        return labels_of(places[0])
    if len(places) != 2:
        raise LearnError(
            "a slider is made of two folders, of sounds with more and with less of it, or of a "
            "CSV file of FILE,VALUE"
        )
    found: dict[Path, float] = {}
    for place, value in zip(places, (1.0, 0.0), strict=True):
        found |= dict.fromkeys(sounds_in(place) if place.is_dir() else [place], value)
    return found


def _heard(labels: Mapping[Path, float]) -> tuple[list[Float32], list[float]]:
    """Levels of the sounds, and their labels; what cannot be heard is left out."""
    levels, values = [], []
    for path, value in list(labels.items())[:_MOST_SOUNDS]:
        try:
            track = track_of(middle_of_file(path, _MOST_SECONDS), path.name)
        except SoundError as error:
            tell(f"left out: {error}")
            continue
        if track is not None:
            levels.append(levels_of_bytes(track.levels))
            values.append(value)
    return levels, values
