"""Teach the little network that listens to each key, on songs rendered by SoundFonts.

``python -m bench.notes learning`` renders the songs (once), trains, and writes the weights that are
shipped; with ``--but FAMILY`` it leaves SoundFonts out, for measuring on these, and writes to
bench/data/notes. Needs PyTorch, music21 and fluidsynth: an hour of one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.signal
import soxr

from bench.notes.rendering import FAMILY, SOUNDFONTS, rendered
from bench.notes.songs import FOLDER, SECONDS, Note, held_out, pieces, song
from bench.sounds import ROOT, fetched
from eidophone.notes.transcribing import network, spectrum
from eidophone.notes.transcribing.classes import SOUNDING
from eidophone.notes.transcribing.comparing import comparison
from eidophone.notes.transcribing.deciding import Candidates, candidates_of
from eidophone.notes.transcribing.hearing import inputs_of
from eidophone.notes.transcribing.judging import chances, evidence_of, judged, weighed
from eidophone.notes.transcribing.listening import DILATIONS, SEEN, listened
from eidophone.notes.transcribing.striking import LOUDEST, PARTIALS, heard_of, loudness_evidence

#: The instruments whose figures are asked for, and the families that others learn from.
ASKED = {"piano": 0, "guitar": 24, "violin": 40, "organ": 19, "choir": 52, "strings": 48}

#: MIDI's programs on which nothing is ever learnt or tuned: music box, accordion, cello, harp,
#: oboe, flute, saw lead, sitar, koto.
UNSEEN = (10, 21, 42, 46, 68, 73, 81, 104, 107)

#: Keys of a song that are kept, and songs of each SoundFont.
_KEYS, _SONGS = 40, 28

#: Channels of the net; steps of training, and strips of a key in each.
_WIDTH, _STEPS, _STRIPS = 32, 900, 128

#: How likely what is taken for a note must be one; and notes of a song that tells how hard.
_TAKEN, _ENOUGH = 0.5, 8

#: Inputs that are of the own spectrum: the first ones.
OWN = 18

#: The nets, and whether they know what basic-pitch's network heard.
NETS = (("both", True), ("alone", False))

_CSOUND = ("csound-soundfont", ("sounds/sf2/sf_GMbank.sf2",))


def gathered() -> Path:
    """Songs to learn from, in a folder: a file each, with inputs and targets of `_KEYS` keys."""
    folder = FOLDER / "learning"
    folder.mkdir(parents=True, exist_ok=True)
    fonts = SOUNDFONTS | {"csound": fetched(*_CSOUND)[0], "additive": Path()}
    written = [one for name, one in sorted(pieces().items()) if not held_out(name)]
    for at in range(_SONGS):
        for place, (name, font) in enumerate(fonts.items()):
            target = folder / f"{FAMILY.get(name, name)}-{name}-{at:03}.npz"
            if target.exists():
                continue
            rng = np.random.default_rng([at, place])
            piece = None if rng.random() < 0.35 else written[int(rng.integers(len(written)))]
            notes = song(rng, piece, plain=False)
            if len(notes) < 4:
                continue
            program = _program(rng)
            if name == "additive":
                samples, rate = additive(rng, notes), network.RATE
            else:
                samples, rate = rendered(notes, program, font)
            heard = soxr.resample(samples, rate, network.RATE).astype(np.float32)
            heard = _roughened(rng, heard[: round((SECONDS + 1) * network.RATE)])
            np.savez(target, **_kept(rng, heard, notes), program=program)
    return folder


def additive(rng: np.random.Generator, notes: list[Note]) -> np.ndarray:
    """``notes`` by an instrument at random: partials with an envelope each."""
    rate = network.RATE
    samples = np.zeros(round((SECONDS + 2) * rate), np.float32)
    slope, odd, stiff = rng.uniform(0.3, 2.0), rng.random() < 0.25, rng.choice([0, 1e-4, 4e-4])
    attack = float(np.exp(rng.uniform(np.log(0.002), np.log(0.3))))
    release = float(np.exp(rng.uniform(np.log(0.02), np.log(0.4))))
    decay = float(rng.choice([0.0, 1.0, 3.0, 6.0]))
    depth, speed = rng.choice([0, 0, 0.15, 0.4]), rng.uniform(4.5, 6.5)
    voices = int(rng.choice([1, 1, 3, 5]))
    colour = rng.uniform(0.3, 1.5, 40)
    for one in notes:
        hz = 440 * 2 ** ((one.pitch - 69) / 12)
        time = np.arange(round((one.end - one.start + 4 * release) * rate)) / rate
        rise = np.clip(time / attack, 0, 1) ** rng.uniform(0.7, 1.5)
        fall = np.exp(-np.clip(time - (one.end - one.start), 0, None) / release * 2)
        tone = np.zeros(len(time))
        for _ in range(voices):
            bend = depth * np.sin(2 * np.pi * (speed * time + rng.random()))
            wide = rng.normal(0, 0.08) if voices > 1 else 0.0
            phase = 2 * np.pi * np.cumsum(hz * 2 ** ((bend + wide) / 12)) / rate
            for partial in range(1, 41, 2 if odd else 1):
                stretched = partial * np.sqrt(1 + stiff * partial**2)
                if hz * stretched > 0.45 * rate:
                    break
                level = colour[partial - 1] * partial**-slope
                fading = np.exp(-decay * time * (0.5 + 0.1 * partial))
                tone += level * fading * np.sin(stretched * phase + rng.uniform(0, 6.28))
        tone *= rise * fall * (one.velocity / 127) ** 2
        first = round(one.start * rate)
        part = samples[first : first + len(tone)]
        part += tone[: len(part)].astype(np.float32)
    return samples


def _program(rng: np.random.Generator) -> int:
    if rng.random() < 0.4:
        return int(rng.choice(list(ASKED.values())))
    return int(rng.choice([one for one in range(112) if one not in UNSEEN and not 96 <= one < 104]))


def _roughened(rng: np.random.Generator, samples: np.ndarray) -> np.ndarray:
    """``samples`` in a room, through an equaliser, with noise, or drums beside them; or as is."""
    level = np.sqrt(np.mean(samples**2)) + 1e-9
    if rng.random() < 0.3:
        time = np.arange(round(0.8 * network.RATE)) / network.RATE
        room = rng.normal(0, 1, len(time)) * np.exp(-time / rng.uniform(0.05, 0.25))
        room *= rng.uniform(0.1, 0.6) / np.sqrt((room**2).sum())
        room[0] += 1
        samples = scipy.signal.fftconvolve(samples, room)[: len(samples)]
    if rng.random() < 0.3:
        tilt = rng.uniform(-0.6, 0.6)
        samples = scipy.signal.lfilter([1, tilt], [1], samples)
    if rng.random() < 0.15:
        beats = [
            Note(at, at + 0.1, int(rng.choice([36, 38, 42, 46])), int(rng.integers(60, 120)))
            for at in np.arange(0.2, SECONDS, rng.choice([0.25, 0.3, 0.4]))
        ]
        drums, rate = rendered(beats, 0, SOUNDFONTS["TimGM6mb"], drums=True)
        drums = soxr.resample(drums, rate, network.RATE)[: len(samples)]
        drums = np.pad(drums, (0, len(samples) - len(drums)))
        samples = samples + drums * level / np.sqrt(np.mean(drums**2)) * rng.uniform(0.2, 0.8)
    if rng.random() < 0.3:
        noise = rng.normal(0, level * 10 ** (rng.uniform(-50, -25) / 20), len(samples))
        samples = samples + noise
    return samples.astype(np.float32)


def _kept(rng: np.random.Generator, samples: np.ndarray, notes: list[Note]) -> dict[str, object]:
    """Inputs and targets of keys with notes, of keys that sound like some, and of others."""
    levels = spectrum.levels_of(samples)
    inputs = inputs_of(levels, spectrum.loudness_of(levels), network.heard(samples))
    targets = targets_of(notes, len(inputs))
    played = targets[:, :, 1].any(axis=0)
    near = inputs[:, :, spectrum.FUNDAMENTAL].max(axis=0) + rng.uniform(0, 0.3, network.KEYS)
    order = np.argsort(-(near + 10 * played))
    keys = np.concatenate([order[: _KEYS - 8], rng.choice(order[_KEYS - 8 :], 8, replace=False)])
    return {
        "inputs": np.rint(inputs[:, keys].clip(0, 1.25) * 200).astype(np.uint8),
        "targets": targets[:, keys].astype(np.float16),
    }


def targets_of(notes: list[Note], moments: int) -> np.ndarray:
    """``[moments, 88, 3]``: onset, sounding, and the velocity at onsets, in dB beside the mean."""
    found = np.zeros((moments, network.KEYS, 3), np.float32)
    second = network.RATE / network.HOP
    loud = [40 * np.log10(one.velocity) for one in notes]
    for one, level in zip(notes, loud, strict=True):
        key = one.pitch - network.LOWEST
        first, last = round(one.start * second), round(one.end * second)
        found[first : max(last, first + 1), key, 1] = 1
        for by, share in ((-2, 0.2), (-1, 0.7), (0, 1.0), (1, 0.7), (2, 0.2)):
            if 0 <= first + by < moments:
                at = found[first + by, key]
                at[0] = max(at[0], share)
                at[2] = level - np.mean(loud)
    return found


def trained(
    folder: Path, *, but: str = "", network_heard: bool = True, steps: int = _STEPS
) -> dict:
    """Weights, learnt of the songs in ``folder`` that are of no SoundFont of the family ``but``."""
    import torch  # noqa: PLC0415
    from torch.nn import functional  # noqa: PLC0415

    torch.manual_seed(0)
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    paths = [one for one in sorted(folder.glob("*.npz")) if not (but and one.name.startswith(but))]
    songs = [np.load(one) for one in paths]
    inputs = [one["inputs"] for one in songs]
    targets = [one["targets"] for one in songs]
    count = inputs[0].shape[2] if network_heard else OWN
    net = _net(count)
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    told = []
    for step in range(steps):
        some, wanted = _batch(rng, inputs, targets, count)
        logits = net(torch.from_numpy(some))
        goal = torch.from_numpy(wanted)
        inner = slice(SEEN, -SEEN)
        logits, goal = logits[:, :, inner], goal[:, :, inner]
        struck = functional.binary_cross_entropy_with_logits(
            logits[:, 0], goal[:, 0], pos_weight=torch.tensor(2.0)
        )
        sounding = functional.binary_cross_entropy_with_logits(logits[:, 1], goal[:, 1])
        loud = (goal[:, 0] * (logits[:, 2] - goal[:, 2] / 10) ** 2).sum() / goal[:, 0].sum()
        loss = struck * 4 + sounding + 0.1 * loud
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        told.append([struck.item(), sounding.item(), loud.item()])
        if step % 100 == 99:
            print(step + 1, np.mean(told[-100:], axis=0).round(4), flush=True)
    layers = [one for one in net.modules() if isinstance(one, torch.nn.Conv1d)]
    found = {}
    for place, one in enumerate(layers[:-1]):
        found[f"taps{place}"] = one.weight.detach().numpy().transpose(2, 1, 0)
        found[f"bias{place}"] = one.bias.detach().numpy()
    found["out"], found["bias"] = (
        layers[-1].weight.detach().numpy()[:, :, 0].T,
        layers[-1].bias.detach().numpy(),
    )
    return {name: np.ascontiguousarray(one, np.float16) for name, one in found.items()}


def _net(count: int):
    import torch  # noqa: PLC0415
    from torch import nn  # noqa: PLC0415

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList(
                nn.Conv1d(count if place == 0 else _WIDTH, _WIDTH, 5, dilation=one, padding=2 * one)
                for place, one in enumerate(DILATIONS)
            )
            self.last = nn.Conv1d(_WIDTH, 3, 1)
            nn.init.constant_(self.last.bias, -2.0)

        def forward(self, values):
            for place, layer in enumerate(self.layers):
                out = torch.relu(layer(values))
                values = out if place == 0 else values + out
            return self.last(values)

    return Net()


def _batch(rng, inputs, targets, count):
    """``[strips, inputs, moments]`` of keys, half of which are played, and their targets."""
    length = 2 * SEEN + 160
    some = np.empty((_STRIPS, count, length), np.float32)
    wanted = np.empty((_STRIPS, 3, length), np.float32)
    for place in range(_STRIPS):
        at = int(rng.integers(len(inputs)))
        first = int(rng.integers(0, len(inputs[at]) - length))
        part = targets[at][first : first + length]
        played = np.flatnonzero(part[:, :, 1].any(axis=0))
        key = int(rng.choice(played)) if place % 2 and len(played) else int(rng.integers(_KEYS))
        some[place] = inputs[at][first : first + length, key, :count].T / np.float32(200)
        wanted[place] = part[:, key].T
    return some, wanted


def weigh(folder: Path, weights: dict, *, but: str = "", network_heard: bool = True) -> dict:
    """Weights of the nets that judge what may be notes, and how hard these were struck."""
    full = {name: one.astype(np.float32) for name, one in weights.items()}
    songs = [
        _weighed(np.load(path), full, network_heard)
        for path in sorted(folder.glob("*.npz"))
        if not (but and path.name.startswith(but))
    ]
    found = _judge("judge", songs, [one.evidence for one in songs], 16, 1500, 0.05, 0.02)
    evidence = [
        comparison(one.evidence, judged(one.evidence, found), one.some, one.loud) for one in songs
    ]
    found |= _judge("compared", songs, evidence, 24, 3000, 0.15, 0.1)
    for one, told in zip(songs, evidence, strict=True):
        one.taken = chances(weighed(told, found, "compared")) > _TAKEN
    return found | _loud([one for one in songs if (one.taken & one.true).sum() >= _ENOUGH])


@dataclass(eq=False)
class _Song:
    """Candidates of a song.

    Attributes:
        some: they.
        evidence: that they are notes, ``[candidates, evidence]``.
        true: whether they are.
        loud: as `louds_of`.
        velocities: of those that are true, in dB.
        taken: whether they were taken for notes.
    """

    some: Candidates
    evidence: np.ndarray
    true: np.ndarray
    loud: np.ndarray
    velocities: np.ndarray
    taken: np.ndarray


def _judge(
    name: str,
    songs: list[_Song],
    evidence: list[np.ndarray],
    width: int,
    steps: int,
    dropped: float,
    decay: float,
) -> dict:
    """Whether candidates are notes, by the ``evidence`` of each song, some of which is dropped."""
    import torch  # noqa: PLC0415
    from torch.nn import functional  # noqa: PLC0415

    values, net = _two_layers(evidence, width)
    values = torch.cat(values)
    wanted = torch.from_numpy(np.concatenate([one.true for one in songs]).astype(np.float32))

    def loss() -> torch.Tensor:
        some = torch.randint(len(values), (512,))
        given = values[some] * (torch.rand(512, values.shape[1]) > dropped)
        return functional.binary_cross_entropy_with_logits(net(given)[:, 0], wanted[some])

    return _learnt(net, loss, name, steps=steps, decay=decay)


def _loud(songs: list[_Song]) -> dict:
    """By how velocities correlate within a song, and by how far they are off."""
    import torch  # noqa: PLC0415

    rng = np.random.default_rng(0)
    values, net = _two_layers(
        [loudness_evidence(one.loud[one.taken], one.some.keys[one.taken]) for one in songs], 32
    )
    true = [torch.from_numpy(one.true[one.taken]) for one in songs]
    wanted = [torch.from_numpy(one.velocities[one.taken & one.true] / 10) for one in songs]

    def loss() -> torch.Tensor:
        total = torch.zeros(())
        for at in rng.integers(0, len(songs), 16):
            told, goal = net(values[at][true[at]])[:, 0], wanted[at]
            told, goal = told - told.mean(), goal - goal.mean()
            both = torch.sqrt((told**2).sum() * (goal**2).sum() + 1e-6)
            total = total + 0.5 * ((told - goal) ** 2).mean() + 1 - (told * goal).sum() / both
        return total / 16

    return _learnt(net, loss, "loud", steps=1000, decay=0.05)


def _two_layers(evidence: list[np.ndarray], width: int) -> tuple[list, Any]:
    """Evidence of each song in a net's own scale, which is its first layer; and the net."""
    import torch  # noqa: PLC0415
    from torch import nn  # noqa: PLC0415

    torch.manual_seed(0)
    torch.set_num_threads(1)
    whole = np.concatenate(evidence)
    mean, scale = whole.mean(axis=0), whole.std(axis=0) + 0.05
    net = nn.Sequential(nn.Linear(len(mean), width), nn.ReLU(), nn.Linear(width, 1))
    net.mean, net.scale = mean, scale
    return [torch.from_numpy((one - mean) / scale) for one in evidence], net


