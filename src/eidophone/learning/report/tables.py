"""Tables: what was measured, as HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.judges.shares import Estimate
from eidophone.learning.model import Model
from eidophone.learning.report.clips import picture, player
from eidophone.learning.report.mixes import Half, Mix
from eidophone.learning.report.translations import Row


def collections_table(model: Model, counts: Sequence[int]) -> str:
    """The collections of ``model``, and how many moments of each are measured."""
    lines = [
        [
            html.escape(one.name),
            f"{one.seconds / 60:.1f}",
            f"{len(one.learnt)}",
            f"{len(one.held)}",
            f"{count}{'' if one.held else ' (of what was learnt)'}",
        ]
        for one, count in zip(model.collections, counts, strict=True)
    ]
    return _table(["name", "minutes", "tracks learnt", "held out", "moments"], lines)


def translations_table(rows: Sequence[Row]) -> str:
    """All ways from one collection to another."""
    head = [*rows[0].shares, *rows[0].figures]
    lines = []
    for row in rows:
        hardest, *others = row.shares.values()
        nets = f"<small>nets {' '.join(map(_short, row.seeds))}</small>"
        told = len(row.seeds) > 1 and not math.isnan(hardest.value)
        cells = [html.escape(row.name), _with(hardest) + (nets if told else "")]
        cells += [_with(one) for one in (*others, *row.figures.values())]
        lines.append(cells + _clip(row.sample, row.name))
    return _table(["", *head, "picture", "sound"], lines, [row.learnt for row in rows])


def mixes_table(real: Sequence[Mix], made: Sequence[Mix], others: Sequence[Mix]) -> str:
    """New sounds of each mix, beside ``real`` ones: of each learnt from, and held out.

    Between them are those that ``others`` made.
    """
    kinds = list(made[0].chances)
    lines = [[*_known(mix), "", "", *_fineness(mix)] for mix in real]
    for mix in (*others, *made):
        wanted = _line((real[0], real[2]), kinds[0], mix.weight)
        off = mix.chances[kinds[0]] - wanted
        lines.append([*_known(mix), _short(wanted), f"{off:+.2f}", *_fineness(mix)])
    head = [*kinds, "line", "off", "tonal", "rough", "nearest", "copied", "picture", "sound"]
    learnt = [False] * (len(real) + len(others)) + [True] * len(made)
    return _table(["", *head], lines, learnt)


def said_of_mixes(real: Sequence[Mix], made: Sequence[Mix], others: Sequence[Mix]) -> str:
    """Whether they are on a line, which ones are in order, and how near real ones they are."""
    learnt = real[0], real[2]
    parts = []
    for kind in made[0].chances:
        off = [abs(one.chances[kind] - _line(learnt, kind, one.weight)) for one in made]
        seeds = np.array([one.seeds[kind] for one in made])
        steady = int((np.diff(seeds, axis=0) >= 0).all(axis=0).sum())
        parts.append(
            f"To {kind} they are up to {max(off):.2f} off the line, and {steady} of "
            f"{seeds.shape[1]} rise from each mix to the next."
        )
    for name in ("tonal", "rough"):
        more = [_more(name, *both) for both in zip((made[0], made[-1]), learnt, strict=True)]
        parts.append(f"Those of one alone are {' and '.join(more)} than real ones.")
    for one in others:
        more = [_more(name, one, learnt[round(one.weight)]) for name in ("tonal", "rough")]
        parts.append(f"{html.escape(one.name)} is {' and '.join(more)} than what is real.")
    return "<p>" + " ".join(parts)


def halves_table(halves: Sequence[Half]) -> str:
    """Halves of both, by each method."""
    lines = [
        [
            html.escape(one.name),
            *(_with(figure) for figure in (one.unexplained, one.away, one.partials)),
            *map(_short, one.chances.values()),
            *_clip(one.sample, one.name),
        ]
        for one in halves
    ]
    head = ["unexplained", "from log-mean", "partials", *halves[0].chances, "picture", "sound"]
    return _table(["", *head], lines, [True] + [False] * (len(halves) - 1))


def flow_table(worth: Mapping[str, Any]) -> str:
    """What was found when the model was trained, of the flow beside the closed form."""
    lines = []
    for task, one in worth.items():
        figures = [one.get(name) for name in ("closed", "flow", "sure", "closed_kept", "flow_kept")]
        lines.append(
            [
                html.escape(task),
                *(_short(value) if isinstance(value, float) else "" for value in figures),
                "yes" if one.get("takes_over") else "no",
            ]
        )
    head = ["", "closed form", "flow", "how sure it is better", "onset", "of the flow", "used"]
    return _table(head, lines)


def _table(
    head: Iterable[str], lines: Iterable[Sequence[str]], learnt: Sequence[bool] | None = None
) -> str:
    rows = list(lines)
    kinds = [" class=learnt" if one else "" for one in learnt or [False] * len(rows)]
    body = "".join(
        f"<tr{kind}>" + "".join(f"<td>{cell}" for cell in cells)
        for kind, cells in zip(kinds, rows, strict=True)
    )
    titles = "".join(f"<th>{one}" for one in head)
    return f"<div class=wide><table><tr>{titles}{body}</table></div>"


def _known(mix: Mix) -> list[str]:
    """What it is, and how likely of the second collection."""
    cells = [html.escape(mix.name)]
    for kind, chance in mix.chances.items():
        seeds = " ".join(map(_short, mix.seeds[kind]))
        cells.append(_short(chance) + (f"<small>{seeds}</small>" if " " in seeds else ""))
    return cells


def _fineness(mix: Mix) -> list[str]:
    figures = (mix.tonal, mix.rough, mix.nearest, mix.copied)
    return [*map(_short, figures), *_clip(mix.sample, mix.name)]


def _more(name: str, one: Mix, other: Mix) -> str:
    """How much more of what is called ``name`` there is in ``one``."""
    more = 100 * (getattr(one, name) / getattr(other, name) - 1)
    return f"{abs(more):.0f} % {'less' if more < 0 else 'more'} {name}"


def _clip(samples: Float32, name: str) -> list[str]:
    return [picture(samples, name), player(samples, name)]


def _with(figure: Estimate) -> str:
    """With its interval."""
    if math.isnan(figure.value):
        return ""
    return f"{_short(figure.value)}<small>{_short(figure.low)} {_short(figure.high)}</small>"


def _short(value: float) -> str:
    return "" if math.isnan(value) else f"{round(value, 2) + 0.0:.2f}"  # and never -0.00


def _line(ends: tuple[Mix, Mix], kind: str, weight: float) -> float:
    """What a mix should be, so that all are on a line between real sounds."""
    low, high = (one.chances[kind] for one in ends)
    return low + weight * (high - low)
