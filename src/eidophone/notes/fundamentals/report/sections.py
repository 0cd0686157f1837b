"""Sections: each fundamental with what surely differs, charts, figures and examples that play."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.fundamentals import contour, form, ornaments, rhythm, tuning
from eidophone.notes.fundamentals.comparing import LEAST, interval
from eidophone.notes.fundamentals.measuring import FIGURES, Measured, Tune
from eidophone.notes.fundamentals.report import charts
from eidophone.notes.fundamentals.report.charts import Series
from eidophone.notes.fundamentals.report.context import Context
from eidophone.notes.fundamentals.report.tones import Played, of_line, of_pitches, player
from eidophone.notes.fundamentals.report.vocabulary import MOST, Vocabulary

#: The C that examples which are of no tune begin on.
_HOME = 60.0

#: Cents by which an octave is wider or narrower than 1,200, to be told.
_WIDE = 2.0

#: Names of intervals that are between those of the piano, in cents.
_BETWEEN = (
    (120, 180, "a neutral second"),
    (220, 280, "between second and third"),
    (320, 380, "a neutral third"),
    (420, 480, "between third and fourth"),
    (520, 580, "a wide fourth"),
    (620, 680, "a narrow fifth"),
    (820, 880, "a neutral sixth"),
    (920, 980, "between sixth and seventh"),
    (1020, 1080, "a neutral seventh"),
)


def scales(context: Context) -> str:
    """Scale, mode and tonic."""
    places = context.commonest("scales", 7)
    finals = context.commonest("finals", 5)
    names = [FIGURES["scales"][n] for n in places]
    steps = ["1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7"]
    found = context.series("finals", range(12))
    sure = "; ".join(
        f"{html.escape(one.name)} {np.mean([tune.sure for tune in one.tunes]):.2f}"
        for one in context.collections
    )
    return (
        "<p>Of each tune, the named scale that its notes keep to best, counted from its tonic. The "
        "tonic is estimated from the notes alone: from where phrases end, what lasts, and what has "
        f"its fifth and third. How sure it is of it, on average: {sure} (1 is certain). Scales "
        "that differ in notes which a tune does not use cannot be told apart by it: then the one "
        "with the fewest notes is named.</p>"
        + context.said("scales", "finals")
        + _charts(
            charts.rows("Share of tunes in each scale", names, context.series("scales", places)),
            charts.columns(
                "Degree of the last note", steps, found, below="the last note, from the tonic"
            ),
        )
        + context.table("Scales", "scales", places)
        + context.table("Last notes", "finals", finals, [f"ends on {one}" for one in steps])
    )


def tuning_of(context: Context) -> str:
    """Where degrees lie in cents."""
    series, parts, examples, every = [], [], [], []
    offgrid = False
    for one, kind in zip(context.collections, context.kinds, strict=True):
        tonics = np.array([tune.tonic for tune in one.tunes])
        lines = [tune.plain for tune in one.tunes]
        octave = _octave(one)
        found = tuning.degrees_of(lines, tonics, octave)
        every.append(found)
        series.append(Series(one.name, kind, tuning.blurred(one.figures["pitches"])))
        free = [tune for tune in one.tunes if not tune.plain.grid]
        offgrid |= bool(free)
        parts.append(_degrees(one, found, len(free), octave))
        scale = [_HOME + each.cents / 100 for each in found if each.cents < 1195]
        if scale:
            notes = of_pitches([*scale, scale[0] + octave / 100, *scale[::-1]])
            examples.append(player(notes, f"{one.name}: its degrees, as tuned"))
    mean = context.reference.figures["pitches"].mean
    series.append(Series("reference", "ref", tuning.blurred(mean)))
    ticks = [(n / 12, f"{100 * n}") for n in range(0, 13, 2)]
    marks = []
    if len(context.collections) == 1 or offgrid:
        marks = [(each.cents / 1200, f"{each.cents:.0f}") for each in every[0]]
    closed = [Series(s.name, s.kind, np.append(s.values, s.values[:1])) for s in series]
    aloud = ". ".join(
        f"{s.name}: most at " + ", ".join(f"{10 * n} cents" for n in np.argsort(-s.values)[:1])
        for s in series
    )
    title = "Time spent at each pitch, in cents above the tonic"
    return (
        "<p>How much of the time melodies spend at each pitch of the octave, in cents (hundredths "
        "of a semitone) above the tonic of each tune. Degrees are the peaks; nothing is forced "
        "onto the twelve keys of the piano.</p>"
        + _charts(charts.curves(title, closed, ticks, marks=marks, said=aloud))
        + "".join(parts)
        + (
            context.said("octave") + context.table("The octave in cents", "octave", [0])
            if offgrid
            else ""
        )
        + _examples(examples)
    )


def _octave(one: Measured) -> float:
    """Cents of the octave of a collection, where it surely is not 1,200."""
    some = one.figures["octave"][:, 0]
    some = some[np.isfinite(some)]
    if len(some) < LEAST:
        return 1200.0
    low, high = (float(side[0]) for side in interval(some[:, None]))
    return float(some.mean()) if low > 1200 + _WIDE or high < 1200 - _WIDE else 1200.0


def _degrees(one: Measured, found: Sequence[tuning.Degree], free: int, octave: float) -> str:
    """The degrees of a collection as a table, and how they were heard."""
    name = html.escape(one.name)
    if not free:
        said = (
            "all notes lie on the keys of the piano, as files of notes have them, so this tells "
            "degrees, but not how they are tuned. Recordings tell that, or MIDI with pitch bends."
        )
    else:
        said = (
            f"{free} of {len(one.tunes)} tunes have pitches between the keys. Intervals are over "
            "tunes; how true each pitch is depends on who wrote or heard it."
        )
    if octave != 1200:
        said += f" Octaves are {octave:.0f} cents wide, and degrees are counted by these."
    rows = "".join(
        f"<tr><th>{each.cents:.0f}<td>{each.low:.0f} to {each.high:.0f}"
        f"<td>{each.cents - 100 * round(each.cents / 100):+.0f}"
        f"<td>{charts.number(each.share, percent=True)}<td class=words>{_between(each.cents)}"
        for each in found
    )
    return (
        f"<p><b>{name}</b>: {said}</p><details{' open' if free else ''}><summary>Degrees of {name}"
        "</summary><div class=wide><table><tr><th>cents<th>95 % interval<th>from the piano's key"
        f"<th>of the time<th>{rows}</table></div></details>"
    )


def _between(cents: float) -> str:
    return next((name for low, high, name in _BETWEEN if low < cents < high), "")


def melody(context: Context) -> str:
    """Intervals and motifs."""
    steps = _merged(context)
    labels = [f"{n:+d}" if n % 2 == 0 or n == 0 else "" for n in range(-12, 13)]
    labels[12] = "0"
    every = range(len(FIGURES["habits"]))
    return (
        "<p>The steps from each note to the next, in semitones, down and up.</p>"
        + context.said("habits")
        + _charts(
            charts.columns("Share of steps of each size", labels, steps, below="semitones"),
            charts.rows("Habits", FIGURES["habits"], context.series("habits", every)),
        )
        + context.table("Habits", "habits", every)
        + "<h3>Motifs</h3><p>Patterns of three to five notes that many tunes have, wherever they "
        "begin, by the share of tunes that have them (in brackets: of the others, and of the "
        "reference); then those that are most its own. ▲ marks what is more frequent by "
        "four standard errors or more.</p>" + _motifs(context)
    )


def _merged(context: Context) -> list[Series]:
    """Steps by whole semitones: halves are counted half to either side."""
    fold = np.zeros((49, 25))
    for n in range(49):
        fold[n, n // 2] += 0.5
        fold[n, (n + 1) // 2] += 0.5
    return [
        Series(
            s.name,
            s.kind,
            s.values @ fold,
        )
        for s in context.series("steps")
    ]


def _motifs(context: Context) -> str:
    def drawn(steps: tuple[int, ...], kind: str, name: str) -> tuple[str, list[Played]]:
        pitches = np.cumsum([0, *steps]).astype(float)
        notes = of_pitches(_HOME + 7 - pitches.mean() + pitches, 0.3)
        said = " ".join(f"{step:+d}" if step else "0" for step in steps)
        return charts.roll(f"{name}: steps of {said}", notes, kind), notes

    tunes = [one.motifs for one in context.collections]
    return Vocabulary(context, tunes, context.reference.motifs).cards(drawn, _unlike)


def _unlike(some: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The first motifs, none of which is a part of another."""
    kept: list[tuple[int, ...]] = []
    for what in some:
        if not any(_inside(what, one) or _inside(one, what) for one in kept):
            kept.append(what)
        if len(kept) == MOST:
            break
    return kept


