"""What is said to a ComfyUI server, and what it answers: bounded, and not believed."""

from __future__ import annotations

import http.client
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from eidophone.base.errors import ToolError, printable
from eidophone.base.options import shown

#: An answer may take so long, and be so large: words, and pictures.
_ANSWER_SECONDS = 60.0
_MOST_WORDS, _MOST_PICTURE = 64 << 20, 512 << 20

_QUOTED_CHARACTERS = 300


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Nobody is sent elsewhere."""


class Server:
    """A ComfyUI server.

    Args:
        address: ``http://host:port``, as ComfyUI says when it starts.

    Attributes:
        version: what it says it is; empty if it does not.

    Raises:
        ToolError: this is no address, or nothing answers there that is a ComfyUI.
    """

    def __init__(self, address: str) -> None:
        try:
            parts = urllib.parse.urlsplit(address if "//" in address else f"http://{address}")
            is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            is_one = False
        if not is_one:
            raise ToolError(f"{shown(address)} is no address: use http://127.0.0.1:8188, or such")
        self.address = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
        said = self.ask("/system_stats")
        system = said.get("system") if isinstance(said, dict) else None
        if not isinstance(system, dict):
            raise ToolError(f"what answers at {self.address} is no ComfyUI")
        self.version = brief(system.get("comfyui_version", ""))

    def upload(self, name: str, picture: bytes) -> str:
        """Put a PNG file into its folder ``input/eidophone``; what it is called there."""
        border = secrets.token_hex(16)
        fields = {"type": "input", "subfolder": "eidophone", "overwrite": "true"}
        part = f"--{border}\r\nContent-Disposition: form-data; name="
        body = "".join(f'{part}"{key}"\r\n\r\n{one}\r\n' for key, one in fields.items()).encode()
        body += f'{part}"image"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'.encode()
        body += picture + f"\r\n--{border}--\r\n".encode()
        kind = f"multipart/form-data; boundary={border}"
        said = self._json(self._bytes("/upload/image", body, kind, _MOST_WORDS))
        if not isinstance(said, dict) or not isinstance(said.get("name"), str):
            raise self._nonsense()
        return "/".join(filter(None, [str(said.get("subfolder") or ""), said["name"]]))

    def ask(self, path: str, say: Mapping[str, Any] | None = None) -> Any:
        """What it answers to a question, or to what is posted.

        Raises:
            ToolError: nothing, or that it cannot.
        """
        body = None if say is None else json.dumps(say).encode()
        return self._json(self._bytes(path, body, "application/json", _MOST_WORDS))

    def tell(self, path: str, say: Mapping[str, Any]) -> None:
        """Post something to which there is no answer."""
        self._bytes(path, json.dumps(say).encode(), "application/json", _MOST_WORDS)

    def picture(self, where: Mapping[str, str]) -> bytes:
        """The file of a picture that a node shows."""
        return self._bytes(f"/view?{urllib.parse.urlencode(where)}", None, "", _MOST_PICTURE)

    def _bytes(self, path: str, body: bytes | None, kind: str, most: int) -> bytes:
        request = urllib.request.Request(  # noqa: S310 (http or https, as was checked)
            self.address + path, body, {"Content-Type": kind} if kind else {}
        )
        try:
            with self._opener.open(request, timeout=_ANSWER_SECONDS) as answer:
                found: bytes = answer.read(most + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise ToolError(
                    f"ComfyUI refused: {_why(error.read(_MOST_WORDS), error)}"
                ) from None
        except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: its name
            reason = getattr(error, "reason", error)
            raise ToolError(
                f"no ComfyUI answers at {self.address} ({brief(reason)}): start it, and use the "
                f"address that it says then"
            ) from None
        if len(found) > most:
            raise ToolError(f"ComfyUI gave more than {most >> 20} MiB at a time")
        return found

    def _json(self, answer: bytes) -> Any:
        try:
            return json.loads(answer)
        except (ValueError, RecursionError):
            raise self._nonsense() from None

    def _nonsense(self) -> ToolError:
        return ToolError(f"what answers at {self.address} does not speak as ComfyUI does")


def _why(answer: bytes, error: urllib.error.HTTPError) -> str:
    """What it says is wrong: with a node first, since that is more to the point."""
    try:
        said = json.loads(answer)
        for node in said["node_errors"].values():
            wrong = node["errors"][0]
            return f"{brief(node['class_type'])}: {brief(wrong['message'])}, " + brief(
                wrong["details"]
            )
        return f"{brief(said['error']['message'])}, {brief(said['error']['details'])}"
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return f"{error.code} {brief(error.reason)}"


def brief(words: object) -> str:
    """Words of a server that may be shown."""
    return printable(" ".join(str(words).split())[:_QUOTED_CHARACTERS])
