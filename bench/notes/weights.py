"""``python -m bench.notes weights``: fit what speaks for a tonic and for a metre.

Prints the weights that `fundamentals/tonic.py` and `fundamentals/metre.py` hold. The tunes are of
other books than those that `python -m bench.notes fundamentals` reports on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.notes.abc import Tune, pickup, tunes
from eidophone.notes.fundamentals import metre, tonic
from eidophone.notes.fundamentals.lines import line_of

#: Files of music21's corpus, and how many of their tunes metres are fitted on: these take longer.
FITTED = {
    "airdsAirs/*.abc": 600,
    "ryansMammoth/*.abc": 300,
    "essenFolksong/[bfk]*.abc": 900,
    "essenFolksong/han1.abc": 400,
}

#: What speaks for each candidate of a tune, and which candidates are right.
Case = tuple[NDArray[np.float64], NDArray[np.bool_]]


def some_of(pattern: str, most: int) -> list[Tune]:
    """Tunes at random, the same ones each time."""
    every = tunes(pattern)
    return [every[n] for n in np.random.default_rng(0).permutation(len(every))[:most]]


def home_of(tune: Tune) -> float | None:
    """The tonic by ``K:``; of Chinese tunes, whose ``K:`` is no tonic, the last note."""
    if "China" in tune.text:
        return float(line_of(tune.score).pitches[-1])
    return tune.tonic


def written(tune: Tune) -> tuple[int, int] | None:
    """The metre by ``M:``, 2/2 as 4/4, which has the same notes."""
    said = (4, 4) if tune.metre == (2, 2) else tune.metre
    return said if said in metre.METRES else None


def main() -> None:
    """Fit, and print."""
    cases, names = [], list(tonic.WEIGHTS)
    for pattern in ("airdsAirs/*.abc", "ryansMammoth/*.abc", "essenFolksong/han1.abc"):
        cases += [one for tune in some_of(pattern, 1200) if (one := _tonics(tune)) is not None]
    print("tonic", dict(zip(names, _fitted(cases).round(2).tolist(), strict=True)))
    cases = []
    for pattern, most in FITTED.items():
        cases += [one for tune in some_of(pattern, most) if (one := _metres(tune)) is not None]
    every = [*metre.WEIGHTS, *metre.METRES]
    print("metre", dict(zip(every, _fitted(cases).round(2).tolist(), strict=True)))


def _tonics(tune: Tune) -> Case | None:
    home = home_of(tune)
    if home is None:
        return None
    line = line_of(tune.score)
    among = tonic.candidates(line)
    told = tonic.evidence(line, among)
    right = np.abs(np.mod(among - home + 6, 12) - 6) < 0.5
    return np.stack([told[name] for name in tonic.WEIGHTS], 1), right


def _metres(tune: Tune) -> Case | None:
    said = written(tune)
    if said is None:
        return None
    among = list(metre.METRES)
    line = line_of(tune.score)
    told, places = metre.evidence(line, among)
    kinds = np.array([kind for kind, _ in places])
    right = kinds == among.index(said)
    before, bar = pickup(tune.text), metre.METRES[said][0]
    if before is not None:
        off = np.mod([phase - before + line.onsets[0] for _, phase in places], bar)
        near = right & (np.minimum(off, bar - off) < 0.01)
        right = near if near.any() else right
    return np.hstack([told, np.eye(len(among))[kinds]]), right


def _fitted(cases: list[Case]) -> NDArray[np.float64]:
    """Weights under which the right candidates are likeliest, kept small."""

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.5 * float(weights @ weights), weights.copy()
        for told, right in cases:
            if right.any():
                values = told @ weights
                chances = np.exp(values - values.max())
                chances /= chances.sum()
                own = chances * right
                total -= float(np.log(max(own.sum(), 1e-12)))
                slope -= told.T @ (own / max(own.sum(), 1e-12) - chances)
        return total, slope

    start = np.zeros(cases[0][0].shape[1])
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)
