"""``python -m bench.notes traditions [A=FOLDER B=FOLDER]``: what is learnt of two traditions.

Without folders, music21's collections are taken (pip install music21): O'Neill's Irish tunes, and
Chinese songs of the Essen collection. Tunes are learnt once, without their repeats; those that
begin alike are one; the split is by tunes; bits are of the MIDI's own pitches and durations from
onset to onset. The judge sees other features than the models, and is trained on tunes that none of
them has seen; of real tunes each is judged by a judge that has not seen it.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

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
from eidophone.notes.traditions.tokens import Line, beside, lines_of

#: Shares of the second tradition, and folds of the judges.
_SHARES, _FOLDS = (0.0, 0.3, 0.5, 0.7, 1.0), 4

#: Tunes that are drawn as pictures.
_PICTURES = 6

#: Bars of a phrase of the patchwork, and how many phrases.
_PHRASE, _PHRASES = 4, 4

#: Tunes of each that are foretold, and that the judges hear, at most.
_MOST_HEARD = 110


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
    parser.add_argument("--unlearnt", action="store_true", help="without PyTorch")
    options = parser.parse_args()
    warnings.simplefilter("ignore", EidophoneWarning)
    if options.unlearnt:
        from eidophone.notes.traditions import learn  # noqa: PLC0415

        learn.can_train = lambda: False
    pair = [one.split("=", 1) for one in options.pair] or _of_music21()
    collections = [collection_of(name, Path(folder)) for name, folder in pair]
    rng = np.random.default_rng(options.seed)
    learnt, others = zip(*(_split(one, options.tunes, rng) for one in collections), strict=True)
    begun = time.process_time()
    model = of_collections(learnt, LearningTunes(seed=options.seed))
    print(
        f"{' and '.join(f'{len(one.tunes)} {one.name}' for one in learnt)} learnt in "
        f"{time.process_time() - begun:.0f} CPU seconds\n"
    )
    if options.pictures:
        _draw(model, options.pictures, options.seed)
    tests = [
        [beside(lines_of(tune.score), model.scale)[0] for tune in one.tunes[:_MOST_HEARD]]
        for one in others
    ]
    _print_mixes(model, tests, options.count, rng)
    _print_bits(model, tests)


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


def _of_music21() -> list[list[str]]:
    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise SystemExit("name two folders, or: pip install music21")
    corpus = Path(spec.origin).parent / "corpus"
    return [
        ["irish", str(corpus / "oneills1850")],
        ["han", str(corpus / "essenFolksong" / "han1.abc")],
    ]


def _split(one: Collection, count: int, rng: np.random.Generator) -> tuple[Collection, Collection]:
    order = rng.permutation(len(one.tunes))
    count = min(count, round(0.8 * len(order)))
    first, second = (tuple(one.tunes[n] for n in some) for some in (order[:count], order[count:]))
    return Collection(one.name, first), Collection(one.name, second)


def _print_bits(model: Model, tests: Sequence[list[Line]]) -> None:
    print("\n| bits a note | " + " | ".join(model.names) + " |\n|---|" + "---|" * len(tests))
    both = [[_bits(model, n, test) for test in tests] for n in range(len(tests))]
    kind = type(model.traditions[0].expert).__name__
    _row(f"the model ({kind})", [both[n][n] for n in range(len(tests))])
    _row("the model of the other", [both[1 - n][n] for n in range(len(tests))])
    for order in ORDERS:
        each = []
        for one, test in zip(model.traditions, tests, strict=True):
            counts = NGrams.learnt(one.tops, model.words, order)
            each.append(np.concatenate([counts.bits(line) for line in test]).sum(axis=1).mean())
        _row(f"n-grams of order {order}", each)
    told = [_told(one.tops, test) for one, test in zip(model.traditions, tests, strict=True)]
    _row("besides: key, metre, upbeat, final, length", told)
    unknown = [
        sum(model.words.unknown(line) for line in test) / sum(len(line.pitches) for line in test)
        for test in tests
    ]
    _row("tokens that are not known, of all", unknown)
    print()


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
    return float(total / notes)


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
) -> None:
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
    ends, right = [], []
    for side, test in enumerate(tests):
        odds = [judges[n % _FOLDS].odds(line) for n, line in enumerate(test)]
        shares = _shares(odds)
        ends.append(float(shares.mean()))
        right.append(float(((shares > 0.5) == side).mean()))
        _print_tunes(f"real {model.names[side]}, not learnt", test, odds, runs, ends[-1])

    def judged(lines: Sequence[Line]) -> list[np.ndarray]:
        return [np.mean([one.odds(line) for one in judges], axis=0) for line in lines]

    frames = [one.frames for one in model.traditions]
    for share in _SHARES:
        mix = np.array([1 - share, share])
        composer = model.composer(mix)
        lines = [composer.line(drawn(frames, mix, 16, rng), rng) for _ in range(count)]
        line = ends[0] + share * (ends[1] - ends[0])
        _print_tunes(f"w = {share:g}", lines, judged(lines), runs, line)
    tops = [one.tops for one in model.traditions]
    for name, made in (("patchwork", _patched), ("whole tunes drawn", _drawn)):
        lines = [made(tops, rng) for _ in range(count)]
        _print_tunes(f"{name}, w = .5", lines, judged(lines), runs, sum(ends) / 2)
    print(f"\nThe judge is right about {np.mean(right):.0%} of real tunes.")


def _print_tunes(
    name: str,
    lines: Sequence[Line],
    odds: Sequence[np.ndarray],
    runs: Sequence[Runs],
    wanted: float,
) -> None:
    shares = _shares(odds)
    spread = np.mean([one.std() for one in odds if len(one) > 1])
    copied = [float(np.concatenate([one.copied(line) for line in lines]).mean()) for one in runs]
    again = float(np.concatenate([repeated(line) for line in lines]).mean())
    classes = np.mean([len(set((heard(line).pitches % 12).tolist())) for line in lines])
    notes = np.mean([len(line.pitches) for line in lines])
    print(
        f"| {name} | {shares.mean():.2f} | {shares.std():.2f} | {wanted:.2f} | {spread:.2f} | "
        f"{copied[0]:.3f} / {copied[1]:.3f} | {again:.2f} | {crossing(lines):.2%} | "
        f"{classes:.1f} | {notes:.0f} |",
        flush=True,
    )


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
