"""A vendor that repeats the key it was given, in every form and wherever an answer has room for it.

The model says where and how: `PLACE.FORM`, as in `error.3`; `PLACES` and `FORMS` are the names. In
Gemini's dialect only what is no stream is right.
"""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

from support.canaries.canary import texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMS = [*texts_of("key")]


class Echo(BaseHTTPRequestHandler):
    """One request."""

    PLACES: ClassVar[dict[str, Callable[[Echo, str], None]]] = {}

    def do_GET(self) -> None:
        named = {"id": self.key(), "name": f"models/{self.key()}"}
        self.whole(200, "application/json", json.dumps({"data": [named], "models": [named]}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        model = json.loads(body).get("model") or re.sub(r".*/models/|:.*", "", self.path)
        place, _, form = model.rpartition("/")[2].partition(".")
        self.PLACES[place](self, texts_of(self.key())[FORMS[int(form)]])

    def key(self) -> str:
        sent = self.headers["Authorization"] or self.headers["X-Goog-Api-Key"]
        return sent.rpartition(" ")[2]

    def whole(self, status: int, kind: str, body: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode())

    def stream(self, *events: Any) -> None:
        lines = [each if isinstance(each, str) else json.dumps(each) for each in events]
        text = "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"])
        self.whole(200, "text/event-stream", text)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def place(answer: Callable[[Echo, str], None]) -> None:
    Echo.PLACES[answer.__name__] = answer


def chunk(text: str | None = None, reason: str | None = None, **more: Any) -> dict[str, Any]:
    delta = {} if text is None else {"content": text}
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **more}


@place
def error(to: Echo, key: str) -> None:
    to.whole(400, "application/json", json.dumps({"error": {"message": f"Wrong {key}!"}}))


@place
def code(to: Echo, key: str) -> None:
    to.whole(400, "application/json", json.dumps({"error": {"code": key, "type": key}}))


@place
def words(to: Echo, key: str) -> None:
    to.whole(422, "text/html", f"<p>Authorization: Bearer {key}</p>")


@place
def location(to: Echo, key: str) -> None:
    to.whole(307, "text/plain", "", Location=f"http://127.0.0.1:9/?key={key}")


@place
def kind(to: Echo, key: str) -> None:
    to.whole(200, f"text/{key}", "hello")


@place
def headers(to: Echo, key: str) -> None:
    to.whole(413, "text/plain", key, Retry_After=key, X_Request_Id=key, WWW_Authenticate=key)


@place
def event(to: Echo, key: str) -> None:
    to.stream(chunk("hello"), {"error": {"message": key, "code": key}})


@place
def garbage(to: Echo, key: str) -> None:
    to.stream(chunk("hello"), *[f"{{{key}"] * 5)


@place
def reason(to: Echo, key: str) -> None:
    to.stream(chunk("hello"), chunk(reason=key))


@place
def names(to: Echo, key: str) -> None:
    to.stream(chunk("hello", model=key, id=key, system_fingerprint=key), chunk(reason="stop"))


def echoing_vendor() -> Iterator[str]:
    """Its address, for as long as it is there."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
