"""The network: a transformer over blocks, told the moment and the collection.

After "Scalable Diffusion Models with Transformers" (Peebles & Xie 2023), with one modulation shared
by all layers as in PixArt-alpha (Chen et al. 2023), and rotary positions (Su et al. 2021).
"""

from __future__ import annotations

import math
from typing import Any

from eidophone.learning.flow.extra import torch
from eidophone.learning.flow.settings import FlowRecipe

functional = torch.nn.functional
Tensor = Any

#: Frequencies that tell the network the moment.
_FREQUENCIES = 64


class Network(torch.nn.Module):
    """Velocities ``[n, blocks, K]`` of blocks on their way from noise (0) to sound (1)."""

    def __init__(self, recipe: FlowRecipe) -> None:
        super().__init__()
        width = recipe.width
        self.width, self.heads, self.null = width, recipe.heads, len(recipe.names)
        self.enter = torch.nn.Linear(recipe.components, width)
        self.layers = torch.nn.ModuleList(
            [_Layer(width, recipe.heads) for _ in range(recipe.layers)]
        )
        self.norm = torch.nn.LayerNorm(width, elementwise_affine=False)
        self.leave = torch.nn.Linear(width, recipe.components)
        self.classes = torch.nn.Embedding(len(recipe.names) + 1, width)
        self.moment = torch.nn.Sequential(
            torch.nn.Linear(2 * _FREQUENCIES, width), torch.nn.SiLU(), torch.nn.Linear(width, width)
        )
        self.modulation = torch.nn.Sequential(torch.nn.SiLU(), torch.nn.Linear(width, 6 * width))
        self.last = torch.nn.Linear(width, 2 * width)
        torch.nn.init.zeros_(self.leave.weight)
        torch.nn.init.zeros_(self.leave.bias)

    def forward(self, blocks: Tensor, moments: Tensor, classes: Tensor) -> Tensor:
        """Velocities of ``blocks`` ``[n, blocks, K]``.

        Args:
            blocks: between noise and sound.
            moments: ``[n]`` 0 to 1.
            classes: ``[n]``; as many as there are collections: none of them.
        """
        steps = torch.linspace(0, math.log(1000), _FREQUENCIES, device=blocks.device)
        angles = moments[:, None] * torch.exp(steps)
        told = self.moment(torch.cat([angles.sin(), angles.cos()], 1)) + self.classes(classes)
        modulation = self.modulation(told).view(-1, 6, self.width)
        turns = _turns(blocks.shape[1], self.width // self.heads, blocks.device)
        hidden = self.enter(blocks)
        for layer in self.layers:
            hidden = layer(hidden, modulation, turns)
        scale, shift = self.last(functional.silu(told))[:, None].chunk(2, 2)
        return self.leave(self.norm(hidden) * (1 + scale) + shift)


class _Layer(torch.nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ask = torch.nn.Linear(width, 3 * width)
        self.join = torch.nn.Linear(width, width)
        self.widen = torch.nn.Linear(width, 4 * width)
        self.narrow = torch.nn.Linear(4 * width, width)
        self.norm = torch.nn.LayerNorm(width, elementwise_affine=False)
        self.own = torch.nn.Parameter(0.02 * torch.randn(6, width))
        torch.nn.init.zeros_(self.join.weight)
        torch.nn.init.zeros_(self.narrow.weight)

    def forward(self, hidden: Tensor, modulation: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
        """One layer of attention, and one of thought."""
        a, b, c, d, e, f = (modulation + self.own)[:, :, None].unbind(1)
        count, blocks, width = hidden.shape
        asked = self.ask(self.norm(hidden) * (1 + a) + b)
        asked = asked.view(count, blocks, 3, self.heads, width // self.heads)
        query, key, value = asked.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(
            _turned(query, turns), _turned(key, turns), value
        )
        hidden = hidden + (1 + c) * self.join(seen.transpose(1, 2).reshape(count, blocks, width))
        wide = functional.gelu(self.widen(self.norm(hidden) * (1 + d) + e))
        return hidden + (1 + f) * self.narrow(wide)


def _turns(blocks: int, width: int, device: Any) -> tuple[Tensor, Tensor]:
    """By how much each pair of numbers is turned at each place: ``[blocks, width / 2]``."""
    speeds = 1000.0 ** -(torch.arange(0, width, 2, device=device) / width)
    angles = torch.arange(blocks, device=device)[:, None] * speeds
    return angles.cos(), angles.sin()


def _turned(values: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = (one.to(values.dtype) for one in turns)
    even, odd = values[..., ::2], values[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)
