"""What tests of the studio's server share: a studio in this process, and what asks it."""

import time
from contextlib import contextmanager

from starlette.testclient import TestClient

from eidophone.faces.studio.app import app_of
from eidophone.faces.studio.security import Door, Guard
from eidophone.faces.studio.studio import Studio
from eidophone.jobs.queue.worker import _made, _Teller

TOKEN, PORT = "a-token-of-tests", 8123

#: Seconds within which whatever a test waits for must come: much, since machines are busy.
PATIENCE_SECONDS = 60


class Here(_Teller):
    """Makes what is ordered in this process: none has to get warm where it is not about them."""

    def __init__(self):
        super().__init__(None)

    def begin(self):
        pass

    def make(self, order, tell, stopped):
        self.tell = tell
        return _made(order, self)

    def stop(self, stopped):
        stopped.set()

    def close(self):
        pass


@contextmanager
def running(folder, *, here=False, **more):
    """A studio in ``folder``, and a client that knows its token, which has the studio.

    With ``here``, things are made in this process.
    """
    studio = Studio(folder, **more)
    if here:
        for maker in (*studio.queues, studio.previews):
            maker._maker = Here()
    client = asking(studio)
    client.studio = studio
    client.headers["Authorization"] = f"Bearer {TOKEN}"
    with client:
        yield client


def asking(studio):
    """A client of ``studio`` that knows nothing."""
    return TestClient(
        Guard(app_of(studio), Door(TOKEN, "127.0.0.1", PORT)),
        base_url=f"http://127.0.0.1:{PORT}",
        follow_redirects=False,
        raise_server_exceptions=False,
    )


def until(condition):
    """What ``condition`` gives, as soon as that is true."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
    return found


def upload(client, path, name=None):
    """The item that the file at ``path`` becomes."""
    answer = client.post(
        "/api/items", params={"name": name or path.name}, content=path.read_bytes()
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def made(client, act, of, **settings):
    """The job that was asked for, once it is over."""
    body = {"act": act, "of": of, "settings": settings}
    answer = client.post("/api/jobs", json=body)
    assert answer.status_code == 201, answer.text
    id_ = answer.json()["id"]

    def over():
        (job,) = [one for one in client.get("/api/jobs").json() if one["id"] == id_]
        return job if job["state"] not in ("waiting", "running") else None

    return until(over)
