"""``python -m bench.learn [PAIR …] [--windows 16]``: measure what is learnt of pairs.

Without a pair all are measured, and docs/learn-figures.md is written.
"""

from __future__ import annotations

import argparse
import logging
import warnings
from collections.abc import Iterator

from bench.learn.material import Material
from bench.learn.methods import Learnt
from bench.learn.mixes import mixes, new_sounds
from bench.learn.pairs import PAIRS
from bench.learn.translations import Listeners, Table
from bench.progress import progress
from bench.sounds import ROOT

_PAGE = ROOT / "docs" / "learn-figures.md"

_HEAD = """# Figures of learning

Written by `python -m bench.learn`, in one run, on pairs of collections that Debian packages carry,
and on test sounds that nothing was learnt from. Everything went through the codec before it was
judged. Beside each method stand those that have learnt nothing, or that play a recording as it is:
what does no better than these has learnt nothing either.

*Z*, *C*, *eq-blind* and *matched* are shares of the way from the source to the target, by four
judges that are ever easier to deceive (Z with its 90 % interval over windows). *onset*, *chroma*,
*whitened* and *notes* are correlations with the source. *speaker* is the share by resemblyzer;
*WER* the word error rate by PocketSphinx. *inside*: how much of a recording of the target is
played along, at most: what is only of the same kind has .1. *over crossfade*: Z beside that of a
crossfade that keeps as much of the onsets.
"""


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.learn", description=__doc__)
    parser.add_argument("pairs", nargs="*", choices=[*PAIRS, []], help="which pairs")
    parser.add_argument("--windows", type=int, default=16, help="of each test")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # of libraries that only measure
    logging.disable(logging.WARNING)
    page = [_HEAD]
    for name in given.pairs or PAIRS:
        for one in _tables(name, given.windows):
            print(one, flush=True)
            page.append(one)
    if not given.pairs:
        _PAGE.write_text("\n".join(page), encoding="utf-8")


def _tables(name: str, windows: int) -> Iterator[str]:
    """Of a pair, in both directions; of voices whose words are counted, in one."""
    material = Material.of(PAIRS[name](), windows)
    progress(f"learning {name}")
    learnt, listeners = Learnt(material), Listeners(material)
    for source, target in ((0, 1),) if material.pair.texts else ((0, 1), (1, 0)):
        table = Table(material, source, target, listeners)
        table.measure(learnt)
        yield table.markdown()
    if not material.pair.texts:
        yield mixes(material, learnt)
        yield new_sounds(material, learnt)


if __name__ == "__main__":
    main()