def _inside(part: tuple[int, ...], whole: tuple[int, ...]) -> bool:
    size = len(part)
    return any(whole[n : n + size] == part for n in range(len(whole) - size + 1))


def _whole(some: list[rhythm.Cell]) -> list[rhythm.Cell]:
    """The first rhythms of bars that begin with a note."""
    return [cell for cell in some if cell[1][0] == 0][:MOST]


def phrases(context: Context) -> str:
    """Phrases: how long they are and which way they go."""
    shapes = context.series("shapes", range(9))
    contours = context.series("contour")
    every = range(3)
    examples = [
        player(*_phrase(one, shape))
        for one, own in zip(context.collections, context.own, strict=True)
        for shape in np.argsort(-own["shapes"].mean)[:2]
    ]
    return (
        "<p>Phrases are found by long notes, rests and leaps, and by how long phrases usually are; "
        "so where a singer would breathe may differ. Shapes are those of Huron (1996): from the "
        "first note to the mean of those between, and from there to the last.</p>"
        + context.said("phrases", "shapes")
        + _charts(
            charts.rows("Share of phrases of each shape", FIGURES["shapes"], shapes),
            charts.curves(
                "Mean contour of phrases, in semitones around their mean",
                contours,
                [(0.03, "first"), (0.5, "middle"), (0.97, "last")],
                lowest=None,
            ),
            charts.rows(
                "Length", FIGURES["phrases"], context.series("phrases", every), percent=False
            ),
        )
        + context.table("Lengths of phrases", "phrases", every)
        + context.table("Shapes", "shapes", range(9))
        + _examples(examples)
    )


