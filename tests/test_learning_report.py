"""The report of a model: one page of its own, with controls beside what was learnt."""

import html
import re
from dataclasses import replace

import pytest
from test_learning_judges import COLLECTIONS, CONDITIONS

from eidophone.base.errors import OutputError
from eidophone.learning.judges import judges as judging
from eidophone.learning.model import Model
from eidophone.learning.report import measuring
from eidophone.learning.report import page as page_
from eidophone.learning.report.page import write_report
from eidophone.learning.translating.character import character_of


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Of two collections, where there is no PyTorch."""
    path = tmp_path_factory.mktemp("report") / "page.html"
    some = tuple(replace(one, tracks=one.tracks[:2]) for one in COLLECTIONS[:2])
    model = Model(some, CONDITIONS).having("character", character_of(some, CONDITIONS).arrays())
    parts = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "can_judge", lambda: False)
        patch.setattr(page_, "_KEEPS", (1.0, 0.7))
        patch.setattr(measuring, "_WEIGHTS", (0.5,))
        write_report(model, path, windows=1, progress=parts.append)
        with pytest.raises(OutputError):
            write_report(model, path, windows=1)
    assert parts == sorted(parts)
    assert parts[-1] == pytest.approx(1)
    return path.read_text(encoding="utf-8")


def rows(page):
    """Cells by the name of their row, of each section."""
    sections = []
    for section in page.split("<h2>")[2:]:
        lines = [one.split("<td>")[1:] for one in section.split("<tr")]
        sections.append({cells[0]: cells[1:] for cells in lines if cells})
    return sections


def test_the_report_has_what_was_learnt_beside_controls_both_ways(page):
    sections = rows(page)
    assert len(sections) == 2
    for section in sections:
        assert {"the source itself", "equaliser", "squeezed levels", "translated, keep 1"} <= set(
            section
        )
        assert section["the source itself"][0] == "0.00"
        assert float(section["translated, keep 1"][0]) > float(section["squeezed levels"][0])


def test_the_report_needs_nothing_else(page):
    assert page.count("data:audio/ogg;base64,") == page.count("data:image/jpeg;base64,") >= 16
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert len(page) < 5e6


def test_the_report_says_that_z_is_missing(page):
    assert "Z and C" in html.unescape(page)
    assert "nan" not in re.sub(r'base64,[^"]*', "", page)
