"""Parts: what rooms found out, ready to be used, and kept for the model that was used last.

Who translates or generates with a model does so again and again.
"""

from __future__ import annotations

from functools import lru_cache

from eidophone.learning.grains.generating import Grains
from eidophone.learning.model import Model
from eidophone.learning.translating.character import Character
from eidophone.learning.translating.dictionary import Dictionary


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
