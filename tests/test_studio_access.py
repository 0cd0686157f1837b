"""Nobody is shut out: axe-core finds nothing serious on any page, light or dark, wide or narrow."""

from importlib.util import find_spec
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def axe():
    """The code of axe-core, which a package for tests brings along."""
    found = find_spec("axe_playwright_python")
    if found is None:
        pytest.skip("pip install axe-playwright-python to test who can use the studio")
    return (Path(found.origin).parent / "axe.min.js").read_text("utf-8")


def problems(page, axe):
    """What axe finds that is serious or critical, in words."""
    page.evaluate(axe)
    found = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")["violations"]
    return [
        f"{one['impact']}: {one['help']}: {node['html']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("width", "height", "dark"), [(1440, 900, False), (390, 844, True)])
def test_axe_finds_nothing_serious_on_any_page(studio, new_page, axe, width, height, dark):
    page = studio.open(new_page(width, height, dark=dark))
    page.get_by_role("button", name="Play", exact=True).and_(page.locator(":enabled")).wait_for()
    links = page.locator("#pages a")
    found = []
    for number in range(links.count()):
        links.nth(number).click()
        found += [f"{links.nth(number).inner_text()}: {one}" for one in problems(page, axe)]
    assert not found, "\n".join(found)


def test_axe_finds_nothing_serious_among_the_keys(studio, page, axe):
    studio.open(page)
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert not problems(page, axe)
