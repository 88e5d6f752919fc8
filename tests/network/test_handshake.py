"""Who may open a connection: every kind of token, Host, Origin, path, method, and TLS."""

from __future__ import annotations

import itertools
import ssl
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import anyio
import pytest

from antiphon.model.secrets.access_tokens import AccessToken, digest_token
from antiphon.network.addresses import HostPort
from antiphon.network.tls import load_tls
from support.network.service import CERTIFICATE, UPGRADE, connected, running, write_tokens

TOKEN = "the-right-token-of-ada"
EXPIRED = "the-token-of-bob-which-has-expired"
ALLOWED = "https://pages.example"


class Case(NamedTuple):
    """Header lines, with `PORT` for the server's port, and the status that they lead to."""

    lines: tuple[str, ...]
    status: int = 101


def _bearer(token: str) -> str:
    return f"Authorization: Bearer {token}"


TOKENS = {
    "header": Case((_bearer(TOKEN),)),
    "scheme in lower case": Case((f"authorization: bearer {TOKEN}",)),
    "subprotocols": Case((f"Sec-WebSocket-Protocol: antiphon, bearer.{TOKEN}",)),
    "none": Case((), 401),
    "empty": Case(("Authorization: Bearer",), 401),
    "wrong": Case((_bearer("another-token-of-nobody"),), 401),
    "truncated": Case((_bearer(TOKEN[:-1]),), 401),
    "longer": Case((_bearer(f"{TOKEN}x"),), 401),
    "expired": Case((_bearer(EXPIRED),), 401),
    "its hash": Case((_bearer(digest_token(TOKEN).hex()),), 401),
    "basic": Case((f"Authorization: Basic {TOKEN}",), 401),
    "not ASCII": Case((_bearer("tökén"),), 401),
    "twice": Case((_bearer(TOKEN), _bearer(TOKEN)), 401),
    "two that differ": Case((_bearer(TOKEN), "Sec-WebSocket-Protocol: antiphon, bearer.x"), 401),
    "a subprotocol alone": Case((f"Sec-WebSocket-Protocol: bearer.{TOKEN}",), 401),
    "in the path only": Case(("Cookie: token=" + TOKEN,), 401),
}
ORIGINS = {
    "none": Case(()),
    "allowed": Case((f"Origin: {ALLOWED}",)),
    "null": Case(("Origin: null",), 403),
    "another port": Case((f"Origin: {ALLOWED}:8443",), 403),
    "another scheme": Case(("Origin: http://pages.example",), 403),
    "a longer name": Case((f"Origin: {ALLOWED}.evil.example",), 403),
    "this server": Case(("Origin: http://127.0.0.1:PORT",), 403),
    "IPv4-mapped": Case(("Origin: http://[::ffff:127.0.0.1]:PORT",), 403),
    "empty": Case(("Origin:",), 403),
    "twice": Case((f"Origin: {ALLOWED}", f"Origin: {ALLOWED}"), 403),
}
HOSTS = {
    "the address": Case(("Host: 127.0.0.1:PORT",)),
    "localhost": Case(("Host: LocalHost:PORT",)),
    "IPv6 loopback": Case(("Host: [::1]:PORT",)),
    "IPv4-mapped loopback": Case(("Host: [::ffff:127.0.0.1]:PORT",)),
    "a configured name": Case(("Host: models.example:9000",)),
    "a name that resolves here": Case(("Host: rebound.example:PORT",), 421),
    "another port": Case(("Host: 127.0.0.1:1",), 421),
    "no port": Case(("Host: 127.0.0.1",), 421),
    "another address": Case(("Host: 192.0.2.1:PORT",), 421),
    "IPv4-mapped address": Case(("Host: [::ffff:192.0.2.1]:PORT",), 421),
    "a short form": Case(("Host: 127.1:PORT",), 421),
    "a number": Case(("Host: 0x7f000001:PORT",), 421),
    "with a user": Case(("Host: 127.0.0.1:PORT@evil.example",), 421),
    "none": Case((), 421),
    "empty": Case(("Host:",), 421),
    "twice": Case(("Host: 127.0.0.1:PORT", "Host: 127.0.0.1:PORT"), 421),
}
PATHS = {"/": 101, "/?a=b": 101, "/other": 404, "//": 404, "http://127.0.0.1/": 404}
METHODS = {"GET": 101, "POST": 405, "OPTIONS": 405, "get": 405}


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.toml"
    expired = AccessToken("bob", digest_token(EXPIRED), datetime(2020, 1, 1, tzinfo=UTC))
    write_tokens(path, [("ada", TOKEN)], expired)
    return path


async def _ask(
    port: int, parts: tuple[Case, ...], path: str, method: str, tls: ssl.SSLContext | None
) -> int:
    lines = [line.replace("PORT", str(port)) for part in parts for line in part.lines]
    async with connected(port, tls) as socket:
        head = await socket.ask(f"{method} {path} HTTP/1.1", (*UPGRADE, *lines))
    assert TOKEN not in head
    return int(head.split(" ")[1])


def _expect(host: Case, origin: Case, path: str, method: str, token: Case) -> int:
    """The first refusal in the order of the protocol."""
    statuses = (host.status, origin.status, PATHS[path], METHODS[method], token.status)
    return next((each for each in statuses if each != 101), 101)


OPTIONS = {"served": [HostPort("models.example", 9000)], "origins": [ALLOWED]}


