"""Parts: what rooms found out, ready to be used, and kept for the model that was used last.

Who translates or generates with a model does so again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import LearnError, tell
from eidophone.learning.grains.generating import Grains
from eidophone.learning.model import Model
from eidophone.learning.translating.character import Character
from eidophone.learning.translating.dictionary import Dictionary
from eidophone.learning.translating.way import Way

if TYPE_CHECKING:
    from eidophone.learning.flow.flow import Flow

#: The room of what training adds.
FLOW = "flow"


@lru_cache(maxsize=1)
def character_in(model: Model) -> Character:
    """What is known of the blocks and voices of its collections.

    Raises:
        LearnError: the model is damaged.
    """
    return Character.of_arrays(model.part("character"), len(model.names))


@lru_cache(maxsize=1)
def grains_in(model: Model) -> Grains:
    """Its grains.

    Raises:
        LearnError: the model is damaged.
    """
    return Grains.of(model.collections, model.conditions, model.part("grains"))


@lru_cache(maxsize=2)
def dictionary_in(model: Model, kind: int) -> Dictionary:
    """The frames of one of its collections."""
    return Dictionary.of(model.collections[kind], model.conditions)


def flow_in(model: Model, task: str) -> Flow | None:
    """Its flow, if that was better at a ``task`` than the closed form when it was trained.

    Args:
        model: trained, or not.
        task: ``translating`` or ``generating``.

    Raises:
        LearnError: the model is damaged.
    """
    said = model.facts.get(FLOW)
    if not isinstance(said, dict) or not _takes_over(said, task):
        return None
    if not find_spec("torch"):
        tell(
            "what this model was trained to do better needs PyTorch (pip install "
            "'eidophone[learn]'): it is done without"
        )
        return None
    return _flow(model, str(said.get("recipe")))


def trained_in(model: Model, source: int, weights: Float32) -> Callable[[Float32], Float32] | None:
    """What its flow adds to levels of one collection, if that was better than the closed form.

    Args:
        model: trained, or not.
        source: the collection.
        weights: ``[collections]`` how far towards each, together more than 0.

    Raises:
        LearnError: the model is damaged.
    """
    flow = flow_in(model, "translating")
    if flow is None:
        return None
    from eidophone.learning.flow.uses import towards  # noqa: PLC0415 (PyTorch takes seconds)

    return towards(flow, character_in(model).components, model.conditions, source, weights)


def way_in(model: Model, source: int, weights: Float32, keep: float) -> Way:
    """The way of its sounds from one collection towards others; see `Way.of`.

    Args:
        model: whose ways.
        source: the collection that sounds are of.
        weights: ``[collections]`` how far towards each, together 1 at most.
        keep: 1 keeps notes and words, 0 takes all from the collections.

    Raises:
        LearnError: the model is damaged.
    """
    character = character_in(model)
    targets = [int(n) for n in np.flatnonzero(weights) if n != source]
    played = [n for n in targets if (source, n) not in character.spoken]
    return Way.of(
        character,
        model.conditions,
        source,
        weights,
        {n: dictionary_in(model, n) for n in played if keep < 1},
        keep,
        grains_in(model).index if keep < 1 and len(played) < len(targets) else None,
        trained_in(model, source, weights) if targets else None,
    )


def _takes_over(said: dict[str, Any], task: str) -> bool:
    worth = said.get("worth")
    one = worth.get(task) if isinstance(worth, dict) else None
    return isinstance(one, dict) and one.get("takes_over") is True


@lru_cache(maxsize=1)
def _flow(model: Model, recipe: str) -> Flow:
    from eidophone.learning.flow.flow import Flow  # noqa: PLC0415 (PyTorch takes seconds)
    from eidophone.learning.flow.settings import FlowRecipe  # noqa: PLC0415

    flow = Flow(FlowRecipe.of(recipe), model.part(FLOW))
    known = tuple(flow.recipe.names), flow.recipe.components
    if known != (model.names, character_in(model).components.count):
        raise LearnError("the flow of this model is damaged: it is of other collections")
    return flow
