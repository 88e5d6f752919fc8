"""Starts a server and provides a typed method for each of its commands."""

from __future__ import annotations

import os
from collections import deque
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import anyio

from antiphon.model.commands.documents import ContentParams, ContentResult
from antiphon.model.commands.runs import CancelParams, CancelResult, EstimateResult
from antiphon_client import connecting
from antiphon_client.connection import Connection
from antiphon_client.errors import ClientError, ServerDied
from antiphon_client.handshake import build_initialize_params
from antiphon_client.process import ServerProcess
from antiphon_client.run import Run
from antiphon_client.server_requests import ServerRequests
from antiphon_client.socket_stream import SocketStream
from antiphon_client.started_server import SERVER_COMMAND, EarlyServer

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
    from pathlib import Path

    from antiphon.model.commands.config import ConfigResult
    from antiphon.model.commands.keys import (
        KeysDeleteResult,
        KeysSetParams,
        KeysSetResult,
        KeysStatusResult,
    )
    from antiphon.model.commands.models import HealthResult, ModelsResult
    from antiphon.model.commands.runs import BroadcastParams, RegenerateParams
    from antiphon.model.commands.sessions import SessionListResult, SessionOpenResult
    from antiphon.model.wire import Wire
    from antiphon_client.connection import PendingRequest
    from antiphon_client.follow import Follow
    from antiphon_client.shared_server import SharedServer

_Result = TypeVar("_Result", bound="Wire")


