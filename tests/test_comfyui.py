"""A running ComfyUI as a tool, against a server that speaks as the real one was seen to speak.

The real one is tried by ``python -m bench.comfy``.
"""

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from signals import music

from eidophone import ComfyTool, Sound, ToolError, process
from eidophone.base.errors import EidophoneWarning
from eidophone.bridge.comfyui import server as servers
from eidophone.bridge.comfyui import tool as tools
from eidophone.bridge.comfyui.workflow import Workflow
from eidophone.faces.cli import main

LOAD = {"class_type": "LoadImage", "inputs": {"image": "any.png"}}
SAVE = {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}}


class Fake:
    """ComfyUI with one node between LoadImage and SaveImage: ``effect`` on pixels."""

    def __init__(self, effect=lambda pixels: pixels):
        self.effect = effect
        self.inputs, self.outputs, self.history, self.queue = {}, {}, {}, []
        self.deleted, self.interrupted, self.graphs = [], [], []
        self.holds = False  # what is queued is not begun
        self.before_answer = lambda: None  # when something is queued, and nobody knows its name
        self.replies = {}  # other answers, by path

    def get(self, path, query):
        if path == "/system_stats":
            return {"system": {"comfyui_version": "0.3.64"}, "devices": []}
        if path == "/queue":
            return {"queue_running": [], "queue_pending": [[0, one] for one in self.queue]}
        if path.startswith("/history/"):
            name = path.rpartition("/")[2]
            return {name: self.history[name]} if name in self.history else {}
        assert query["type"] == ["output"]
        return self.outputs[query["filename"][0]]

    def post(self, path, body):
        if path == "/upload/image":
            name = re.search(rb'filename="([^"]+)"', body)[1].decode()
            assert b'name="overwrite"\r\n\r\ntrue' in body
            self.inputs[f"eidophone/{name}"] = body[body.index(b"\x89PNG") :]
            return {"name": name, "subfolder": "eidophone", "type": "input"}
        said = json.loads(body)
        if path == "/prompt":
            return self.prompt(said["prompt"])
        if path == "/queue":
            self.deleted += said["delete"]
        elif path == "/interrupt":
            self.interrupted.append(said["prompt_id"])
        return b""

    def prompt(self, graph):
        self.graphs.append(graph)
        name = f"id-{len(self.graphs)}"
        if self.holds:
            self.queue.append(name)
            self.before_answer()
        else:
            self.history[name] = self.done(graph, name)
        return {"prompt_id": name, "number": 1, "node_errors": {}}

    def done(self, graph, name):
        (taken,) = (one for one in graph.values() if one["class_type"] == "LoadImage")
        pixels = np.asarray(Image.open(io.BytesIO(self.inputs[taken["inputs"]["image"]])))
        images = []
        for number, one in enumerate(np.atleast_1d(self.effect(pixels)).reshape(-1, *pixels.shape)):
            file = io.BytesIO()
            Image.fromarray(one).save(file, "PNG")
            self.outputs[f"{name}-{number}.png"] = file.getvalue()
            image = {"filename": f"{name}-{number}.png", "subfolder": "", "type": "output"}
            images.append(image)
        status = {"status_str": "success", "completed": True, "messages": []}
        shown = {key: {"images": images} for key, one in graph.items() if "Save" in str(one)}
        return {"outputs": shown, "status": status}


def handler(fake):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            url = urlsplit(self.path)
            self.answer(url.path, lambda: fake.get(url.path, parse_qs(url.query)))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(self.path, lambda: fake.post(self.path, body))

        def answer(self, path, usual):
            code, said = fake.replies.get(path, (200, None))
            said = usual() if said is None else said
            data = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(code)
            if code == 302:
                self.send_header("Location", data.decode())
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    return Handler


@contextmanager
def serving(fake):
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(fake)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def exported(folder, nodes=None):
    path = folder / "workflow.json"
    path.write_text(json.dumps({"1": LOAD, "9": SAVE} if nodes is None else nodes))
    return path


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(tools, "_LOOK_SECONDS", 0.001)


def pictures(count=3):
    random = np.random.default_rng(1)
    return list(random.integers(0, 256, (count, 24, 32, 3), dtype=np.uint8))


def test_pictures_go_through_a_workflow_in_their_order(tmp_path):
    with serving(Fake(lambda pixels: 255 - pixels)) as address:
        came = []
        tool = ComfyTool(address, exported(tmp_path), came_back=lambda: came.append(1))
        assert tool.describe() == "ComfyUI 0.3.64: from LoadImage 1 to SaveImage 9"
        for given, back in zip(pictures(), tool(pictures()), strict=True):
            assert np.array_equal(back, 255 - given)
        assert len(came) == 3
        assert tool([]) == []


def test_a_workflow_that_changes_nothing_gives_the_sound_bit_for_bit(tmp_path):
    sound = music(1.0, 2, rate=22_050)
    with serving(Fake()) as address:
        heard = process(sound, ComfyTool(address, exported(tmp_path)), size=64, batch=4)
    assert np.array_equal(heard.samples, sound.samples)


