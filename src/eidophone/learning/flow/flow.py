"""Flow: a trained network as plain arrays, and its recipe."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import LearnError
from eidophone.learning.flow.extra import torch
from eidophone.learning.flow.network import Network
from eidophone.learning.flow.settings import FlowRecipe


@dataclass(frozen=True, eq=False)
class Flow:
    """A flow from noise to the blocks of collections.

    Attributes:
        recipe: what it is.
        arrays: the network's weights by their names, and ``mean`` and ``scale`` ``[K]`` of the
            components.
    """

    recipe: FlowRecipe
    arrays: dict[str, Float32]

    @cached_property
    def network(self) -> Network:
        """It, ready to be asked.

        Raises:
            LearnError: the arrays do not fit the recipe.
        """
        with torch.device("meta"):
            network = Network(self.recipe)
        wanted = {name: tuple(one.shape) for name, one in network.state_dict().items()}
        wanted["mean"] = wanted["scale"] = (self.recipe.components,)
        found = {name: one.shape for name, one in self.arrays.items()}
        if wanted != found or not all(np.isfinite(one).all() for one in self.arrays.values()):
            raise LearnError("the flow of this model is damaged: train it again")
        weights = {
            name: torch.from_numpy(np.array(one, np.float32))
            for name, one in self.arrays.items()
            if name not in {"mean", "scale"}
        }
        network.load_state_dict(weights, assign=True)
        return network.eval().requires_grad_(False)

    def whitened(self, latents: Float32) -> Float32:
        """Components ``[blocks, K]`` as the network knows them."""
        return (latents - self.arrays["mean"]) / self.arrays["scale"]

    def latents(self, whitened: Float32) -> Float32:
        """The other way."""
        return whitened * self.arrays["scale"] + self.arrays["mean"]
