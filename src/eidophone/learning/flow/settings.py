"""How a flow is trained, and what is written down of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from eidophone.base.errors import LearnError

#: Largest of each number that a recipe of somebody else may have.
_MOST = {"components": 4096, "width": 2048, "layers": 48, "heads": 64, "window": 4096}


@dataclass(frozen=True)
class FlowSettings:
    """What can be chosen.

    Attributes:
        minutes: of training, by the clock.
        steps: train for so many steps instead, however long they take.
        seed: of everything that is drawn at random.
        device: ``cpu``, ``cuda`` or ``mps``; None: the fastest that is there.
        width: numbers for each block inside the network.
        layers: of attention.
        heads: of attention.
        window: blocks that are looked at together.
        batch: windows in a step, for each process.
    """

    minutes: float = 15.0
    steps: int | None = None
    seed: int = 0
    device: str | None = None
    width: int = 192
    layers: int = 4
    heads: int = 4
    window: int = 64
    batch: int = 24


@dataclass
class FlowRecipe:
    """What a flow is, and how it came about.

    Attributes:
        names: of the collections, in the order of their classes.
        components: numbers that a block is.
        width: see `FlowSettings`.
        layers: see there.
        heads: see there.
        window: see there.
        batch: windows in a step, of all processes together.
        seed: see there.
        step: which step the weights are of; averaged over some before.
        seconds: that training took.
        losses: ``(step, mean training loss, held-out loss or -1)`` now and then.
        sounds: a digest of what was learnt.
    """

    names: list[str]
    components: int
    width: int
    layers: int
    heads: int
    window: int
    batch: int
    seed: int
    sounds: str
    step: int = 0
    seconds: float = 0.0
    losses: list[tuple[int, float, float]] = field(default_factory=list)

    def json(self) -> str:
        """As text."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> FlowRecipe:
        """The recipe that ``text`` says.

        Raises:
            LearnError: it is none, or far too large.
        """
        try:
            said = json.loads(text)
            recipe = cls(**{one.name: said[one.name] for one in fields(cls)})
            recipe.losses = [(int(a), float(b), float(c)) for a, b, c in recipe.losses]
            _check(recipe)
        except (ValueError, TypeError, KeyError) as error:
            raise LearnError(f"this is no recipe of a flow: {error}") from None
        return recipe

    def same_as(self, other: FlowRecipe) -> bool:
        """Whether the training of one can go on from the other."""
        return self._start() == other._start()

    def _start(self) -> dict[str, Any]:
        said = asdict(self)
        return {name: said[name] for name in said if name not in {"step", "seconds", "losses"}}


def _check(recipe: FlowRecipe) -> None:
    for name, most in _MOST.items():
        value = getattr(recipe, name)
        if type(value) is not int or not 1 <= value <= most:
            raise ValueError(f"{name} is {value!r}")
    if recipe.width % (2 * recipe.heads):
        raise ValueError(f"{recipe.heads} heads cannot share a width of {recipe.width}")
    if not 1 <= len(recipe.names) <= 1000 or not all(type(one) is str for one in recipe.names):
        raise ValueError("names are missing")
