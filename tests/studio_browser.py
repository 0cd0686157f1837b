"""The studio in a real browser: a server, a Chromium, and what tests of its pages do with them.

A pytest plugin, which conftest.py names. A test asks for `studio` (a server whose shelf is empty
when its module begins) and `page` (a fresh, guarded page of a browser), opens the one in the other
by ``studio.open(page)``, and waits for what must come (``expect`` of Playwright), never for a time.
What a page says on its console as an error, what its content policy refuses and every request to
another host fail the test, unless `complaints` was told to expect it.
"""

import base64
import contextlib
import json
import mimetypes
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np
import pytest
import soundfile

#: Where a Chromium may be, by the names of its program; otherwise Playwright's own. The shell is
#: the same browser without windows, and takes half the time.
_BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)

_INSTALL = (
    "install chromium (Debian: apt install chromium-headless-shell) and pip install playwright "
    "to test the studio in a browser"
)

_ARGUMENTS = [
    "--no-sandbox",  # of tests as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--enable-unsafe-swiftshader",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no other host is there
]

#: Milliseconds within which whatever a test waits for must come: much, since machines are busy.
PATIENCE_MS = 45_000

#: The tone that the fake microphone hears, in Hz.
MICROPHONE_HZ = 660.0

_ADDRESS = re.compile(rb"(http://[\d.]+:\d+)/\?token=([\w-]+)")


def tone(path, *, seconds=1.0, hz=440.0, rate=44_100, channels=1, peak=0.5):
    """Write a tone to ``path``, a sound file of any kind that has a suffix, and give the path."""
    time = np.arange(round(seconds * rate)) / rate
    sound = peak * np.sin(2 * np.pi * hz * time)
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.01)
    soundfile.write(path, np.stack([sound * fade] * channels, axis=1), rate)
    return Path(path)


#: JavaScript: a typed array as a text, for `values_of`: a list of so many numbers takes seconds.
AS_TEXT = """((values) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    let all = '';
    for (let at = 0; at < bytes.length; at += 32768) {
        all += String.fromCharCode(...bytes.subarray(at, at + 32768));
    }
    return btoa(all);
})"""


def values_of(text, kind):
    """The values, bit for bit, that `AS_TEXT` made ``text`` of, of a NumPy ``kind``."""
    return np.frombuffer(base64.b64decode(text), kind)


