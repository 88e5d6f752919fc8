"""The way to a provider and back: reuse, order, and everything that can be in the way."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.deltas import Connected, Delta, ProviderError
from antiphon.providers.http.base_url import parse_base_url
from antiphon.providers.http.connection_errors import connect_failure
from antiphon.providers.openai.adapter import OpenAICompatible
from support.faults.client import CERTIFICATE
from support.providers.stream_reading import Seen, consume, request_for

if TYPE_CHECKING:
    from support.faults.client import FaultServer


async def refused(base_url: str, connect_timeout_s: float = 5.0) -> ProviderError:
    provider = OpenAICompatible("local", base_url)
    request = ChatRequest("ok", [ChatTurn("user", "hi")], {}, connect_timeout_s)
    seen = await consume(provider, request)
    await provider.aclose()
    assert seen.deltas == []
    assert seen.error is not None
    assert seen.error.__context__ is None
    return seen.error


async def test_a_finished_answer_leaves_its_connection_for_the_next(
    provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    for model in ("ok", "length", "s401", "s429", "no-usage", "json200", "ok"):
        await consume(provider, request_for(model))
    assert len({request["connection"] for request in fault_server.requests()}) == 1


@pytest.mark.parametrize("model", ["open-after-done", "open-after-finish", "cut", "huge-answer"])
async def test_an_unfinished_body_closes_its_connection(
    model: str, provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    await consume(provider, request_for(model))
    [request] = await asyncio.to_thread(fault_server.wait_closed, 1, model)
    await asyncio.to_thread(fault_server.wait_disconnected, request)


async def test_text_that_came_before_a_cut_is_kept_however_late_it_is_read(
    provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    async def dawdle(delta: Delta) -> None:
        if isinstance(delta, Connected):
            [request] = fault_server.requests()
            await asyncio.to_thread(fault_server.wait_disconnected, request)
            for _ in range(20):  # turns of the loop, in which it hears of the end
                await anyio.sleep(0)

    seen = await consume(provider, request_for("cut"), dawdle)
    assert seen.text == "Hello "
    assert seen.error is not None
    assert seen.error.failure.kind == "interrupted"


async def test_fifty_streams_at_once_do_not_mix(
    provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    seen: dict[str, Seen] = {}

    async def read(tag: str) -> None:
        seen[tag] = await consume(provider, request_for("flood-300", f"tag:{tag}"))

    async with anyio.create_task_group() as tasks:
        for index in range(50):
            tasks.start_soon(read, f"pane{index}")
    sent = {request["tag"]: request["text"] for request in fault_server.requests()}
    assert {tag: answer.text for tag, answer in seen.items()} == sent
    assert all(answer.finished and answer.usage for answer in seen.values())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60), st.lists(st.integers(1, 90), max_size=8))
async def test_any_text_in_any_chunks_arrives_exactly_through_the_socket(
    fault_server: FaultServer, text: str, cuts: list[int]
) -> None:
    provider = OpenAICompatible("local", fault_server.base_url)
    turns = [ChatTurn("system", " ".join(map(str, cuts))), ChatTurn("user", text)]
    seen = await consume(provider, ChatRequest("echo-prompt", turns))
    await provider.aclose()
    assert seen.text == text
    assert seen.finished is not None


async def test_what_the_server_is_sent_is_the_key_the_headers_and_the_body(
    fault_server: FaultServer, canary: str
) -> None:
    provider = OpenAICompatible(
        "openai", fault_server.base_url, lambda: canary, headers={"X-Title": "Käse"}
    )
    seen = await consume(provider, request_for("ok", "hi €", max_tokens=5, magic=1))
    await provider.aclose()
    [request] = fault_server.requests()
    assert request["headers"]["authorization"] == f"Bearer {canary}"
    assert request["headers"]["accept-encoding"] == "identity"
    assert request["body"]["max_completion_tokens"] == 5
    assert request["body"]["messages"] == [{"role": "user", "content": "hi €"}]
    assert "magic" not in request["body"]
    assert seen.notes == ["openai was not sent: magic"]


async def test_without_a_key_no_authorization_is_sent(fault_server: FaultServer) -> None:
    provider = OpenAICompatible("local", fault_server.base_url)
    await consume(provider, request_for("ok"))
    await provider.aclose()
    assert "authorization" not in fault_server.requests()[0]["headers"]


async def test_a_bad_key_is_refused_before_anything_is_sent(fault_server: FaultServer) -> None:
    provider = OpenAICompatible("local", fault_server.base_url, lambda: "a key\n")
    seen = await consume(provider, request_for("ok"))
    await provider.aclose()
    assert seen.error is not None
    assert seen.error.failure.kind == "authentication"
    assert fault_server.requests() == []


async def test_a_rejected_option_is_left_out_from_then_on(
    provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    for _ in range(2):
        assert (await consume(provider, request_for("no-stream-options"))).finished is not None
    asked = ["stream_options" in request["body"] for request in fault_server.requests()]
    assert asked == [True, False, False]


@pytest.mark.parametrize("model", ["redirect", "redirect-same"])
async def test_no_redirect_is_followed(
    model: str, provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    seen = await consume(provider, request_for(model))
    assert seen.error is not None
    assert "user=me" not in seen.error.failure.message
    assert [request["port"] for request in fault_server.requests()] == ["plain"]


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_server_that_is_not_running_is_asked_about(host: str) -> None:
    error = await refused(f"http://{host}:{unused_port()}/v1")
    assert error.failure.kind == "network"
    assert error.failure.hint.startswith("Is it running?")
    assert error.wait_hint == "never"


async def test_an_untrusted_certificate_names_host_and_issuer_and_no_way_round(
    fault_server: FaultServer,
) -> None:
    error = await refused(fault_server.tls_base_url)
    failure = error.failure
    assert failure.kind == "network"
    assert error.wait_hint == "never"
    assert "localhost" in failure.message
    assert "Antiphon test only" in failure.message
    assert "verify" not in (failure.message + failure.hint).lower()
    assert fault_server.requests() == []


TRUSTING = """
import asyncio, sys
from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.providers.openai.adapter import OpenAICompatible

