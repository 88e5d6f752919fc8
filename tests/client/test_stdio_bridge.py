"""An editor without WebSockets, at a server that is reached by one."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from antiphon_client.errors import ClientError
from antiphon_client.framing import frame
from antiphon_client.stdio_bridge import open_connection
from support.network.service import CERTIFICATE, running, write_tokens

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

TOKEN = "the-token-of-ada"
LONG = {"text": "Héllo 😀 " * 50_000}


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.toml"
    write_tokens(path, [("ada", TOKEN)])
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    return path


@asynccontextmanager
async def bridge(
    url: str, *options: str, environment: dict[str, str] | None = None
) -> AsyncGenerator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "antiphon", "connect", url, *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment or {},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def read(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    header = await process.stdout.readuntil(b"\r\n\r\n")
    length = int(header.split(b":")[1])
    return json.loads(await process.stdout.readexactly(length))


def send(process: asyncio.subprocess.Process, *messages: Any) -> None:
    assert process.stdin is not None
    for message in messages:
        process.stdin.write(frame(json.dumps(message).encode()))


async def test_messages_of_any_length_go_both_ways_in_order(tokens: Path) -> None:
    async with (
        running(tokens) as service,
        bridge(
            f"ws://127.0.0.1:{service.port}", "--token-file", str(tokens.with_name("token"))
        ) as process,
    ):
        send(process, {"n": 1}, LONG, {"n": 2})
        assert [await read(process) for _ in range(3)] == [{"n": 1}, LONG, {"n": 2}]


async def test_the_token_may_be_in_the_environment_and_the_certificate_be_named(
    tokens: Path,
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    async with (
        running(tokens, tls=tls) as service,
        bridge(
            f"wss://localhost:{service.port}",
            *("--tls-ca", str(CERTIFICATE)),
            environment={"ANTIPHON_TOKEN": TOKEN},
        ) as process,
    ):
        send(process, {"n": 1})
        assert await read(process) == {"n": 1}


@pytest.mark.parametrize(("exits", "code"), [(True, 0), (False, 1)])
async def test_it_ends_in_order_only_if_the_editor_said_so(
    exits: bool, code: int, tokens: Path
) -> None:
    environment = {"ANTIPHON_TOKEN": TOKEN}
    async with (
        running(tokens) as service,
        bridge(f"ws://127.0.0.1:{service.port}", environment=environment) as process,
    ):
        send(process, {"method": "shutdown", "id": 1})
        send(process, *([{"method": "exit"}] if exits else []))
        await read(process)
        assert process.stdin is not None
        process.stdin.close()
        assert await process.wait() == code


async def test_it_ends_with_an_error_when_the_server_leaves(tokens: Path) -> None:
    environment = {"ANTIPHON_TOKEN": TOKEN}
    async with (
        running(tokens) as service,
        bridge(f"ws://127.0.0.1:{service.port}", environment=environment) as process,
    ):
        send(process, {"n": 1})
        await read(process)
        service.listener.stop()
        assert await process.wait() == 1


async def test_an_editor_shows_why_there_is_no_connection(tokens: Path) -> None:
    async with (
        running(tokens) as service,
        bridge(
            f"ws://127.0.0.1:{service.port}", environment={"ANTIPHON_TOKEN": "wrong"}
        ) as process,
    ):
        shown = await read(process)
        assert shown["method"] == "window/showMessage"
        assert "refuses the token" in shown["params"]["message"]
        assert await process.wait() == 1
        assert process.stderr is not None
        printed = (await process.stderr.read()).decode()
        assert "refuses the token" in printed
        assert "wrong" not in printed


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("ws://example.com:1", "unencrypted"),
        ("ws://127.0.0.1.example.com:1", "unencrypted"),
        ("http://127.0.0.1:1", "begins with ws://"),
        ("127.0.0.1:1", "begins with ws://"),
        ("ws://", "begins with ws://"),
        ("ws://127.0.0.1:1", "cannot be reached"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(url: str, part: str) -> None:
    with pytest.raises(ClientError, match=part):
        open_connection(url, TOKEN, None)
