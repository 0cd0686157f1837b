"""Charts: figures as drawings inside a page, which can be read aloud, in light and in the dark.

Charts are 360 units wide, so that text is as large as it should be on a telephone; colours are
those of the page's style, and whiskers are 95 % intervals.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float64

WIDTH = 360
_LEFT, _TOP, _BOTTOM = 34, 8, 24

#: Width of a small chart, and of what is drawn in it.
_SMALL, _INSIDE = 160, 152

#: A column narrower than this has no whisker.
_NARROW = 2.5

_MOST_BARS = 48

_STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, eq=False)
class Series:
    """Figures of one collection, or of what it is compared with.

    Attributes:
        name: of it.
        kind: class of the style that colours it: ``c0`` to ``c5``, or ``ref``.
        values: of each place.
        low, high: the 95 % intervals, if they are known.
    """

    name: str
    kind: str
    values: Float64
    low: Float64 | None = None
    high: Float64 | None = None


def columns(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    percent: bool = True,
    below: str = "",
) -> str:
    """Standing bars: a place for each label, empty ones too, and at each a bar for each series.

    Args:
        title: what they are.
        labels: below the places.
        series: as many values as labels.
        percent: values are shares.
        below: what the labels are.
    """
    height = 190 + (14 if below else 0)
    floor = 190 - _BOTTOM
    top = _ceiling(series)
    slot = (WIDTH - _LEFT - 6) / max(len(labels), 1)
    wide = slot * 0.82 / max(len(series), 1)
    parts = []
    for part in (0.0, 0.5, 1.0):
        y = floor - part * (floor - _TOP)
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - 4}"/>')
        parts.append(_text(_LEFT - 4, y + 4, number(part * top, percent=percent), "end", "small"))
    for place, label in enumerate(labels):
        x = _LEFT + slot * (place + 0.09)
        for which, one in enumerate(series):
            parts.append(_column(one, place, (x + which * wide, wide), (floor - _TOP) / top, floor))
        parts.append(_text(_LEFT + slot * (place + 0.5), floor + 14, label))
    if below:
        parts.append(_text(_LEFT + (WIDTH - _LEFT) / 2, height - 4, below, kind="small"))
    return _svg(title, (WIDTH, height), parts, _read(labels, series, percent=percent))


def rows(
    title: str, labels: Sequence[str], series: Sequence[Series], *, percent: bool = True
) -> str:
    """Lying bars below their labels, for long names."""
    thick = 10
    each = 20 + thick * len(series)
    scale = (WIDTH - 60) / _ceiling(series)
    parts = []
    for place, label in enumerate(labels):
        parts.append(_text(2, each * place + 14, label, "start"))
        for which, one in enumerate(series):
            value = _finite(one.values[place])
            y = each * place + 19 + which * thick
            parts.append(_rect(one.kind, (2, y), (max(value * scale, 0.5), thick - 1.5)))
            end = value
            if one.low is not None and one.high is not None:
                low, high = _finite(one.low[place]), _finite(one.high[place])
                middle = y + thick / 2 - 0.75
                parts.append(
                    f'<path class="whisker" d="M{2 + low * scale:.1f} {middle:.1f}'
                    f'H{2 + high * scale:.1f}"/>'
                )
                end = max(value, high)
            said = number(value, percent=percent)
            parts.append(_text(6 + end * scale, y + 8, said, "start", "small"))
    return _svg(
        title, (WIDTH, each * len(labels) + 8), parts, _read(labels, series, percent=percent)
    )


def curves(
    title: str,
    series: Sequence[Series],
    ticks: Sequence[tuple[float, str]],
    *,
    marks: Sequence[tuple[float, str]] = (),
    lowest: float | None = 0.0,
    said: str = "",
) -> str:
    """Curves from left to right.

    Args:
        title: what they are.
        series: all of as many points.
        ticks: where along the axis, from 0 to 1, something is written below.
        marks: the same, above the curves.
        lowest: where the axis upward begins; None for the lowest of the curves.
        said: what is read aloud beside the title.
    """
    every = np.concatenate([one.values for one in series])
    low = float(np.nanmin(every)) if lowest is None else lowest
    high = max(float(np.nanmax(every)), low + 1e-6)
    height, inner = 190, WIDTH - 20
    floor, above = height - 24, 32 if marks else 10
    parts = [f'<path class="axis" d="M10 {floor}H{WIDTH - 10}"/>']
    for at, label in ticks:
        x = 10 + inner * at
        parts.append(f'<path class="grid" d="M{x:.1f} {above}V{floor}"/>')
        anchor = "start" if at == 0 else "end" if at == 1 else "middle"
        parts.append(_text(x, floor + 15, label, anchor))
    for one in series:
        across = 10 + inner * np.linspace(0, 1, len(one.values))
        up = floor - (one.values - low) / (high - low) * (floor - above)
        path = "L".join(f"{right:.1f} {y:.1f}" for right, y in zip(across, up, strict=True))
        parts.append(f'<path class="line {one.kind}" d="M{path}"/>')
    lasts = [-99.0, -99.0]
    for at, label in marks:
        x = min(max(10 + inner * at, 14), WIDTH - 16)
        row = 0 if x - lasts[0] >= 27 or x - lasts[0] > x - lasts[1] else 1
        lasts[row] = x
        parts.append(_text(x, 24 - 12 * row, label, kind="small strong"))
    return _svg(title, (WIDTH, height), parts, said)


def roll(title: str, notes: Sequence[tuple[float, float, float]], kind: str) -> str:
    """A few notes, ``(seconds, seconds, semitones)``, as a small piano roll."""
    height = 58
    end = max(start + length for start, length, _ in notes)
    pitches = [pitch for _, _, pitch in notes]
    step = (height - 16) / max(max(pitches) - min(pitches), 7)
    parts = [
        _rect(
            kind,
            (4 + _INSIDE * start / end, 6 + (max(pitches) - pitch) * step),
            (max(_INSIDE * length / end - 1, 1.5), min(max(step, 3), 6)),
        )
        for start, length, pitch in notes
    ]
    return _svg(title, (_SMALL, height), parts, "")


def grid(title: str, steps: int, places: Sequence[int], beat: float, kind: str) -> str:
    """The rhythm of a bar of ``steps``: where notes begin, each until the next; and its beats."""
    parts = [
        f'<path class="grid" d="M{4 + _INSIDE * at / steps:.1f} 4V36"/>'
        for at in np.arange(0, steps + 0.01, beat)
    ]
    for first, end in zip(places, [*places[1:], steps], strict=True):
        size = (max(_INSIDE * (end - first) / steps - 2, 2), 16)
        parts.append(_rect(kind, (5 + _INSIDE * first / steps, 12), size))
    return _svg(title, (_SMALL, 40), parts, "")


def matrix(title: str, alike: Float64, kind: str) -> str:
    """How much each bar is like each other: the stronger the more."""
    some = alike[:_MOST_BARS, :_MOST_BARS]
    size = 240 / max(len(some), 1)
    parts = [
        f'<rect class="{kind}" x="{60 + column * size:.1f}" y="{4 + row * size:.1f}" '
        f'width="{size:.2f}" height="{size:.2f}" fill-opacity="{some[row, column] ** 2:.2f}"/>'
        for row, column in zip(*np.nonzero(some >= 0.3), strict=True)
    ]
    parts.append('<rect class="frame" x="60" y="4" width="240" height="240"/>')
    parts.append(_text(180, 260, f"bar 1 to {len(some)}, beside bar 1 to {len(some)}"))
    return _svg(title, (WIDTH, 268), parts, "")


def legend(series: Sequence[Series]) -> str:
    """Which colour is whose."""
    each = "".join(
        f'<li><svg width="14" height="14" aria-hidden="true"><rect class="{one.kind}" width="14" '
        f'height="14" rx="2"/></svg> {html.escape(one.name)}</li>'
        for one in series
    )
    return f'<ul class="legend">{each}</ul>'


def number(value: float, *, percent: bool) -> str:
    """A figure as people read it."""
    if not np.isfinite(value):
        return "–"
    if percent:
        return f"{100 * value:.0f} %" if value >= 0.0995 or value == 0 else f"{100 * value:.1f} %"
    return f"{value:.0f}" if abs(value) >= 19.95 else f"{value:.2g}"


def _svg(title: str, size: tuple[float, float], parts: Sequence[str], said: str) -> str:
    words = html.escape(title)
    about = f"<desc>{html.escape(said)}</desc>" if said else ""
    small = " little" if size[0] < WIDTH else ""
    shown = "" if small else f'<p class="charttitle">{words}</p>'
    return (
        f'{shown}<svg class="chart{small}" viewBox="0 0 {size[0]:g} {size[1]:g}" role="img" '
        f'aria-label="{words}"><title>{words}</title>{about}{"".join(parts)}</svg>'
    )


def _rect(kind: str, at: tuple[float, float], size: tuple[float, float]) -> str:
    return (
        f'<rect class="{kind}" x="{at[0]:.1f}" y="{at[1]:.1f}" width="{size[0]:.1f}" '
        f'height="{size[1]:.1f}" rx="1"/>'
    )


def _column(
    one: Series, place: int, across: tuple[float, float], scale: float, floor: float
) -> str:
    x, wide = across
    tall = _finite(one.values[place]) * scale
    drawn = _rect(one.kind, (x, floor - tall), (max(wide - 0.6, 0.6), tall))
    if one.low is not None and one.high is not None and wide > _NARROW:
        low, high = (floor - _finite(side[place]) * scale for side in (one.low, one.high))
        if low - high > 1:
            drawn += f'<path class="whisker" d="M{x + wide / 2:.1f} {low:.1f}V{high:.1f}"/>'
    return drawn


def _ceiling(series: Sequence[Series]) -> float:
    sides = [side for one in series for side in (one.values, one.high) if side is not None]
    top = max((float(np.nan_to_num(side).max(initial=0)) for side in sides), default=0.0) or 1.0
    size = 10 ** np.floor(np.log10(top))
    return float(size * next(step for step in _STEPS if top <= step * size * 1.0001))


def _finite(value: float) -> float:
    return float(value) if np.isfinite(value) else 0.0


def _text(x: float, y: float, said: str, anchor: str = "middle", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{html.escape(said)}</text>'


def _read(labels: Sequence[str], series: Sequence[Series], *, percent: bool) -> str:
    """The largest figures in words, for who cannot see them."""
    said = []
    for one in series:
        largest = np.argsort(-np.nan_to_num(one.values))[:6]
        each = [f"{labels[n]} {number(one.values[n], percent=percent)}" for n in largest]
        said.append(f"{one.name}: {', '.join(each)}")
    return ". ".join(said)
