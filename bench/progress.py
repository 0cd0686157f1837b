"""What is being done, on standard error."""

import sys
from time import perf_counter

_STARTED = perf_counter()


def progress(text: str) -> None:
    print(f"bench {perf_counter() - _STARTED:4.0f} s: {text}", file=sys.stderr, flush=True)
