"""Painting: a sound, how it is drawn, and layers of paint; its description as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from eidophone.base.errors import PictureError
from eidophone.base.options import is_text
from eidophone.jobs.painting.flatten import FULL
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import SoundSource

#: Of layers: more are a mistake; and of what they are called.
MOST_LAYERS = 64
_LONGEST_NAME = 100

#: Of a layer's number; they are never used again, so that what was removed can come back.
_HIGHEST_ID = 1_000_000


@dataclass(frozen=True)
class Layer:
    """A sheet of paint.

    Attributes:
        id: 1 or more; of no other layer of the painting.
        name: what people call it.
        visible: whether it is seen, and heard.
        opacity: 0 to 255.

    Raises:
        PictureError: a value cannot be.
    """

    id: int
    name: str
    visible: bool = True
    opacity: int = FULL

    def __post_init__(self) -> None:
        whole = all(type(one) is int for one in (self.id, self.opacity))
        if not whole or not 1 <= self.id <= _HIGHEST_ID or not 0 <= self.opacity <= FULL:
            raise PictureError(f"a layer has a whole number, and an opacity of 0 to {FULL}")
        if not is_text(self.name) or not 0 < len(self.name) <= _LONGEST_NAME:
            raise PictureError(f"a layer has a name of 1 to {_LONGEST_NAME} letters")
        if not isinstance(self.visible, bool):
            raise PictureError("a layer is visible, or it is not")


@dataclass(frozen=True)
class Painting:
    """What is painted on a sound.

    Attributes:
        id: its name in the workspace.
        item: the name of the sound.
        recipe: with which it is drawn, its exposure included.
        rate, channels, sample_count: of the sound.
        layers: the lowest first.
        revision: how often it was changed.

    Raises:
        PictureError: a value cannot be.
    """

    id: str
    item: str
    recipe: Recipe
    rate: int
    channels: int
    sample_count: int
    layers: tuple[Layer, ...] = (Layer(1, "Layer 1"),)
    revision: int = 0

    def __post_init__(self) -> None:
        if len(self.layers) > MOST_LAYERS:
            raise PictureError(f"{len(self.layers)} layers are too many: {MOST_LAYERS} at most")
        if len({one.id for one in self.layers}) < len(self.layers):
            raise PictureError("two layers have one number")

    @property
    def columns(self) -> int:
        """Of the picture of the sound."""
        return self.recipe.columns(self.sample_count, self.rate)

    @property
    def seen(self) -> list[Layer]:
        """The layers that are seen, the lowest first."""
        return [one for one in self.layers if one.visible and one.opacity]

    def is_on(self, sound: SoundSource) -> bool:
        """Whether ``sound`` is the one that is painted on, and not another that has its name."""
        ours = self.rate, self.channels, self.sample_count
        return ours == (sound.rate, sound.channels, sound.sample_count)

    def changed(self, **values: Any) -> Painting:
        """This painting, changed once more."""
        return replace(self, revision=self.revision + 1, **values)

    def to_json(self) -> str:
        """As one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Painting:
        """The painting that ``text`` describes; the inverse.

        Raises:
            PictureError: it describes none.
        """
        try:
            values = json.loads(text)
            values["recipe"] = Recipe.from_dict(values["recipe"])
            values["layers"] = layers_of(values["layers"])
            return cls(**values)
        except (ValueError, TypeError, KeyError, RecursionError):
            raise PictureError("the description of this painting is broken") from None


def layers_of(values: Any) -> tuple[Layer, ...]:
    """Layers from what JSON says of them.

    Raises:
        PictureError: they are none.
    """
    try:
        return tuple(Layer(**one) for one in values)
    except TypeError:
        raise PictureError("layers have an id, a name, visible and opacity") from None