def test_only_the_node_that_takes_the_picture_is_changed(tmp_path):
    nodes = {"1": LOAD, "2": {"class_type": "K", "inputs": {"seed": 7}}, "9": SAVE}
    with serving(fake := Fake()) as address:
        ComfyTool(address, exported(tmp_path, nodes))(pictures(1))
    (graph,) = fake.graphs
    assert re.fullmatch(r"eidophone/[0-9a-f]{16}\.png", graph["1"]["inputs"].pop("image"))
    assert {**graph, "1": LOAD} == nodes


def titled(node, title):
    return {**node, "_meta": {"title": title}}


@pytest.mark.parametrize(
    ("nodes", "ends"),
    [
        ({"a": LOAD, "b": SAVE}, ("a", "b")),
        ({"a": LOAD, "b": {**SAVE, "class_type": "PreviewImage"}}, ("a", "b")),
        ({"a": LOAD, "b": SAVE, "c": {**SAVE, "class_type": "PreviewImage"}}, ("a", "b")),
        ({"a": LOAD, "b": titled(LOAD, "my {in}"), "c": SAVE}, ("b", "c")),
        ({"a": LOAD, "b": SAVE, "c": titled(SAVE, "{out}")}, ("a", "c")),
    ],
)
def test_which_nodes_are_meant(tmp_path, nodes, ends):
    found = Workflow.load(exported(tmp_path, nodes))
    assert (found.takes, found.gives) == ends


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ({"a": LOAD, "b": LOAD, "c": SAVE}, r"2 nodes could be meant .*write \{in\}"),
        ({"a": LOAD, "b": SAVE, "c": SAVE}, r"2 nodes could be meant .*write \{out\}"),
        ({"a": titled(LOAD, "{in}"), "b": titled(LOAD, "{in}"), "c": SAVE}, "2 nodes"),
        ({"a": LOAD}, "no node SaveImage or PreviewImage"),
        ({"a": SAVE}, "no node LoadImage"),
        ({"nodes": [], "links": []}, r"as ComfyUI's page saves it: .*Export \(API\)"),
        ({}, "no workflow"),
        ([1], "no workflow"),
        ({"a": {"class_type": 1, "inputs": {}}}, "no workflow"),
        ({"a": {"class_type": "LoadImage", "inputs": []}}, "no workflow"),
    ],
)
def test_what_is_no_workflow(tmp_path, nodes, said):
    with pytest.raises(ToolError, match=said):
        Workflow.load(exported(tmp_path, nodes))


def test_files_that_are_no_workflow(tmp_path):
    for content in (b"\xff\xfe", b"[" * 100_000, b""):
        (tmp_path / "workflow.json").write_bytes(content)
        with pytest.raises(ToolError, match=r"workflow\.json is no workflow"):
            Workflow.load(tmp_path / "workflow.json")
    with pytest.raises(ToolError, match="cannot read the workflow"):
        Workflow.load(tmp_path / "none.json")


FAILED = {
    "status": {
        "status_str": "error",
        "messages": [
            ["execution_error", {"node_type": "Upscale", "exception_message": "no\nroom"}]
        ],
    }
}
STOPPED = {"status": {"status_str": "error", "messages": [["execution_interrupted", {}]]}}
REFUSED = {
    "error": {"message": "Prompt outputs failed validation", "details": ""},
    "node_errors": {"4": {"class_type": "Load", "errors": [{"message": "m", "details": "d"}]}},
}


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ({"/prompt": (400, REFUSED)}, "refused: Load: m, d"),
        ({"/prompt": (400, {"error": {"message": "m", "details": "d"}})}, "refused: 400"),
        ({"/prompt": (500, b"<html>")}, "refused: 500"),
        ({"/prompt": (200, {"prompt_id": 7})}, "did not say"),
        ({"/prompt": (200, b"[" * 100_000)}, "does not speak as ComfyUI"),
        ({"/upload/image": (200, [])}, "does not speak as ComfyUI"),
        ({"/upload/image": (302, b"http://127.0.0.1:9/")}, "refused: 302"),
        ({"/history/id-1": (200, {"id-1": FAILED})}, "ComfyUI failed: Upscale: no room"),
        ({"/history/id-1": (200, {"id-1": STOPPED})}, "somebody stopped it"),
        ({"/history/id-1": (200, {"id-1": {"status": 3}})}, "showed no picture"),
        ({"/history/id-1": (200, {"id-1": {"outputs": {"9": {"images": [4]}}}})}, "no picture"),
        ({"/history/id-1": (200, {})}, "does not know of the picture any more"),
        ({"/view": (200, b"GIF89a")}, "no picture"),
        ({"/view": (404, b"")}, "refused: 404"),
    ],
)
def test_hostile_and_failing_answers_are_one_line(tmp_path, replies, said):
    with serving(fake := Fake()) as address:
        tool = ComfyTool(address, exported(tmp_path))
        fake.replies = replies
        with pytest.raises(ToolError, match=said) as caught:
            tool(pictures(1))
    assert "\n" not in str(caught.value)


