"""Training: a flow from noise to the blocks of collections, within a time, and again after a kill.

Rectified flow: "Flow Straight and Fast" (Liu et al. 2022). All that is drawn at random hangs on the
seed and the number of the step alone. So nothing of it has to be kept, and a training that goes on
from a checkpoint is the same as one that was never interrupted.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import LearnError, OutputError, lacks_memory, tell
from eidophone.learning.flow.checkpoint import Training
from eidophone.learning.flow.courses import Courses
from eidophone.learning.flow.extra import torch
from eidophone.learning.flow.flow import Flow
from eidophone.learning.flow.network import Network, Tensor
from eidophone.learning.flow.pace import choose_threads, seconds_of
from eidophone.learning.flow.processes import Processes
from eidophone.learning.flow.sampling import drawn
from eidophone.learning.flow.settings import FlowRecipe, FlowSettings

#: Steps from one look at what is held out to the next, and at the clock.
_LOOK_STEPS, _PACE_STEPS = 50, 10

#: Seconds from one checkpoint, and from one sample to listen to, to the next.
_SAVE_SECONDS, _LISTEN_SECONDS = 20.0, 120.0

#: The learning rate rises for so many steps, and then falls as a cosine to a share of itself.
_RATE, _RISE_STEPS, _LEAST_RATE = 1.5e-3, 50, 0.03

#: Share of windows that are learnt without their collection, for guidance.
_NAMELESS = 0.1

#: The mean over steps forgets as slowly as this, once there are many.
_FORGET = 0.99

#: Training stops early if what is held out has not been learnt better for this share of it, and
#: so many looks.
_PATIENCE, _LOOKS = 0.35, 5

#: Windows that are held out.
_HELD_WINDOWS = 64


@dataclass(frozen=True)
class Moment:
    """How training goes.

    Attributes:
        step: steps that are done.
        share: of all training that is done.
        loss: running mean of the training loss.
        held: held-out loss, when it was last looked at; None: nothing is held out.
        best: the lowest of these; the result is what had it.
        seconds_left: at most.
    """

    step: int
    share: float
    loss: float
    held: float | None
    best: float | None
    seconds_left: float


Progress = Callable[[Moment], None]

#: Told now and then what each collection sounds like by now: its name, components ``[blocks, K]``.
Listen = Callable[[str, Float32], None]


def train(
    courses: Courses,
    settings: FlowSettings,
    *,
    checkpoint: Path | None = None,
    resume: bool = False,
    progress: Progress = lambda _: None,
    listen: Listen = lambda *_: None,
) -> Flow:
    """A flow that has learnt ``courses``.

    Args:
        courses: what to learn.
        settings: how, and for how long.
        checkpoint: a file that is kept up to date every 20 s.
        resume: go on from there, if it is there.
        progress: told how it goes.
        listen: told every two minutes of training what it sounds like.

    Raises:
        LearnError: the checkpoint is another training's, the device is not there, or there is far
            too little memory.
    """
    processes = Processes.joined(settings.device)
    recipe = _recipe(courses, settings, processes)
    training = Training(recipe, processes.device)
    if resume and checkpoint is not None and checkpoint.exists():
        training.load(checkpoint)
    return _Run(training, courses, settings, processes, checkpoint, progress, listen).whole()


def _recipe(courses: Courses, settings: FlowSettings, processes: Processes) -> FlowRecipe:
    return FlowRecipe(
        names=list(courses.names),
        components=len(courses.mean),
        width=settings.width,
        layers=settings.layers,
        heads=settings.heads,
        window=settings.window,
        batch=settings.batch * processes.count,
        seed=settings.seed,
        sounds=courses.digest,
    )


class _Run:
    """One process's training, from where it is to its end."""

    def __init__(
        self,
        training: Training,
        courses: Courses,
        settings: FlowSettings,
        processes: Processes,
        checkpoint: Path | None,
        progress: Progress,
        listen: Listen,
    ) -> None:
        self.training, self.standing, self.recipe = training, training.standing, training.recipe
        self.courses, self.settings, self.processes = courses, settings, processes
        self.checkpoint = checkpoint if processes.number == 0 else None
        self.progress, self.listen = progress, listen
        self.device, self.parts = processes.device, 1
        worth = np.sqrt(courses.scale)
        self.worth = torch.from_numpy(worth / worth.mean()).to(self.device)
        self.held = self._batch(_HELD_WINDOWS, -1, held=True) if any(courses.held) else None
        known = self.standing.losses and self.held is not None
        self.held_loss = self.standing.losses[-1][2] if known else None
        self.unsaved = False

    def whole(self) -> Flow:
        """Train to the end."""
        standing = self.standing
        self.clock = time.monotonic() - standing.seconds
        self._plan()
        self.saved, self.heard = self._seconds(), self._seconds()
        self.paced, self.paced_step = self._seconds(), standing.step
        try:
            while not self._over():
                self._step()
                if standing.step % _LOOK_STEPS == 0:
                    self._look()
                if standing.step % _PACE_STEPS == 0:
                    self._pace()
                    self._speak()
        except KeyboardInterrupt:
            self._save()
            raise
        if not standing.losses or standing.losses[-1][0] != standing.step:
            self._look()
        self._speak()
        self._save()
        return self._flow()

    def _plan(self) -> None:
        """How much of the training a step is, unless that is known."""
        standing, settings = self.standing, self.settings
        trial = copy.deepcopy(self.training.network)
        batch = self._batch(self.settings.batch, 0)

        def step() -> None:
            self._gradients(trial, *batch)

        if self.device == "cpu":
            self.step_seconds, self.alone_seconds = choose_threads(step)
        else:
            step()
            self.step_seconds = self.alone_seconds = seconds_of(step)
        if settings.steps is not None:
            standing.share, standing.stride = self._share(), 1 / settings.steps
            standing.minutes = 0
        elif standing.minutes != settings.minutes:
            standing.minutes = settings.minutes
            standing.share = min(1.0, standing.seconds / max(60 * settings.minutes, 1e-9))
            self._stride(self.step_seconds)

    def _stride(self, step_seconds: float) -> None:
        left = max(60 * self.settings.minutes - self._seconds(), 0.0)
        steps = max(1.0, left / step_seconds)
        self.standing.stride = self.processes.agreed((1 - self.standing.share) / steps)

    def _seconds(self) -> float:
        return time.monotonic() - self.clock

    def _over(self) -> bool:
        standing = self.standing
        if self.settings.steps is not None:
            return standing.step >= self.settings.steps
        late = self._seconds() > 60 * self.settings.minutes
        looks = sum(step > standing.best_step for step, _, _ in standing.losses)
        waited = looks >= _LOOKS and standing.share - standing.best_share > _PATIENCE
        waited = waited and self.held is not None
        return self.processes.agreed(late or waited) > 0

    def _step(self) -> None:
        training, standing = self.training, self.standing
        loss = self._loss_and_gradients()
        rise = min(1.0, (standing.step + 1) / _RISE_STEPS)
        fall = 0.5 * (1 + math.cos(math.pi * min(1.0, standing.share)))
        for group in training.optimizer.param_groups:
            group["lr"] = _RATE * rise * (_LEAST_RATE + (1 - _LEAST_RATE) * fall)
        torch.nn.utils.clip_grad_norm_(training.network.parameters(), 1.0)
        training.optimizer.step()
        standing.step += 1
        standing.share = self._share()
        forget = min(_FORGET, standing.step / (standing.step + 10))
        torch._foreach_lerp_(
            list(training.mean.parameters()),
            [one.detach() for one in training.network.parameters()],
            1 - forget,
        )
        standing.loss = loss if standing.loss is None else 0.97 * standing.loss + 0.03 * loss

    def _share(self) -> float:
        standing = self.standing
        if self.settings.steps is not None:
            return standing.step / self.settings.steps
        return min(1.0, standing.share + standing.stride)

    def _loss_and_gradients(self) -> float:
        """The loss of this step, in all processes; the gradients become theirs, too."""
        network = self.training.network
        count, number = self.settings.batch, self.processes.number
        whole = self._batch(self.recipe.batch, self.standing.step)
        batch = [one[number * count : (number + 1) * count] for one in whole]
        loss = self._gradients(network, *batch)
        gradients = [one.grad for one in network.parameters()]
        self.processes.average([loss, *gradients])
        return float(loss)

    def _gradients(self, network: Network, *batch: Tensor) -> Tensor:
        """Gradients of ``network``, in as many parts as there is memory for."""
        while True:
            try:
                network.zero_grad()
                total = torch.zeros((), device=self.device)
                for part in zip(*(one.tensor_split(self.parts) for one in batch), strict=True):
                    loss = self._loss(network, *part) * (len(part[0]) / len(batch[0]))
                    loss.backward()
                    total += loss.detach()
                return total
            except (MemoryError, RuntimeError) as error:
                if not lacks_memory(error):
                    raise
            if self.parts >= len(batch[0]):
                raise LearnError(
                    "there is too little memory to train even with one window at a time: close "
                    "other programs"
                )
            self.parts = min(2 * self.parts, len(batch[0]))
            tell(f"there is little memory: each step is made in {self.parts} parts, more slowly")

    def _loss(self, network: Network, there: Tensor, aim: Tensor, *told: Tensor) -> Tensor:
        with torch.autocast("cuda", torch.bfloat16) if self.device == "cuda" else nullcontext():
            velocity = network(there, *told)
        return (torch.square(velocity.float() - aim) * self.worth).mean()

    def _batch(self, count: int, step: int, *, held: bool = False) -> list[Tensor]:
        """What is given and wanted in a step: on the way, velocities, moments, classes."""
        rng = np.random.default_rng((self.recipe.seed, step + 1))
        sound, classes = self.courses.windows(count, self.recipe.window, rng, held=held)
        noise = rng.standard_normal(sound.shape, np.float32)
        moments = 1 / (1 + np.exp(-rng.standard_normal(count, np.float32)))
        classes[rng.random(count) < _NAMELESS] = len(self.recipe.names)
        at = moments[:, None, None]
        parts = ((1 - at) * noise + at * sound, sound - noise, moments, classes)
        return [torch.from_numpy(one).to(self.device) for one in parts]

    def _look(self) -> None:
        """See how well what is held out is known by now; remember the best."""
        standing, training = self.standing, self.training
        if self.held is None:
            held = -1.0
        else:
            held = self.held_loss = self.processes.agreed(self._held_loss_now())
        if self.held is None or standing.best is None or held < standing.best:
            standing.best, standing.best_share = held, standing.share
            standing.best_step = standing.step
            training.best = {n: x.clone() for n, x in training.mean.state_dict().items()}
        standing.losses.append((standing.step, standing.loss or 0.0, held))

    def _held_loss_now(self) -> float:
        with torch.no_grad():
            losses = [
                float(self._loss(self.training.mean, *part)) * len(part[0])
                for part in zip(*(one.split(16) for one in self.held or ()), strict=True)
            ]
        return sum(losses) / _HELD_WINDOWS

    def _pace(self) -> None:
        """Look at the clock: plan anew, save, and let a sample be heard, where it is time."""
        standing = self.standing
        now = standing.seconds = self._seconds()
        took = (now - self.paced) / max(1, standing.step - self.paced_step)
        self.paced, self.paced_step = now, standing.step
        if self.device == "cpu" and took > 1.3 * self.alone_seconds:
            torch.set_num_threads(1)  # something else has begun to run
        if self.settings.steps is None:
            self.step_seconds += 0.3 * (took - self.step_seconds)
            self._stride(self.step_seconds)
        if now - self.saved > _SAVE_SECONDS:
            self._save()
        if now - self.heard > _LISTEN_SECONDS:
            self._hear()

    def _speak(self) -> None:
        standing = self.standing
        left = (1 - standing.share) / max(standing.stride, 1e-12) * self.step_seconds
        if self.settings.steps is None:
            left = max(0.0, 60 * self.settings.minutes - self._seconds())
        if self.processes.number == 0:
            self.progress(
                Moment(
                    standing.step,
                    min(1.0, standing.share),
                    standing.loss or 0.0,
                    self.held_loss,
                    None if self.held is None else standing.best,
                    left,
                )
            )

    def _save(self) -> None:
        if self.checkpoint is None:
            return
        self.standing.seconds = self._seconds()
        try:
            self.training.save(self.checkpoint)
            self.unsaved = False
        except OutputError as error:
            if not self.unsaved:
                tell(f"{error}: what was last kept of the training is still there; it goes on")
            self.unsaved = True
        self.saved = self._seconds()

    def _hear(self) -> None:
        self.heard = self._seconds()
        if self.processes.number:
            return
        names, recipe = self.recipe.names, self.recipe
        rng = np.random.default_rng((recipe.seed, self.standing.step))
        shape = (len(names), recipe.window, recipe.components)
        noise = torch.from_numpy(rng.standard_normal(shape, np.float32)).to(self.device)
        heard = drawn(self.training.mean, noise, torch.arange(len(names), device=self.device))
        for name, one in zip(names, heard.cpu().numpy(), strict=True):
            self.listen(name, one * self.courses.scale + self.courses.mean)

    def _flow(self) -> Flow:
        recipe, standing = copy.deepcopy(self.recipe), self.standing
        recipe.step, recipe.seconds = standing.best_step, self._seconds()
        recipe.losses = standing.losses
        weights = {name: one.cpu().numpy() for name, one in self.training.best.items()}
        return Flow(recipe, weights | {"mean": self.courses.mean, "scale": self.courses.scale})
