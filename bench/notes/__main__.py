"""``python -m bench.notes NAME ...``: run one of the measurements in this folder."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

_NAMES = sorted(
    one.stem for one in Path(__file__).parent.glob("[a-z]*.py") if "\ndef main(" in one.read_text()
)


def main() -> None:
    """Run the one that was named."""
    if len(sys.argv) < 2 or sys.argv[1] not in _NAMES:
        raise SystemExit(f"name one: {', '.join(_NAMES)}")
    name = sys.argv.pop(1)
    import_module(f"bench.notes.{name}").main()


main()
