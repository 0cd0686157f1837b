"""Sampling: blocks of any length from noise, and blocks of one collection as another's."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from eidophone.base.arrays import Float32, Mask
from eidophone.learning.flow.extra import torch
from eidophone.learning.flow.flow import Flow
from eidophone.learning.flow.network import Network, Tensor

#: Steps from noise to sound, and of each of the two ways of a translation.
STEPS, STEPS_EACH_WAY = 16, 12

#: How much further away from no collection the flow is led.
GUIDANCE = 1.5

#: Windows that are asked for at once.
_AT_ONCE = 32

Velocity = Callable[[Tensor, float], Tensor]


def sampled(
    flow: Flow,
    blocks: int,
    weights: Float32,
    seed: int,
    *,
    known: tuple[Float32, Mask] | None = None,
    loop: bool = False,
    guidance: float = GUIDANCE,
    steps: int = STEPS,
) -> Float32:
    """Components ``[blocks, K]`` drawn from noise.

    Args:
        flow: trained.
        blocks: how many.
        weights: of the collections, ``[classes]``, or for each block ``[blocks, classes]``; of the
            sum 1.
        seed: another one, another course.
        known: components ``[blocks, K]``, and ``[blocks]`` which of them are to be as they are: the
            rest goes with them.
        loop: the last block goes on to the first.
        guidance: 1: as the collections are; more: more so.
        steps: more are slower and truer.
    """
    rng = np.random.default_rng(seed)
    noise = torch.from_numpy(rng.standard_normal((blocks, flow.recipe.components), np.float32))
    velocity = _velocity(flow, blocks, weights, loop, guidance)
    if known is None:
        return _latents(flow, _integrated(velocity, noise, 0.0, 1.0, steps))
    wanted = torch.from_numpy(np.array(flow.whitened(known[0]), np.float32))
    fixed = torch.from_numpy(np.array(known[1]))[:, None]

    def held(moment: float) -> Callable[[Tensor], Tensor]:
        there = (1 - moment) * noise + moment * wanted
        return lambda free: torch.where(fixed, there, free)

    return _latents(flow, _integrated(velocity, noise, 0.0, 1.0, steps, held))


def translated(
    flow: Flow,
    latents: Float32,
    source: Float32 | None,
    target: Float32,
    *,
    guidance: float = GUIDANCE,
    steps: int = STEPS_EACH_WAY,
) -> Float32:
    """Components ``[blocks, K]`` of the same noise, as another collection has it.

    Args:
        flow: trained.
        latents: components ``[blocks, K]``.
        source: weights of the collections that they are of; None: of none that is known.
        target: weights of the collections that they are to be of; see `sampled`.
        guidance: see there; on the way to the target only.
        steps: each way.
    """
    blocks = len(latents)
    there = torch.from_numpy(np.array(flow.whitened(latents), np.float32))
    whence = np.zeros(len(flow.recipe.names), np.float32) if source is None else source
    back = _velocity(flow, blocks, whence, False, 0.0 if source is None else 1.0)
    noise = _integrated(back, there, 1.0, 0.0, steps)
    forth = _velocity(flow, blocks, target, False, guidance)
    return _latents(flow, _integrated(forth, noise, 0.0, 1.0, steps))


def drawn(network: Network, windows: Tensor, classes: Tensor, steps: int = STEPS) -> Tensor:
    """Windows ``[n, blocks, K]`` of noise as those of ``classes``; whitened."""

    def velocity(there: Tensor, moment: float) -> Tensor:
        moments = torch.full((len(there),), moment, device=there.device)
        nothing = torch.full_like(classes, network.null)
        free = network(there, moments, nothing)
        return free + GUIDANCE * (network(there, moments, classes) - free)

    with torch.no_grad():
        return _integrated(velocity, windows, 0.0, 1.0, steps)


def _integrated(
    velocity: Velocity,
    there: Tensor,
    first: float,
    last: float,
    steps: int,
    held: Callable[[float], Callable[[Tensor], Tensor]] = lambda _: lambda free: free,
) -> Tensor:
    """``there`` after the moments from ``first`` to ``last``, by Heun's method."""
    moments = np.linspace(first, last, steps + 1).tolist()
    with torch.no_grad():
        for now, then in pairwise(moments):
            speed = velocity(held(now)(there), now)
            guess = held(then)(there + (then - now) * speed)
            there = there + (then - now) / 2 * (speed + velocity(guess, then))
        return held(last)(there)


def _velocity(flow: Flow, blocks: int, weights: Float32, loop: bool, guidance: float) -> Velocity:
    """The velocity of ``[blocks, K]``, from overlapping windows that fade into each other."""
    network, window = flow.network, flow.recipe.window
    weights = np.broadcast_to(weights, (blocks, len(flow.recipe.names)))
    places, fades = _windows(blocks, window, loop)
    shares = torch.from_numpy(np.array(weights, np.float32))[places]  # [n, window, classes]
    used = [n for n in range(len(flow.recipe.names)) if bool((shares[..., n] > 0).any())]
    total = torch.zeros(blocks).index_add_(0, places.flatten(), fades.flatten())

    def asked(there: Tensor, moment: float, which: int) -> Tensor:
        moments = torch.full((len(there),), moment)
        return network(there, moments, torch.full((len(there),), which))

    def window_velocity(there: Tensor, moment: float, share: Tensor) -> Tensor:
        speed = sum(share[..., n, None] * asked(there, moment, n) for n in used)
        if guidance == 1:
            return speed
        free = asked(there, moment, network.null)
        return free + guidance * (speed - free)

    def velocity(there: Tensor, moment: float) -> Tensor:
        speeds = torch.zeros_like(there)
        for first in range(0, len(places), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            found = window_velocity(there[places[some]], moment, shares[some])
            faded = (found * fades[some, :, None]).flatten(0, 1)
            speeds.index_add_(0, places[some].flatten(), faded)
        return speeds / total[:, None]

    return velocity


def _windows(blocks: int, window: int, loop: bool) -> tuple[Tensor, Tensor]:
    """Which blocks each window sees ``[n, window]``, and how much each of them counts there."""
    if blocks <= window and not loop:
        return torch.arange(blocks)[None], torch.ones(1, blocks)
    if loop:
        firsts = np.linspace(0, blocks, -(-2 * blocks // window), endpoint=False)
    else:
        firsts = np.linspace(0, blocks - window, 1 + -(-2 * (blocks - window) // window))
    places = firsts.round().astype(np.int64)[:, None] + np.arange(window)
    fade = np.minimum(np.arange(window) + 0.5, window - np.arange(window) - 0.5)
    fades = np.tile(fade.astype(np.float32), (len(places), 1))
    return torch.from_numpy(places % blocks), torch.from_numpy(fades)


def _latents(flow: Flow, whitened: Tensor) -> Float32:
    return np.asarray(flow.latents(whitened.numpy()), np.float32)
