"""Training: the net learns lines with PyTorch, and goes on after it was killed.

An epoch depends on nothing but its number and the state that the one before has left in a file, so
that a training that is resumed goes the same way.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32, Float64, Int64
from eidophone.base.atomic import atomic_path
from eidophone.notes.traditions.context import POINTERS, Context, place_of
from eidophone.notes.traditions.network import MEMORY, TOGETHER, Arrays, Network, shapes, who
from eidophone.notes.traditions.tokens import Line, Words

#: Lines of a step, notes of a line at a time, share of what is dropped, speed, decay, warming up.
_BATCH, _LONGEST, _DROPPED, _SPEED, _DECAY, _WARM = 16, 64, 0.2, 5e-3, 1e-2, 0.1

#: Epochs: as many as see so many notes, between these; a minute's work.
MOST_NOTES, _FEWEST, _MOST = 650_000, 6, 60

_KEY = "eidophone.training"


@dataclass(frozen=True)
class Stage:
    """How far a training is.

    Attributes:
        epoch, epochs: how many are done, of how many.
        bits: a note of tunes that are held out; of what is learnt, where none are.
        is_held: whether there are such.
        seconds_left: until it is done.
    """

    epoch: int
    epochs: int
    bits: float
    is_held: bool
    seconds_left: float


@dataclass(frozen=True, eq=False)
class Example:
    """A line with all that is known before each of its notes.

    Attributes:
        pitches, durations: tokens of contexts ``[n, ...]``.
        numbers: others ``[n, ...]``.
        ends: where each note ends ``[n, ...]``.
        who: final and voice.
        pitch, duration: ``[n]`` what comes.
    """

    pitches: Int64
    durations: Int64
    numbers: Float32
    ends: Float32
    who: Float32
    pitch: Int64
    duration: Int64

    def cut(self) -> list[Example]:
        """In parts that are not too long."""
        return [
            Example(
                self.pitches[first : first + _LONGEST],
                self.durations[first : first + _LONGEST],
                self.numbers[first : first + _LONGEST],
                self.ends[first : first + _LONGEST],
                self.who,
                self.pitch[first : first + _LONGEST],
                self.duration[first : first + _LONGEST],
            )
            for first in range(0, len(self.pitch), _LONGEST)
        ]


def can_train() -> bool:
    """Whether there is PyTorch."""
    return find_spec("torch") is not None


def examples_of(lines: Sequence[Line], words: Words) -> list[Example]:
    """The voices of a tune, as what is learnt."""
    made = []
    above: list[tuple[Int64, Int64]] = []
    for voice, line in enumerate(lines):
        pitch, duration = words.of_pitches(line), words.of_lasts(line)
        context = Context(words, line.metre, int(line.starts[0]), line.end, above)
        said = []
        for n in range(len(pitch)):
            said.append((*context.tokens(), context.numbers()))
            context.push(int(pitch[n]), int(duration[n]), int(line.lasts[n]))
        ends = [place_of(int(at % line.bar), line.bar) for at in line.starts + line.lasts]
        made.append(
            Example(
                np.array([one[0] for one in said]),
                np.array([one[1] for one in said]),
                np.array([one[2] for one in said], np.float32),
                np.array(ends, np.float32),
                who(lines[0].final, voice),
                pitch,
                duration,
            )
        )
        above.append((pitch, line.starts))
    return made


def trained(
    learnt: Sequence[Example],
    held: Sequence[Example],
    words: Words,
    *,
    most_notes: int = MOST_NOTES,
    state: Path | None = None,
    seed: int = 0,
    told: Callable[[Stage], None] = lambda _: None,
) -> tuple[Network, float]:
    """A net that has learnt, and its bits a note: of tunes that are held out, where some are.

    Args:
        learnt: what is learnt of.
        held: what tells which epoch was best; the last is taken, if there is nothing.
        words: tokens.
        most_notes: how many are gone through, all epochs together.
        state: the file in which each epoch leaves what the next one needs; gone on with, if there.
        seed: another number, another net.
        told: how far it is, after each epoch.
    """
    import torch  # noqa: PLC0415 (an extra)

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # several add up in any order: that is not twice the same
    try:
        return _trained(learnt, held, words, most_notes, state, seed, told)
    finally:
        torch.set_num_threads(threads)


def _trained(
    learnt: Sequence[Example],
    held: Sequence[Example],
    words: Words,
    most_notes: int,
    state: Path | None,
    seed: int,
    told: Callable[[Stage], None],
) -> tuple[Network, float]:
    parts = [part for one in learnt for part in one.cut()]
    notes = sum(len(one.pitch) for one in parts)
    epochs = int(np.clip(round(most_notes / max(notes, 1)), _FEWEST, _MOST))
    run = _Run(words, parts, epochs * math.ceil(len(parts) / _BATCH), seed)
    best, found, first = math.inf, run.arrays(), 0
    mark = _mark(parts, epochs, seed)
    saved = None if state is None else _read(state, shapes(words), mark)
    if saved is not None:
        first, best, found = saved.epochs, saved.best, saved.found
        run.restore(saved.moments, saved.steps)
    begun = time.monotonic()
    for epoch in range(first, epochs):
        loss = run.epoch(parts, epoch)
        bits = run.bits(held) if held else loss
        if bits < best:
            best, found = bits, run.arrays()
        if state is not None:
            _write(state, _Saved(epoch + 1, best, run.steps, found, run.moments()), mark)
        left = (time.monotonic() - begun) / (epoch + 1 - first) * (epochs - epoch - 1)
        told(Stage(epoch + 1, epochs, bits, bool(held), left))
    return Network(found, words), best


class _Run:
    """The net in PyTorch, and AdamW (Loshchilov and Hutter 2019) with one cycle of speeds."""

    def __init__(self, words: Words, parts: Sequence[Example], steps: int, seed: int) -> None:
        import torch  # noqa: PLC0415 (an extra)

        self.torch, self.seed, self.all_steps, self.steps = torch, seed, steps, 0
        rng = np.random.default_rng(seed)
        self.net: dict[str, Any] = {}
        for name, shape in shapes(words).items():
            scale = 1 / math.sqrt(MEMORY if name.startswith("memory") else shape[-1])
            if len(shape) == 1:
                drawn = np.zeros(shape)
            elif name in ("pitch", "duration"):
                drawn = rng.normal(0, 1, shape)
            else:
                drawn = rng.uniform(-scale, scale, shape)
            if name in ("durations.weight", "pitches.weight"):
                drawn[-POINTERS:] = 0
            if name.startswith("after"):
                drawn = _after(parts, name == "after.pitch", shape)
            self.net[name] = torch.tensor(drawn, dtype=torch.float32, requires_grad=True)
        self.gru = torch.nn.GRU(TOGETHER, MEMORY, batch_first=True)
        for name, parameter in self.gru.named_parameters():
            parameter.data.copy_(self.net[f"memory.{name}"].detach())
            self.net[f"memory.{name}"] = parameter
        self.adam = torch.optim.AdamW(self.net.values(), lr=_SPEED, weight_decay=_DECAY)

    def arrays(self) -> Arrays:
        """The net as it is."""
        return {name: one.detach().numpy().copy() for name, one in self.net.items()}

    def moments(self) -> Arrays:
        """The net, and what the steps before it were."""
        made = {f"net.{name}": one for name, one in self.arrays().items()}
        for name, one in self.net.items():
            kept = self.adam.state[one]
            made[f"first.{name}"] = kept["exp_avg"].numpy().copy()
            made[f"second.{name}"] = kept["exp_avg_sq"].numpy().copy()
        return made

    def restore(self, moments: Arrays, steps: int) -> None:
        """Go on from what `moments` gave after so many ``steps``."""
        torch = self.torch
        self.steps = steps
        for name, one in self.net.items():
            one.data.copy_(torch.tensor(moments[f"net.{name}"]))
            self.adam.state[one] = {
                "step": torch.tensor(float(steps)),
                "exp_avg": torch.tensor(moments[f"first.{name}"]),
                "exp_avg_sq": torch.tensor(moments[f"second.{name}"]),
            }

    def epoch(self, parts: Sequence[Example], number: int) -> float:
        """Learn all once; bits a note meanwhile."""
        torch = self.torch
        rng = np.random.default_rng((self.seed, number))
        lengths = np.array([len(one.pitch) for one in parts]) * rng.uniform(0.8, 1.25, len(parts))
        order = np.argsort(lengths)
        batches = [order[n : n + _BATCH] for n in range(0, len(order), _BATCH)]
        rng.shuffle(batches)
        total, notes = 0.0, 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed * 100_003 + number)
            for some in batches:
                batch = self._batch([parts[n] for n in some])
                loss, count = self._loss(batch, _DROPPED)
                self.adam.zero_grad()
                (loss / count).backward()
                torch.nn.utils.clip_grad_norm_(list(self.net.values()), 1.0)
                for group in self.adam.param_groups:
                    group["lr"] = _SPEED * _cycle(self.steps / max(self.all_steps, 1))
                self.adam.step()
                self.steps += 1
                total, notes = total + float(loss.detach()), notes + count
        return total / notes / math.log(2)

    def bits(self, parts: Sequence[Example]) -> float:
        """Bits a note."""
        total, notes = 0.0, 0
        with self.torch.no_grad():
            for n in range(0, len(parts), 2 * _BATCH):
                loss, count = self._loss(self._batch(parts[n : n + 2 * _BATCH]), 0.0)
                total, notes = total + float(loss), notes + count
        return total / notes / math.log(2)

    def _batch(self, parts: Sequence[Example]) -> dict[str, Any]:
        longest = max(len(one.pitch) for one in parts)
        made = {}
        for name in ("pitches", "durations", "numbers", "ends", "pitch", "duration"):
            each = [getattr(one, name) for one in parts]
            whole = np.zeros((len(each), longest, *each[0].shape[1:]), each[0].dtype)
            for row, one in zip(whole, each, strict=True):
                row[: len(one)] = one
            made[name] = self.torch.from_numpy(whole)
        sizes = np.array([len(one.pitch) for one in parts])
        made["there"] = self.torch.from_numpy(np.arange(longest) < sizes[:, None])
        made["who"] = self.torch.from_numpy(np.stack([one.who for one in parts]))
        return made

    def _loss(self, batch: dict[str, Any], dropped: float) -> tuple[Any, int]:
        """Nats of all notes of a batch, and how many they are; as `Network` foretells them."""
        torch, net = self.torch, self.net
        functional = torch.nn.functional

        def drop(x: Any) -> Any:
            return functional.dropout(x, dropped, dropped > 0)

        def linear(x: Any, name: str) -> Any:
            return functional.linear(x, net[f"{name}.weight"], net[f"{name}.bias"])

        rows, longest = batch["pitch"].shape
        said = [
            net["pitch"][batch["pitches"]].flatten(2),
            net["duration"][batch["durations"]].flatten(2),
            batch["numbers"],
            batch["who"][:, None].expand(rows, longest, -1),
        ]
        x = torch.tanh(linear(drop(torch.cat(said, -1)), "together"))
        memory, _ = self.gru(drop(x))
        heard = drop(torch.cat([memory, x], -1))
        after = net["after.duration"][batch["durations"][..., 0]]
        durations = self._pointed(linear(heard, "durations"), after, batch["durations"][..., 1:])
        said = [heard, net["duration"][batch["duration"]], batch["ends"]]
        then = torch.tanh(linear(torch.cat(said, -1), "then"))
        told = batch["pitches"][..., 1 : 1 + POINTERS]
        after = net["after.pitch"][batch["pitches"][..., 0]]
        pitches = self._pointed(linear(drop(then), "pitches"), after, told)
        there, total = batch["there"], 0
        for logits, wanted in ((durations, batch["duration"]), (pitches, batch["pitch"])):
            total = total + functional.cross_entropy(logits[there], wanted[there], reduction="sum")
        return total, int(there.sum())

    def _pointed(self, given: Any, after: Any, told: Any) -> Any:
        logits = self.torch.nn.functional.pad(given[..., :-POINTERS] + after, (0, 1))
        return logits.scatter_add(-1, told, given[..., -POINTERS:])[..., :-1]


def _after(parts: Sequence[Example], of_pitches: bool, shape: tuple[int, ...]) -> Float64:
    """How likely each token is after each, as logarithms; those of all tunes were it is rare."""
    counts = np.zeros(shape)
    for one in parts:
        before = (one.pitches if of_pitches else one.durations)[:, 0]
        np.add.at(counts, (before, one.pitch if of_pitches else one.duration), 1)
    usual = (counts.sum(axis=0) + 0.5) / (counts.sum() + 0.5 * shape[1])
    some = counts + 2 * usual
    return np.log(some / some.sum(axis=1, keepdims=True))


def _cycle(done: float) -> float:
    """How fast is learnt: rising, then falling as a cosine does."""
    if done < _WARM:
        return max(done / _WARM, 0.04)
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM) / (1 - _WARM))) + 1e-3


@dataclass(frozen=True, eq=False)
class _Saved:
    epochs: int
    best: float
    steps: int
    found: Arrays
    moments: Arrays


def _mark(parts: Sequence[Example], epochs: int, seed: int) -> str:
    """What tells one training from another."""
    found = hashlib.sha256(f"{epochs} {seed} {len(parts)}".encode())
    for one in parts:
        found.update(one.pitch.tobytes() + one.duration.tobytes() + one.who.tobytes())
    return found.hexdigest()


def _write(path: Path, saved: _Saved, mark: str) -> None:
    from safetensors.numpy import save  # noqa: PLC0415

    facts = {"done": saved.epochs, "best": saved.best, "steps": saved.steps, "mark": mark}
    arrays = {f"found.{name}": one for name, one in saved.found.items()} | saved.moments
    with atomic_path(path, overwrite=True) as temporary:
        temporary.write_bytes(save(arrays, {_KEY: json.dumps(facts)}))


def _read(path: Path, wanted: dict[str, tuple[int, ...]], mark: str) -> _Saved | None:
    """What `_write` wrote, if it is of the same training."""
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="np") as file:
            facts = json.loads((file.metadata() or {}).get(_KEY, "{}"))
            if facts.get("mark") != mark:
                return None
            kinds = ("found", "net", "first", "second")
            arrays = {
                f"{kind}.{name}": file.get_tensor(f"{kind}.{name}")
                for kind in kinds
                for name in wanted
            }
            if any(
                arrays[f"{kind}.{name}"].shape != shape
                for kind in kinds
                for name, shape in wanted.items()
            ):
                return None
            found = {name: arrays.pop(f"found.{name}") for name in wanted}
            return _Saved(
                int(facts["done"]), float(facts["best"]), int(facts["steps"]), found, arrays
            )
    except (SafetensorError, OSError, TypeError, ValueError, KeyError):
        return None
