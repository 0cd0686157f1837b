"""``python -m chaos --kills 200 --seed 0``: kill, run again, compare byte for byte."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from itertools import cycle
from pathlib import Path

import numpy as np

from chaos.commands import COMMANDS, NEEDS, lay_out
from chaos.trials import Trial, run, warm_up


def main() -> int:
    """Kill as often as was asked for; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="K")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="commands; default: all")
    options = parser.parse_args()
    findings, kills = 0, 0
    moments = np.random.default_rng(options.seed)
    warm_up()
    place = Path(tempfile.mkdtemp(prefix="chaos-"))  # for this process, and not for its copies
    try:
        ground = place / "ground"
        lay_out(ground)
        for arguments in NEEDS:
            run(ground, arguments)
        chosen = [one for one in COMMANDS if not options.only or one.name in options.only]
        trials = [Trial(command, ground, place / command.name) for command in chosen]
        for trial in cycle(trials):
            if kills == options.kills:
                break
            share = float(moments.random())
            found = trial.kill(share)
            kills += found is not None
            findings += len(found or ())
            for line in found or ():
                print(f"{trial.command.name}, killed at {share:.4f}: {line}", flush=True)
            if found is not None and kills % 20 == 0:
                print(f"{kills} kills", flush=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(f"{kills} kills of {len(trials)} commands (seed {options.seed}): {findings} findings")
    return int(findings > 0)


if __name__ == "__main__":
    sys.exit(main())
