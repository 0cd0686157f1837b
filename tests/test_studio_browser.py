"""The harness of the studio's tests, on a page of a few lines."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from studio_browser import (
    MICROPHONE_HZ,
    Complaints,
    Studio,
    downloaded,
    drop,
    ready,
    rendered,
    tone,
)

_PAGE = b"""<!doctype html><html lang="en"><title>a page</title><link rel="icon" href="data:,">
<body><e-drop></e-drop><a href="/file" download="voice.wav">Save</a>
<script type="module" src="/web/app.js"></script></body></html>"""

_SCRIPT = b"""customElements.define('e-drop', class extends HTMLElement {
  connectedCallback() {
    this.addEventListener('drop', async (event) => {
      const [file] = event.dataTransfer.files;
      const bytes = new Uint8Array(await file.arrayBuffer());
      this.textContent = `${file.name} ${file.type} ${bytes.reduce((sum, one) => sum + one, 0)}`;
    });
  }
});"""


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body = {
            "/": ("text/html", _PAGE),
            "/web/app.js": ("text/javascript", _SCRIPT),
            "/file": ("audio/wav", b"RIFF"),
        }.get(self.path.partition("?")[0], (None, b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def small(browser, tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Studio(f"http://127.0.0.1:{server.server_port}", "T", tmp_path)
        server.shutdown()
        thread.join()


def test_files_are_dropped_and_saved_as_they_are(small, page, tmp_path):
    small.open(page)
    voice = tone(tmp_path / "vöice.wav", seconds=0.1)
    drop(page.locator("e-drop"), voice)
    page.get_by_text(f"vöice.wav audio/x-wav {sum(voice.read_bytes())}").wait_for()
    path, name = downloaded(page, page.get_by_text("Save").click)
    assert (path.read_bytes(), name) == (b"RIFF", "voice.wav")


def test_what_is_rendered_comes_back_exactly(small, page):
    small.open(page)
    heard = rendered(
        page,
        """const one = new ConstantSourceNode(context, { offset: 0.1 });
        one.connect(context.destination);
        one.start();""",
        seconds=0.1,
        rate=192_000,
    )
    np.testing.assert_array_equal(heard, np.full((2, 19_200), 0.1, np.float32))


def test_the_microphone_hears_a_tone(small, page):
    small.open(page)
    peak = page.evaluate(
        """async () => {
            const stream = await navigator.mediaDevices.getUserMedia({ audio: {
                echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
            const context = new AudioContext();
            const eye = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
            new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(eye);
            const levels = new Float32Array(eye.frequencyBinCount);
            const seen = [];
            while (seen.length < 15) { // a busy machine leaves gaps in what it hears
                await new Promise(requestAnimationFrame);
                eye.getFloatFrequencyData(levels);
                const best = levels.indexOf(Math.max(...levels));
                if (levels[best] > -40) seen.push(best * context.sampleRate / eye.fftSize);
            }
            return seen.sort((a, b) => a - b)[7];
        }"""
    )
    assert peak == pytest.approx(MICROPHONE_HZ, abs=10)


@pytest.mark.parametrize(
    ("event", "script", "complaint"),
    [
        ("console", "() => console.error('alas')", "error: alas"),
        ("pageerror", "() => void setTimeout(() => { throw new Error('alas') })", "error: alas"),
        ("console", "() => fetch('/nowhere').then(() => 1)", "404"),
        ("console", "() => void (document.body.innerHTML = '<p style=\"top: 0\">')", "Security"),
        ("request", "() => void (location = 'http://example.org/')", "asked another host"),
    ],
)
def test_what_a_page_complains_of_is_heard(small, page, complaints, event, script, complaint):
    small.open(page)
    with page.expect_event(event):
        page.evaluate(script)
    assert any(complaint in one for one in complaints.unexpected)
    complaints.expect(".")


def test_only_what_is_expected_is_borne_with():
    heard = Complaints()
    heard.said += ["error: status of 413 (/api/items)", "error: alas"]
    heard.expect(r"413 .*/api/items")
    assert heard.unexpected == ["error: alas"]


def test_elements_inside_of_others_are_waited_for(small, page):
    small.open(page)
    page.evaluate(
        """() => {
            const inside = document.body.attachShadow({ mode: 'open' });
            inside.append(document.createElement('e-late'));
            requestAnimationFrame(() => requestAnimationFrame(() =>
                customElements.define('e-late', class extends HTMLElement {})));
        }"""
    )
    ready(page)
    assert page.evaluate("() => customElements.get('e-late') !== undefined")
