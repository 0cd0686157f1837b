"""The page on the studio names its keys, as the program does."""

from pathlib import Path

from docs.make_studio import PAGE, keys_of
from eidophone.faces import studio as package


def test_the_page_has_every_key_of_the_program(studio, page):
    studio.open(page)
    missing = set(keys_of(page)) - set(PAGE.read_text("utf-8").splitlines())
    assert not missing


def test_the_page_has_no_key_that_the_program_has_not():
    web = Path(package.__file__).parent / "web"
    code = "\n".join(path.read_text("utf-8") for path in web.rglob("*.js"))
    table = PAGE.read_text("utf-8").partition("## Keys")[2].partition("## ")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if "`" in line]
    strange = [words for _, _, words in rows[1:] if words not in code and "Go to" not in words]
    assert not strange