async def main():
    provider = OpenAICompatible("local", sys.argv[1])
    async for delta in provider.stream(ChatRequest("ok", [ChatTurn("user", "hi")])):
        print(type(delta).__name__)
    await provider.aclose()

asyncio.run(main())
"""


def test_a_certificate_that_the_environment_trusts_is_accepted(fault_server: FaultServer) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRUSTING, fault_server.tls_base_url],
        env={**os.environ, "SSL_CERT_FILE": str(CERTIFICATE)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["Connected", "Text", "Finished", "UsageReport"], done.stderr
    assert [request["port"] for request in fault_server.requests()] == ["tls"]


async def test_a_server_that_does_not_speak_tls_is_told_apart(fault_server: FaultServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepted = anyio.to_thread.run_sync(_answer_in_plain_text, listener)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: accepted)
            error = await refused(f"https://127.0.0.1:{listener.getsockname()[1]}/v1")
    assert error.failure.kind == "network"
    assert error.wait_hint == "never"
    assert "No trusted connection" in error.failure.message


def _answer_in_plain_text(listener: socket.socket) -> None:
    listener.settimeout(10)
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def test_the_time_for_connecting_is_limited_and_tls_is_part_of_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = await refused(f"https://127.0.0.1:{silent.getsockname()[1]}/v1", 0.2)
    assert error.failure.kind == "timeout_connect"


async def test_a_proxy_of_the_environment_that_refuses_is_named_and_learns_no_key(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, canary: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", fault_server.origin)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    provider = OpenAICompatible("far", "https://far.example/v1", lambda: canary)
    seen = await consume(provider, request_for("ok"))
    await provider.aclose()
    assert seen.error is not None
    assert seen.error.failure.kind == "network"
    assert "proxy" in seen.error.failure.message.lower()
    [request] = fault_server.requests()
    assert "authorization" not in request["headers"]
    assert canary not in repr(seen)


def key() -> Any:
    return aiohttp.client_reqrep.ConnectionKey("far.example", 443, True, True, None, None, None)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (aiohttp.ClientConnectorDNSError(key(), socket.gaierror(-2, "unknown")), "was not found"),
        (aiohttp.ClientConnectorError(key(), OSError(errno.ENETUNREACH, "no route")), "no route"),
        (aiohttp.ClientConnectorError(key(), ConnectionRefusedError(111, "x")), "refused"),
        (aiohttp.ClientProxyConnectionError(key(), OSError(errno.ECONNREFUSED, "x")), "proxy"),
        (aiohttp.ServerDisconnectedError(), "without an answer"),
        (ConnectionResetError(), "without an answer"),
    ],
)
def test_what_lies_in_the_way_of_a_far_host_is_told_apart_and_may_be_retried(
    problem: Exception, words: str
) -> None:
    error = connect_failure(problem, parse_base_url("https://far.example", "far"), "far")
    assert error.failure.kind == "network"
    assert words in error.failure.message
    assert error.wait_hint is None
