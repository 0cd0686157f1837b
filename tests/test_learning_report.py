"""The report of a model: one page of its own, with controls beside what was learnt."""

import html
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from test_learning_judges import CONDITIONS, two_collections

from eidophone.learning.grains.generating import Grains
from eidophone.learning.grid import RATE, sound_of
from eidophone.learning.judges import judges as judging
from eidophone.learning.judges.notes import Notes
from eidophone.learning.judges.shares import Estimate
from eidophone.learning.judges.speakers import Speakers
from eidophone.learning.judges.windows import WINDOW
from eidophone.learning.judges.words import Words
from eidophone.learning.model import Model
from eidophone.learning.report import mixes, translations
from eidophone.learning.report import page as page_
from eidophone.learning.report.listeners import Listeners
from eidophone.learning.report.mixes import Mix
from eidophone.learning.report.moments import Extent
from eidophone.learning.report.page import said_of_judges, write_report
from eidophone.learning.report.tables import said_of_mixes, translations_table
from eidophone.learning.report.translations import Row, beside_crossfade, who_cannot_tell
from eidophone.learning.translating.character import character_of
from eidophone.sound.sound import Sound

WORTH = {"closed": 0.4, "flow": 0.3, "sure": 0.2, "takes_over": False}


def cut(track, windows):
    return replace(track, levels=track.levels[:, : windows * WINDOW])


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Of two collections, where nothing is installed that need not be."""
    path = tmp_path_factory.mktemp("report") / "page.html"
    some = [
        replace(one, tracks=(cut(one.tracks[0], 3), replace(cut(one.tracks[1], 1), held=True)))
        for one in two_collections()
    ]
    model = Model(tuple(some), CONDITIONS)
    model = model.having("character", character_of(some, CONDITIONS).arrays())
    model = model.having("grains", Grains.fit(some, CONDITIONS).arrays)
    model = model.having(
        "flow", {"some": np.zeros(1, np.float32)}, flow={"worth": {"translating": WORTH}}
    )
    borrowed = path.with_name("borrowed")
    borrowed.mkdir()
    Sound(sound_of(some[1].held[0].part(0, WINDOW)[None]), RATE).save(borrowed / "one.wav")
    parts = []
    little = Extent(moments=1, seeds=1, windows=1)
    with pytest.MonkeyPatch.context() as patch:
        for room in (judging, page_):
            patch.setattr(room, "can_judge", lambda: False)
        patch.setattr(translations, "_WEIGHTS", (0.5,))
        patch.setattr(mixes, "_WEIGHTS", (0.0, 0.5, 1.0))
        for one in (Notes, Speakers, Words):
            patch.setattr(one, "there", staticmethod(lambda: False))
        write_report(
            model, path, elsewhere=[("fast", borrowed)], extent=little, progress=parts.append
        )
    return path, parts


def rows(page):
    """Cells by the name of their row, of each section."""
    sections = {}
    for section in page[0].read_text(encoding="utf-8").split("<h2>")[1:]:
        lines = [one.split("<td>")[1:] for one in section.split("<tr")]
        title = html.unescape(section.partition("<")[0])
        sections[title] = {cells[0]: cells[1:] for cells in lines if cells}
    return sections


def figure(cell):
    return float(cell.partition("<")[0])


def test_progress_goes_on_to_its_end(page):
    assert page[1] == sorted(page[1])
    assert page[1][-1] == pytest.approx(1)


def test_what_was_learnt_stands_beside_controls_both_ways(page):
    for title in ("slow → fast", "fast → slow"):
        section = rows(page)[title]
        controls = {"the source itself", "equaliser", "squeezed levels"}
        assert controls | {"translated, keep 1", "translated, keep 0.7"} <= set(section)
        assert figure(section["the source itself"][0]) == 0
        assert figure(section["the source itself"][2]) == 1  # all onsets
        assert figure(section["translated, keep 1"][0]) > figure(section["squeezed levels"][0])


def test_mixes_stand_beside_real_sounds_and_what_is_trivial(page):
    made = rows(page)["New sounds of slow and fast"]
    assert [name.startswith("new: ") for name in made] == [False] * 6 + [True] * 3
    low, high = (figure(made[name][0]) for name in ("real slow", "real fast"))
    assert figure(made["new: 50% slow, 50% fast"][2]) == pytest.approx((low + high) / 2, abs=0.011)
    assert figure(made["new: 100% slow, 0% fast"][0]) < figure(made["new: 0% slow, 100% fast"][0])
    halves = rows(page)["Half slow and half fast"]
    trivial = [cells for name, cells in halves.items() if name.startswith("two real takes")]
    assert len(trivial) == 2
    assert all(figure(cells[0]) < 0.1 for cells in trivial)
    assert figure(halves["grains whose own likeness is one half"][0]) > 0.1


def test_sounds_from_elsewhere_are_judged_as_new_ones(page):
    made = rows(page)["New sounds of slow and fast"]
    mine, real = made["borrowed as fast"], made["real fast, held out"]
    for column in range(2):  # whose they are
        assert figure(mine[column]) == pytest.approx(figure(real[column]), abs=0.1)
    *_, tonal, rough, nearest, copied = map(figure, mine[:8])
    assert [tonal, rough] == pytest.approx(list(map(figure, real[4:6])), rel=0.1)
    assert nearest == pytest.approx(1, abs=0.2)
    noise = made["noise with the spectrum of fast"]
    assert figure(noise[4]) < 0.9 * tonal
    assert figure(noise[7]) == 0
    assert copied > 0.4  # it is one of a track, though of one that was held out
    text = html.unescape(page[0].read_text(encoding="utf-8"))
    assert re.search(r"borrowed as fast is \d+ % (more|less) tonal and \d+ % ", text)


def test_the_flow_is_beside_the_closed_form(page):
    assert rows(page)["The flow"]["translating"][:3] == ["0.40", "0.30", "0.20"]
    assert rows(page)["The flow"]["translating"][-1].startswith("no")


def test_the_page_needs_nothing_else(page):
    text = page[0].read_text(encoding="utf-8")
    assert text.count("data:audio/ogg;base64,") == text.count("data:image/jpeg;base64,") >= 23
    assert not re.search(r'(?:src|href)="(?!data:)', text)
    assert len(text) < 5e6
    assert "nan" not in re.sub(r'base64,[^"]*', "", text)


def test_what_is_not_installed_is_said(page):
    text = html.unescape(page[0].read_text(encoding="utf-8"))
    assert "Z and C" in text
    assert "without resemblyzer" in text or "without basic-pitch" in text


def row(name, share, onset):
    figures = {"onset": Estimate(onset, onset, onset)}
    return Row(name, {"Z": Estimate(share, share, share)}, [], figures, False, np.zeros(9, "f4"))


def test_a_translation_is_held_beside_a_crossfade_that_keeps_as_much():
    faded = [
        row(f"a recording of the target played along, {share:.0%}", share, 1 - share / 2)
        for share in (0.1, 0.5, 0.3)
    ]
    mine = row("translated", 0.6, 0.9)
    assert beside_crossfade([*faded, mine], mine) == pytest.approx((0.6, 0.2))


def test_nets_say_nothing_where_their_judge_does_not():
    for share, shown in ((0.5, True), (np.nan, False)):
        one = replace(row("translated", share, 1.0), seeds=[0.25, 0.75])
        assert ("nets 0.25 0.75" in translations_table([one])) is shown


def test_judges_that_do_not_tell_real_sounds_apart_are_named():
    nothing = Estimate(np.nan, np.nan, np.nan)
    known = replace(
        row("the source itself", 0.0, 1.0), shares={"Z": nothing, "C": Estimate(0, 0, 0)}
    )
    assert who_cannot_tell([known]) == ["Z"]
    assert "Z does not surely tell real sounds of both apart" in re.sub(
        "<.*?>", "", said_of_judges([known])
    )
    assert said_of_judges([row("the source itself", 0.0, 1.0)]) == ""


def mix(weight, chances):
    return Mix("", weight, {"Z": float(np.mean(chances))}, {"Z": chances}, 2, 3, 0, 0, np.zeros(9))


def test_it_is_said_how_far_mixes_are_off_the_line_and_whether_they_rise():
    real = [mix(0, [0.2]), mix(0, [0.3]), mix(1, [0.8]), mix(1, [0.7])]
    made = [mix(0, [0.2, 0.2]), mix(0.5, [0.7, 0.1]), mix(1, [0.8, 0.8])]
    assert "up to 0.10 off the line, and 1 of 2 rise" in said_of_mixes(real, made, [])


@pytest.fixture
def moments():
    """Sounds of two collections of which every second one is the louder."""
    ends = [
        SimpleNamespace(samples=[np.full(99, level, np.float32) for level in levels])
        for levels in ([0.1, 0.2], [0.8, 0.9])
    ]
    windows = [[np.full((9, 512), -40, np.float32)] * 2] * 2
    return SimpleNamespace(
        ends=ends, windows=windows, recordings=lambda kind, counts: ends[kind].samples
    )


class Ear:
    """Hears how loud a sound is; of words, one for each tenth."""

    def __init__(self, *learnt):
        self.learnt = learnt

    there = staticmethod(lambda: True)
    of = staticmethod(lambda samples: samples[:4, None] * [0, 1, 0, 1])
    towards = staticmethod(lambda samples: np.array([one[0] for one in samples]))
    understood = staticmethod(lambda samples: ["word"] * round(10 * float(samples[0])))
    wrong = Words.wrong


def test_speakers_and_words_are_heard_in_speech_and_notes_in_music(moments, monkeypatch):
    from eidophone.learning.report import listeners

    for name in ("Notes", "Speakers", "Words"):
        monkeypatch.setattr(listeners, name, Ear)
    decoded = iter(moments.ends[0].samples)
    monkeypatch.setattr(listeners, "sound_of", lambda *_, **__: [next(decoded)])
    heard = Listeners(moments, 0, 1, speech=True)
    told = heard.figures([np.full(99, level, np.float32) for level in (0.4, 0.6)])
    assert told["speaker"].value == pytest.approx(0.5)
    assert told["WER"].value == pytest.approx((3 + 4) / 3)
    assert heard.missing == []
    assert set(Listeners(moments, 0, 1, speech=False).figures(moments.ends[0].samples)) == {"notes"}


def test_a_recogniser_that_does_not_understand_the_source_itself_is_not_asked(moments, monkeypatch):
    from eidophone.learning.report import listeners

    monkeypatch.setattr(listeners, "Speakers", Ear)
    monkeypatch.setattr(listeners, "Words", Ear)
    monkeypatch.setattr(listeners, "sound_of", lambda *_, **__: [np.full(99, 0.9, np.float32)])
    heard = Listeners(moments, 0, 1, speech=True)
    assert set(heard.figures(moments.ends[0].samples)) == {"speaker"}
    assert "83% of the words otherwise" in heard.missing[0]
