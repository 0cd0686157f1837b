"""Learn: folders of tunes become a model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.errors import NotesError, tell
from eidophone.notes.fundamentals.lines import fundamentals_of
from eidophone.notes.score import Score
from eidophone.notes.traditions.collection import (
    FEW,
    Collection,
    collection_of,
    incipit,
    so_many,
)
from eidophone.notes.traditions.foretelling import Foreteller
from eidophone.notes.traditions.model import Model, Tradition
from eidophone.notes.traditions.ngram import ORDERS, NGrams, Voices
from eidophone.notes.traditions.settings import LearningTunes
from eidophone.notes.traditions.tokens import Line, Words, beside, lines_of, scale_of
from eidophone.notes.traditions.training import MOST_NOTES, Stage, can_train, examples_of, trained
from eidophone.notes.traditions.tuning import tuning_of

#: Share of the tunes that are held out, to see what is learnt; of so few that none are.
_HELD, _ALL = 0.08, 12

#: Notes of held-out tunes that baselines foretell: more says no more.
_MOST_TOLD = 4000

#: Two collections that share so many of their tunes cannot be told apart; some are worth a word.
_SAME, _SHARED = 0.9, 0.1

#: Traditions of a model, at most, and what no name has in it.
_MOST_TRADITIONS, _RESERVED = 16, ",:="

Tunes = list[tuple[Line, ...]]


def learn_tradition(sources: Mapping[str, str | Path], **choices: Any) -> Model:
    """Learn folders of tunes: ``learn_tradition({"irish": "irish/", "han": "han/"})``.

    Args:
        sources: a folder of MIDI, ABC, MusicXML, kern or sounds for each name.
        choices: of `LearningTunes`.

    Raises:
        NotesError: there are no tunes, or a choice cannot be.
        MissingExtraError: nothing can be read without something that is not installed.
    """
    return learnt({name: Path(one) for name, one in sources.items()}, LearningTunes(**choices))


def learnt(
    sources: Mapping[str, Path],
    how: LearningTunes,
    *,
    state: Path | None = None,
    progress: Callable[[float], None] = lambda _: None,
    told: Callable[[str, Stage], None] = lambda *_: None,
) -> Model:
    """Learn the tunes in ``sources``.

    Args:
        sources: a folder by the name of each tradition.
        how: what was chosen.
        state: a folder in which an interrupted training left what it needs to go on.
        progress: told how much of the files is read.
        told: how the training of each tradition goes.

    Raises:
        NotesError: there are no tunes.
    """
    _check(sources)
    collections = []
    for place, (name, folder) in enumerate(sources.items()):

        def read(part: float, place: int = place) -> None:
            progress((place + part) / len(sources))

        collections.append(collection_of(name, folder, read))
    return of_collections(collections, how, state=state, told=told)


def of_collections(
    collections: Sequence[Collection],
    how: LearningTunes,
    *,
    state: Path | None = None,
    told: Callable[[str, Stage], None] = lambda *_: None,
) -> Model:
    """Learn collections; see `learnt`."""
    told_as = [_told_as_lines(one) for one in collections]
    collections = [one for one, _ in told_as]
    _say_what_is_shared(collections)
    for one in collections:
        if one.is_small:
            tell(f"{one.name} has {so_many(len(one.tunes))}: under {FEW}, what is learnt is weak")
    if not can_train():
        tell(
            "without PyTorch (pip install 'eidophone[learn]') counts of what followed are used, "
            "and no net is trained"
        )
    scale = scale_of([tune for _, tunes in told_as for tune in tunes])
    each = [[beside(tune, scale) for tune in tunes] for _, tunes in told_as]
    words = Words.of(line for tunes in each for tune in tunes for line in tune)
    notes = [sum(len(line.pitches) for tune in tunes for line in tune) for tunes in each]
    parts = np.sqrt(notes) / np.sqrt(notes).sum()  # a small one is gone through more often
    made = []
    for one, tunes, part in zip(collections, each, parts, strict=True):
        folder = None if state is None else state / hashlib.sha256(one.name.encode()).hexdigest()

        def stage(now: Stage, name: str = one.name) -> None:
            told(name, now)

        most = int(MOST_NOTES * part)
        expert, bits = _expert(tunes, words, how.seed, most, folder, stage)
        scores = [tune.score for tune in one.tunes]
        made.append(
            Tradition(
                one.name,
                tuple(tunes),
                tuple(_program(score) for score in scores),
                tuple(_beats(score) for score in scores),
                expert,
                bits,
                fundamentals_of([tune.played or tune.score for tune in one.tunes]),
                tuning_of(scores, tunes),
            )
        )
    return Model(tuple(made), words, scale)


def _told_as_lines(one: Collection) -> tuple[Collection, Tunes]:
    """A collection and the lines of its tunes, without those that are too long."""
    kept, lines, left = [], [], []
    for tune in one.tunes:
        try:
            lines.append(lines_of(tune.score))
            kept.append(tune)
        except NotesError as error:
            left.append(f"{tune.name}: {error}")
    if not kept:
        raise NotesError(f"there are no tunes of {one.name}: {left[0]}")
    if left:
        tell(f"{one.name}: left out: {len(left)} that are too long ({left[0]})")
    return Collection(one.name, tuple(kept)), lines


def _expert(
    tunes: Tunes,
    words: Words,
    seed: int,
    most_notes: int,
    state: Path | None,
    told: Callable[[Stage], None],
) -> tuple[Foreteller, dict[str, float]]:
    """What says what comes next, and bits a note of held-out tunes, by it and by the baselines."""
    order = np.random.default_rng(seed).permutation(len(tunes))
    count = 0 if len(tunes) < _ALL else max(1, round(_HELD * len(tunes)))
    held = [tunes[n] for n in order[:count]]
    rest = [tunes[n] for n in order[count:]]
    tops, others = [one[0] for one in rest], _some([one[0] for one in held])
    bits = {}
    if others:
        for one in ORDERS:
            counts = NGrams.learnt(tops, words, one)
            bits[f"n-grams of order {one}"] = _mean(counts, others)
    if not can_train():
        mixed = NGrams.mixed(tops, others, words)
        if others:
            bits["n-grams, mixed"] = _mean(mixed, others)
        return Voices.counted(tunes, words, mixed.shares), bits
    examples, kept = (
        [part for tune in some for part in examples_of(tune, words)] for some in (rest, held)
    )
    net, best = trained(
        examples, kept, words, most_notes=most_notes, state=state, seed=seed, told=told
    )
    if held:
        bits["net"] = best
    return net, bits


def _mean(counts: NGrams, lines: Sequence[Line]) -> float:
    return float(np.concatenate([counts.bits(one) for one in lines]).sum(axis=1).mean())


def _some(lines: list[Line]) -> list[Line]:
    """The first of ``lines``, as far as they say more."""
    ends = np.cumsum([len(one.pitches) for one in lines])
    return lines[: int(np.searchsorted(ends, _MOST_TOLD)) + 1]


def _check(sources: Mapping[str, Path]) -> None:
    if not sources:
        raise NotesError("name folders of tunes, as irish=FOLDER han=FOLDER")
    if len(sources) > _MOST_TRADITIONS:
        raise NotesError(f"{len(sources)} traditions are too many: {_MOST_TRADITIONS} at most")
    for name in sources:
        if not name.strip() or set(name) & set(_RESERVED) or not name.isprintable():
            raise NotesError(f"{name!r} is no name for a tradition: letters and digits are best")


def _say_what_is_shared(collections: Sequence[Collection]) -> None:
    keys = [{incipit(tune.score) for tune in one.tunes} for one in collections]
    for place, one in enumerate(collections):
        for before in range(place):
            both = len(keys[place] & keys[before]) / min(len(keys[place]), len(keys[before]))
            other = collections[before].name
            if both >= _SAME:
                tell(f"{other} and {one.name} have the same tunes: they cannot be told apart")
            elif both >= _SHARED:
                tell(f"{other} and {one.name} have {both:.0%} of their tunes in common")


def _program(score: Score) -> int:
    pitched = [part.program for part in score.parts if not part.drums]
    return int(np.clip(pitched[0], 0, 127)) if pitched else 0


def _beats(score: Score) -> float:
    return float(np.clip(score.tempos["beats"][0], 10, 1000))
