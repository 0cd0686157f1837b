"""``python -m bench.notes traditions [A=FOLDER B=FOLDER]``: what is learnt of two traditions.

Without folders, music21's collections are taken (pip install music21): O'Neill's Irish tunes, and
Chinese songs of the Essen collection; then other pairs, on which nothing was chosen. Tunes are
learnt once, without their repeats; those that begin alike are one; the split is by tunes; bits are
of the MIDI's own pitches and durations from onset to onset. Many tunes of a collection are versions
of others under another name, so bits are told once more of those that are like none that was
learnt. The judge sees other features than the models, and is trained on tunes that none of them has
seen; of real tunes each is judged by a judge that has not seen it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.notes.asymmetric import write_tunes
from eidophone.base.errors import EidophoneWarning
from eidophone.notes.midi import write_midi
from eidophone.notes.pictures.codec import encode_notes
from eidophone.notes.traditions.collection import Collection, collection_of
from eidophone.notes.traditions.compose import compose
from eidophone.notes.traditions.context import Context
from eidophone.notes.traditions.copying import Runs, repeated
from eidophone.notes.traditions.form import drawn, heard
from eidophone.notes.traditions.judge import Judge
from eidophone.notes.traditions.learn import of_collections
from eidophone.notes.traditions.model import Model, crossing
from eidophone.notes.traditions.ngram import ORDERS, NGrams
from eidophone.notes.traditions.settings import LearningTunes
from eidophone.notes.traditions.tokens import SILENT, STEPS, Line, beside, lines_of

#: Shares of the second tradition, and folds of the judges.
_SHARES, _FOLDS = (0.0, 0.3, 0.5, 0.7, 1.0), 4

#: Tunes that are drawn as pictures.
_PICTURES = 6

#: Bars of a phrase of the patchwork, and how many phrases.
_PHRASE, _PHRASES = 4, 4

#: Semitones of dissonances: seconds, sevenths, the tritone.
_DISSONANT = (1, 2, 6, 10, 11)

#: Tunes of each that are foretold, and that the judges hear, at most.
_MOST_HEARD = 110

#: A held-out tune is like one that was learnt, if it begins with so many of its intervals, or has
#: more than this share of its runs of so many notes.
_BEGUN, _LIKE, _RUN = 8, 0.3, 8

#: Other pairs: names, places in music21's corpus ("" of what is made), and tunes of each at most.
_OTHERS = (
    (("german", "essenFolksong/erk*.abc"), ("airs", "airdsAirs/*.abc"), 434),
    (("lorraine", "essenFolksong/lot.abc"), ("han2", "essenFolksong/han2.abc"), 434),
    (("asymmetric", ""), ("irish", "oneills1850/*.abc"), 300),
    (("fink", "essenFolksong/fink0.abc"), ("reels", "ryansMammoth/*Reel.abc"), 80),
)


class Row(NamedTuple):
    """What is measured of some tunes.

    Attributes:
        name: what they are.
        share, deviation: how far the judges take them for the second tradition.
        wanted: where that share is to be.
        within: spread of the odds within a tune.
        copied: share of notes in runs that were learnt, of each tradition.
        repeats: share of notes in runs that were there before.
        crosses: share of notes that cross a bar line.
        classes: pitch classes of a tune.
        notes: of a tune.
    """

    name: str
    share: float
    deviation: float
    wanted: float
    within: float
    copied: list[float]
    repeats: float
    crosses: float
    classes: float
    notes: float


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.notes traditions", description=__doc__)
    parser.add_argument("pair", nargs="*", metavar="NAME=FOLDER", help="two traditions")
    parser.add_argument("--tunes", type=int, default=434, help="learnt of each")
    parser.add_argument("--count", type=int, default=40, help="tunes composed of each mix")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="draw six tunes, w = 0 to 1"
    )
    parser.add_argument("--voices", type=int, help="of Bach's chorales: how many, and no more")
    parser.add_argument("--unlearnt", action="store_true", help="without PyTorch")
    options = parser.parse_args()
    warnings.simplefilter("ignore", EidophoneWarning)
    if options.unlearnt:
        from eidophone.notes.traditions import learn  # noqa: PLC0415

        learn.can_train = lambda: False
    if options.voices:
        _print_voices(_of_music21("bach", "bach/bwv2[6-9]*.mxl"), options)
        return
    if options.pair:
        pair = [one.split("=", 1) for one in options.pair]
        collections = [collection_of(name, Path(folder)) for name, folder in pair]
        _print_pair(collections, options)
        return
    print("## irish and han\n")
    first = ("irish", "oneills1850/*.abc"), ("han", "essenFolksong/han1.abc")
    said = [_print_pair([_of_music21(*one) for one in first], options)]
    for *pair, most in _OTHERS:
        print(f"\n## {pair[0][0]} and {pair[1][0]}\n")
        options.tunes, options.pictures = most, None
        said.append(_print_pair([_of_music21(*one) for one in pair], options))
    print(
        "\n| pair | tunes | CPU seconds | bits | unlike any learnt | n-grams, of all | "
        "n-grams, unlike any | off the line | sd | copied / real | repeats / real | crosses | "
        "classes off |\n|---" + "|---" * 12 + "|"
    )
    print("\n".join(said))


def _print_pair(collections: Sequence[Collection], options: argparse.Namespace) -> str:
    """Tables of two collections, and a line of a table that sums them up."""
    rng = np.random.default_rng(options.seed)
    learnt, others = zip(*(_split(one, options.tunes, rng) for one in collections), strict=True)
    begun = time.process_time()
    model = of_collections(learnt, LearningTunes(seed=options.seed))
    spent = time.process_time() - begun
    counts = " and ".join(f"{len(one.tunes)} {one.name}" for one in learnt)
    print(f"{counts} learnt in {spent:.0f} CPU seconds\n")
    if options.pictures:
        _draw(model, options.pictures, options.seed)
    held = [[beside(lines_of(tune.score), model.scale)[0] for tune in one.tunes] for one in others]
    tests = [one[:_MOST_HEARD] for one in held]
    unlike = [
        _unlike(one, tradition.tops)[:_MOST_HEARD]
        for one, tradition in zip(held, model.traditions, strict=True)
    ]
    real, made = _print_mixes(model, tests, options.count, rng)
    bits = _print_bits(model, tests, unlike)
    names = " / ".join(model.names)
    ends = [made[0], made[-1]]
    figures = [
        names,
        " / ".join(str(len(one.tunes)) for one in learnt),
        f"{spent:.0f}",
        *(" / ".join(f"{one:.2f}" for one in some) for some in bits),
        f"{max(abs(one.share - one.wanted) for one in made):.2f}",
        f"{max(one.deviation for one in made):.2f}",
        f"{max(max(one.copied) for one in made):.3f} / {max(max(one.copied) for one in real):.3f}",
        f"{min(a.repeats / max(b.repeats, 0.01) for a, b in zip(ends, real, strict=True)):.1f}",
        f"{max(one.crosses for one in made):.2%}",
        f"{max(abs(a.classes - b.classes) for a, b in zip(ends, real, strict=True)):.1f}",
    ]
    return f"| {' | '.join(figures)} |"


def _print_voices(chorales: Collection, options: argparse.Namespace) -> None:
    """Intervals between all voices on every beat: in the chorales, and in new ones."""
    model = of_collections([chorales], LearningTunes(seed=options.seed))
    (bach,) = model.traditions
    composer, rng = model.composer([1.0]), np.random.default_rng(options.seed)
    made = []
    for _ in range(options.count):
        frame = drawn([bach.frames], np.ones(1), 16, rng)
        made.append([composer.line(frame, rng)])
        while len(made[-1]) < options.voices:
            made[-1].append(composer.line(frame, rng, above=made[-1]))
    print("| chorales | dissonant | parallel fifths and octaves | voices cross | lowest voice |")
    print("|---|---|---|---|---|")
    whole = [one for one in bach.tunes if len(one) >= options.voices]
    for name, some in ((f"{len(whole)} of Bach's", whole), (f"{len(made)} new ones", made)):
        found = np.array([_intervals(one[: options.voices]) for one in some]).sum(axis=0)
        bass = np.concatenate([one[options.voices - 1].pitches for one in some])
        low, high = np.quantile(bass[bass != SILENT], [0.01, 0.99])
        print(
            f"| {name} | {found[0] / found[1]:.1%} | {found[2] / found[3]:.1%} | "
            f"{found[4] / found[1]:.1%} | {low:.0f} to {high:.0f} |"
        )


def _intervals(lines: Sequence[Line]) -> list[int]:
    """Dissonances, of so many intervals on beats; parallels, of so many moves; and crossings."""
    beats = np.arange(int(lines[0].starts[0]), lines[0].end, STEPS)
    rows = []
    for line in lines:
        place = np.searchsorted(line.starts, beats, side="right") - 1
        there = (place >= 0) & (beats < line.end)
        rows.append(np.where(there, line.pitches[np.maximum(place, 0)], SILENT))
    found = np.zeros(5, int)
    for high, low in combinations(rows, 2):
        both = (high != SILENT) & (low != SILENT)
        between = (high - low) % 12
        found[:2] += np.isin(between[both], _DISSONANT).sum(), both.sum()
        moved = both[1:] & both[:-1] & (np.diff(high) != 0) & (np.diff(low) != 0)
        again = np.isin(between, (0, 7))[1:] & (np.diff(between) == 0)
        found[2:4] += (moved & again).sum(), moved.sum()
        found[4] += (high < low)[both].sum()
    return found.tolist()


def _unlike(held: Sequence[Line], learnt: Sequence[Line]) -> list[Line]:
    """Those of the ``held`` that are like none of the tunes that were learnt, at any pitch."""
    begun = {np.diff(heard(line).pitches[: _BEGUN + 1]).tobytes() for line in learnt}
    runs: dict[bytes, set[int]] = {}
    for number, line in enumerate(learnt):
        for run in _steps(line):
            runs.setdefault(run, set()).add(number)
    kept = []
    for line in held:
        mine = _steps(line)
        shared = Counter(number for run in mine for number in runs.get(run, ()))
        most = max(shared.values(), default=0) / max(1, len(mine))
        if most <= _LIKE and np.diff(heard(line).pitches[: _BEGUN + 1]).tobytes() not in begun:
            kept.append(line)
    return kept


def _steps(line: Line) -> list[bytes]:
    """The intervals of each run of a line, whatever its rhythm."""
    steps = np.diff(heard(line).pitches)
    return [steps[n : n + _RUN - 1].tobytes() for n in range(len(steps) - _RUN + 2)]


def _draw(model: Model, folder: Path, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(_PICTURES):
        share = number / (_PICTURES - 1)
        mix = f"{model.names[0]}={1 - share},{model.names[1]}={share}"
        (score,) = compose(model, mix=mix, seed=seed + 1)
        name = folder / f"tradition-{round(100 * share):03}.png"
        encode_notes(score, "bold", strip=False).save(name, overwrite=True)
        write_midi(name.with_suffix(".mid"), score, overwrite=True)
        print(name)


def _of_music21(name: str, pattern: str) -> Collection:
    """Files of its corpus; without a pattern, tunes that are made."""
    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise SystemExit("name two folders, or: pip install music21")
    with tempfile.TemporaryDirectory() as folder:
        if pattern:
            for path in (Path(spec.origin).parent / "corpus").glob(pattern):
                (Path(folder) / path.name).symlink_to(path)
        else:
            write_tunes(Path(folder))
        return collection_of(name, Path(folder))


def _split(one: Collection, count: int, rng: np.random.Generator) -> tuple[Collection, Collection]:
    order = rng.permutation(len(one.tunes))
    count = min(count, round(0.8 * len(order)))
    first, second = (tuple(one.tunes[n] for n in some) for some in (order[:count], order[count:]))
    return Collection(one.name, first), Collection(one.name, second)


def _print_bits(
    model: Model, tests: Sequence[list[Line]], unlike: Sequence[list[Line]]
) -> list[list[float]]:
    """Bits of the net and of n-grams of order 2: of all tunes, and of the unlike."""
    print("\n| bits a note | " + " | ".join(model.names) + " |\n|---|" + "---|" * len(tests))
    both = [[_bits(model, n, test) for test in tests] for n in range(len(tests))]
    kind = type(model.traditions[0].expert).__name__
    net = [both[n][n] for n in range(len(tests))]
    _row(f"the model ({kind})", net)
    strict = [_bits(model, n, some) for n, some in enumerate(unlike)]
    count = " and ".join(str(len(one)) for one in unlike)
    _row(f"the same, of {count} tunes unlike any learnt", strict)
    _row("the model of the other", [both[1 - n][n] for n in range(len(tests))])
    found = [net, strict]
    for order in ORDERS:
        counts = [NGrams.learnt(one.tops, model.words, order) for one in model.traditions]
        for name, some in (("", tests), (", of the unlike", unlike)):
            each = [_counted(one, test) for one, test in zip(counts, some, strict=True)]
            _row(f"n-grams of order {order}{name}", each)
            found.append(each)
    told = [_told(one.tops, test) for one, test in zip(model.traditions, tests, strict=True)]
    _row("besides: key, metre, upbeat, final, length", told)
    unknown = [
        sum(model.words.unknown(line) for line in test) / sum(len(line.pitches) for line in test)
        for test in tests
    ]
    _row("tokens that are not known, of all", unknown)
    return found[:4]


def _counted(counts: NGrams, test: Sequence[Line]) -> float:
    if not test:
        return float("nan")
    return float(np.concatenate([counts.bits(line) for line in test]).sum(axis=1).mean())


def _bits(model: Model, place: int, test: Sequence[Line]) -> float:
    """Bits a note; what is no token costs ten bits more."""
    words, total, notes = model.words, 0.0, 0
    for line in test:
        context = Context(words, line.metre, int(line.starts[0]), line.end)
        telling = model.traditions[place].expert.line(context, line.final, 0)
        tokens = zip(words.of_pitches(line), words.of_lasts(line), line.lasts, strict=True)
        for pitch, duration, steps in tokens:
            total -= np.log2(telling.durations()[duration])
            total -= np.log2(telling.pitches(int(duration))[pitch])
            context.push(int(pitch), int(duration), int(steps))
        total += 10 * words.unknown(line)
        notes += len(line.pitches)
    return float(total / notes) if notes else float("nan")


def _told(learnt: Sequence[Line], test: Sequence[Line]) -> float:
    """Bits a note that say what a context knows of a whole tune, by how often each comes."""
    facts: list[Callable[[Line], object]] = [
        lambda line: line.do,
        lambda line: line.metre,
        lambda line: (line.metre, int(line.starts[0])),
        lambda line: line.final,
        lambda line: (line.metre, line.end),
    ]
    total = 0.0
    for fact in facts:
        counts = Counter(map(fact, learnt))
        for line in test:
            total -= np.log2((counts[fact(line)] + 0.5) / (len(learnt) + 0.5 * (len(counts) + 10)))
    return float(total / sum(len(line.pitches) for line in test))


def _print_mixes(
    model: Model, tests: Sequence[list[Line]], count: int, rng: np.random.Generator
) -> tuple[list[Row], list[Row]]:
    """The real ones, and those of the mixes."""
    judges = [
        Judge.trained(
            *([one for n, one in enumerate(test) if n % _FOLDS != fold] for test in tests)
        )
        for fold in range(_FOLDS)
    ]
    runs = [Runs(one.tops) for one in model.traditions]
    print(
        "| tunes | p(B) | sd | line | spread within | copied A / B | repeats | crosses | "
        "pitch classes | notes |\n|---" + "|---" * 9 + "|"
    )
    ends, right, real, mixed = [], [], [], []
    for side, test in enumerate(tests):
        odds = [judges[n % _FOLDS].odds(line) for n, line in enumerate(test)]
        shares = _shares(odds)
        ends.append(float(shares.mean()))
        right.append(float(((shares > 0.5) == side).mean()))
        real.append(
            _print_tunes(f"real {model.names[side]}, not learnt", test, odds, runs, ends[-1])
        )

    def judged(lines: Sequence[Line]) -> list[np.ndarray]:
        return [np.mean([one.odds(line) for one in judges], axis=0) for line in lines]

    frames = [one.frames for one in model.traditions]
    for share in _SHARES:
        mix = np.array([1 - share, share])
        composer = model.composer(mix)
        lines = [composer.line(drawn(frames, mix, 16, rng), rng) for _ in range(count)]
        line = ends[0] + share * (ends[1] - ends[0])
        mixed.append(_print_tunes(f"w = {share:g}", lines, judged(lines), runs, line))
    tops = [one.tops for one in model.traditions]
    for name, made in (("patchwork", _patched), ("whole tunes drawn", _drawn)):
        lines = [made(tops, rng) for _ in range(count)]
        _print_tunes(f"{name}, w = .5", lines, judged(lines), runs, sum(ends) / 2)
    print(f"\nThe judge is right about {np.mean(right):.0%} of real tunes.")
    return real, mixed


def _print_tunes(
    name: str,
    lines: Sequence[Line],
    odds: Sequence[np.ndarray],
    runs: Sequence[Runs],
    wanted: float,
) -> Row:
    shares = _shares(odds)
    row = Row(
        name,
        float(shares.mean()),
        float(shares.std()),
        wanted,
        float(np.mean([one.std() for one in odds if len(one) > 1])),
        [float(np.concatenate([one.copied(line) for line in lines]).mean()) for one in runs],
        float(np.concatenate([repeated(line) for line in lines]).mean()),
        crossing(lines),
        float(np.mean([len(set((heard(line).pitches % 12).tolist())) for line in lines])),
        float(np.mean([len(line.pitches) for line in lines])),
    )
    print(
        f"| {name} | {row.share:.2f} | {row.deviation:.2f} | {wanted:.2f} | {row.within:.2f} | "
        f"{row.copied[0]:.3f} / {row.copied[1]:.3f} | {row.repeats:.2f} | {row.crosses:.2%} | "
        f"{row.classes:.1f} | {row.notes:.0f} |",
        flush=True,
    )
    return row


def _shares(odds: Sequence[np.ndarray]) -> np.ndarray:
    return np.array([1 / (1 + np.exp(-one.mean())) for one in odds])


def _drawn(tops: Sequence[list[Line]], rng: np.random.Generator) -> Line:
    some = tops[int(rng.integers(2))]
    return some[int(rng.integers(len(some)))]


def _patched(tops: Sequence[list[Line]], rng: np.random.Generator) -> Line:
    """Phrases of real tunes, brought to one do."""
    pieces, at = [], 0
    while len(pieces) < _PHRASES:
        line = _drawn(tops, rng)
        first = int(rng.integers(max(1, line.end // line.bar - _PHRASE + 1))) * line.bar
        some = (line.starts >= first) & (line.starts < first + _PHRASE * line.bar)
        if some.sum() < 2:
            continue
        pieces.append((line.pitches[some] - line.do + 60, line.starts[some] - first + at, line))
        at += _PHRASE * line.bar
    pitches, starts = (np.concatenate([one[n] for one in pieces]) for n in range(2))
    lasts = np.maximum(np.append(np.diff(starts), 48), 1)
    return replace(pieces[0][2], pitches=pitches, starts=starts, lasts=lasts, do=60)


def _row(name: str, values: Sequence[float]) -> None:
    print(f"| {name} | " + " | ".join(f"{one:.2f}" for one in values) + " |", flush=True)
