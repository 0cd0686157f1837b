"""Transcription by instrument and SoundFont, beside basic-pitch alone; and tempo.

Songs of pieces on which nothing was learnt or tuned, by the net that never heard the SoundFont (nor
its family: MuseScore's grew out of FluidR3, and Csound's has samples of TimGM6mb's), and all else
as it is shipped. The thresholds were tuned on songs by FluidR3, of other pieces.
``python -m bench.notes learning --but tim`` and ``--but fluid`` make these nets.
"""

from __future__ import annotations

import argparse
import warnings
from functools import partial
from typing import NamedTuple
from unittest.mock import patch

import mir_eval
import numpy as np
import soxr

from bench.notes.learning import ASKED
from bench.notes.rendering import FAMILY, SOUNDFONTS, rendered
from bench.notes.songs import FOLDER, SECONDS, Note, held_out, metres, pieces, song
from eidophone.notes.transcribing import network, transcribe
from eidophone.notes.transcribing.listening import weights_of
from eidophone.notes.transcribing.settings import Transcribing
from eidophone.notes.transcribing.tempo import pulse_of
from eidophone.sound.sound import Sound

#: Instruments on which nothing was learnt, from whichever SoundFont.
UNSEEN = {
    **{"flute": 73, "cello": 42, "harp": 46, "saw lead": 81, "sitar": 104, "accordion": 21},
    **{"koto": 107, "music box": 10, "oboe": 68},
}

#: The SoundFonts of the table.
FONTS = ("TimGM6mb", "FluidR3Mono", "MuseScore")

_GAP = 3.0


class Song(NamedTuple):
    """A rendered song."""

    samples: np.ndarray
    notes: list[Note]
    posteriors: network.Posteriors


def songs(font: str, program: int, *, tuning: bool) -> list[Song]:
    """Five songs by an instrument: of held-out pieces, or of others, to tune on."""
    kept = FOLDER / "songs" / f"{font}-{program}-{'tuning' if tuning else 'held-out'}.npz"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng([program, tuning])
        names = sorted(name for name in pieces() if held_out(name) != tuning)
        kinds = ("bach", "ryans", ""), ("bach", "", "")
        played = [song(rng, None, plain=True)]
        for kind in kinds[0] if not tuning else kinds[1]:
            there = [name for name in names if name.startswith(kind)]
            if not kind:
                there = [one for one in names if not one.startswith(("bach", "ryans", "pales"))]
            piece = pieces()[there[int(rng.integers(len(there)))]]
            played.append(song(rng, piece, plain=True))
        played.append(song(rng, None, plain=True))
        step = SECONDS + _GAP
        whole = [
            one._replace(start=one.start + place * step, end=one.end + place * step)
            for place, notes in enumerate(played)
            for one in notes
        ]
        samples, rate = rendered(whole, program, SOUNDFONTS[font])
        samples = soxr.resample(samples, rate, network.RATE)
        samples = np.pad(samples, (0, 10 * network.RATE))
        found = {}
        for place, notes in enumerate(played):
            first = round(place * step * network.RATE)
            part = samples[first : first + round((SECONDS + 1.5) * network.RATE)]
            found[f"samples{place}"] = part.astype(np.float16 if abs(part).max() > 1e-3 else "f4")
            found[f"played{place}"] = np.array(notes)
            for name, one in network.heard(part)._asdict().items():
                found[f"{name}{place}"] = one.astype(np.float16)
        np.savez(kept, **found)
    data = np.load(kept)
    return [
        Song(
            data[f"samples{place}"].astype(np.float32),
            [Note(a, b, int(c), int(d)) for a, b, c, d in data[f"played{place}"]],
            network.Posteriors(
                *(data[f"{name}{place}"].astype("f4") for name in network.Posteriors._fields)
            ),
        )
        for place in range(5)
    ]


def figures(notes: list[Note], found: np.ndarray, tolerance: float = 0.05) -> list[float]:
    """F by onsets within ``tolerance`` seconds, F with offsets too, and how velocities correlate.

    Args:
        notes: what was played.
        found: ``[n, 4]`` start, end, pitch, velocity.
        tolerance: of onsets; of offsets, 20 % or 50 ms, as `mir_eval` has it.
    """
    if not len(found):
        return [0.0, 0.0, np.nan]
    spans = np.array([(one.start, one.end) for one in notes])
    hz = mir_eval.util.midi_to_hz(np.array([one.pitch for one in notes]))
    given = found[:, :2].clip(0)
    given[:, 1] = np.maximum(given[:, 1], given[:, 0] + 0.01)
    heard = mir_eval.util.midi_to_hz(found[:, 2])
    matched = mir_eval.transcription.match_notes
    pairs = matched(spans, hz, given, heard, onset_tolerance=tolerance, offset_ratio=None)
    both = matched(spans, hz, given, heard, onset_tolerance=tolerance, offset_ratio=0.2)
    total = (len(notes) + len(found)) / 2
    loud = np.array([(notes[one].velocity, found[other, 3]) for one, other in pairs]).reshape(-1, 2)
    same = len(loud) < 5 or loud.std(axis=0).min() == 0
    correlation = np.nan if same else float(np.corrcoef(loud.T)[0, 1])
    return [len(pairs) / total, len(both) / total, correlation]