@pytest.mark.parametrize("origin", ORIGINS)
async def test_only_a_right_token_host_and_origin_together_open_a_connection(
    origin: str, tokens: Path
) -> None:
    wrong: dict[str, tuple[int, int]] = {}
    expected: Counter[int] = Counter()
    async with running(tokens, **OPTIONS) as service:
        for token, host in itertools.product(TOKENS, HOSTS):
            parts = (HOSTS[host], ORIGINS[origin], TOKENS[token])
            status = await _ask(service.port, parts, "/", "GET", None)
            due = _expect(parts[0], parts[1], "/", "GET", parts[2])
            expected[due] += 1
            if status != due:
                wrong[f"{token}, {host}"] = (status, due)
        assert not wrong
        assert len(service.served) == expected[101]
        refused = service.listener.figures.refused
        assert (refused["host"], refused["origin"], refused["token"]) == (
            expected[421],
            expected[403],
            expected[401],
        )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
async def test_another_path_or_method_opens_nothing(path: str, method: str, tokens: Path) -> None:
    async with running(tokens, **OPTIONS) as service:
        for token, origin in itertools.product(("header", "none"), ("none", "null")):
            parts = (HOSTS["localhost"], ORIGINS[origin], TOKENS[token])
            status = await _ask(service.port, parts, path, method, None)
            assert status == _expect(parts[0], parts[1], path, method, parts[2])


def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


async def test_the_same_rules_hold_over_tls(tokens: Path) -> None:
    tls = _trusting()
    async with running(tokens, tls=load_tls(CERTIFICATE, CERTIFICATE), **OPTIONS) as service:
        cases = list(itertools.product(TOKENS, HOSTS, ORIGINS))
        for token, host, origin in cases[::37]:  # a prime, so that every value of each is met
            parts = (HOSTS[host], ORIGINS[origin], TOKENS[token])
            status = await _ask(service.port, parts, "/", "GET", tls)
            assert status == _expect(parts[0], parts[1], "/", "GET", parts[2])


async def test_a_tls_client_of_a_plain_server_is_cut_off(tokens: Path) -> None:
    async with running(tokens) as service:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            async with connected(service.port, _trusting()):
                pass
        assert service.served == []


async def test_a_plain_client_of_a_tls_server_is_cut_off(tokens: Path) -> None:
    async with running(tokens, tls=load_tls(CERTIFICATE, CERTIFICATE)) as service:
        host = f"Host: 127.0.0.1:{service.port}"
        async with connected(service.port) as socket:
            assert await socket.ask("GET /health HTTP/1.1", (host,)) == ""
        assert service.served == []


async def test_a_request_that_is_not_an_upgrade_is_refused_and_counts_nothing(
    tokens: Path,
) -> None:
    async with running(tokens) as service:
        headers = (f"Host: 127.0.0.1:{service.port}", _bearer(TOKEN))
        async with connected(service.port) as socket:
            assert " 426 " in await socket.ask("GET / HTTP/1.1", headers)
        while service.listener.count.total:
            await anyio.sleep(0)
        assert service.served == []


@pytest.mark.parametrize(
    "junk",
    [
        b"\x16\x03\x01\x00\x05hello",
        b"Content-Length: 2\r\n\r\n{}",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\n",
    ],
)
async def test_bytes_that_are_not_http_end_the_connection(junk: bytes, tokens: Path) -> None:
    async with running(tokens) as service:
        async with connected(service.port) as socket:
            socket.writer.write(junk + b"\r\n\r\n")
            assert b" 101 " not in await socket.reader.read()
        assert service.served == []


async def _format_figures() -> bytes:
    return b"figures 1\n"


async def test_anybody_may_ask_for_health_and_only_a_token_for_figures(tokens: Path) -> None:
    async with running(tokens, format_metrics=_format_figures) as service:
        host = f"Host: 127.0.0.1:{service.port}"
        async with connected(service.port) as socket:
            head = await socket.ask("GET /health HTTP/1.1", ("Host: balancer",))
            assert " 200 " in head
            assert await socket.reader.read() == b'{"version": "0"}'
        async with connected(service.port) as socket:
            assert " 401 " in await socket.ask("GET /metrics HTTP/1.1", (host,))
        async with connected(service.port) as socket:
            foreign = (host, "Origin: null", _bearer(TOKEN))
            assert " 403 " in await socket.ask("GET /metrics HTTP/1.1", foreign)
        async with connected(service.port) as socket:
            head = await socket.ask("GET /metrics HTTP/1.1", (host, _bearer(TOKEN)))
            assert " 200 " in head
            assert "text/plain; version=0.0.4" in head
            assert await socket.reader.read() == b"figures 1\n"
        refused = service.listener.figures.refused
        assert (refused["token"], refused["origin"]) == (1, 1)


async def test_a_server_without_the_library_says_what_figures_need(tokens: Path) -> None:
    async with running(tokens) as service, connected(service.port) as socket:
        headers = (f"Host: 127.0.0.1:{service.port}", _bearer(TOKEN))
        assert " 501 " in await socket.ask("GET /metrics HTTP/1.1", headers)
        assert b"pip install 'antiphon[metrics]'" in await socket.reader.read()


async def test_the_answer_never_repeats_the_subprotocol_with_the_token(tokens: Path) -> None:
    async with running(tokens) as service:
        headers = (f"Host: 127.0.0.1:{service.port}", *TOKENS["subprotocols"].lines, *UPGRADE)
        async with connected(service.port) as socket:
            head = await socket.ask("GET / HTTP/1.1", headers)
    assert "sec-websocket-protocol: antiphon\r\n" in head.lower()
    assert "bearer" not in head
