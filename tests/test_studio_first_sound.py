"""The page docs/first-sound.md, done word by word: what it says to do works, and is called so."""

import re
from pathlib import Path

import pytest
from studio_browser import count_played, drop, has_played, shown

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "first-sound.md"


def chapters():
    """The chapters that are done in the studio, by their titles: the words of each step."""
    text = re.sub(r"!\[.*?\]\(.*?\)", "", PAGE.read_text("utf-8"))
    for title, body in re.findall(r"^## (?!1\.)(\d\. .*?)\n(.*?)(?=^## |\Z)", text, re.S | re.M):
        steps = re.findall(r"^\d+\. (.*?)(?=^\d+\. |\Z)", body, re.S | re.M)
        yield pytest.param([" ".join(step.split()) for step in steps], id=title)


class Reader:
    """Somebody who does what the page says."""

    def __init__(self, page):
        self.page = page
        self.saved = []
        self.played = 0
        page.on("download", lambda file: self.saved.append(file.suggested_filename))

    def do(self, words):
        """Do all that ``words`` say, one after the other; what is bold must mean something."""
        at, self.played = 0, self.page.evaluate("played")
        while at < len(words):
            for pattern, act in _ACTS:
                if found := pattern.match(words, at):
                    act(self, *found.groups())
                    at = found.end()
                    break
            else:
                assert not words.startswith("**", at), f"what is to be done with {words[at:]!r}?"
                at += 1

    def click(self, name):
        """Whatever has this name and can be clicked."""
        self._called(name).click()

    def choose_file(self, name, path):
        with self.page.expect_file_chooser() as chooser:
            self.click(name)
        chooser.value.set_files(ROOT / path)
        self.on_shelf(Path(path).name)

    def choose(self, label, choice):
        chosen = self._visible(self.page.get_by_label(label, exact=True))
        value = chosen.evaluate(
            "(one, words) => [...one.options].find((o) => o.label.startsWith(words)).value", choice
        )
        chosen.select_option(value)

    def press(self, key):
        keys = {"Ctrl-Z": "Control+z", "Ctrl-Shift-Z": "Control+Shift+z"}
        self.page.keyboard.press(keys.get(key, key))

    def drop(self, path):
        drop(self.page.locator("body"), ROOT / path)
        self.on_shelf(Path(path).name)

    def on_shelf(self, name):
        self.page.locator("e-shelf").get_by_title(name, exact=True).wait_for()
        shown(self.page)

    def is_saved(self, name):
        if name not in self.saved:
            self.page.wait_for_event("download", lambda file: file.suggested_filename == name)

    def sing(self):
        self.page.wait_for_function(
            "() => document.querySelector('[aria-label=Recorded]')?.value > '0:00.4'"
        )

    def draw(self):
        shown(self.page)
        box = self.page.locator("e-picture:visible").bounding_box()
        x, y = box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 60, y + 20, steps=6)
        self.page.mouse.up()

    def undone(self, where):
        """What can be done now: that which was undone, or the other way round."""
        name = {"gone": "Do it again", "back": "Undo"}[where]
        self.page.get_by_role("button", name=name).and_(self.page.locator(":enabled")).wait_for()

    def plays(self):
        has_played(self.page, self.played)

    def pauses(self):
        self.page.get_by_role("button", name="Play", exact=True).wait_for()

    def hears(self, which):
        name = {"the original": "Original", "yours": "This"}[which]
        heard = self.page.get_by_role("group", name="Which is heard").get_by_label(name)
        heard.and_(self.page.locator(":checked")).wait_for(state="attached")

    def sees(self, name):
        self._visible(self.page.get_by_text(name, exact=True)).wait_for()

    def _visible(self, found):
        """The first of what was found that is seen: other pages have the same words."""
        return found.and_(self.page.locator(":visible")).first

    def _called(self, name):
        """The one that can be clicked and is called so, or begins so, as big buttons do."""
        begins = re.compile(rf"^{re.escape(name)}\b")
        for wanted in ({"name": name, "exact": True}, {"name": begins}):
            found = self.page.get_by_role("button", **wanted)
            for role in ("link", "radio", "tab"):
                found = found.or_(self.page.get_by_role(role, **wanted))
            if found.count():
                break
        return found.first


_ACTS = [
    (re.compile(pattern, re.I), act)
    for pattern, act in [
        (r"click \*\*(.+?)\*\* and choose it; here `(.+?)`", Reader.choose_file),
        (r"click \*\*(.+?)\*\*", Reader.click),
        (r"then \*\*(.+?)\*\*", Reader.click),
        (r"press \*\*(.+?)\*\*", Reader.press),
        (r"under \*\*(.+?)\*\* choose \*\*(.+?)\*\*", Reader.choose),
        (r"drop [^`*.]*; here `(.+?)`", Reader.drop),
        (r"`([^`]+?)` is saved", Reader.is_saved),
        (r"`([^`]+?)` appears on the shelf", Reader.on_shelf),
        (r"sing a little", Reader.sing),
        (r"draw a stroke", Reader.draw),
        (r"it is (gone|back)", Reader.undone),
        (r"it plays|to hear it", Reader.plays),
        (r"it pauses", Reader.pauses),
        (r"you hear (the original|yours)", Reader.hears),
        (r"\*\*(.+?)\*\*", Reader.sees),
    ]
]


@pytest.mark.parametrize("steps", [*chapters()])
def test_every_step_of_the_page_works_as_it_says(studio, page, steps):
    studio.open(page)
    shown(page)
    count_played(page)
    reader = Reader(page)
    for step in steps:
        reader.do(step)