class Studio:
    """A studio that is running.

    Attributes:
        address: ``http://127.0.0.1:PORT``.
        token: what it asks for.
        workspace: the folder that it works in.
        process: the program, to be killed by tests that kill it.
    """

    def __init__(self, address, token, workspace, process=None):
        self.address, self.token = address, token
        self.workspace, self.process = Path(workspace), process

    @property
    def url(self):
        """The address with its token, as it is printed."""
        return f"{self.address}/?token={self.token}"

    def open(self, page, hash_=""):
        """Open the studio in ``page``, and wait until every element of it is at work."""
        page.goto(f"{self.url}#{hash_}" if hash_ else self.url)
        ready(page)
        return page

    def ask(self, method, path, body=None, **headers):
        """What /api/``path`` answers a program: JSON as values, everything else as bytes."""
        is_json = body is not None and not isinstance(body, bytes)
        headers |= {"Authorization": f"Bearer {self.token}"}
        if is_json:
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        asked = urllib.request.Request(
            f"{self.address}/api/{path}", data=body, headers=headers, method=method
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE_MS / 1000) as answer:
            given = answer.read()
            is_json = answer.headers.get_content_type() == "application/json"
            return json.loads(given) if is_json else given

    def put(self, path, name=None):
        """Put the file at ``path`` onto the shelf; the item."""
        where = f"items?name={quote(name or Path(path).name)}"
        return self.ask("POST", where, Path(path).read_bytes())

    def clear(self):
        """Stop what it does, and throw away what is on its shelf."""
        for job in self.ask("GET", "jobs"):
            self.ask("DELETE", f"jobs/{job['id']}")
            self.ask("POST", f"jobs/{job['id']}/dismiss")
        for item in self.ask("GET", "items"):
            self.ask("DELETE", f"items/{quote(item['name'])}")

    def stop(self):
        """End it as Ctrl-C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=20)
        finally:
            self.process.kill()


@contextlib.contextmanager
def running(workspace, *arguments):
    """A studio of the folder ``workspace``, as ``eidophone studio`` starts it."""
    workspace = Path(workspace)
    words = [sys.executable, "-m", "eidophone", "studio", "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        [*words, "--workspace", str(workspace), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    said = b""
    try:
        for line in process.stdout:
            said += line
            if found := _ADDRESS.search(line):
                break
        else:
            pytest.fail(f"the studio did not start:\n{said.decode(errors='replace')}")
        yield Studio(found[1].decode(), found[2].decode(), workspace, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        process.kill()
        process.stdout.close()
        process.wait()


@pytest.fixture(scope="session")
def one_studio(tmp_path_factory):
    """A studio for all tests of this process, since it takes seconds to get warm."""
    with running(tmp_path_factory.mktemp("studio") / "Eidophone") as one:
        yield one


@pytest.fixture(scope="module")
def studio(browser, request):  # the browser first: without one, nothing is started
    """A studio with nothing on its shelf when the tests of this module begin."""
    one = request.getfixturevalue("one_studio")
    one.clear()
    return one


def find_browser(playwright):
    """The path of a Chromium, or None if there is none."""
    for name in _BROWSERS:
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextlib.contextmanager
def browser_of(*arguments):
    """A Chromium; where there is none, the test is skipped."""
    reason = f"there is no playwright: {_INSTALL}"
    api = pytest.importorskip("playwright.sync_api", reason=reason)
    with api.sync_playwright() as playwright:
        program = find_browser(playwright)
        if program is None:
            pytest.skip(f"there is no browser: {_INSTALL}")
        api.expect.set_options(timeout=PATIENCE_MS)
        one = playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS, *arguments])
        yield one
        one.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A Chromium of this module's tests, whose microphone hears a tone of `MICROPHONE_HZ`."""
    heard = tone(tmp_path_factory.mktemp("microphone") / "mic.wav", seconds=4, hz=MICROPHONE_HZ)
    with browser_of(f"--use-file-for-fake-audio-capture={heard}") as one:
        yield one


