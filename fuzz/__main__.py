"""``python -m fuzz``: try damaged inputs of every kind, and keep what fails as cases.

A finding is whatever is not a result or one line of ours: another exception, a warning, a crash,
more than 2 GB or 20 s, anything printed, anything left behind. Each kind of finding is kept in
tests/cases, as short as can be, where a test tries it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from fuzz.campaign import Crew, key_of, minimised, outcomes
from fuzz.seeds import make_seeds
from fuzz.worker import Given, Outcome, given_of

CASES = Path(__file__).parent.parent / "tests" / "cases"

#: To make a finding shorter.
_TRIES = 60


def main() -> int:
    """Run the campaign; 1 if there were findings."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="how many to try")
    parser.add_argument("--seed", type=int, default=1, help="another number tries other inputs")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    options = parser.parse_args()
    os.environ["EIDOPHONE_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory(prefix="eidophone-fuzz-") as folder:
        seeds = make_seeds(Path(folder))
        crews = [Crew(Path(folder) / f"crew-{nth}") for nth in range(options.jobs)]
        try:
            numbers = range(options.first, options.first + options.inputs)
            inputs = (given_of(seeds, options.seed, number) for number in numbers)
            return _report(inputs, crews)
        finally:
            for crew in crews:
                crew.stop()


def _report(inputs: Iterator[Given], crews: list[Crew]) -> int:
    """Tell each finding once, and in the end how often there was which."""
    tried: Counter[str] = Counter()
    findings: dict[tuple[str, str], list[Outcome]] = {}
    begun = time.monotonic()
    for outcome in outcomes(inputs, crews):
        tried[outcome.given.kind] += 1
        if outcome.problem:
            findings.setdefault(key_of(outcome), []).append(outcome)
            if len(findings[key_of(outcome)]) == 1:
                print(f"{outcome.given.kind}: {outcome.problem}", flush=True)
        if sum(tried.values()) % 1000 == 0:
            print(f"{sum(tried.values())} in {time.monotonic() - begun:.0f} s", flush=True)
    total = sum(tried.values())
    print(f"{total} inputs in {time.monotonic() - begun:.0f} s: {dict(tried)}")
    for (kind, problem), found in findings.items():
        path = _keep(minimised(crews[0], found[0], tries=_TRIES))
        print(f"{len(found)} x {kind}: {problem}: kept as {path.name}", flush=True)
    return 1 if findings else 0


def _keep(given: Given) -> Path:
    digest = blake2b(given.data, digest_size=4).hexdigest()
    path = CASES / f"{given.kind}-{digest}{given.ending}"
    CASES.mkdir(exist_ok=True)
    path.write_bytes(given.data)
    return path


if __name__ == "__main__":
    sys.exit(main())