def test_answers_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(servers, "_MOST_PICTURE", 1000)
    with serving(fake := Fake()) as address:
        fake.replies = {"/view": (200, b"x" * 2000)}
        with pytest.raises(ToolError, match="more than"):
            ComfyTool(address, exported(tmp_path))(pictures(1))


def test_what_was_queued_is_cancelled_when_it_takes_too_long(tmp_path):
    with serving(fake := Fake()) as address:
        fake.holds = True
        tool = ComfyTool(address, exported(tmp_path), timeout_seconds=0.05)
        with pytest.raises(ToolError, match=r"more than 0\.05 s"):
            tool(pictures(3))
    assert fake.deleted == fake.interrupted == ["id-1", "id-2", "id-3"]


def test_what_was_queued_is_cancelled_when_we_are_interrupted(tmp_path):
    def interrupt():
        raise KeyboardInterrupt

    with serving(fake := Fake()) as address:
        tool = ComfyTool(address, exported(tmp_path), came_back=interrupt)
        with pytest.raises(KeyboardInterrupt):
            tool(pictures(3))
    assert fake.deleted == ["id-2", "id-3"]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_who_is_interrupted_before_comfyui_has_answered_still_cancels(tmp_path):
    interrupted = threading.Event()

    def interrupt(*_):
        interrupted.set()
        raise KeyboardInterrupt

    with serving(fake := Fake()) as address:
        fake.holds = True
        fake.before_answer = lambda: (
            os.kill(os.getpid(), signal.SIGUSR1),
            interrupted.wait(60),
        )
        tool = ComfyTool(address, exported(tmp_path))
        before = signal.signal(signal.SIGUSR1, interrupt)
        try:
            with pytest.raises(KeyboardInterrupt):
                tool(pictures(3))
        finally:
            signal.signal(signal.SIGUSR1, before)
    assert fake.deleted == fake.interrupted == fake.queue == ["id-1"]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupted_command_leaves_nothing_on_the_queue(tmp_path):
    music(1.0, rate=22_050).save(tmp_path / "a.wav")
    with serving(fake := Fake()) as address:
        queued = threading.Event()
        fake.holds, fake.before_answer = True, queued.set
        command = ["process", "a.wav", "b.wav", "--comfyui", address, "--workflow"]
        code = "from eidophone.faces.cli import main; import sys; sys.exit(main(sys.argv[1:]))"
        with subprocess.Popen(
            [sys.executable, "-c", code, *command, exported(tmp_path).name],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
        ) as run:
            assert queued.wait(60)
            run.send_signal(signal.SIGINT)
            said = run.communicate(timeout=60)[1]
        assert said.endswith(b"interrupted: nothing was written\n")
        assert fake.deleted == fake.interrupted == fake.queue
        assert fake.queue


def test_several_pictures_for_one_are_said_once(tmp_path):
    with serving(Fake(lambda pixels: np.stack([pixels, pixels // 2]))) as address:
        with pytest.warns(EidophoneWarning, match="made 2 pictures of one") as caught:
            back = ComfyTool(address, exported(tmp_path))(pictures(2))
        assert len(caught) == 1
        assert np.array_equal(back[1], pictures(2)[1])


@pytest.mark.parametrize(
    "address",
    [
        *("file:///etc/passwd", "ftp://127.0.0.1", "http://", ":1:2:3", "127.0.0.1:99999"),
        *("http://[::1", "a:port", "a..b", "127.0.0.1/ü", "127.0.0.1/ a", "\ud800"),
    ],
)
def test_what_is_no_address(tmp_path, address):
    with pytest.raises(ToolError, match="address"):
        ComfyTool(address, exported(tmp_path))


def test_nobody_answers_or_somebody_else(tmp_path):
    with serving(fake := Fake()) as address:
        fake.replies = {"/system_stats": (200, {"system": "a server"})}
        with pytest.raises(ToolError, match="is no ComfyUI"):
            ComfyTool(address, exported(tmp_path))
    with pytest.raises(ToolError, match=r"no ComfyUI answers at .*start it"):
        ComfyTool(address, exported(tmp_path))


def test_on_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    music(0.8, rate=22_050).save("voice.wav")
    exported(tmp_path)
    with serving(Fake()) as address:
        sending = ["process", "voice.wav", "out.wav", "--size", "64", "--comfyui", address]
        assert main([*sending, "--workflow", "workflow.json"]) == 0
        assert "ComfyUI 0.3.64" in capsys.readouterr().err
        assert np.array_equal(Sound.load("out.wav").samples, Sound.load("voice.wav").samples)
        assert main([*sending, "--force"]) == 1
        assert "name it with --workflow" in capsys.readouterr().err
