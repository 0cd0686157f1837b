"""Page: the fundamentals of collections as one file of HTML, with charts and players inside."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from eidophone.base.atomic import atomic_path
from eidophone.base.errors import NotesError, tell
from eidophone.notes.fundamentals.lines import Line
from eidophone.notes.fundamentals.measuring import FIGURES, LEAST_NOTES, Measured, measured
from eidophone.notes.fundamentals.reference import Reference, reference
from eidophone.notes.fundamentals.report.charts import Series, legend, number
from eidophone.notes.fundamentals.report.context import Context
from eidophone.notes.fundamentals.report.sections import SECTIONS

#: Of fewer tunes, what is said is said to be weak.
FEW = 200

#: Differences that are named at the top.
_NAMED = 7

_STYLE = """:root{color-scheme:light dark;--paper:#fff;--ink:#1b1d21;--soft:#5b616b;--line:#d5d9e0;
--card:#f5f6f8;--c0:#1f63c6;--c1:#c2410c;--c2:#15803d;--c3:#7e22ce;--c4:#a16207;--c5:#0f766e;
--ref:#9aa1ad;--warn:#fff4d6}
@media(prefers-color-scheme:dark){:root{--paper:#14161a;--ink:#e8eaee;--soft:#a5acb8;--line:#343a44;
--card:#1d2026;--c0:#7db3ff;--c1:#ff9d66;--c2:#6fd08c;--c3:#cda0ff;--c4:#e6c15a;--c5:#5fd4c6;
--ref:#6d7583;--warn:#3a2f10}}
*{box-sizing:border-box}
body{font:16px/1.55 system-ui,sans-serif;background:var(--paper);color:var(--ink);max-width:76rem;
margin:0 auto;padding:1.5rem 1rem 4rem;overflow-wrap:anywhere}
p,.said,nav{max-width:46rem}h1{line-height:1.2;margin:.2rem 0 1rem}
h2{margin:3rem 0 .5rem;padding-top:1rem;border-top:2px solid var(--line)}h3{margin:2rem 0 .3rem}
h4{margin:1.2rem 0 .4rem}nav a{margin-right:1rem;white-space:nowrap}a{color:var(--c0)}
.warn{background:var(--warn);padding:.6rem .9rem;border-radius:.4rem;max-width:46rem}
.said{padding-left:1.2rem}.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;
padding:.5rem 0;margin:0;position:sticky;top:0;background:var(--paper);z-index:1}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));
gap:1rem 2rem;align-items:start;margin:1rem 0}.charts>div{max-width:34rem}
.chart{width:100%;height:auto;display:block}.charttitle{font-weight:600;margin:0 0 .2rem}
svg text{font:11px system-ui,sans-serif;fill:var(--ink)}svg .small{font-size:10px;
fill:var(--soft)}svg .strong{fill:var(--ink);font-weight:600}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}
.c5{fill:var(--c5)}.ref{fill:var(--ref)}
path.line{fill:none;stroke-width:2}path.c0{stroke:var(--c0)}path.c1{stroke:var(--c1)}
path.c2{stroke:var(--c2)}path.c3{stroke:var(--c3)}path.c4{stroke:var(--c4)}
path.c5{stroke:var(--c5)}path.ref{stroke:var(--ref);stroke-dasharray:4 3}
.grid,.axis{stroke:var(--line);fill:none}.whisker{stroke:var(--ink);stroke-width:1.2;fill:none}
.frame{fill:none;stroke:var(--line)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.7rem}
.card{background:var(--card);border-radius:.4rem;padding:.5rem}.card p{margin:.2rem 0;
font-size:14px}.card figcaption{position:absolute;clip-path:inset(50%);width:1px;height:1px;
overflow:hidden}
.examples{display:flex;flex-wrap:wrap;gap:.8rem;margin:.8rem 0}.play{margin:0;font-size:14px;
max-width:100%;position:relative}audio{height:34px;width:100%;min-width:9rem}.examples .play{
width:19rem;background:var(--card);padding:.5rem;border-radius:.4rem}
table{border-collapse:collapse;font-size:14px}td,th{padding:.25rem .6rem;text-align:right;
border-bottom:1px solid var(--line);font-weight:normal;white-space:nowrap}
th:first-child,.words{text-align:left}.wide{overflow-x:auto}small,sub{color:var(--soft)}
details{margin:.4rem 0}summary{cursor:pointer;color:var(--soft);padding:.2rem 0}"""


def write_report(
    collections: Mapping[str, Sequence[Line]],
    path: Path,
    *,
    overwrite: bool = False,
    progress: Callable[[float], None] = lambda _: None,
) -> None:
    """Measure collections, and write what was found to ``path``, whole or not at all.

    Args:
        collections: their melodies, by their names.
        path: of a file that ends in .html.
        overwrite: replace a file that is there already.
        progress: told the share that is done.

    Raises:
        NotesError: no collection has a melody.
        OutputError: it cannot be written.
    """
    found: list[Measured] = []
    for place, (name, lines) in enumerate(collections.items()):

        def some(part: float, place: int = place) -> None:
            progress(0.9 * (place + part) / len(collections))

        one = measured(name, lines, some)
        if one.tunes:
            found.append(one)
        else:
            tell(f"{name}: no tune has a melody of {LEAST_NOTES} notes: it is left out")
    if not found:
        raise NotesError(f"no tune has a melody of {LEAST_NOTES} notes: there is nothing to report")
    text = page_of(found, reference(), lambda part: progress(0.9 + 0.1 * part))
    with atomic_path(path, overwrite=overwrite) as temporary:
        temporary.write_text(text, encoding="utf-8")
    progress(1.0)


def page_of(
    collections: Sequence[Measured],
    usual: Reference,
    progress: Callable[[float], None] = lambda _: None,
) -> str:
    """The page of collections that have tunes, beside ``usual``."""
    context = Context(collections, usual)
    title = f"Fundamentals of {' and '.join(one.name for one in collections)}"
    series = [
        Series(f"{one.name} ({_tunes(one)})", kind, one.figures["octave"])
        for one, kind in zip(collections, context.kinds, strict=True)
    ]
    grey = Series("reference", "ref", series[0].values)
    parts = [_head(context), legend([*series, grey])]
    for place, (key, name, made) in enumerate(SECTIONS):
        parts.append(f'<section id="{key}"><h2>{name}</h2>{made(context)}</section>')
        progress((place + 1) / len(SECTIONS))
    parts.append(_foot(context))
    said = html.escape(title)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{said}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style><h1>{said}</h1>{''.join(parts)}</html>\n"
    )


def _head(context: Context) -> str:
    parts = []
    for one in context.collections:
        if len(one.tunes) < FEW:
            parts.append(
                f"<p class=warn><b>{html.escape(one.name)} has only {_tunes(one)}.</b> "
                f"Under about {FEW}, intervals are wide, and what is common in these tunes may not "
                "be so in the music: bring more.</p>"
            )
        if one.left:
            parts.append(
                f"<p>{one.left} of {html.escape(one.name)} had fewer than {LEAST_NOTES} notes of "
                "melody, and were left out.</p>"
            )
    links = "".join(f'<a href="#{key}">{name}</a>' for key, name, _ in SECTIONS)
    return f"{''.join(parts)}<nav>{links}</nav>{_glance(context)}"


def _tunes(one: Measured) -> str:
    return "1 tune" if len(one.tunes) == 1 else f"{len(one.tunes)} tunes"


def _glance(context: Context) -> str:
    """What is most its own of each collection, in a few lines."""
    parts = ["<h3>At a glance</h3><ul class=said>"]
    for place, one in enumerate(context.collections):
        parts.append(f"<li><b>{html.escape(one.name)}</b>: {_profile(context, place)}")
        for which, other in context.told(place):
            found = context.differences(place, which)
            some = "; ".join(text for _, text in found[:_NAMED])
            said = f"{some} ({len(found)} in all)" if found else "no figure surely differs"
            parts.append(
                f"<li><b>{html.escape(one.name)}</b> beside {html.escape(other.name)}: {said}."
            )
    return "".join(parts) + "</ul>"


def _profile(context: Context, place: int) -> str:
    """What is commonest in a collection, in a sentence."""
    own = context.own[place]

    def most(name: str) -> str:
        best = int(own[name].mean.argmax())
        return f"{FIGURES[name][best]} ({number(own[name].mean[best], percent=True)})"

    notes, bars, _ = own["phrases"].mean
    return html.escape(
        f"most often in {most('scales')}, in {most('metres')}, of the form {most('forms')}; "
        f"phrases are {most('shapes')}, of about {notes:.0f} notes or {bars:.1f} bars; tunes span "
        f"{own['compass'].mean[0]:.0f} semitones."
    )


def _foot(context: Context) -> str:
    usual = context.reference
    peoples = ", ".join(f"{html.escape(name)} ({count})" for name, count in usual.peoples.items())
    return (
        '<section id="how"><h2>How sure this is</h2>'
        "<p>Every figure is measured of each tune, and the mean over tunes is shown, so long tunes "
        "do not weigh more. Whiskers and intervals are 95 % bootstrap intervals over tunes: where "
        "the figure would lie if other tunes had been collected the same way. They say nothing of "
        "how the collection was chosen. <i>Surely</i> means: Welch's test with Holm's correction "
        f"over the {context.count_compared()} figures of each comparison, so that at most one "
        "comparison in twenty has any false difference. In tables ▲ and ▼ with <sub>o</sub> mark "
        "what is surely more or less than in the other collections, with <sub>r</sub> than in the "
        "reference.</p>"
        f"<p><b>The reference</b> is the mean over {len(usual.peoples)} collections of songs and "
        f"dance tunes, each with the same weight: {peoples}. It is no picture of the music of the "
        "world: all but one are European, or of European descent, and all are written down. It "
        "only says what is common there. If your own collection is one of them, expect to differ "
        "less.</p><p>Of music in several parts, the highest voice is measured. Scales, tonics, "
        "metres, phrases and forms are estimates; the manual says how often they are right.</p>"
        "</section>"
    )
