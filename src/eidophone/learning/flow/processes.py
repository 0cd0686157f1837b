"""Processes that train together: each takes its windows of a step, and gradients are averaged.

They are started by ``torchrun`` or ``accelerate launch``, which tell each its number.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from eidophone.base.errors import LearnError
from eidophone.learning.flow.extra import torch
from eidophone.learning.flow.network import Tensor


@dataclass(frozen=True)
class Processes:
    """This process among others.

    Attributes:
        number: 0: the one that writes and tells.
        count: how many there are.
        device: of this one.
    """

    number: int
    count: int
    device: str

    @classmethod
    def joined(cls, device: str | None) -> Processes:
        """With all that were started with this one.

        Args:
            device: ``cpu``, ``cuda``, ``mps``; None: the fastest that is there.

        Raises:
            LearnError: it is not there.
        """
        number, count = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        chosen = _device(device)
        if count > 1:
            if chosen == "cuda":
                torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
            if not torch.distributed.is_initialized():
                torch.distributed.init_process_group("nccl" if chosen == "cuda" else "gloo")
        return cls(number, count, chosen)

    def average(self, tensors: Sequence[Tensor]) -> None:
        """Give each of ``tensors`` the mean of all processes."""
        if self.count == 1:
            return
        joined = torch.cat([one.flatten() for one in tensors])
        torch.distributed.all_reduce(joined)
        joined /= self.count
        parts = joined.split([one.numel() for one in tensors])
        for one, part in zip(tensors, parts, strict=True):
            one.copy_(part.view_as(one))

    def agreed(self, value: float) -> float:
        """What the first of them says."""
        if self.count == 1:
            return value
        said = torch.tensor([value], dtype=torch.float32, device=self.device)
        torch.distributed.broadcast(said, 0)
        return float(said)


def _device(wanted: str | None) -> str:
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if wanted is None:
        return next(name for name, found in there.items() if found)
    if not there.get(wanted):
        usable = ", ".join(name for name, found in there.items() if found)
        raise LearnError(f"there is no device {wanted!r} here: choose of {usable}")
    return wanted
