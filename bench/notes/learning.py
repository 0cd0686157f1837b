"""Teach the little network that listens to each key, on songs rendered by SoundFonts.

``python -m bench.notes learning`` renders the songs (once), trains, and writes the weights that are
shipped; with ``--but FAMILY`` it leaves SoundFonts out, for measuring on these, and writes to
bench/data/notes. Needs PyTorch, music21 and fluidsynth: an hour of one core.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import scipy.signal
import soxr
from scipy.ndimage import maximum_filter1d

from bench.notes.rendering import FAMILY, SOUNDFONTS, rendered
from bench.notes.songs import FOLDER, SECONDS, Note, held_out, pieces, song
from bench.sounds import ROOT, fetched
from eidophone.notes.transcribing import network, spectrum
from eidophone.notes.transcribing.classes import SOUNDING
from eidophone.notes.transcribing.deciding import candidates_of
from eidophone.notes.transcribing.hearing import inputs_of
from eidophone.notes.transcribing.judging import evidence_of
from eidophone.notes.transcribing.listening import DILATIONS, SEEN, listened

#: The instruments whose figures are asked for, and the families that others learn from.
ASKED = {"piano": 0, "guitar": 24, "violin": 40, "organ": 19, "choir": 52, "strings": 48}

#: MIDI's programs on which nothing is ever learnt or tuned: music box, accordion, cello, harp,
#: oboe, flute, saw lead, sitar, koto.
UNSEEN = (10, 21, 42, 46, 68, 73, 81, 104, 107)

#: Keys of a song that are kept, and songs of each SoundFont.
_KEYS, _SONGS = 40, 28

#: Channels of the net; steps of training, and strips of a key in each.
_WIDTH, _STEPS, _STRIPS = 32, 900, 128

#: Inputs that are of the own spectrum: the first ones.
OWN = 18

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


def judge(folder: Path, weights: dict, *, but: str = "", network_heard: bool = True) -> dict:
    """Weights of the net that judges what may be notes, learnt of the same songs."""
    import torch  # noqa: PLC0415
    from torch import nn  # noqa: PLC0415
    from torch.nn import functional  # noqa: PLC0415

    torch.manual_seed(0)
    torch.set_num_threads(1)
    full = {name: one.astype(np.float32) for name, one in weights.items()}
    parts = []
    for path in sorted(folder.glob("*.npz")):
        if not (but and path.name.startswith(but)):
            parts.append(_judged(np.load(path), full, network_heard))
    evidence, truth = (np.concatenate(one) for one in zip(*parts, strict=True))
    mean, scale = evidence.mean(axis=0), evidence.std(axis=0) + 0.05
    values = torch.from_numpy((evidence - mean) / scale)
    wanted = torch.from_numpy(truth)
    net = nn.Sequential(nn.Linear(values.shape[1], 16), nn.ReLU(), nn.Linear(16, 1))
    steps = 1500
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=steps)
    for step in range(steps):
        some = torch.randint(len(values), (512,))
        given = values[some] * (torch.rand(512, values.shape[1]) > 0.05)
        loss = functional.binary_cross_entropy_with_logits(net(given)[:, 0], wanted[some])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 500 == 499:
            with torch.no_grad():
                whole = functional.binary_cross_entropy_with_logits(net(values)[:, 0], wanted)
            print("judge", step + 1, len(values), float(wanted.mean()), whole.item(), flush=True)
    first, second = (one for one in net if isinstance(one, nn.Linear))
    found = {}
    for name, one in (("judge0", first), ("judge1", second)):
        found[name] = one.weight.detach().numpy().T
        found[f"{name}_bias"] = one.bias.detach().numpy()
    found["judge0_bias"] = found["judge0_bias"] - (mean / scale) @ found["judge0"]
    found["judge0"] = found["judge0"] / scale[:, np.newaxis]
    return {name: np.ascontiguousarray(one, np.float32) for name, one in found.items()}


def _judged(data: dict, weights: dict, network_heard: bool) -> tuple[np.ndarray, np.ndarray]:
    """The evidence for each candidate of a song, and whether it is a note."""
    inputs = data["inputs"].astype(np.float32) / 200
    count = inputs.shape[2] if network_heard else OWN
    keys = np.rint(inputs[0, :, OWN - 1] * (network.KEYS - 1)).astype(int)
    whole = np.zeros((len(inputs), network.KEYS, count), np.float32)
    whole[:, keys] = inputs[:, :, :count]
    found = listened(whole, weights)
    loud = np.rint(whole[:, :, spectrum.FUNDAMENTAL] * spectrum.KEPT).clip(0, 240).astype(np.uint8)
    some = candidates_of(found, SOUNDING)
    struck = np.zeros((len(inputs), network.KEYS), bool)
    struck[:, keys] = data["targets"][:, :, 0] > 0.9
    near = maximum_filter1d(struck, 11, axis=0)
    at = np.rint(some.starts).astype(int).clip(0, len(near) - 1)
    return evidence_of(found, loud, some), near[at, some.keys].astype(np.float32)


def main() -> None:
    """Gather, train, write."""
    from safetensors.numpy import save_file  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="bench.notes learning", description=__doc__)
    parser.add_argument("--but", default="", help="a family of SoundFonts to leave out")
    parser.add_argument("--steps", type=int, default=_STEPS)
    chosen = parser.parse_args()
    folder = gathered()
    for name, network_heard in (("both", True), ("alone", False)):
        weights = trained(folder, but=chosen.but, network_heard=network_heard, steps=chosen.steps)
        weights |= judge(folder, weights, but=chosen.but, network_heard=network_heard)
        target = FOLDER / f"{name}-but-{chosen.but}.safetensors"
        if not chosen.but:
            target = ROOT / "src/eidophone/notes/transcribing/weights" / f"{name}.safetensors"
        target.parent.mkdir(exist_ok=True)
        save_file(weights, target)
        print(target, target.stat().st_size)


if __name__ == "__main__":
    main()
