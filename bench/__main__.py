"""``python -m bench``: measure everything, print one table, write docs/benchmark.md."""

from __future__ import annotations

import argparse
import warnings

from bench import report
from bench.memory import film_memory_figures
from bench.progress import progress
from bench.references import reference_figures
from bench.sections import measured
from bench.sounds import ROOT, gather
from bench.table import sections
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
    figures = measured(sections(sounds, long=options.long))
    originals = reference_figures(sounds.mono, sounds.stereo)
    tables = report.table(figures), report.table_of_originals(originals)
    print(report.circumstances(sounds.origin), *tables, sep="\n\n")
    if not options.quick:
        names = list(sounds.mono), list(sounds.stereo)
        page = report.page(figures, originals, *names, sounds.origin)
        PAGE.write_text(page, encoding="utf-8")
        progress(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
