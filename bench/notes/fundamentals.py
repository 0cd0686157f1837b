"""``python -m bench.notes fundamentals``: how often what is told of tunes is right.

The truth is what the ABC of music21's corpus says: ``K:`` for tonic and mode, ``M:`` for metre, the
first bar line for where bars begin, lines of the Essen collection for phrases, repeats for form.
Beside each method stands a trivial one. Weights were fitted on other books (see weights.py), but on
a first half of the Han tunes; FluidSynth plays what is tuned.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.notes.abc import Tune, phrases, pickup
from bench.notes.weights import home_of, some_of, written
from eidophone.notes.fundamentals import form, measuring, metre, scales, tonic, tuning
from eidophone.notes.fundamentals.comparing import Summary, chance, surely
from eidophone.notes.fundamentals.intonation import intoned
from eidophone.notes.fundamentals.lines import Line, line_of
from eidophone.notes.fundamentals.phrases import starts_of
from eidophone.notes.fundamentals.report.context import COMPARED
from eidophone.notes.midi import write_midi
from eidophone.notes.score import Part, Score, scored
from eidophone.sound.sound import Sound

#: Books that nothing was fitted on.
IRISH, HAN, LORRAINE = "oneills1850/*.abc", "essenFolksong/han2.abc", "essenFolksong/l*.abc"

#: Krumhansl and Kessler (1982): how well each pitch class fits a major and a minor key.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

_MODES = {
    0: {"major (ionian)", "major hexatonic", "pentatonic 1 2 3 5 6 (gong)"},
    7: {"mixolydian", "mixolydian hexatonic", "major hexatonic", "pentatonic 1 2 4 5 6 (zhi)"},
    2: {"dorian", "minor hexatonic", "mixolydian hexatonic", "pentatonic 1 2 4 5 b7 (shang)"},
    9: {"minor (aeolian)", "harmonic minor", "minor hexatonic", "pentatonic 1 b3 4 5 b7 (yu)"},
}

#: Metres that differ only in how many beats a bar is written with.
_KINDS = {
    **dict.fromkeys(((2, 4), (4, 4), (4, 2)), "two"),
    **dict.fromkeys(((3, 4), (3, 8), (3, 2), (6, 4)), "three"),
    **dict.fromkeys(((6, 8), (12, 8)), "two threes"),
}

_SCALES = {
    "neutral thirds": (0, 200, 350, 500, 700, 900, 1050),
    "slendro": (0, 240, 480, 720, 960),
    "pelog": (0, 130, 270, 540, 680, 800, 950),
}
_PROGRAMS = {"piano": 0, "flute": 73, "koto": 107, "violin": 40, "marimba": 12}
_SOUNDFONT = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")


def main() -> None:
    """Measure, and print tables."""
    began = time.process_time()
    irish, han, lorraine = (some_of(one, 400) for one in (IRISH, HAN, LORRAINE))
    _tonics({"Irish": irish, "Han": han})
    _modes(irish)
    _metres({"Irish": irish, "Han": han, "Lorraine, Luxembourg": lorraine})
    _phrases({"Han": han, "Lorraine, Luxembourg": lorraine})
    _forms(some_of(IRISH, 2000))
    _false(irish)
    _tunings()
    print(f"\n{time.process_time() - began:.0f} CPU seconds")


def _tonics(books: dict[str, list[Tune]]) -> None:
    print("| tonic right | here | last note | Krumhansl |\n|---|---|---|---|")
    for name, some in books.items():
        rows = []
        for tune in some:
            home = home_of(tune)
            if home is not None:
                line = line_of(tune.score)
                found = (tonic.tonic_of(line)[0], line.pitches[-1], _krumhansl(line))
                rows.append([abs((one - home + 6) % 12 - 6) < 0.5 for one in found])
        print(f"| {name}, {len(rows)} tunes | {_shares(rows)} |")
    print("Of Han tunes the truth is the last note, as ABC does not say it.\n")


def _krumhansl(line: Line) -> float:
    shares = np.bincount(np.rint(line.pitches).astype(int) % 12, line.gaps, 12)
    fits = [
        max(np.corrcoef(np.roll(one, home), shares)[0, 1] for one in (_MAJOR, _MINOR))
        for home in range(12)
    ]
    return float(np.argmax(fits))


def _modes(some: Sequence[Tune]) -> None:
    print("| mode, Irish | tunes | scale agrees | always major |\n|---|---|---|---|")
    names = list(scales.SCALES)
    for mode, title in ((0, "major"), (7, "mixolydian"), (2, "dorian"), (9, "minor")):
        own = [tune for tune in some if tune.mode == mode]
        right = []
        for tune in own:
            line = line_of(tune.score)
            home = tonic.tonic_of(line)[0]
            named = names[int(scales.chances(line, home).argmax())]
            right.append(named in _MODES[mode] and abs((home - tune.tonic + 6) % 12 - 6) < 0.5)
        print(f"| {title} | {len(own)} | {np.mean(right):.2f} | {float(mode == 0):.0f} |")
    print("Agrees: the tonic is right, and so are all degrees that the named scale has.\n")


def _metres(books: dict[str, list[Tune]]) -> None:
    print(
        "| metre | as written | but for the beats of a bar | commonest | bars begin | at once |\n"
        "|---|---|---|---|---|---|"
    )
    for name, some in books.items():
        whole, kind, phase, at_once = [], [], [], []
        said = [one for one in (written(tune) for tune in some) if one]
        usual = Counter(said).most_common(1)[0][1] / len(said)
        for tune in some:
            truth = written(tune)
            if truth is None:
                continue
            line = line_of(tune.score, said=False)
            found = metre.metre_of(line)
            guess = (found.over, found.under)
            whole.append(guess == truth)
            kind.append(_KINDS.get(guess, guess) == _KINDS.get(truth, truth))
            before = pickup(tune.text)
            if before is not None:
                bar = 4 * truth[0] / truth[1]
                known = metre.metre_of(replace(line, metre=truth))
                off = (known.phase - before + line.onsets[0]) % bar
                phase.append(min(off, bar - off) < 0.01)
                at_once.append(before % bar == 0)
        print(
            f"| {name}, {len(whole)} tunes | {np.mean(whole):.2f} | {np.mean(kind):.2f} | "
            f"{usual:.2f} | {np.mean(phase):.2f} | {np.mean(at_once):.2f} |"
        )
    print("Metres are guessed from notes alone; bars, where the metre is known.\n")


def _phrases(books: dict[str, list[Tune]]) -> None:
    print("| phrases begin, F | here | after long notes | every 9 notes |\n|---|---|---|---|")
    for name, some in books.items():
        counts = np.zeros((3, 3))
        tunes = 0
        for tune in some:
            line, said = line_of(tune.score), phrases(tune.text)
            if sum(said) != len(line) or len(said) < 2 or tune.metre is None:
                continue
            tunes += 1
            truth = set(np.cumsum(said[:-1]).tolist())
            long = np.flatnonzero(line.gaps[:-1] >= 2 * np.median(line.gaps)) + 1
            bar = 4 * tune.metre[0] / tune.metre[1]
            for row, found in enumerate(
                (starts_of(line, bar)[1:], long, np.arange(9, len(line), 9))
            ):
                own = set(found.tolist())
                counts[row] += len(own & truth), len(own), len(truth)
        each = 2 * counts[:, 0] / counts[:, 1:].sum(1)
        print(f"| {name}, {tunes} tunes | {' | '.join(f'{one:.2f}' for one in each)} |")
    print()


def _forms(some: Sequence[Tune]) -> None:
    """Tunes of two or three parts of eight bars, each of which is repeated."""
    found: dict[str, list[bool]] = {"AABB": [], "AABBCC": []}
    for tune in some:
        body = re.split(r"(?m)^K:.*\n", tune.text, maxsplit=1)[-1]
        repeats, endings = len(re.findall(r":\||::", body)), len(re.findall(r"\|\s*\[?1", body))
        line = line_of(tune.score)
        where = metre.metre_of(line)
        bars = (line.onsets[-1] + line.lengths[-1] - line.onsets[0]) / where.bar
        truth = {2: "AABB", 3: "AABBCC"}.get(repeats)
        if truth and not endings and abs(bars - 16 * repeats) < 1:
            letters = form.form_of(form.likeness(form.bars_of(line, where)))[0]
            # parts may share their ends, or be one: what is repeated must be seen as such
            found[truth].append(
                all(a == b for a, b in zip(letters[::2], letters[1::2], strict=False))
                and len(letters) == len(truth)
            )
    print("| form, Irish | tunes | each part seen twice |\n|---|---|---|")
    for truth, right in found.items():
        print(f"| {truth} by repeats | {len(right)} | {np.mean(right):.2f} |")
    print()


def _false(some: Sequence[Tune]) -> None:
    """Halves of one book, cut at random: nothing should surely differ."""
    one = measuring.measured("Irish", [line_of(tune.score) for tune in some])
    rng = np.random.default_rng(0)
    wrong = []
    for _ in range(200):
        half = rng.permutation(len(one.tunes)) < len(one.tunes) // 2
        chances = [
            chance(Summary.of(one.figures[name][half]), Summary.of(one.figures[name][~half]))
            for name in COMPARED
        ]
        wrong.append(int(surely(np.concatenate(chances)).sum()))
    print(
        f"Halves of one book, 200 times: {np.mean(np.array(wrong) > 0):.3f} have any false "
        f"difference, of {sum(map(len, chances))} figures.\n"
    )


def _tunings() -> None:
    if shutil.which("fluidsynth") is None or not _SOUNDFONT.is_file():
        print("tuning: not measured, there is no fluidsynth, or no TimGM6mb.sf2")
        return
    print(
        "| tuning, cents from the truth | each note, median | 90th percentile | degrees, worst |\n"
        "|---|---|---|---|"
    )
    for name, program in _PROGRAMS.items():
        off, worst = [], 0.0
        for steps in _SCALES.values():
            score = _tuned(steps, program)
            keys = score.notes.copy()
            keys["pitch"] = np.rint(keys["pitch"])
            heard = intoned(replace(score, notes=keys), _rendered(score))
            off.append(100 * np.abs(heard.notes["pitch"] - score.notes["pitch"]))
            found = tuning.degrees_of([line_of(heard)], np.array([57.0 % 12]))
            near = [min(abs(one.cents - step) for one in found) for step in steps[1:]]
            worst = max(worst, *near)
        every = np.concatenate(off)
        print(f"| {name} | {np.median(every):.1f} | {np.quantile(every, 0.9):.1f} | {worst:.1f} |")
    print("From the sound, knowing keys only; neutral thirds, slendro, pelog.")


def _tuned(steps: tuple[int, ...], program: int) -> Score:
    rng = np.random.default_rng(0)
    places = np.clip(np.cumsum(rng.integers(-2, 3, 60)) + 4, 0, 9)
    octaves, degrees = np.divmod(places, len(steps))
    lengths = rng.choice([0.25, 0.5], len(places))
    starts = np.append(0, np.cumsum(lengths)[:-1])
    pitches = 57 + 12 * octaves + np.array(steps)[degrees] / 100
    rows = zip(starts, starts + 0.95 * lengths, pitches, strict=True)
    return scored([(start, end, pitch, 90, 0) for start, end, pitch in rows], [Part("", program)])


def _rendered(score: Score) -> Sound:
    with tempfile.TemporaryDirectory() as name:
        midi, wave = Path(name) / "a.mid", Path(name) / "a.wav"
        write_midi(midi, score)
        command = ["fluidsynth", "-ni", "-g", "0.7", "-F", str(wave), "-r", "44100"]
        subprocess.run([*command, str(_SOUNDFONT), str(midi)], capture_output=True, check=True)
        return Sound.load(wave, downmix=True)


def _shares(rows: Sequence[Sequence[bool]]) -> str:
    means: NDArray[np.float64] = np.mean(rows, axis=0)
    return " | ".join(f"{one:.2f}" for one in means)
