"""The whole server over WebSocket: what it says and does is what it does over stdio."""

from __future__ import annotations

import json
import ssl
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from antiphon.model.commands.runs import BroadcastParams, ContextItem, ModelChoice
from antiphon.model.conversation.session import Params
from antiphon_client import AntiphonClient, CommandFailed, PaneReducer
from antiphon_client.errors import ConnectionLost, NotConnected
from support.network.service import CERTIFICATE, connected, write_tokens

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow
TOKEN = "the-token-of-ada"


def broadcast(*names: str, prompt: str = "Sing!", **params: Any) -> BroadcastParams:
    chosen = Params.model_validate({"tokensPerSecond": 0, **params})
    models = [ModelChoice(model=f"demo/{name}", params=chosen) for name in names]
    return BroadcastParams(prompt=prompt, models=models)


async def documents(client: AntiphonClient) -> dict[str, tuple[str, str]]:
    """Sends a broadcast, and returns each model's text as it was streamed, and as it is stored."""
    reducer = PaneReducer()
    run = client.broadcast(broadcast("unicode", "coder", "cut", "refuses"))
    async for event in run:
        reducer.apply(event)
    panes = (await run.result()).panes
    return {pane.model: (reducer.texts[pane.id], await client.content(pane.uri)) for pane in panes}


async def test_a_broadcast_is_the_same_as_over_stdio(
    serve: Callable[..., Any], environment: dict[str, str], tmp_path: Path
) -> None:
    async with AntiphonClient.start(env=environment, cwd=tmp_path) as client:
        expected = await documents(client)
    async with serve() as server, AntiphonClient.connect_ws(server.url, server.token) as client:
        found = await documents(client)
        assert len((await client.sessions()).sessions) == 2  # the user is the same
    assert len(found) == 4
    assert found == expected
    assert all(streamed == stored for streamed, stored in found.values())


async def test_the_line_names_a_private_file_with_the_token_and_the_log_never_has_it(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    async with serve(ANTIPHON_LOG__LEVEL="debug") as server:
        file = Path(server.line["tokenFile"])
        token = server.token
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert token not in json.dumps(server.line)
        async with AntiphonClient.connect_ws(server.url, token) as client:
            await client.health()
        with pytest.raises(NotConnected, match="does not accept the token"):
            async with AntiphonClient.connect_ws(server.url, token[:-1]):
                pass
        assert await server.end() == 0
        assert not file.exists()
    log = (tmp_path / "server.log").read_text()
    assert "the connection of this machine's user from 127.0.0.1 ended" in log
    assert "refused 127.0.0.1: 401 token" in log
    assert token not in log


async def test_the_end_of_the_server_keeps_what_was_streamed(serve: Callable[..., Any]) -> None:
    async with serve() as server, AntiphonClient.connect_ws(server.url, server.token) as client:
        run = client.broadcast(broadcast("poet", tokensPerSecond=20))
        shown = ""
        async for event in run:
            if event.type == "token":
                shown += event.text
                break
        server.process.terminate()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.process.wait)
            with suppress(ConnectionLost):
                async for event in run:
                    shown += event.text if event.type == "token" else ""
        with pytest.raises(ConnectionLost, match="the server ends"):
            await client.health()
        assert await server.process.wait() == 0
    async with serve() as server, AntiphonClient.connect_ws(server.url, server.token) as client:
        (session,) = (await client.sessions()).sessions
        opened = await client.open_session(session.id)
        answer = opened.messages[-1]
        assert answer.status != "streaming"
        assert answer.content.startswith(shown.strip()[:5])
        assert shown.strip() in answer.content


