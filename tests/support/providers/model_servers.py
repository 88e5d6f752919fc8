"""Model servers as they run on a person's machine, for looking for them: only their lists."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType


def model(name: str, owner: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1, "owned_by": owner, **more}


def answer(value: Any, *, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """An HTTP answer with a JSON body."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def listed(*models: dict[str, Any]) -> bytes:
    return answer({"object": "list", "data": list(models)})


OLLAMA = listed(model("gemma3:1b", "library"))
OLLAMA_EMPTY = answer({"object": "list", "data": None})
LLAMA_CPP = listed(model("tiny.gguf", "llamacpp", meta={"n_ctx_train": 4096}))
VLLM = listed(model("qwen", "vllm", max_model_len=8192))
LM_STUDIO = listed(model("phi", "organization_owner"))


@dataclass
class ModelServer:
    """Gives every connection the same answer, and keeps what it was asked.

    With `held`, it takes connections and stays silent until it is closed.
    """

    said: bytes = OLLAMA
    held: bool = False
    requests: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        with socket.socket() as knock:  # accept() returns
            knock.connect_ex(("127.0.0.1", self.port))
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if self._closing.is_set():
                    return
                connection.settimeout(10)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        try:
            request = b""
            while b"\r\n\r\n" not in request and (piece := connection.recv(4096)):
                request += piece
            self.requests.append(request)
            if self.held:
                self._closing.wait(10)
            else:
                connection.sendall(self.said)
        except OSError:
            pass  # the client has gone; the next one is waited for
