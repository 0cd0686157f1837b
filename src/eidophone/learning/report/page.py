"""Page: the report as one file of HTML, with pictures and players inside."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eidophone.base.atomic import atomic_path
from eidophone.learning.grid import RATE
from eidophone.learning.judges.judges import Judges
from eidophone.learning.judges.network import can_judge
from eidophone.learning.model import Model
from eidophone.learning.parts import character_in
from eidophone.learning.report.elsewhere import Elsewhere
from eidophone.learning.report.listeners import LISTENED, UNDERSTOOD, Listeners
from eidophone.learning.report.mixes import Mixes
from eidophone.learning.report.moments import Extent, Moments
from eidophone.learning.report.tables import (
    collections_table,
    flow_table,
    halves_table,
    mixes_table,
    said_of_mixes,
    translations_table,
)
from eidophone.learning.report.translations import Row, beside_crossfade, rows_of, who_cannot_tell

_STYLE = """:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:100rem;margin:2rem auto;padding:0 1rem}
p,ul{max-width:60rem}table{border-collapse:collapse;font-size:14px}
td,th{padding:.3rem .5rem;text-align:right;white-space:nowrap}
td:first-child,th:first-child{text-align:left;white-space:normal;min-width:9rem}
small{display:block;font-size:11px;font-weight:normal;opacity:.75}
tr.learnt{font-weight:bold}tr:nth-child(even){background:#8882}
img{height:64px;width:144px;display:block}audio{height:32px;width:144px;display:block}
.wide{overflow-x:auto}"""

_HEAD = """Everything here went through the codec before it was judged, and was made of sounds that
were held out, where there are any. Bold rows were learnt; all others have learnt nothing, or play a
recording along. What does no better than they do has learnt nothing either. Small figures are 90 %
intervals over moments; those of <i>nets</i> are of one net of the judge each, trained from other
seeds."""

_KEY = """<ul><li><b>Z</b>, <b>C</b>, <b>eq-blind</b>, <b>matched</b>: judges, ever easier to
deceive: 0 is the source, and 1 the target.
<li><b>onset</b>, <b>chroma</b>, <b>whitened</b>, <b>notes</b>: how much is kept of when and which
notes are played: 1 is all. Any equaliser costs chroma, and none whitened.
<li><b>speaker</b>: who speaks, from 0, the source, to 1. <b>WER</b>: words that are understood
otherwise than in the source, by a recogniser of American English; the source itself shows how often
it wavers.
<li><b>tonal</b>, <b>rough</b>: dB by which lasting partials stand out, and by which levels change.
<li><b>inside</b>: how much of a recording of the target is played along, at most; in small, at
least and at most of all moments. Sounds that are only of its kind have about .1.</ul>"""

_NO_Z = """<p>There is no PyTorch here, so Z and C, the judges that are hardest to deceive, are
missing: see how far the squeezed levels deceive the eq-blind one.</p>"""

_MIXES = """<p>Of each mix, {seeds} new sounds of {seconds} s, from other seeds. Figures of judges
are how likely they are of {other}, of each sound in small; <b>line</b>: what they should be to the
hardest judge, between what both are learnt from. <b>nearest</b>: how far the nearest moment is that
was learnt from; of held-out sounds it is 1. <b>copied</b>: seconds of the longest stretch that is
one of a track.</p>"""

_ELSEWHERE = """<p>Others made what is called <i>… as …</i>, of whatever they have learnt. It is
read as a collection is, and judged three seconds at a time; <b>copied</b> is looked for in held-out
tracks as well. Noise is beside, of which each row is as loud as it is there, and varies as far: no
judge ever heard any, and some take it for the real thing. Only partials do not stand out of it; see
<b>tonal</b>.</p>"""

_HALVES = """<p><b>unexplained</b>: share of the energy that its own ends, played together, do not
have. <b>from log-mean</b>: how far it is from the mean of these in dB, where the ends are 1 apart.
<b>partials</b>: how many there are, against the ends'. The ends of a mix are what the same method
makes of the same course, all of one collection and all of the other.</p>"""

_FLOW = """<p>Measured on held-out sounds when it was trained. Translating: how likely results
are of the target, to the hardest judge, and how much of onsets is kept. Generating: how far new
sounds are from held-out ones, so less is better.</p>"""


def write_report(
    model: Model,
    path: Path,
    *,
    elsewhere: Sequence[tuple[str, Path]] = (),
    extent: Extent = Extent(),  # noqa: B008 (cannot be changed)
    overwrite: bool = False,
    progress: Callable[[float], None] = lambda _: None,
) -> None:
    """Measure ``model``, and write what was found to ``path``, whole or not at all.

    Each collection is told as the next one, and the last as the first.

    Args:
        model: of two collections or more.
        path: of a file that ends in .html.
        elsewhere: folders of sounds that others made, each with the name of the collection as new
            sounds of which they are judged.
        extent: how much is measured.
        overwrite: replace a file that is there already.
        progress: told the share that is done.

    Raises:
        LearnError: no such collection or folder, or nothing sounds there.
        OutputError: it cannot be written.
    """
    began = time.process_time()
    others = [Elsewhere.read(*one, model.names, extent.moments) for one in elsewhere]
    judges = Judges.fit(model.collections, model.conditions, lambda part: progress(0.2 * part))
    moments = Moments(model, judges, extent)
    count = len(model.names)
    pairs = [(n, (n + 1) % count) for n in range(count)]
    parts = [_collections(moments)]
    for done, pair in enumerate(pairs):

        def some(part: float, done: int = done) -> None:
            progress(0.2 + 0.6 * (done + part) / count)

        parts.append(_translations(moments, *pair, some))
    if model.part("grains"):
        for done, pair in enumerate(pairs[: count - 1], 1):
            parts.append(_mixes(moments, *pair, others))
            progress(0.8 + 0.2 * done / count)
    parts.append(_flow(model))
    parts.append(f"<p>Measured in {time.process_time() - began:.0f} s of one core.</p>")
    text = _page(f"What was learnt of {' and '.join(model.names)}", parts)
    with atomic_path(path, overwrite=overwrite) as temporary:
        temporary.write_text(text, encoding="utf-8")
    progress(1.0)


def _page(title: str, parts: Sequence[str]) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{html.escape(title)}</h1><p>{_HEAD}</p>{'' if can_judge() else _NO_Z}"
        f"{_KEY}{''.join(parts)}</html>\n"
    )


def _collections(moments: Moments) -> str:
    counts = [len(one) for one in moments.windows]
    few = " That is all that is held out." if min(counts) < moments.extent.moments else ""
    return (
        f"<h2>Collections</h2><p>Moments are of 3 s, beside each other.{few}</p>"
        + collections_table(moments.model, counts)
    )


def _translations(
    moments: Moments, source: int, target: int, progress: Callable[[float], None]
) -> str:
    speech = (source, target) in character_in(moments.model).spoken
    listeners = Listeners(moments, source, target, speech=speech)
    rows = rows_of(moments, source, target, listeners, progress)
    names = [html.escape(one) for one in moments.model.names]
    parts = [f"<h2>{names[source]} → {names[target]}</h2><p>{_ends(moments, source, target)}"]
    parts.append(said_of_judges(rows))
    for one in rows:
        if one.learnt and next(iter(one.shares)) not in who_cannot_tell(rows):
            share, faded = beside_crossfade(rows, one)
            parts.append(
                f" {one.name.capitalize()}: {share:.2f} to {next(iter(one.shares))}, where a "
                f"crossfade that keeps as much of the onsets has {faded:.2f}."
            )
    parts.append(
        " Both are taken for speech, since their partials do not stay as those of notes do."
        if speech
        else " They are not both taken for speech: partials stay, as those of notes do."
    )
    parts += [f" {one}" for one in listeners.missing]
    parts.append(
        f" Notes and speakers are told by at most {LISTENED} moments, words by {UNDERSTOOD}.</p>"
    )
    return "".join(parts) + translations_table(rows)


def _ends(moments: Moments, source: int, target: int) -> str:
    """How well judges know real sounds."""
    known = ", ".join(
        f"{kind} {moments.judged[source][kind][..., target].mean():.2f} and "
        f"{moments.judged[target][kind][..., target].mean():.2f}"
        for kind in reversed(moments.judges.kinds)
    )
    ours, theirs = (html.escape(moments.model.names[kind]) for kind in (source, target))
    both = f"real moments of {ours}, and of {theirs},"
    return f"Judges take {both} for {theirs} with a chance of: {known}."


def said_of_judges(rows: Sequence[Row]) -> str:
    """Which judges say nothing of the ways that ``rows`` are of, if any."""
    deaf = who_cannot_tell(rows)
    if not deaf:
        return ""
    do, say = ("do", "they say") if len(deaf) > 1 else ("does", "it says")
    return (
        f" <b>{', '.join(deaf)} {do} not surely tell real sounds of both apart</b>, so {say} "
        "nothing here: more sounds, or collections that differ more, would help."
    )


def _mixes(moments: Moments, one: int, other: int, elsewhere: Sequence[Elsewhere]) -> str:
    mixes = Mixes(moments, one, other)
    names = [html.escape(moments.model.names[kind]) for kind in (one, other)]
    real, others, made = mixes.real(), list(mixes.judged(elsewhere)), list(mixes.made())
    about = _MIXES.format(
        seeds=len(made[0].seeds[next(iter(made[0].seeds))]),
        seconds=f"{len(made[0].sample) / RATE:.0f}",
        other=names[1],
    )
    return (
        f"<h2>New sounds of {' and '.join(names)}</h2>{about}{_ELSEWHERE if others else ''}"
        + said_of_mixes(real, made, others)
        + mixes_table(real, made, others)
        + f"<h2>Half {' and half '.join(names)}</h2>{_HALVES}"
        + halves_table(mixes.halves())
    )


def _flow(model: Model) -> str:
    said: Any = model.facts.get("flow")
    worth = said.get("worth") if isinstance(said, dict) else None
    if not model.part("flow"):
        text = "<p>None was trained: all is done by maps, sums and grains.</p>"
    elif not isinstance(worth, dict) or not all(isinstance(one, dict) for one in worth.values()):
        text = "<p>One was trained, but not compared.</p>"
    else:
        text = _FLOW + flow_table(worth)
    return f"<h2>The flow</h2>{text}"