async def test_tls_serves_those_who_trust_its_certificate(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    write_tokens(tmp_path / "tokens.toml", [("ada", TOKEN)])
    tls = ("--tls-cert", str(CERTIFICATE), "--tls-key", str(CERTIFICATE))
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    async with serve(
        *tls, "--tokens", str(tmp_path / "tokens.toml"), address="0.0.0.0:0"
    ) as server:
        assert server.url.startswith("wss://")
        url = f"wss://localhost:{server.port}"
        async with AntiphonClient.connect_ws(url, TOKEN, tls=trusting) as client:
            assert (await client.health()).version
        with pytest.raises(NotConnected, match="cannot be trusted"):
            async with AntiphonClient.connect_ws(url, TOKEN):
                pass
        with pytest.raises(NotConnected):
            async with AntiphonClient.connect_ws(f"ws://127.0.0.1:{server.port}", TOKEN):
                pass


async def find_key_source(client: AntiphonClient) -> str:
    (found,) = [each for each in (await client.keys()).providers if each.name == "openai"]
    return found.source


async def test_a_user_with_a_token_sees_no_file_and_no_key_of_the_server(
    serve: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tokens(tmp_path / "tokens.toml", [("ada", TOKEN)])
    secret = tmp_path / "workspace" / "secret.txt"
    secret.parent.mkdir()
    secret.write_text("not for ada")
    monkeypatch.chdir(secret.parent)
    key = {"OPENAI_API_KEY": "sk-of-the-user-who-started-it-0123456789"}
    item = ContextItem(uri=secret.as_uri(), range=None)
    asked = broadcast("terse").model_copy(update={"context": [item]})
    async with (
        serve("--tokens", str(tmp_path / "tokens.toml"), **key) as server,
        AntiphonClient.connect_ws(server.url, TOKEN) as client,
    ):
        with pytest.raises(CommandFailed) as refused:
            await client.broadcast(asked).result()
        assert "open folder" in refused.value.failure.message
        folder = {"uri": secret.parent.as_uri(), "name": "workspace"}
        client.connection.notify(
            "workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}}
        )
        with pytest.raises(CommandFailed) as refused:
            await client.broadcast(asked).result()
        assert "open folder" in refused.value.failure.message
        assert await find_key_source(client) == "none"
    async with (
        serve(**key) as server,
        AntiphonClient.connect_ws(server.url, server.token) as client,
    ):
        assert (await client.broadcast(asked).result()).status == "complete"
        assert await find_key_source(client) == "environment"


async def test_the_options_of_a_user_with_a_token_name_no_address_and_no_file(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    write_tokens(tmp_path / "tokens.toml", [("ada", TOKEN)])
    elsewhere = {"type": "openai", "baseUrl": "http://127.0.0.1:9/v1"}
    options = {"providers": {"mine": elsewhere}, "models": {"default": ["demo/poet"]}}
    async with (
        serve("--tokens", str(tmp_path / "tokens.toml")) as server,
        AntiphonClient.connect_ws(server.url, TOKEN, initialization_options=options) as client,
    ):
        known = [each.name for each in (await client.health()).providers]
        assert (await client.models(query="demo")).default == ["demo/poet"]
    assert "mine" not in known
    assert "demo" in known


async def test_health_names_the_version_and_the_protocol(serve: Callable[..., Any]) -> None:
    async with serve() as server, connected(server.port) as socket:
        assert " 200 " in await socket.ask("GET /health HTTP/1.1", ("Host: any",))
        found = json.loads(await socket.reader.read())
        assert found == {"version": server.line["version"], "protocol": 1}


async def test_two_hundred_clients_of_the_engine_come_and_go_and_leave_nothing(
    serve: Callable[..., Any],
) -> None:
    async with serve() as server:
        token = server.token

        async def visit() -> None:
            async with AntiphonClient.connect_ws(server.url, token) as client:
                assert (await client.health()).version

        async def read_figures() -> str:
            async with connected(server.port) as socket:
                headers = (f"Host: 127.0.0.1:{server.port}", f"Authorization: Bearer {token}")
                await socket.ask("GET /metrics HTTP/1.1", headers)
                return (await socket.reader.read()).decode()

        await visit()
        while "antiphon_clients 0.0\n" not in (figures := await read_figures()):
            pass
        descriptors = Path(f"/proc/{server.process.pid}/fd")
        before = len(list(descriptors.iterdir()))
        for _ in range(20):
            async with anyio.create_task_group() as tasks:
                for _ in range(10):
                    tasks.start_soon(visit)
        while "antiphon_clients 0.0\n" not in (figures := await read_figures()):
            pass
        assert "antiphon_connections_total 201.0\n" in figures
        while len(list(descriptors.iterdir())) > before:
            await read_figures()
        assert await server.end() == 0
