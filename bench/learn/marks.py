"""Marks: figures as the tables write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from eidophone.learning.judges.shares import Estimate


def short(value: float) -> str:
    """Two digits after the point."""
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def interval(share: Estimate) -> str:
    """A share with its interval."""
    return f"{short(share.value)} [{short(share.low)} {short(share.high)}]"


def mean(figure: Callable, values: Iterable) -> str:
    """The mean of a figure of each."""
    return short(float(np.mean([figure(one) for one in values])))


def table(rows: dict[str, dict[str, str]]) -> str:
    """Rows of cells by their columns, as Markdown."""
    columns = list(dict.fromkeys(key for cells in rows.values() for key in cells))
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, cells in rows.items():
        lines.append(f"| {name} | " + " | ".join(cells.get(key, "") for key in columns) + " |")
    return "\n".join(lines) + "\n"
