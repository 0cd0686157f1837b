"""Page: the report as one file of HTML, with pictures and players inside."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from eidophone.base.arrays import Float32
from eidophone.base.atomic import atomic_path
from eidophone.learning.grid import FLOOR_DB, RATE, TOP_DB, levels_of
from eidophone.learning.judges.judges import Judges
from eidophone.learning.model import Model
from eidophone.learning.parts import character_in, dictionary_in, grains_in
from eidophone.learning.report.measuring import WINDOWS, Measuring, Row
from eidophone.learning.report.measuring import Way as Told
from eidophone.learning.translating.way import Way
from eidophone.sound.sound import Sound

#: Translations that are measured: how much of the source's own is kept.
_KEEPS = (1.0, 0.7, 0.5)

#: Rows of a picture on the page.
_PICTURE_ROWS = 128

_STYLE = """:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:90rem;margin:2rem auto;padding:0 1rem}
p{max-width:60rem}table{border-collapse:collapse;font-size:14px}
td,th{padding:.3rem .5rem;text-align:right;white-space:nowrap}
td:first-child,th:first-child{text-align:left;white-space:normal;min-width:9rem}
tr.learnt{font-weight:bold}tr:nth-child(even){background:#8882}
img{height:64px;width:144px;display:block}audio{height:32px;width:144px;display:block}
.wide{overflow-x:auto}"""

_HEAD = """Everything here went through the codec before it was judged, and was made of sounds that
were held out, where there are any. Bold rows were learnt; all others have learnt nothing, or play a
recording of the target along. What does no better than they do has learnt nothing either. Shares
are 0 at the source and 1 at the target, with their 90 % interval over moments."""

_KEY = """<b>Z</b>, <b>C</b>, <b>eq-blind</b>, <b>matched</b>: judges, ever easier to deceive.
<b>onset</b>, <b>chroma</b>, <b>whitened</b>: how much is kept of when and which notes are played: 1
is all. <b>tonal</b>, <b>rough</b>: dB by which lasting partials stand out, and by which levels
change. <b>inside</b>: how much of a recording of the target is played along; sounds that are only
of its kind have about .1."""

_NO_Z = """There is no PyTorch here, so Z and C, the judges that are hardest to deceive, are
missing: see how far the squeezed levels deceive the eq-blind one."""


def write_report(
    model: Model,
    path: Path,
    *,
    windows: int = WINDOWS,
    overwrite: bool = False,
    progress: Callable[[float], None] = lambda _: None,
) -> None:
    """Measure ``model``, and write what was found to ``path``, whole or not at all.

    Each collection is told as the next one, and the last as the first.

    Args:
        model: of two collections or more.
        path: of a file that ends in .html.
        windows: moments of three seconds that are measured of each collection, at most.
        overwrite: replace a file that is there already.
        progress: told the share that is done.

    Raises:
        OutputError: it cannot be written.
    """
    judges = Judges.fit(model.collections, model.conditions, lambda part: progress(0.3 * part))
    measuring = Measuring(model, judges, windows)
    count = len(model.names)
    parts = []
    for source in range(count):
        target = (source + 1) % count
        rows = list(measuring.rows(source, target, _ways(model, source, target)))
        parts.append(_section(measuring, source, target, rows))
        progress(0.3 + 0.7 * (source + 1) / count)
    title = f"What was learnt of {' and '.join(model.names)}"
    text = _page(title, [_collections(model), *parts], judged_well="Z" in judges.kinds)
    with atomic_path(path, overwrite=overwrite) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _ways(model: Model, source: int, target: int) -> dict[str, Told]:
    """What the model makes of the sounds of one collection, to be another's."""
    character = character_in(model)
    dictionary = {target: dictionary_in(model, target)}
    index = grains_in(model).index if model.part("grains") else None
    weights = np.eye(len(model.names), dtype=np.float32)[target]
    ways: dict[str, Told] = {}
    for keep in _KEEPS:
        way = Way.of(character, model.conditions, source, weights, dictionary, keep, index)
        ways[f"translated, keep {keep:g}"] = partial(_whole, way)
    return ways


def _whole(way: Way, levels: Float32) -> Float32:
    """A window of levels ``[columns, rows]`` on its way."""
    return np.concatenate(list(way([levels[None]])), axis=1)[0]


def _page(title: str, parts: Sequence[str], *, judged_well: bool) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{html.escape(title)}</h1><p>{_HEAD}</p>{'' if judged_well else f'<p>{_NO_Z}</p>'}"
        f"<p>{_KEY}</p>{''.join(parts)}</html>\n"
    )


def _collections(model: Model) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(one.name)}<td>{one.seconds / 60:.1f}<td>{len(one.learnt)}"
        f"<td>{len(one.held)}"
        for one in model.collections
    )
    return (
        "<h2>Collections</h2><table><tr><th>name<th>minutes<th>tracks learnt<th>held out"
        f"{rows}</table>"
    )


def _section(measuring: Measuring, source: int, target: int, rows: Sequence[Row]) -> str:
    names = [html.escape(one) for one in measuring.judges.names]
    kinds, figures = list(rows[0].shares), list(rows[0].figures)
    head = "".join(f"<th>{one}" for one in (*kinds, *figures, "picture", "sound"))
    body = "".join(_line(one) for one in rows)
    counts = [len(measuring.windows[n]) for n in (source, target)]
    return (
        f"<h2>{names[source]} → {names[target]}</h2><p>{counts[0]} moments of 3 s, beside "
        f"{counts[1]} of the target.</p><div class=wide><table><tr><th>{head}{body}</table></div>"
    )


def _line(row: Row) -> str:
    cells = [html.escape(row.name)]
    cells += [
        f"{one.value:.2f} [{one.low:.2f} {one.high:.2f}]" if kind == "Z" else f"{one.value:.2f}"
        for kind, one in row.shares.items()
    ]
    cells += [f"{one:.2f}" for one in row.figures.values()]
    cells += [_picture(row.sample, row.name), _player(row.sample)]
    kind = " class=learnt" if row.learnt else ""
    return f"<tr{kind}>" + "".join(f"<td>{one}" for one in cells)


def _picture(samples: Float32, name: str) -> str:
    levels = levels_of(Sound(samples, RATE))[0]
    ink = np.clip((levels - FLOOR_DB) / (TOP_DB - FLOOR_DB) * 255, 0, 255).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(ink.T[::-1])).resize((384, _PICTURE_ROWS))
    return f'<img alt="{html.escape(name)}" src="{_data(_jpeg(image), "image/jpeg")}">'


def _jpeg(image: Image.Image) -> bytes:
    """``image`` as JPEG."""
    held = io.BytesIO()
    image.save(held, "JPEG", quality=85)
    return held.getvalue()


def _player(samples: Float32) -> str:
    held = io.BytesIO()
    peak = max(1.0, float(np.abs(samples).max()))
    soundfile.write(held, samples / peak, RATE, format="OGG", subtype="VORBIS")
    return f'<audio controls preload=none src="{_data(held.getvalue(), "audio/ogg")}"></audio>'


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
