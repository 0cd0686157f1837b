"""What a model has learnt, as pages: its report, and the map of its sounds."""

from __future__ import annotations

import base64
import csv
import html
from dataclasses import dataclass
from pathlib import Path

from eidophone.base.atomic import scratch
from eidophone.base.errors import LearnError
from eidophone.jobs.acts.model import Act, Task
from eidophone.jobs.models import explore_files, report_file

_STYLE = """:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
p{max-width:60rem}img{width:100%;height:auto}table{border-collapse:collapse;font-size:14px}
td,th{padding:.2rem .6rem;text-align:left}.wide{overflow-x:auto}"""

_WORDS = """Every dot is a second of sound, near to those that it is like, in the colour of its
collection. Pale ones could as well be of another."""


@dataclass(frozen=True, kw_only=True)
class Looking:
    """Nothing is chosen."""


def _report(task: Task) -> None:
    model = task.only("model", LearnError)
    report_file(model, task.folder / f"{task.stem}.html", progress=task.progress)


def _explore(task: Task) -> None:
    model = task.only("model", LearnError)
    with scratch(task.folder) as place:
        data, picture = explore_files(model, place / "map", progress=task.progress)
        page = _page(f"The sounds of {model.stem}", data, picture)
    (task.folder / f"{task.stem}.html").write_text(page, "utf-8")


def _page(title: str, data: Path, picture: Path) -> str:
    with data.open(encoding="utf-8", newline="") as file:
        head, *rows = (map(html.escape, row) for row in csv.reader(file))
    body = "".join("<tr><td>" + "<td>".join(row) for row in rows)
    shown = base64.b64encode(picture.read_bytes()).decode("ascii")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<main><h1>{html.escape(title)}</h1><p>{_WORDS}</p>"
        f'<img alt="Dots, in a colour for each collection" src="data:image/png;base64,{shown}">'
        f"<details><summary>Every second, as a table</summary><div class=wide><table><thead><tr>"
        f"<th>{'<th>'.join(head)}<tbody>{body}</table></div></details></main></html>\n"
    )


REPORT = Act("report", Looking, (), _report, "{} report")
EXPLORE = Act("explore", Looking, (), _explore, "{} map")
