"""Page: the fundamentals of collections as one file of HTML, with charts and players inside."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

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

#: Lines at the top, and differences that each of them names, each of another kind.
_LINES, _NAMED = 8, 3

#: How the page looks: small enough to be in it.
_LOOK = Path(__file__).with_name("look.css")


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
    said, look = html.escape(title), _LOOK.read_text("utf-8").strip()
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{said}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{look}</style><h1>{said}</h1>{''.join(parts)}</html>\n"
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
    """What is most its own of each collection, in `_LINES`."""
    many, lines = len(context.collections), list[str]()
    compared = max(0, _LINES // many - 1)
    for place, one in enumerate(context.collections):
        name = f"<li><b>{html.escape(one.name)}</b>"
        lines.append(f"{name}: {_profile(context, place)}")
        for which, other in context.told(place)[:compared]:
            found = context.differences(place, which)
            kinds: dict[str, str] = {}
            for _, text, kind in found:
                kinds.setdefault(kind, text)
            some = "; ".join(list(kinds.values())[:_NAMED])
            said = f"{some} ({len(found)} figures differ)" if found else "no figure surely differs"
            lines.append(f"{name} beside {html.escape(other.name)}: {said}.")
    return f"<h3>At a glance</h3><ul class=said>{''.join(lines[:_LINES])}</ul>"


def _profile(context: Context, place: int) -> str:
    """What is commonest in a collection, in a sentence."""
    own = context.own[place]

    def most(name: str) -> str:
        best = int(own[name].mean.argmax())
        return f"{FIGURES[name][best]} ({number(own[name].mean[best], percent=True)})"

    said = np.mean([tune.metre.said for tune in context.collections[place].tunes])
    guess = ", as is guessed" if said < 0.5 else ""
    notes, bars, _ = own["phrases"].mean
    return html.escape(
        f"most often in {most('scales')}, in {most('metres')}{guess}, of the form {most('forms')}; "
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