def _phrase(one: Measured, shape: int) -> tuple[list[Played], str]:
    """A phrase of the shape that many have, of the tune with most such ones."""
    best = int(np.argmax(one.figures["shapes"][:, shape]))
    tune = one.tunes[best]
    ends = np.append(tune.starts[1:], len(tune.plain))
    for first, end in zip(tune.starts, ends, strict=True):
        part = tune.plain
        alone = np.zeros(len(part), bool)
        alone[first:end] = True
        if contour.shapes_of(part.only(alone), np.zeros(1, np.int64))[0][shape] > 0:
            return of_line(part, int(first), int(end)), f"{one.name}: {contour.SHAPES[shape]}"
    return of_line(tune.plain, 0, int(ends[0])), f"{one.name}: a phrase"


def rhythm_of(context: Context) -> str:
    """Rhythm and metre."""
    metres = context.commonest("metres", 5)
    lengths = range(len(rhythm.LENGTHS))
    figures = range(len(rhythm.FIGURES))
    said = []
    for one in context.collections:
        guessed = [tune for tune in one.tunes if not tune.metre.said]
        if guessed:
            sure = float(np.mean([tune.metre.chance for tune in guessed]))
            said.append(
                f"Of {html.escape(one.name)}, {len(guessed)} of {len(one.tunes)} tunes say no "
                f"metre: it is guessed from the notes, {100 * sure:.0f} % sure on average."
            )
    swing = [
        f"{html.escape(one.name)} {charts.number(own['swing'].mean[0], percent=False)} "
        f"({int(own['swing'].count[0])} tunes)"
        for one, own in zip(context.collections, context.own, strict=True)
        if own["swing"].count[0]
    ]
    return (
        "<p>Metres are what the files say; where bars begin is estimated, since no file says so. "
        f"{' '.join(said)} Lengths are from onset to onset, in beats (three eighths in 6/8, 9/8, "
        "12/8).</p>"
        + context.said("metres", "lengths", "rhythm", "swing")
        + _charts(
            charts.columns(
                "Metres",
                [FIGURES["metres"][n] for n in metres],
                context.series("metres", metres),
            ),
            charts.columns(
                "Lengths of notes", FIGURES["lengths"], context.series("lengths"), below="beats"
            ),
            *_places(context),
        )
        + "<p>nPVI: how much neighbouring lengths differ, from 0, all equal, to 200 (Grabe and Low "
        "2002). Swing: the first of two notes in a beat beside the second; 1 is even, 2 as "
        f"triplets, 3 dotted: {'; '.join(swing) or 'no such pairs'}.</p>"
        + context.table("Metres", "metres", metres)
        + context.table("Lengths of notes", "lengths", lengths)
        + context.table("Rhythm", "rhythm", figures)
        + context.table("Swing", "swing", [0])
        + "<h3>Rhythms of a bar</h3><p>By the share of tunes that have them; lines are beats.</p>"
        + _cells(context)
    )