class Complaints:
    """What pages complained of; a test says what of it must come by `expect`."""

    def __init__(self):
        self.said, self.expected = [], []

    def expect(self, pattern):
        """Bear with what matches the regular expression ``pattern``."""
        self.expected.append(re.compile(pattern))

    @property
    def unexpected(self):
        """What nobody expected."""
        return [one for one in self.said if not any(by.search(one) for by in self.expected)]

    def hear(self, page):
        """Listen to ``page``."""
        page.on("console", self._of_console)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("request", self._of_request)

    def _of_console(self, message):
        drawn_by_hand = "GL Driver Message" in message.text  # where there is no graphics card
        if message.type in ("error", "warning", "assert") and not drawn_by_hand:
            where = message.location.get("url", "")
            self.said.append(f"{message.type}: {message.text} ({urlsplit(where).path})")

    def _of_request(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in ("blob", "data") and parts.hostname != "127.0.0.1":
            self.said.append(f"asked another host: {request.url}")


@pytest.fixture
def complaints():
    """What the pages of this test complained of; what nobody expected fails the test."""
    heard = Complaints()
    yield heard
    assert not heard.unexpected, "the page complained:\n" + "\n".join(heard.unexpected)


@pytest.fixture
def new_page(browser, complaints, request, tmp_path):
    """A function that makes a guarded page in a fresh context, of any size, light or dark."""
    contexts = []

    def make(width=1440, height=900, *, dark=False, **options):
        options.setdefault("reduced_motion", "reduce")  # nothing to wait for
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
            permissions=["microphone"],
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", complaints.hear)
        contexts.append(context)
        return context.new_page()

    yield make
    for number, context in enumerate(contexts):
        if getattr(request.node, "failed", False) and context.pages:
            screen = tmp_path / f"screen-{number}.png"
            with contextlib.suppress(Exception):
                context.pages[-1].screenshot(path=screen)
                print(f"what was on the screen: {screen}")  # noqa: T201
        context.close()


@pytest.fixture
def page(new_page):
    """A guarded page of 1440 by 900 pixels, light."""
    return new_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Remember that a test failed, so that its page can be shown."""
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report


def ready(page):
    """Wait until every custom element in ``page``, also inside of others, is at work."""
    page.wait_for_load_state()
    page.wait_for_function(
        """() => {
            const undefined_ = (root) => root.querySelector(':not(:defined)') !== null
                || [...root.querySelectorAll('*')].some(
                    (one) => one.shadowRoot !== null && undefined_(one.shadowRoot));
            return document.body !== null && !undefined_(document);
        }"""
    )


def shown(page):
    """Wait until the picture that is open is drawn, whole and enlarged, and the shelf is, too."""
    page.wait_for_function(
        """() => {
            const small = new OffscreenCanvas(256, 64)
                .getContext('2d', { willReadFrequently: true });
            const lit = (one) => {
                small.clearRect(0, 0, 256, 64);
                if (one.width && one.height) small.drawImage(one, 0, 0, 256, 64);
                return small.getImageData(0, 0, 256, 64).data
                    .some((value, at) => at % 4 !== 3 && value > 8);
            };
            const pictures = 'e-picture canvas:not([class], .over *)';
            const canvases = [...document.querySelectorAll(pictures)]
                .filter((one) => one.offsetParent !== null);
            return canvases.length > 0 && canvases.every(lit)
                && [...document.images].every((one) => one.complete
                    || one.getBoundingClientRect().left >= innerWidth);  // lazy
        }"""
    )


def count_played(page):
    """Count in `window.played` how often something was playing, and moved on."""
    page.evaluate(
        """async () => {
            const { player } = await import('/web/audio/player.js');
            window.played = 0;
            let before = 0;
            player.addEventListener('meter', () => {
                if (player.playing && player.position > before) window.played++;
                before = player.position;
            });
        }"""
    )


def has_played(page, before=0):
    """Wait until more than ``before`` was counted by `count_played`: it may be over by now."""
    page.wait_for_function("(before) => window.played > before", arg=before)


def drop(target, *paths):
    """Drop files onto ``target``, a locator, as from a folder's window."""
    files = [
        {
            "name": Path(path).name,
            "type": mimetypes.guess_type(path)[0] or "",
            "content": base64.b64encode(Path(path).read_bytes()).decode(),
        }
        for path in paths
    ]
    target.evaluate(
        """(element, files) => {
            const carried = new DataTransfer();
            for (const { name, type, content } of files) {
                const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
                carried.items.add(new File([bytes], name, { type }));
            }
            for (const kind of ['dragenter', 'dragover', 'drop']) {
                element.dispatchEvent(new DragEvent(kind, {
                    dataTransfer: carried, bubbles: true, composed: true, cancelable: true,
                }));
            }
        }""",
        files,
    )


def downloaded(page, act):
    """The file that ``act()`` makes ``page`` save: its path, and the name that it suggests."""
    with page.expect_download() as waited:
        act()
    saved = waited.value
    return Path(saved.path()), saved.suggested_filename


def rendered(page, script, *, seconds, rate=44_100, channels=2):
    """What an OfflineAudioContext of ``page`` renders: float32 samples [channels, samples].

    Args:
        page: what it is rendered in.
        script: the body of an async function in JavaScript, which may use ``context``, connects
            what is to be heard with ``context.destination`` and starts it.
        seconds: how long.
        rate: in Hz.
        channels: how many.
    """
    encoded = page.evaluate(
        f"""async () => {{
            const context = new OfflineAudioContext({channels}, {round(seconds * rate)}, {rate});
            await (async () => {{ {script} }})();
            const heard = await context.startRendering();
            return Array.from({{ length: {channels} }}, (_, one) =>
                {AS_TEXT}(heard.getChannelData(one)));
        }}"""
    )
    return np.stack([values_of(one, "<f4") for one in encoded])
