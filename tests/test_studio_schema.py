"""Whatever is asked of the studio, by its own description or against it, is answered in words."""

import warnings

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from studio_browser import tone
from studio_server import running, upload

#: For each way to ask; `pytest -k schema --hypothesis-show-statistics` tells more.
EXAMPLES = 6

#: What never ends, and what ends everything.
APART = {("GET", "/api/events"), ("POST", "/api/quit")}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studio")
    with running(folder / "Eidophone", upload_bytes=100_000) as client:
        upload(client, tone(folder / "voice.wav", seconds=0.3, channels=2))
        client.view = client.post("/api/views", json={"item": "voice.wav"}).json()["id"]
        painting = client.post("/api/paintings", json={"item": "voice.wav"})
        client.painting = painting.json().get("id", "")
        client.studio.queue.close()  # what is asked for waits
        yield client


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_is_asked_breaks_the_studio(client, mode):
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        can_be_wrong = [*operation.query, *operation.body]  # any text is a name
        is_apart = (operation.method.upper(), operation.path) in APART
        if not is_apart and (can_be_wrong or mode == GenerationMode.POSITIVE):
            ask_often(client, operation, mode)
            asked += 1
    assert asked > 10


def ask_often(client, operation, mode):
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_there=st.booleans())
    def ask(case, is_there):
        where = dict(case.path_parameters or {})
        if is_there:
            ours = {"name": "voice.wav", "id_": client.view}
            ours |= {"id_": client.painting} if "/paintings/" in operation.path else {}
            where |= {key: value for key, value in ours.items() if key in where}
        answer = client.request(case.method, address(operation.path, where), **parts(case))
        assert answer.status_code < 500, (case.method, operation.path, where, case.body)
        if answer.status_code >= 400:
            assert set(answer.json()) == {"error"}
            assert str(client.studio.workspace.folder) not in answer.text

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of schemathesis
        try:
            ask()
        except Unsatisfiable:  # nothing here can be asked wrongly
            assert mode == GenerationMode.NEGATIVE
    if not client.get("/api/items/voice.wav").is_success:
        client.post("/api/items/voice.wav/restore")


def address(path, where):
    from urllib.parse import quote

    for name, value in where.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe="", errors="replace") or "%20")
    return path


def parts(case):
    """What goes with a request, as our client sends it."""
    headers = {}
    for name, value in (case.headers or {}).items():
        if isinstance(value, str) and value.isascii() and value.isprintable():
            headers[name] = value
    query = {key: value for key, value in (case.query or {}).items() if value is not None}
    body = case.body
    if isinstance(body, bytes):
        return {"params": query, "headers": headers, "content": body}
    if isinstance(body, (dict, list, str, int, float, bool)) or body is None:
        return {"params": query, "headers": headers, "json": body}
    return {"params": query, "headers": headers}