def of_network_alone(one: Song) -> np.ndarray:
    """What basic-pitch's own program makes of what its network hears, by its defaults."""
    from basic_pitch.note_creation import output_to_notes_polyphonic  # noqa: PLC0415

    found = output_to_notes_polyphonic(
        one.posteriors.notes.copy(), one.posteriors.onsets.copy(), 0.5, 0.3, 11, True, None, None
    )
    table = np.array(sorted(found), float).reshape(-1, 4)
    table[:, :2] *= network.HOP / network.RATE
    table[:, 3] *= 127
    return table


def of_ours(one: Song, weights: str) -> np.ndarray:
    """What is made of a song as people have it, but by these ``weights``."""
    with (
        patch.object(transcribe, "_weights", lambda: weights_of(weights)),
        patch.object(network, "is_there", lambda: "alone-" not in weights),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        sound = Sound(one.samples, network.RATE)
        notes = transcribe.transcribed(sound, Transcribing()).notes
    return np.column_stack([notes[name] for name in ("start", "end", "pitch", "velocity")])


def tempi() -> None:
    """How often the tempo and the metre of a piece are found, of its notes alone."""
    rng = np.random.default_rng(1)
    told: dict[str, list[tuple[bool, bool, bool]]] = {}
    for name, notes in pieces().items():
        over, under = map(int, metres()[name].split("/"))
        beat = 1.5 if under == 8 and over % 3 == 0 else 4 / under
        bpm = rng.uniform(70, 140)
        quarter = 60 / bpm / beat
        table = np.array([one for one in notes if one[0] * quarter < 40])
        if len(table) < 10:
            continue
        starts = (table[:, 0] * quarter + 0.3 + rng.normal(0, 0.008, len(table))).clip(0)
        order = np.argsort(starts)
        ends = starts + table[:, 1] * quarter * 0.9
        loud = rng.normal(80, 10, len(table)).clip(20, 120)
        pulse = pulse_of(starts[order], ends[order], table[order, 2], loud)
        assert pulse is not None
        ratio = pulse.tempo / bpm
        near = [abs(ratio / many - 1) < 0.04 for many in (1, 2, 0.5)]
        bar = over // 3 if beat == 1.5 else over
        same = pulse.thirds == (beat == 1.5) and (pulse.bar == 3) == (bar == 3)
        kind = "tunes" if name.startswith(("ryans", "oneil", "aird", "essen")) else "other pieces"
        told.setdefault(kind, []).append((near[0], any(near), same))
    print("\n| pieces | tempo right | right, half or double | in threes, twos or 6/8, right |")
    print("|---|---|---|---|")
    for kind, found in told.items():
        right, either, metre = np.mean(found, axis=0)
        print(f"| {len(found)} {kind} | {right:.2f} | {either:.2f} | {metre:.2f} |")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="bench.notes transcribing", description=__doc__)
    parser.add_argument("--fonts", nargs="+", default=FONTS, choices=FONTS)
    parser.add_argument("--own", action="store_true", help="by the own spectrum alone")
    chosen = parser.parse_args()
    name_of_net = "alone" if chosen.own else "both"
    tempi()
    print(f"\n| instrument | SoundFont | {' | '.join(_COLUMNS)} |")
    print("|---|---|" + "---|" * len(_COLUMNS), flush=True)
    for kind, instruments in (("", ASKED), (" (never learnt)", UNSEEN)):
        for name, program in instruments.items():
            rows = []
            for font in chosen.fonts:
                weights = str(FOLDER / f"{name_of_net}-but-{FAMILY[font]}.safetensors")
                there = songs(font, program, tuning=False)
                alone, ours = (
                    np.nanmean([_both(one.notes, how(one)) for one in there], axis=0)
                    for how in (of_network_alone, partial(of_ours, weights=weights))
                )
                rows.append(np.column_stack([alone, ours]).ravel())
                _row(name + kind, font, rows[-1])
            if len(rows) > 1:
                _row(f"**{name}{kind}**", "mean", np.mean(rows, axis=0))


#: Of basic-pitch alone, and of ours.
_COLUMNS = (
    *("F 50 ms, alone", "ours", "F 100 ms, alone", "ours"),
    *("F with offsets, alone", "ours", "velocity, alone", "ours"),
)


def _both(notes: list[Note], found: np.ndarray) -> list[float]:
    near, ends, loud = figures(notes, found)
    return [near, figures(notes, found, 0.1)[0], ends, loud]


def _row(name: str, font: str, values: np.ndarray) -> None:
    print(f"| {name} | {font} | " + " | ".join(f"{one:.2f}" for one in values) + " |", flush=True)


if __name__ == "__main__":
    main()