class AntiphonClient:
    """A running server, which `start` starts, and `connect_unix` or `connect_ws` finds.

    Every method raises `CommandFailed` if the server refuses, `ConnectionLost` if it is gone.
    """

    def __init__(self, connection: Connection, requests: ServerRequests) -> None:
        self.connection = connection
        self.requests = requests
        """What the server asks of this client; `requests.refreshed` records refreshes."""
        self.server: dict[str, Any] = {}
        """The result of `initialize`: `capabilities` and `serverInfo`."""
        self.messages: deque[str] = deque(maxlen=100)
        """The server's messages to the user (`window/showMessage`)."""
        self.changes: deque[dict[str, Any]] = deque(maxlen=1000)
        """The changes that `antiphon/didChange` announced."""
        self.kill: Callable[[], None] = lambda: None
        """Ends the server at once, without `shutdown` and `exit`."""
        self._tokens = count(1)
        connection.on_notification(
            "window/showMessage", lambda params: self.messages.append(str(params.get("message")))
        )
        connection.on_notification(
            "antiphon/didChange", lambda params: self.changes.extend(params.get("changes") or [])
        )

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        command: Sequence[str] = SERVER_COMMAND,
        env: Mapping[str, str] | None = None,
        cwd: Path | str | None = None,
        initialization_options: Mapping[str, Any] | None = None,
        capabilities: Mapping[str, Any] | None = None,
        requests: ServerRequests | None = None,
        started: EarlyServer | None = None,
        start_timeout_s: float = 30.0,
        stop_timeout_s: float = 5.0,
    ) -> AsyncGenerator[AntiphonClient]:
        """Starts a server in `cwd` (its workspace), initializes it, and shuts it down on leaving.

        `env` replaces the environment if it is given. A server that does not end by itself within
        `stop_timeout_s` after `shutdown` and `exit` is killed. If `started` is given, it is used
        instead of a new process, and the other arguments about the start are ignored. Raises
        `ServerDied`.
        """
        folder = connecting.to_workspace(cwd)
        answers = requests or ServerRequests()
        connection = Connection(lambda data: process.write(data), answers)  # noqa: PLW0108 - made below
        params = build_initialize_params(folder, initialization_options, capabilities, answers)
        if started is not None:
            initialize = connection.expect_answer()  # which may have arrived already
            process = await ServerProcess.adopt(
                started, on_stdout=connection.receive, on_lost=connection.lose
            )
        else:
            process = await ServerProcess.start(
                command, env=env, cwd=folder, on_stdout=connection.receive, on_lost=connection.lose
            )
            initialize = connection.send_request("initialize", params)
        client = cls(connection, answers)
        client.kill = process.kill
        try:
            await client._finish_initialize(initialize, start_timeout_s)
            yield client
        finally:
            with anyio.CancelScope(shield=True):
                await client._shut_down(stop_timeout_s)
                await process.stop(stop_timeout_s)

    @classmethod
    @asynccontextmanager
    async def connect_unix(
        cls,
        path: Path | str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        cwd: Path | str | None = None,
        initialization_options: Mapping[str, Any] | None = None,
        capabilities: Mapping[str, Any] | None = None,
        requests: ServerRequests | None = None,
        connected: SharedServer | None = None,
        start_timeout_s: float = 30.0,
        stop_timeout_s: float = 5.0,
    ) -> AsyncGenerator[AntiphonClient]:
        """Connects to the server at the Unix socket `path`, and leaves it running on leaving.

        `environ` has this client's keys and settings, by default those of the process; `cwd` is its
        workspace. If `connected` is given it is used, with what it has sent. Raises `ServerDied`.
        """
        answers = requests or ServerRequests()
        params = build_initialize_params(
            connecting.to_workspace(cwd), initialization_options, capabilities, answers
        )
        own = os.environ if environ is None else environ
        socket = connecting.take_socket(connected or connecting.connect_shared(path, own), params)
        connection = Connection(lambda data: stream.write(data), answers)  # noqa: PLW0108 - made below
        hello, initialize = connection.expect_answer(), connection.expect_answer()
        stream = await SocketStream.adopt(
            socket, on_data=connection.receive, on_lost=connection.lose
        )
        client = cls(connection, answers)
        client.kill = stream.abort
        try:
            await connecting.finish_hello(connection, hello)
            await client._finish_initialize(initialize, start_timeout_s)
            yield client
        finally:
            with anyio.CancelScope(shield=True):
                await client._shut_down(stop_timeout_s)
                await stream.stop(stop_timeout_s)

    @classmethod
    @asynccontextmanager
    async def connect_ws(
        cls, url: str, token: str, *, tls: ssl.SSLContext | None = None, **options: Any
    ) -> AsyncGenerator[AntiphonClient]:
        """Connects to `wss://…`, with the options of `connect_network`. Raises `NotConnected`."""
        answers = options.pop("requests", None) or ServerRequests()
        async with connecting.connect_network(url, token, answers, tls, **options) as opened:
            client = cls(opened.connection, answers)
            client.kill, client.server = opened.abort, opened.server
            yield client

    async def request(self, method: str, params: Any) -> Any:
        """Sends any request and returns its raw result."""
        return await self.connection.request(method, params)

    async def command(self, name: str, argument: Any) -> Any:
        """Sends any command with its one argument as it is and returns its raw result."""
        params = {"command": name, "arguments": [argument]}
        return await self.connection.request("workspace/executeCommand", params)

    async def health(self) -> HealthResult:
        """Returns the server's own state."""
        from antiphon.model.commands.models import HealthResult  # noqa: PLC0415 - few ask for it

        return await self._ask("antiphon.health", None, HealthResult)

    async def models(
        self, *, query: str | None = None, providers: Sequence[str] = (), refresh: bool = False
    ) -> ModelsResult:
        """Lists the models, after asking the providers again if `refresh` is set."""
        from antiphon.model.commands.models import ModelsParams, ModelsResult  # noqa: PLC0415 - likewise

        params = ModelsParams(
            query=query, providers=list(providers) or None, refresh=refresh or None
        )
        return await self._ask("antiphon.models", params, ModelsResult)

    async def config(self) -> ConfigResult:
        """Returns the effective settings and their problems."""
        from antiphon.model.commands.config import ConfigResult  # noqa: PLC0415 - likewise

        return await self._ask("antiphon.config", None, ConfigResult)

    async def keys(self) -> KeysStatusResult:
        """Returns where each provider's key was found."""
        from antiphon.model.commands.keys import KeysStatusResult  # noqa: PLC0415 - likewise

        return await self._ask("antiphon.keys.status", None, KeysStatusResult)

    async def set_key(self, params: KeysSetParams) -> KeysSetResult:
        """Sets a provider's key."""
        from antiphon.model.commands.keys import KeysSetResult  # noqa: PLC0415 - likewise

        return await self._ask("antiphon.keys.set", params, KeysSetResult)

    async def delete_key(self, provider: str) -> KeysDeleteResult:
        """Deletes the stored key of a provider."""
        from antiphon.model.commands.keys import KeysDeleteParams, KeysDeleteResult  # noqa: PLC0415 - likewise

        params = KeysDeleteParams(provider=provider)
        return await self._ask("antiphon.keys.delete", params, KeysDeleteResult)

    async def estimate(self, params: BroadcastParams) -> EstimateResult:
        """Estimates a broadcast without sending anything to a provider."""
        return await self._ask("antiphon.estimate", params, EstimateResult)

    async def sessions(
        self, *, limit: int | None = None, cursor: str | None = None, tag: str | None = None
    ) -> SessionListResult:
        """Returns a page of sessions, the newest first."""
        from antiphon.model.commands.sessions import SessionListParams, SessionListResult  # noqa: PLC0415 - likewise

        params = SessionListParams(limit=limit, cursor=cursor, tag=tag)
        return await self._ask("antiphon.session.list", params, SessionListResult)

    async def open_session(self, session_id: str) -> SessionOpenResult:
        """Returns a session with every message of its panes."""
        from antiphon.model.commands.sessions import SessionOpenParams, SessionOpenResult  # noqa: PLC0415 - likewise

        params = SessionOpenParams(session_id=session_id)
        return await self._ask("antiphon.session.open", params, SessionOpenResult)

    def follow(self, session_id: str) -> Follow:
        """Follows a session: what is there, then everything that happens in it, until cancelled."""
        from antiphon.model.commands.follow import SessionFollowParams  # noqa: PLC0415 - few follow
        from antiphon_client.follow import Follow  # noqa: PLC0415 - likewise

        token = f"follow-{next(self._tokens)}"
        return Follow(
            self.connection, SessionFollowParams(session_id=session_id, stream_token=token)
        )

    async def cancel(
        self, *, run_id: str | None = None, pane_id: str | None = None
    ) -> CancelResult:
        """Stops a run, one pane of it, or everything that runs."""
        params = CancelParams(run_id=run_id, pane_id=pane_id)
        return await self._ask("antiphon.cancel", params, CancelResult)

    async def content(self, uri: str) -> str:
        """Returns the text of a pane or message document."""
        raw = await self.request("workspace/textDocumentContent", ContentParams(uri=uri).to_wire())
        return ContentResult.model_validate(raw).text

    def broadcast(self, params: BroadcastParams) -> Run:
        """Sends a prompt and streams the events of its run."""
        return self.stream("antiphon.broadcast", params)

    def regenerate(self, params: RegenerateParams) -> Run:
        """Asks again for an answer and streams it."""
        return self.stream("antiphon.regenerate", params)

    def stream(self, name: str, params: Wire) -> Run:
        """Sends any streaming command with a new stream token."""
        token = f"stream-{next(self._tokens)}"
        argument = {**params.to_wire(), "streamToken": token}
        command: dict[str, Any] = {"command": name, "arguments": [argument]}
        if "workDoneToken" in argument:
            command["workDoneToken"] = argument["workDoneToken"]
        return Run(self.connection, command, token)

    async def _ask(self, name: str, params: Wire | None, result: type[_Result]) -> _Result:
        argument = {} if params is None else params.to_wire()
        return result.model_validate(await self.command(name, argument))

    async def _finish_initialize(self, initialize: PendingRequest, timeout_s: float) -> None:
        try:
            with anyio.fail_after(timeout_s):
                self.server = await self.connection.wait_for(initialize)
        except TimeoutError:
            raise ServerDied(f"The server did not answer within {timeout_s:g} s.") from None
        self.connection.notify("initialized", {})

    async def _shut_down(self, timeout_s: float) -> None:
        # A server that is gone or refuses is ended with its process, so the error does not matter.
        with suppress(ClientError), anyio.move_on_after(timeout_s):
            await self.request("shutdown", None)
        self.connection.notify("exit", None)
