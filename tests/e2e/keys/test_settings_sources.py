"""Settings from every source, seen from outside: who wins, what is refused, what is named."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from antiphon.model.commands.runs import BroadcastParams
from antiphon_client.server_requests import ServerRequests
from support.e2e.shown_documents import Shown, eventually

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer


async def default_of(client: AntiphonClient) -> list[str]:
    return (await client.models()).default


async def test_the_workspace_wins_over_the_editor_over_the_environment_over_the_file(
    installation: Installation,
) -> None:
    installation.config.write_text('[models]\ndefault = ["demo/terse"]\n')
    environment = {"ANTIPHON_MODELS__DEFAULT": "demo/poet"}
    bare = {"history": {"url": f"sqlite:///{installation.database}"}}
    editor = {**bare, "models": {"default": ["demo/coder"]}}
    workspace = ServerRequests({"antiphon": {"models": {"default": ["demo/echo"]}}})
    for winner, arguments in {
        "demo/terse": {"options": bare},
        "demo/poet": {"options": bare, "environ": environment},
        "demo/coder": {"options": editor, "environ": environment},
        "demo/echo": {"options": editor, "environ": environment, "requests": workspace},
    }.items():
        async with installation.client(**arguments) as client:
            await eventually(lambda c=client: default_of(c), [winner])


async def test_a_changed_configuration_is_taken_in_while_the_server_runs(
    installation: Installation,
) -> None:
    requests = ServerRequests({"antiphon": {"models": {"default": ["demo/terse"]}}})
    async with installation.client(requests=requests) as client:
        await eventually(lambda: default_of(client), ["demo/terse"])
        requests.configuration = {"antiphon": {"models": {"default": ["demo/poet"]}}}
        client.connection.notify("workspace/didChangeConfiguration", {"settings": None})
        await eventually(lambda: default_of(client), ["demo/poet"])
        result = await client.broadcast(
            BroadcastParams(prompt="p", params={"tokensPerSecond": 0})
        ).result()
    assert [pane.model for pane in result.panes] == ["demo/poet"]


async def problems_of(client: AntiphonClient) -> str:
    return "\n".join((await client.health()).problems or [])


async def test_bad_settings_are_named_and_the_server_starts_with_its_defaults(
    installation: Installation,
) -> None:
    installation.config.write_text("[timeouts]\nidleMs = -5\n\n[retry]\nmaxAttempts = true\n")
    bad: dict[str, Any] = {
        "timeouts": {"totalMs": "long"},
        "limits": {"maxPromptBytes": 0},
        "modles": {},
        "stream": 5,
        "providers": {"broken": {"type": "telnet"}},
    }
    async with installation.client(**bad) as client:
        problems = await problems_of(client)
        for field in (
            "timeouts.idleMs",
            "retry.maxAttempts",
            "timeouts.totalMs",
            "limits.maxPromptBytes",
            "modles",
            "stream",
            "providers.broken",
        ):
            assert field in problems
        result = await client.broadcast(BroadcastParams(prompt="p", models=["fault/ok"])).result()
        assert result.status == "complete"


async def test_a_config_file_that_is_no_toml_is_one_problem_and_the_server_starts(
    installation: Installation,
) -> None:
    installation.config.write_text("providers = [[[")
    async with installation.client() as client:
        assert str(installation.config) in await problems_of(client)
        assert (await client.health()).protocol == 1


def test_a_mistake_is_said_and_logged_once_however_often_the_settings_are_read(
    installation: Installation,
) -> None:
    installation.config.write_text('[timeouts]\nidleMs = "soon"\n')
    with installation.raw_client() as client:
        for _ in range(3):
            client.notify("workspace/didChangeConfiguration", {"settings": {"antiphon": {}}})
        assert "idleMs" in str(client.run("antiphon.health", {})["result"]["problems"])
        installation.config.write_text('[timeouts]\nidleMs = "soon"\n[retry]\nmaxAttempts = 0\n')
        client.notify("workspace/didChangeConfiguration", {"settings": {"antiphon": {}}})
        assert "maxAttempts" in str(client.run("antiphon.health", {})["result"]["problems"])
    logged = installation.stderr.read_text()
    at_start = 1 if installation.transport == "stdio" else 2  # the server for many reads it too
    for setting, times in (("timeouts.idleMs", at_start), ("retry.maxAttempts", 1)):
        assert logged.count(f"antiphon.{setting}: ") == times


class Sinkhole:
    """A listener on loopback that counts who comes."""

    def __init__(self) -> None:
        self.visits = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._count, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _count(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()


async def test_a_workspace_cannot_move_a_provider_the_history_or_the_log(
    installation: Installation, fault_server: FaultServer
) -> None:
    evil = installation.folder / "evil"
    async with Sinkhole() as sink:
        section = {
            "providers": {
                "fault": {"baseUrl": sink.url},
                "openai": {"baseUrl": sink.url},
                "new": {"type": "openai", "baseUrl": sink.url},
            },
            "history": {"url": f"sqlite:///{evil}.db"},
            "log": {"file": f"{evil}.log"},
            "models": {"default": ["fault/ok"]},
        }
        requests = ServerRequests({"antiphon": section})
        environ = {"OPENAI_API_KEY": "sk-canary-0123456789"}
        providers = {"openai": {"baseUrl": fault_server.base_url}}
        async with installation.client(
            requests=requests, environ=environ, providers=providers
        ) as client:
            await eventually(lambda: default_of(client), ["fault/ok"])
            problems = await problems_of(client)
            for field in ("providers", "history.url", "log.file"):
                assert field in problems
            await client.models(refresh=True)
            shown = Shown()
            result = await shown.follow(client.broadcast(BroadcastParams(prompt="tag:mine")))
            assert result.status == "complete"
            names = {status.name for status in (await client.health()).providers}
            assert "new" not in names
        assert sink.visits == 0
    assert [each["tag"] for each in fault_server.requests("ok")] == ["mine"]
    assert [path for path in installation.folder.iterdir() if path.name.startswith("evil")] == []


async def test_a_running_answer_goes_on_when_its_provider_moves(
    installation: Installation, fault_server: FaultServer
) -> None:
    def live_at(url: str) -> None:
        row = f'[providers.moving]\nbaseUrl = "{url}"\nmaxConcurrency = 2\n'
        installation.config.write_text(row)

    live_at(fault_server.base_url)
    async with Sinkhole() as sink, installation.client(retry={"maxAttempts": 1}) as client:
        shown = Shown()
        run = client.broadcast(BroadcastParams(prompt="p", models=["moving/gate-2-4"]))
        await shown.follow_until(run, lambda event: event.type == "token")
        await asyncio.to_thread(fault_server.wait_held)
        live_at(sink.url)
        client.connection.notify("workspace/didChangeConfiguration", {"settings": {}})
        again = BroadcastParams(prompt="p", models=["moving/ok"])
        await eventually(lambda: visits_after(client, again, sink), True)
        fault_server.release()
        assert (await shown.follow(run)).status == "complete"


async def visits_after(client: AntiphonClient, ask: BroadcastParams, sink: Sinkhole) -> bool:
    await client.broadcast(ask).result()
    return sink.visits > 0
