"""Checkpoints: a training as one file of plain tensors, which is always whole."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eidophone.base.atomic import atomic_path
from eidophone.base.errors import LearnError
from eidophone.learning.flow.extra import SafetensorError, files, torch
from eidophone.learning.flow.network import Network, Tensor
from eidophone.learning.flow.settings import FlowRecipe

#: Larger ones are not ours.
_MOST_BYTES = 1 << 34


@dataclass
class Standing:
    """How far a training is.

    Attributes:
        step: steps that are done.
        share: of the whole training that is done; the learning rate goes by it.
        stride: share of a step.
        seconds: used.
        minutes: that were planned; 0: it goes by steps.
        loss: a running mean of the training loss.
        best: lowest held-out loss; None before the first.
        best_share: when that was.
        best_step: likewise.
        losses: ``(step, training loss, held-out loss)`` so far.
    """

    step: int = 0
    share: float = 0.0
    stride: float = 0.0
    seconds: float = 0.0
    minutes: float = 0.0
    loss: float | None = None
    best: float | None = None
    best_share: float = 0.0
    best_step: int = 0
    losses: list[tuple[int, float, float]] = field(default_factory=list)


class Training:
    """A network in training, its mean over the last steps, the best of these, the optimiser."""

    def __init__(self, recipe: FlowRecipe, device: str) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.device, self.standing = recipe, device, Standing()
        self.network = Network(recipe).to(device)
        self.mean = Network(recipe).to(device).eval().requires_grad_(False)
        self.mean.load_state_dict(self.network.state_dict())
        self.best = {name: one.clone() for name, one in self.mean.state_dict().items()}
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=0.0, weight_decay=0.01, betas=(0.9, 0.98)
        )

    def save(self, path: Path) -> None:
        """Write all of it to ``path``.

        Raises:
            OutputError: it cannot be written; what was there before still is.
        """
        standing = json.dumps({"recipe": self.recipe.json(), **asdict(self.standing)})
        whole = files.save(self._tensors(), {"training": standing})
        with atomic_path(path, overwrite=True) as temporary:
            temporary.write_bytes(whole)

    def load(self, path: Path) -> None:
        """Go on from where ``path`` is.

        Raises:
            LearnError: it is no checkpoint, or one of another training.
        """
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise LearnError(f"{path} is too large to be a checkpoint")
            whole = path.read_bytes()
            length = int.from_bytes(whole[:8], "little")
            said = json.loads(json.loads(whole[8 : 8 + length])["__metadata__"]["training"])
            recipe = FlowRecipe.of(said.pop("recipe"))
            standing = Standing(**said)
            standing.losses = [(int(a), float(b), float(c)) for a, b, c in standing.losses]
            tensors = files.load(whole)
        except OSError as error:
            raise LearnError(f"cannot read {path}: {error.strerror or error}") from None
        except (ValueError, KeyError, TypeError, SafetensorError) as error:
            raise LearnError(f"{path} is no checkpoint of a training: {error}") from None
        if not recipe.same_as(self.recipe):
            raise LearnError(
                f"{path} is a training of other sounds or settings: go on with the same ones, or "
                f"start anew"
            )
        self.standing = standing
        try:
            self._take(tensors)
        except (KeyError, RuntimeError) as error:
            raise LearnError(f"{path} is damaged: start anew ({error})") from None

    def _tensors(self) -> dict[str, Tensor]:
        tensors: dict[str, Tensor] = {}
        for prefix, state in self._states().items():
            tensors |= {f"{prefix}.{name}": one.detach().cpu() for name, one in state.items()}
        return {name: one.contiguous() for name, one in tensors.items()}

    def _states(self) -> dict[str, dict[str, Tensor]]:
        named = dict(self.network.named_parameters())
        moments = self.optimizer.state
        kept = {name: moments[one] for name, one in named.items() if one in moments}
        return {
            "network": self.network.state_dict(),
            "mean": self.mean.state_dict(),
            "best": self.best,
            "first": {name: one["exp_avg"] for name, one in kept.items()},
            "second": {name: one["exp_avg_sq"] for name, one in kept.items()},
        }

    def _take(self, tensors: dict[str, Tensor]) -> None:
        states: dict[str, dict[str, Tensor]] = {name: {} for name in self._states()}
        for name, one in tensors.items():
            prefix, _, rest = name.partition(".")
            states[prefix][rest] = one.to(self.device)
        self.network.load_state_dict(states["network"])
        self.mean.load_state_dict(states["mean"])
        self.best = states["best"]
        for name, one in self.network.named_parameters():
            if name in states["first"]:
                self.optimizer.state[one] = {
                    "step": torch.tensor(float(self.standing.step)),
                    "exp_avg": states["first"][name],
                    "exp_avg_sq": states["second"][name],
                }