def _learnt(net: Any, loss: Callable[[], Any], name: str, *, steps: int, decay: float) -> dict:
    """The weights of a net of two layers, after so many steps by its ``loss``."""
    import torch  # noqa: PLC0415

    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=steps)
    told = []
    for step in range(steps):
        value = loss()
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        schedule.step()
        told.append(value.item())
        if step % 500 == 499:
            print(name, step + 1, round(float(np.mean(told[-500:])), 4), flush=True)
    first, _, second = net
    found = {}
    for place, one in ((0, first), (1, second)):
        found[f"{name}{place}"] = one.weight.detach().numpy().T
        found[f"{name}{place}_bias"] = one.bias.detach().numpy()
    found[f"{name}0_bias"] = found[f"{name}0_bias"] - (net.mean / net.scale) @ found[f"{name}0"]
    found[f"{name}0"] = found[f"{name}0"] / net.scale[:, np.newaxis]
    return {key: np.ascontiguousarray(one, np.float32) for key, one in found.items()}


def _weighed(data: dict, weights: dict, network_heard: bool) -> _Song:
    """The candidates of a song, with what is known of them."""
    inputs = data["inputs"].astype(np.float32) / 200
    count = inputs.shape[2] if network_heard else OWN
    keys = np.rint(inputs[0, :, OWN - 1] * (network.KEYS - 1)).astype(int)
    whole = np.zeros((len(inputs), network.KEYS, count), np.float32)
    whole[:, keys] = inputs[:, :, :count]
    found = listened(whole, weights)
    fundamental = spectrum.FUNDAMENTAL
    loud = np.rint(whole[:, :, fundamental] * spectrum.KEPT).clip(0, 240).astype(np.uint8)
    some = candidates_of(found, SOUNDING)
    targets = np.zeros((len(inputs), network.KEYS, 3), np.float32)
    targets[:, keys] = data["targets"]
    moments = np.rint(some.starts).astype(int)[:, np.newaxis]

    def around(values: np.ndarray, first: int, last: int) -> np.ndarray:
        places = (moments + np.arange(first, last)).clip(0, len(inputs) - 1)
        return values[places, some.keys[:, np.newaxis]]

    near = around(targets, -5, 6)
    nearest = near[:, :, 0].argmax(axis=1)
    at = np.arange(len(some))
    partials = slice(fundamental, fundamental + len(PARTIALS))
    peaks = around(whole, *LOUDEST)[:, :, partials].max(axis=1, initial=0) * spectrum.DEPTH
    return _Song(
        some=some,
        evidence=evidence_of(found, loud, some),
        true=near[at, nearest, 0] > 0.9,
        loud=np.column_stack([heard_of(found, some.starts, some.keys), peaks]),
        velocities=near[at, nearest, 2],
        taken=np.ones(len(some), bool),
    )


def _listens(name: str) -> bool:
    return name.startswith(("taps", "bias", "out"))


def main() -> None:
    """Gather, train, write."""
    from safetensors.numpy import load_file, save_file  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="bench.notes learning", description=__doc__)
    parser.add_argument("--but", default="", help="a family of SoundFonts to leave out")
    parser.add_argument("--steps", type=int, default=_STEPS)
    parser.add_argument(
        "--again", action="store_true", help="teach only what weighs notes, not what listens"
    )
    chosen = parser.parse_args()
    folder = gathered()
    for name, network_heard in NETS:
        target = FOLDER / f"{name}-but-{chosen.but}.safetensors"
        if not chosen.but:
            target = ROOT / "src/eidophone/notes/transcribing/weights" / f"{name}.safetensors"
        if chosen.again and target.exists():
            weights = {key: one for key, one in load_file(target).items() if _listens(key)}
        else:
            weights = trained(
                folder, but=chosen.but, network_heard=network_heard, steps=chosen.steps
            )
        weights |= weigh(folder, weights, but=chosen.but, network_heard=network_heard)
        target.parent.mkdir(exist_ok=True)
        save_file(weights, target)
        print(target, target.stat().st_size)


if __name__ == "__main__":
    main()
