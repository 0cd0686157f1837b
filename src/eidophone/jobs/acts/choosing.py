"""Choosing: settings from what a form gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from eidophone.base.errors import PictureError
from eidophone.base.options import Described, shown
from eidophone.jobs.acts.model import Act
from eidophone.picture.recipe import Recipe

#: Gives the file of the item with that name.
Lookup = Callable[[str], Path]


def chosen(act: Act, values: Mapping[str, Any], lookup: Lookup) -> Any:
    """The settings of ``act`` with these ``values``, and the defaults of all others.

    Args:
        act: what is to be done.
        values: of the fields that it offers, as JSON has them; items by their names.
        lookup: where items are.

    Raises:
        EidophoneError: a value that cannot be, or a field that is not offered.
    """
    known = {one.name: one for one in act.form}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise PictureError(f"{act.name} has no {shown(unknown[0])}: it has {', '.join(known)}")
    given = {name: _value(known[name], value, lookup) for name, value in values.items()}
    return act.settings(**{name: value for name, value in given.items() if value is not None})


def renamed(act: Act, values: Mapping[str, Any], before: str, now: str) -> dict[str, Any]:
    """``values`` for ``act`` where the item that was called ``before`` is called ``now``."""
    items = {one.name for one in act.form if one.kind is Path}

    def follow(value: Any) -> Any:
        if isinstance(value, list):
            return [now if one == before else one for one in value]
        return now if value == before else value

    return {name: follow(value) if name in items else value for name, value in values.items()}


def _value(field: Described, value: Any, lookup: Lookup) -> Any:
    """``value`` of JSON as the ``field`` wants it; what is wrong stays so, and is refused later."""
    if value is None or (isinstance(value, str) and value in field.option.words):
        return value
    if field.many:
        values = value if isinstance(value, list) else [value]
        return tuple(_one(field, one, lookup) for one in values)
    return _one(field, value, lookup)


def _one(field: Described, value: Any, lookup: Lookup) -> Any:
    kind = field.kind
    if kind is Recipe:
        return Recipe.preset(value) if isinstance(value, str) else Recipe.from_dict(value)
    if kind is Path and isinstance(value, str):
        return lookup(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind is Fraction and isinstance(value, (int, float, str)):
        with suppress(ValueError, ZeroDivisionError, OverflowError):
            return Fraction(str(value))
    return value
