"""Options: what people can choose, described once on the settings that hold it.

A field of a frozen settings class that people can choose is annotated with an `Option`:

    size: Annotated[int, Option(help="squares of so many pixels", unit="pixels", low=16, high=8192)]

The command line, the nodes of ComfyUI and forms are made of these descriptions, and `check` refuses
by them what the faces would not offer.
"""

from __future__ import annotations

import math
import re
from dataclasses import Field, dataclass, fields, replace
from functools import lru_cache
from numbers import Integral, Real
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from eidophone.base.errors import EidophoneError

#: Characters of a bad value that a message repeats.
_MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Option:
    """What there is to say of a choice, besides its name, its type and its default.

    Attributes:
        help: what it does, a phrase that a sentence could end with.
        usual: what happens where nothing is chosen, if the default is None.
        unit: of numbers.
        low, high: numbers lie between them; None for no limit.
        choices: the names to choose from, where the type is no ``Literal`` that says so.
        plain: what each of them is in plain words, where its name does not say so.
        words: what may stand in place of a number, where the type has a ``Literal`` beside it.
        most: how many values there can be, of those that are ``many``; None for no limit.
        example: values that show what they are, with bars between them, where no name does.
    """

    help: str
    usual: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    most: int | None = None
    example: str = ""

    @property
    def explained(self) -> str:
        """``help``, and what each choice is, where only their names are seen."""
        if not self.plain:
            return self.help
        each = zip(self.choices, self.plain, strict=True)
        return f"{self.help}: {'; '.join(f'{name}, {words}' for name, words in each)}"

    def problem(self, value: Any, kind: Any) -> str:
        """What is wrong with ``value``; empty if nothing is."""
        if isinstance(value, str) and value in self.words:
            return ""
        if self.choices:
            wrong, wanted = value not in self.choices, f"one of {', '.join(self.choices)}"
        elif issubclass(kind, Real) and kind is not bool:
            number = Integral if kind is int else Real
            known = isinstance(value, number) and not isinstance(value, bool)
            wrong = not known or not self._is_within(value)
            wanted = self._range or ("a whole number" if kind is int else "a number")
        else:
            known = is_text(value) if kind is str else isinstance(value, kind)
            wrong, wanted = not known, f"a {kind.__name__}"
        return f"it must be {' or '.join([*self.words, wanted])}" if wrong else ""

    def check(self, name: str, value: object, kind: Any, error: type[EidophoneError]) -> None:
        """Refuse ``value`` with an ``error`` that names it, if it cannot be.

        Raises:
            EidophoneError: of that class.
        """
        problem = self.problem(value, kind)
        if problem:
            raise error(f"`{name}` is {shown(value)}: {problem}")

    def _is_within(self, value: Any) -> bool:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return bool(low <= value <= high) and abs(value) != math.inf  # NaN is nowhere

    @property
    def _range(self) -> str:
        """``low`` to ``high`` in words; empty if there are no limits."""
        unit = f" {self.unit}" if self.unit else ""
        if self.low is None:
            return "" if self.high is None else f"at most {self.high:g}{unit}"
        if self.high is None:
            return f"at least {self.low:g}{unit}"
        return f"{self.low:g} to {self.high:g}{unit}"


@dataclass(frozen=True, kw_only=True)
class Described:
    """One choice: an `Option` with the name, the type and the default of its field.

    Attributes:
        name: of the field.
        kind: the type of a value, or of each where there are ``many``.
        many: it is a tuple of values.
        default: where nothing is chosen.
        option: all else.
    """

    name: str
    kind: Any
    many: bool
    default: Any
    option: Option

    def check(self, value: object, error: type[EidophoneError]) -> None:
        """`Option.check`, of each where there are ``many``; None may stand for what is usual."""
        if value is None and self.default is None:
            return
        if self.many and not isinstance(value, tuple):
            raise error(f"`{self.name}` is {shown(value)}: it must be a tuple")
        values = value if isinstance(value, tuple) else (value,)
        problem = self.too_many(values)
        if problem:
            raise error(f"`{self.name}` is {shown(value)}: {problem}")
        for one in values:
            self.option.check(self.name, one, self.kind, error)

    def too_many(self, values: tuple[object, ...]) -> str:
        """What is wrong with the number of ``values``; empty if nothing is."""
        most = self.option.most
        return f"there can be {most} at most" if most and len(values) > most else ""

    def parts(self, text: str) -> list[str]:
        """The values that are written in ``text``: with commas, or ranges as 0-8000."""
        if not self.many:
            return [text]
        return re.split(r",|(?<=\d)-" if self.kind is float else ",", text)

    def as_json(self) -> dict[str, Any]:
        """This description for a form: texts, numbers, lists and None."""
        default = self.default
        if isinstance(default, tuple):
            default = list(default)
        return {
            "name": self.name,
            "type": self.kind.__name__.lower(),
            "many": self.many,
            "default": getattr(default, "name", default),  # recipes are chosen by their names
            "help": self.option.help,
            "usual": self.option.usual,
            "unit": self.option.unit,
            "low": self.option.low,
            "high": self.option.high,
            "choices": list(self.option.choices),
            "plain": list(self.option.plain),
            "words": list(self.option.words),
            "most": self.option.most,
        }


@lru_cache(maxsize=64)
def described(settings: Any) -> tuple[Described, ...]:
    """What can be chosen of ``settings``, a dataclass: its fields that have an `Option`."""
    hints = get_type_hints(settings, include_extras=True)
    found = []
    for field in fields(settings):
        for option in getattr(hints[field.name], "__metadata__", ()):
            if isinstance(option, Option):
                found.append(_described(field, hints[field.name].__origin__, option))
    return tuple(found)


def shown(value: object) -> str:
    """``value`` as errors echo it, cut short where a hostile file made it long."""
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def is_text(value: object) -> bool:
    """Whether ``value`` is text that can be written: JSON can hold halves of letters."""
    if not isinstance(value, str):
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def check(settings: Any, error: type[EidophoneError]) -> None:
    """Refuse settings that their descriptions do not allow.

    Raises:
        EidophoneError: of the class ``error``, for the first that cannot be.
    """
    kind: Any = type(settings)
    for one in described(kind):
        one.check(getattr(settings, one.name), error)


def _described(field: Field[Any], hint: Any, option: Option) -> Described:
    kind = get_args(hint)[0] if get_origin(hint) in (Union, UnionType) else hint
    many = get_origin(kind) is tuple
    if many:
        kind = get_args(kind)[0]
    if get_origin(kind) is Literal:
        option, kind = replace(option, choices=get_args(kind)), str
    return Described(name=field.name, kind=kind, many=many, default=field.default, option=option)
