"""Networks: small convolutional nets that judge how the levels of bands move together.

A net hears each band about its own mean, and, if it is to judge what cannot be had by squeezing
levels either, in units of its own spread: no equaliser changes what it hears, and no change of
depth. It is trained on windows that are equalised, squeezed, compressed and distorted, with echoes,
tremolo and noise, all at random: what such effects do is not what it is to judge by.
Needs PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32, Int32
from eidophone.learning.effects import altered
from eidophone.learning.grid import COLUMN_SECONDS

#: Columns that are heard as one: 23 ms.
POOLED = 4
_HEARD_PER_SECOND = 1 / (POOLED * COLUMN_SECONDS)

#: Nets that judge together, each fitted from a seed of its own: of who decides, and of others.
_NETS = {True: 3, False: 1}

_CHANNELS, _DROPPED = 16, 0.5
_BATCH, _CROP = 32, 0.5

#: How often each window is looked at, and steps at least and at most.
_LOOKS, _LEAST_STEPS, _MOST_STEPS = 28, 150, 420

_RATE, _DECAY, _SMOOTHING = 4e-3, 0.05, 0.05

#: Weights are averages over about so many steps.
_REMEMBERED = 0.98

#: Nepers by which movement is squeezed or stretched while training; see `altered`.
_DEPTHS = {True: 0.25, False: 0.1}

#: Spreads of fewer dB are not brought to 1: that would make a feature of faint noise.
_SPREAD_DB, _USUAL_DB = 2.0, 8.0


def can_judge() -> bool:
    """Whether there is PyTorch."""
    return find_spec("torch") is not None


@dataclass(frozen=True, eq=False)
class Network:
    """Nets that tell classes by the levels of bands.

    Attributes:
        spread_free: whether they hear each band in units of its own spread.
        nets: convolutions of each, and what tells classes by what they find.
    """

    spread_free: bool
    nets: tuple[tuple[Any, Any], ...]

    @classmethod
    def fit(
        cls, heard: Float32, classes: Int32, spread_free: bool, progress: Callable[[float], None]
    ) -> Network:
        """Nets that tell ``classes`` ``[n]`` by ``heard`` ``[n, columns / POOLED, BANDS]``, dB."""
        nets, count = [], _NETS[spread_free]
        for seed in range(count):
            share = lambda done, seed=seed: progress((seed + done) / count)  # noqa: E731
            nets.append(_fitted(heard, classes, spread_free, seed, share))
        return cls(spread_free, tuple(nets))

    def probabilities(self, heard: Float32) -> Float32:
        """``[nets, n, classes]`` for ``heard`` ``[n, columns / POOLED, BANDS]``."""
        import torch  # noqa: PLC0415

        views = torch.from_numpy(np.ascontiguousarray(heard, np.float32))[:, None]
        told = []
        with torch.no_grad(), _one_thread():
            for body, head in self.nets:
                scores = [
                    _scores(body, head, _relative(part, self.spread_free))
                    for part in views.split(_BATCH)
                ]
                told.append(torch.cat(scores).softmax(1).numpy())
        return np.stack(told)


def _fitted(
    heard: Float32,
    classes: Int32,
    spread_free: bool,
    seed: int,
    progress: Callable[[float], None],
) -> tuple[Any, Any]:
    """One net, of weights averaged over the last steps."""
    import torch  # noqa: PLC0415
    from torch import nn  # noqa: PLC0415

    wanted = torch.from_numpy(classes.astype(np.int64))
    count = int(wanted.max()) + 1
    balance = len(wanted) / count / torch.bincount(wanted).float()
    rng = np.random.default_rng(seed)
    cropped = max(1, round(_CROP * heard.shape[1]))
    with torch.random.fork_rng(devices=[]), _one_thread():
        torch.manual_seed(seed)
        body, head = _net(count)
        body.train()
        both = nn.ModuleDict({"body": body, "head": head})
        averaged = {name: one.clone() for name, one in both.state_dict().items()}
        batches = -(-len(heard) // _BATCH)
        steps = min(max(_LOOKS * batches, _LEAST_STEPS), _MOST_STEPS)
        optimizer = torch.optim.AdamW(both.parameters(), _RATE, weight_decay=_DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps)
        order = np.empty(0, np.int64)
        for step in range(1, steps + 1):
            progress(step / steps)
            while len(order) < _BATCH:
                order = np.concatenate([order, rng.permutation(len(heard))])
            chosen, order = order[:_BATCH], order[_BATCH:]
            first = int(rng.integers(heard.shape[1] - cropped + 1))
            part = heard[chosen, first : first + cropped]
            part = altered(part, _HEARD_PER_SECOND, _DEPTHS[spread_free], rng)
            views = _relative(torch.from_numpy(part)[:, None], spread_free)
            loss = nn.functional.cross_entropy(
                _scores(body, head, views),
                wanted[chosen],
                weight=balance,
                label_smoothing=_SMOOTHING,
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            kept = min(_REMEMBERED, step / (step + 10))
            for name, one in both.state_dict().items():
                if one.dtype.is_floating_point:
                    averaged[name].mul_(kept).add_(one, alpha=1 - kept)
    both.load_state_dict(averaged)
    return body.eval(), head.eval()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Work that is too small to be shared among threads, which would wait for each other."""
    import torch  # noqa: PLC0415

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _net(classes: int) -> tuple[Any, Any]:
    """Convolutions, and what tells classes by the means and spreads of what they find."""
    import torch  # noqa: PLC0415
    from torch import nn  # noqa: PLC0415

    sizes = [(1, _CHANNELS, 5), (_CHANNELS, 2 * _CHANNELS, 3), (2 * _CHANNELS, 2 * _CHANNELS, 3)]
    layers: list[Any] = []
    for given, made, side in sizes:
        layers += [
            nn.Conv2d(given, made, side, 2, side // 2),
            nn.BatchNorm2d(made),
            nn.ReLU(),
        ]
    body = nn.Sequential(*layers).to(memory_format=torch.channels_last)  # twice as fast on CPUs
    return body.eval(), nn.Linear(4 * _CHANNELS, classes).eval()


def _scores(body: Any, head: Any, views: Any) -> Any:
    """``[n, classes]`` for ``views`` ``[n, 1, columns, bands]``."""
    import torch  # noqa: PLC0415

    found = body(views.contiguous(memory_format=torch.channels_last)).flatten(2)
    found = torch.cat([found.mean(2), found.std(2, unbiased=False)], 1)
    return head(torch.nn.functional.dropout(found, _DROPPED, body.training))


def _relative(views: Any, spread_free: bool) -> Any:
    """``views`` ``[n, 1, columns, bands]`` in dB, each band about its mean, and to one scale."""
    views = views - views.mean(2, keepdim=True)
    if not spread_free:
        return views / _USUAL_DB
    return views / (views.pow(2).mean(2, keepdim=True) + _SPREAD_DB**2).sqrt()