def _places(context: Context) -> list[str]:
    """Where in the bar notes begin, in the commonest metre of each collection."""
    made = []
    for one, kind in zip(context.collections, context.kinds, strict=True):
        metre = Counter(tune.metre.name for tune in one.tunes).most_common(1)[0][0]
        some = [tune for tune in one.tunes if tune.metre.name == metre]
        steps = round(some[0].metre.bar * rhythm.STEPS)
        each = [rhythm.places_of(rhythm.bars_of(t.plain, t.metre), steps) for t in some]
        mean = np.mean(each, axis=0)
        coarse = mean.reshape(-1, 3) if steps % 3 == 0 else mean.reshape(-1, 1)
        beat = round(some[0].metre.beat * 4)
        labels = [str(n // beat + 1) if n % beat == 0 else "" for n in range(len(coarse))]
        made.append(
            charts.columns(
                f"{one.name}: bars of {metre} in which a note begins at each sixteenth",
                labels,
                [Series(one.name, kind, np.minimum(coarse.sum(1), 1))],
                below=f"beats of {metre}: {one.name}, {len(some)} tunes",
            )
        )
    return made


def _cells(context: Context) -> str:
    def drawn(cell: rhythm.Cell, kind: str, name: str) -> tuple[str, list[Played]]:
        steps, places = cell
        quarters = steps / rhythm.STEPS
        compound = any(
            steps == round(tune.metre.bar * rhythm.STEPS) and tune.metre.beat == 1.5
            for one in context.collections
            if one.name == name
            for tune in one.tunes
        )
        beat = rhythm.STEPS * (1.5 if compound else 1.0)
        second = 0.45 / rhythm.STEPS
        notes = [
            ((at + bar * steps) * second, 0.12, _HOME + (19 if at == 0 else 12))
            for bar in range(2)
            for at in places
        ]
        title = f"{name}: a bar of {quarters:g} quarter notes with {len(places)} notes"
        return charts.grid(title, steps, places, beat, kind), notes

    tunes = [one.cells for one in context.collections]
    return Vocabulary(context, tunes, context.reference.cells).cards(drawn, _whole)


def form_of(context: Context) -> str:
    """Form and repetition."""
    forms = context.commonest("forms", 6)
    lags = range(len(form.LAGS))
    pictures, examples = [], []
    for one, kind in zip(context.collections, context.kinds, strict=True):
        tune = _typical(one)
        alike = form.likeness(form.bars_of(tune.plain, tune.metre))
        letters, size = tune.form
        said = f"{one.name}: a tune of the form {letters}, sections of {size} bars"
        pictures.append(charts.matrix(said, alike, kind))
        examples.append(player(of_line(tune.line, 0, len(tune.line)), said))
    return (
        "<p>Tunes are cut into about four sections of equal length; those that are the same for "
        "more than half are of one letter. Below, how much of the melody is the same so many bars "
        "later. The squares show every bar of a typical tune beside every other: lines beside the "
        "diagonal are repeats.</p>"
        + context.said("forms", "again", "repeated")
        + _charts(
            charts.rows(
                "Forms", [FIGURES["forms"][n] for n in forms], context.series("forms", forms)
            ),
            charts.columns(
                "The same again",
                [f"{lag}" for lag in form.LAGS],
                context.series("again", lags),
                below="bars later",
            ),
            *pictures,
        )
        + context.table("Forms", "forms", forms)
        + context.table(
            "Repetition", "again", lags, [f"the same {lag} bars later" for lag in form.LAGS]
        )
        + context.table("Bars heard before", "repeated", [0])
        + _examples(examples)
    )


def _typical(one: Measured) -> Tune:
    """A tune of the commonest form that is nearest to the mean of its collection."""
    values = np.hstack([one.figures[key] for key in ("steps", "lengths", "shapes")])
    away = np.abs(values - values.mean(0)).sum(1)
    names = [tune.form[0] for tune in one.tunes]
    best = Counter(name for name in names if len(name) <= 8) or Counter(names)
    common = best.most_common(1)[0][0]
    away += 10 * (np.array(names) != common)
    return one.tunes[int(away.argmin())]


def ornaments_of(context: Context) -> str:
    """Ornaments."""
    every = range(len(ornaments.KINDS))
    examples = []
    for one in context.collections:
        found = [ornaments.marked(tune.line) for tune in one.tunes]
        sums = np.array([counts.sum() for counts, _ in found])
        if sums.max(initial=0) <= 0:
            continue
        tune = one.tunes[int(np.argsort(sums)[int(len(sums) * 0.9)])]
        if ornaments.marked(tune.line)[0].sum() > 0:
            notes = of_line(tune.line, 0, 40)
            examples.append(player(notes, f"{one.name}: a tune with ornaments"))
    none = "" if examples else "<p>No tune here has any: notation often leaves them out.</p>"
    return (
        "<p>Of each hundred notes of the melody. Grace notes, mordents, turns and trills are quick "
        "notes before, or instead of, a longer one; glides and wavering notes need recordings, or "
        "MIDI with pitch bends. Files of notes mostly leave ornaments to the player.</p>"
        + none
        + context.said("ornaments")
        + _charts(
            charts.rows(
                "Ornaments in a hundred notes",
                ornaments.KINDS,
                context.series("ornaments", every),
                percent=False,
            )
        )
        + context.table("Ornaments", "ornaments", every)
        + _examples(examples)
    )


def compass_of(context: Context) -> str:
    """Range and tessitura."""
    every = range(len(FIGURES["compass"]))
    examples, spread = [], []
    for one, kind in zip(context.collections, context.kinds, strict=True):
        mean = np.median(one.figures["compass"], axis=0)
        notes = of_pitches([_HOME, _HOME - mean[2], _HOME, _HOME + mean[3], _HOME], 0.5)
        examples.append(player(notes, f"{one.name}: tonic, lowest, tonic, highest, tonic"))
        spread.append(Series(one.name, kind, _around(one)))
    ticks = [(n / 48, f"{n - 24:+d}" if n != 24 else "tonic") for n in range(0, 49, 12)]
    return (
        "<p>Range: from the lowest note to the highest, in semitones; tessitura: that of the "
        "middle four fifths of the time. The tonic is the one nearest to the last note.</p>"
        + context.said("compass")
        + _charts(
            charts.rows(
                "Semitones",
                FIGURES["compass"][:4],
                context.series("compass", range(4)),
                percent=False,
            ),
            charts.curves(
                "Time spent at each distance from the tonic, in semitones", spread, ticks
            ),
        )
        + context.table("Range", "compass", every)
        + _examples(examples)
    )


def _around(one: Measured) -> Float64:
    """How much of the time is spent so many semitones from the tonic, -24 to 24."""
    total = np.zeros(49)
    for tune in one.tunes:
        last = tune.plain.pitches[-1]
        home = tune.tonic + 12 * np.rint((last - tune.tonic) / 12)
        away = np.clip(np.rint(tune.plain.pitches - home), -24, 24).astype(int) + 24
        total += np.bincount(away, tune.plain.gaps / tune.plain.gaps.sum(), 49)
    return total / len(one.tunes)


def _charts(*some: str) -> str:
    return "<div class=charts>" + "".join(f"<div>{one}</div>" for one in some) + "</div>"


def _examples(some: Sequence[str]) -> str:
    return f"<div class=examples>{''.join(some)}</div>" if some else ""


#: All sections: a short name, a title, and what makes it.
SECTIONS: tuple[tuple[str, str, Callable[[Context], str]], ...] = (
    ("scale", "Scale, mode, tonic", scales),
    ("tuning", "Tuning", tuning_of),
    ("melody", "Intervals and motifs", melody),
    ("phrases", "Phrases and contours", phrases),
    ("rhythm", "Rhythm and metre", rhythm_of),
    ("form", "Form and repetition", form_of),
    ("ornaments", "Ornaments", ornaments_of),
    ("compass", "Range and tessitura", compass_of),
)
