"""``python -m bench``: measure everything, print one table, write docs/benchmark.md."""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator

from bench import peers, quality, report
from bench.bridge import bridge_figures
from bench.damage import JPEG_50, JPEG_85, ODD, SMALLER
from bench.datasets import dataset_figures
from bench.figures import Figure
from bench.films import film_figures
from bench.levels import level_figures
from bench.memory import film_memory_figures, memory_figures
from bench.progress import progress
from bench.references import reference_figures
from bench.sounds import ROOT, Sounds, gather
from bench.speed import speed_figures
from eidophone.base.errors import EidophoneWarning

PAGE = ROOT / "docs" / "benchmark.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few sounds; writes no page")
    parser.add_argument("--long", action="store_true", help="also the memory of an hour of sound")
    parser.add_argument(
        "--film-hour", action="store_true", help="only the memory of an hour of film; half an hour"
    )
    options = parser.parse_args()
    warnings.simplefilter("ignore", EidophoneWarning)  # notes are for those who listen
    sounds = gather(quick=options.quick)
    if options.film_hour:
        print(report.table(film_memory_figures(sounds.long)))
        return
    figures = list(measure(sounds, long=options.long))
    originals = reference_figures(sounds.mono, sounds.stereo)
    tables = report.table(figures), report.table_of_originals(originals)
    print(report.circumstances(sounds.origin), *tables, sep="\n\n")
    if not options.quick:
        names = list(sounds.mono), list(sounds.stereo)
        page = report.page(figures, originals, *names, sounds.origin)
        PAGE.write_text(page, encoding="utf-8")
        progress(f"wrote {PAGE.relative_to(ROOT)}")


def measure(sounds: Sounds, *, long: bool) -> Iterator[Figure]:
    """All figures, in the order of the table."""
    mono, stereo = sounds.mono, sounds.stereo
    yield quality.mono_figure(mono, "preview")
    yield quality.mono_figure(mono, "standard")
    yield peers.beside(quality.mono_figure(mono, "best"), mono)
    yield peers.beside(quality.damaged_figure(mono, JPEG_85), mono, JPEG_85)
    yield quality.damaged_figure(mono, JPEG_50)
    yield peers.beside(quality.damaged_figure(mono, SMALLER), mono, SMALLER)
    yield quality.damaged_figure(mono, ODD)
    yield from peers.cost_figures(mono)
    yield quality.compact_figure(mono)
    yield quality.distance_figure(mono)
    yield from quality.stereo_figures(stereo)
    yield from quality.picture_figures("mono", mono)
    yield from quality.picture_figures("stereo", stereo)
    yield quality.seam_figure(mono)
    yield quality.reference_figure(mono)
    yield from level_figures(mono)
    yield from speed_figures(sounds.long)
    yield from film_figures(mono, stereo, sounds.long)
    yield from bridge_figures(mono)
    yield from dataset_figures(sounds.long)
    if long:
        yield from memory_figures(sounds.long)


if __name__ == "__main__":
    main()
