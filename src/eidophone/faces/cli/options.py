"""Options: the settings of the library as options, and our words for its arguments."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import Any, TypeVar

from eidophone.base.errors import EidophoneError, FilmError
from eidophone.base.options import Described, described
from eidophone.picture.recipe import Recipe

Settings = TypeVar("Settings")

#: Arguments that have another name here.
_NAMES = {
    "overwrite": "force",
    "trusted": "trust",
    "kind": "film",
    "drawn_for": "as",
    "timeout_seconds": "timeout",
    "interval_seconds": "interval",
    "silence_db": "silence",
}

#: Other ways to write a choice.
_SPELLINGS = {"jpg": "jpeg", "tif": "tiff"}


def option_of(argument: str) -> str:
    """What ``argument`` of the library is called here."""
    return "--" + _NAMES.get(argument, argument).replace("_", "-")


def in_our_words(message: str) -> str:
    """A message of the library, with options where it speaks of its `arguments`.

    What a recipe consists of is chosen in files, and has no options.
    """
    of_recipes = {one.name for one in described(Recipe)}

    def ours(found: re.Match[str]) -> str:
        return found[1] if found[1] in of_recipes else option_of(found[1])

    return re.sub(r"`([a-z_]+)`", ours, message)


def add_options(
    group: argparse._ActionsContainer,
    settings: type,
    *,
    only: Container[str] | None = None,
    but: Container[str] = (),
) -> None:
    """Add what can be chosen of ``settings``: ``only`` these, or all ``but`` those.

    What is not given is not there afterwards, so that each default stands in one place.
    """
    for one in described(settings):
        if (only is None or one.name in only) and one.name not in but:
            _add_option(group, one)


def given(options: argparse.Namespace, settings: Callable[..., Settings], **more: Any) -> Settings:
    """The ``settings`` that were given, and ``more``."""
    found = {
        one.name: vars(options)[one.name] for one in described(settings) if one.name in options
    }
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return settings(**found | lists | more)


def refuse(options: argparse.Namespace, arguments: Sequence[str], why: str) -> None:
    """Refuse what was given and would have no effect.

    Raises:
        FilmError: something was.
    """
    found = [option_of(one) for one in arguments if one in options]
    if found:
        raise FilmError(f"{', '.join(found)} is only for {why}")


def _add_option(group: argparse._ActionsContainer, one: Described) -> None:
    how: dict[str, Any] = {"dest": one.name, "default": argparse.SUPPRESS, "help": _help(one)}
    if one.kind is bool:
        how["action"] = "store_true"
    elif one.option.choices:
        many = "+" if one.many else None
        how |= {"choices": one.option.choices, "nargs": many, "type": spelled}
    else:
        how |= {"type": lambda text: _value(one, text), "metavar": _metavar(one)}
    group.add_argument(option_of(one.name), **how)


def _help(one: Described) -> str:
    usual = getattr(one.default, "name", one.default)  # a recipe is chosen by its name
    if isinstance(usual, float):
        usual = f"{usual:g}"
    if one.kind is int and isinstance(usual, int):
        usual = f"{usual:,}"
    if isinstance(usual, tuple):
        usual = ",".join(map(str, usual))
    usual = one.option.usual if one.default is None else "" if one.kind is bool else usual
    return one.option.explained + (f"; default: {usual}" if usual else "").replace("%", "%%")


#: What stands for values that are no numbers.
_METAVARS: dict[type, str] = {Recipe: "NAME|FILE.json", Path: "FILE", str: "NAME"}


def _metavar(one: Described) -> str:
    if one.option.example:
        return one.option.example
    if one.many:
        return "N,..." if one.default is None else ",".join(map(str, one.default))
    if one.kind in _METAVARS:
        return _METAVARS[one.kind]
    if one.option.words:
        return "|".join([*one.option.words, one.option.unit.upper() or "N"])
    if one.kind is float and one.option.low is not None and not one.option.unit:
        return f"{one.option.low:g}..{one.option.high:g}"
    return "N" if one.option.unit in ("", "pixels") else one.option.unit.upper()


def _value(one: Described, text: str) -> Any:
    """The value that ``text`` means.

    Raises:
        argparse.ArgumentTypeError: it means none, or one that cannot be.
    """
    if text in one.option.words:
        return text
    parts = one.parts(text)
    read = Recipe.named if one.kind is Recipe else one.kind
    try:
        values = tuple(map(read, parts))
    except EidophoneError as error:
        raise argparse.ArgumentTypeError(in_our_words(str(error))) from None
    except (ValueError, ZeroDivisionError):
        words = "".join(f", nor {word}" for word in one.option.words)
        raise argparse.ArgumentTypeError(f"{text!r} is no number{words}") from None
    problem = one.too_many(values)
    if problem:
        raise argparse.ArgumentTypeError(f"{text} are too many: {problem}")
    for part, value in zip(parts, values, strict=True):
        problem = one.option.problem(value, one.kind)
        if problem:
            raise argparse.ArgumentTypeError(f"{part} is out of range: {problem}")
    return values if one.many else values[0]


def spelled(choice: str) -> str:
    """The name of a choice, as it is written here: many write jpeg as its files are called."""
    return _SPELLINGS.get(choice.lower(), choice)


def jobs(text: str) -> int:
    """A number of processes.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes: use 1 to 256")
    return int(text)


def port(text: str) -> int:
    """The number of a port.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: use 0 to 65535")
    return int(text)


def setting(text: str) -> tuple[str, float | list[float]]:
    """What to give to an input of a network: NAME=NUMBER, or several.

    Raises:
        argparse.ArgumentTypeError: it is something else.
    """
    name, _, value = text.partition("=")
    try:
        numbers = [float(one) if "." in one else int(one) for one in value.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER[,NUMBER...]") from None
    return name, numbers[0] if len(numbers) == 1 else numbers
