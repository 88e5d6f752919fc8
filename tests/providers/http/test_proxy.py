"""Which proxy of the environment an address is asked through: used, or refused and nothing sent."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports.deltas import ProviderError
from antiphon.providers.gemini.adapter import GeminiProvider
from antiphon.providers.groq.adapter import GroqProvider
from antiphon.providers.http.base_url import parse_base_url
from antiphon.providers.http.proxy import any_named, find_named_proxy, is_exempt, way_to
from antiphon.providers.openai.adapter import OpenAICompatible
from support.providers.canned_server import canned
from support.providers.direct_adapters import CANARY
from support.providers.stream_reading import Seen, consume, request_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.providers.registry.adapter_types import Adapter

FAR = "https://far.example"
ADAPTERS: dict[str, Callable[[], Adapter]] = {
    "openai": lambda: OpenAICompatible("far", f"{FAR}/v1", lambda: CANARY),
    "groq": lambda: GroqProvider("far", FAR, lambda: CANARY),
    "gemini": lambda: GeminiProvider("far", FAR, lambda: CANARY),
}
SOCKS = "socks5://user:pass-canary@127.0.0.1:1080"


@pytest.fixture(autouse=True)
def environ(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


async def seen_of(adapter: Adapter) -> Seen:
    seen = await consume(adapter, request_for("m"))
    await adapter.aclose()
    assert seen.deltas == []
    return seen


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize(
    ("variable", "url", "words"),
    [
        ("ALL_PROXY", SOCKS, "ALL_PROXY names a SOCKS proxy"),
        ("all_proxy", SOCKS, "all_proxy names a SOCKS proxy"),
        ("HTTPS_PROXY", "socks5h://127.0.0.1:1080", "HTTPS_PROXY names a SOCKS proxy"),
        ("https_proxy", "socks4://127.0.0.1:1080", "https_proxy names a SOCKS proxy"),
        ("HTTPS_PROXY", "SOCKS://127.0.0.1", "names a SOCKS proxy"),
        ("HTTPS_PROXY", "ftp://127.0.0.1", "names a proxy of an unknown kind"),
        ("HTTPS_PROXY", "http://", "names an invalid proxy address"),
        ("HTTPS_PROXY", "http://proxy:port", "names an invalid proxy address"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_refused_in_a_sentence(
    adapter: str, variable: str, url: str, words: str, environ: pytest.MonkeyPatch
) -> None:
    environ.setenv(variable, url)
    seen = await seen_of(ADAPTERS[adapter]())
    assert seen.error is not None
    assert (seen.error.failure.kind, seen.error.wait_hint) == ("network", "never")
    assert words in seen.error.failure.message
    assert "Nothing was sent" in seen.error.failure.message
    assert "NO_PROXY" in seen.error.failure.hint
    assert "canary" not in repr(seen) + seen.error.failure.hint


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_neither_prompt_nor_key_reaches_a_socks_proxy(
    adapter: str, environ: pytest.MonkeyPatch
) -> None:
    async with canned(b"") as proxy:
        environ.setenv("ALL_PROXY", proxy.origin.replace("http:", "socks5:"))
        assert (await seen_of(ADAPTERS[adapter]())).error is not None
        with pytest.raises(ProviderError, match="SOCKS proxy"):
            await ADAPTERS[adapter]().models(timeout_s=5.0)
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("url", "named", "expected"),
    [
        (f"{FAR}/v1", {"HTTPS_PROXY": "http://p:1", "ALL_PROXY": SOCKS}, "http://p:1"),
        (f"{FAR}/v1", {"HTTPS_PROXY": SOCKS, "https_proxy": "p:1"}, "http://p:1"),
        (f"{FAR}/v1", {"ALL_PROXY": SOCKS, "NO_PROXY": "far.example"}, None),
        (f"{FAR}/v1", {"ALL_PROXY": SOCKS, "no_proxy": "x,.example"}, None),
        (f"{FAR}:8443", {"ALL_PROXY": SOCKS, "NO_PROXY": "far.example:8443"}, None),
        (f"{FAR}/v1", {"ALL_PROXY": SOCKS, "NO_PROXY": "*"}, None),
        (f"{FAR}/v1", {"HTTP_PROXY": SOCKS}, None),
        (f"{FAR}/v1", {"HTTPS_PROXY": "", "ALL_PROXY": "http://p:1"}, "http://p:1"),
        ("https://127.0.0.1:8443", {"ALL_PROXY": SOCKS}, None),
        ("http://localhost:8000", {"HTTP_PROXY": SOCKS, "ALL_PROXY": SOCKS}, None),
        ("http://10.0.0.5:8000", {"HTTP_PROXY": "http://p:1"}, None),
    ],
)
def test_the_variable_that_counts_is_the_nearest_and_exceptions_hold(
    url: str, named: dict[str, str], expected: str | None, environ: pytest.MonkeyPatch
) -> None:
    for name, value in named.items():
        environ.setenv(name, value)
    assert parse_base_url(url, "far").proxy("far") == expected


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_plain_http_is_not_sent_past_a_socks_proxy_either(
    variable: str, environ: pytest.MonkeyPatch
) -> None:
    environ.setenv(variable, SOCKS)
    with pytest.raises(ProviderError, match="SOCKS"):
        parse_base_url("http://10.0.0.5:8000", "lan").proxy("lan")


@pytest.mark.parametrize(
    ("listed", "host", "expected"),
    [
        ("example.com", "api.example.com", True),
        (".example.com", "example.com", True),
        ("*.example.com", "api.example.com", True),
        ("example.com", "notexample.com", False),
        ("EXAMPLE.com ,x", "example.com.", True),
        ("example.com:8080", "example.com", False),
        ("[2001:db8::1],2001:db8::2", "2001:db8::1", True),
        ("2001:db8::2", "2001:db8::2", True),
        ("", "example.com", False),
        (",, .", "example.com", False),
    ],
)
def test_no_proxy_names_hosts_and_what_is_below_them(
    listed: str, host: str, *, expected: bool
) -> None:
    assert is_exempt(host, 443, {"NO_PROXY": listed}) is expected


def test_a_proxys_password_is_in_no_repr_and_not_shown() -> None:
    proxy = find_named_proxy("https", {"ALL_PROXY": SOCKS})
    assert proxy is not None
    assert "canary" not in repr(proxy) + proxy.shown
    assert proxy.shown == "socks5://127.0.0.1:1080 (ALL_PROXY)"


@pytest.mark.parametrize(
    ("base_url", "named", "words"),
    [
        (FAR, {}, "no proxy is named for it"),
        (FAR, {"HTTPS_PROXY": "http://u:p@p:1"}, "through the proxy http://p:1 (HTTPS_PROXY)"),
        (None, {"HTTPS_PROXY": "http://p:1"}, "through the proxy http://p:1 (HTTPS_PROXY)"),
        (FAR, {"ALL_PROXY": SOCKS}, "not at all: ALL_PROXY names a SOCKS proxy"),
        (FAR, {"ALL_PROXY": SOCKS, "NO_PROXY": "far.example"}, "since NO_PROXY names it"),
        (FAR, {"HTTP_PROXY": "http://p:1"}, "no proxy is named for it"),
        (
            "http://10.0.0.5",
            {"ALL_PROXY": "http://p:1"},
            "plain HTTP is never sent through a proxy",
        ),
    ],
)
def test_the_way_to_an_address_is_said(
    base_url: str | None,
    named: dict[str, str],
    words: str,
    environ: pytest.MonkeyPatch,
) -> None:
    for name, value in named.items():
        environ.setenv(name, value)
    assert words in way_to(base_url, loopback=False)
    assert "on this machine" in way_to(base_url, loopback=True)
    assert any_named() is bool(named)


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_a_407_says_that_the_proxy_asks_for_a_user_and_a_password(
    adapter: str, environ: pytest.MonkeyPatch
) -> None:
    async with canned(b"who are you?", "text/plain", status=407) as proxy:
        environ.setenv("HTTPS_PROXY", proxy.origin)
        seen = await seen_of(ADAPTERS[adapter]())
    assert seen.error is not None
    failure = seen.error.failure
    assert (failure.kind, seen.error.wait_hint, failure.http_status) == ("network", "never", 407)
    assert failure.message == (
        f"The proxy on the way to {FAR} asks for a user and a password (status 407)."
    )
    assert "HTTPS_PROXY=http://user:password@host:port" in failure.hint
    assert [asked.partition(" ")[0] for asked in proxy.asked] == ["CONNECT"]
    assert CANARY not in proxy.asked[0]


async def test_the_user_and_the_password_of_the_proxys_address_are_sent_to_it_alone(
    environ: pytest.MonkeyPatch,
) -> None:
    async with canned(b"", status=407) as proxy:
        environ.setenv("HTTPS_PROXY", proxy.origin.replace("//", "//ann:p%40ss@"))
        await seen_of(ADAPTERS["openai"]())
    assert base64.b64encode(b"ann:p@ss").decode() in proxy.asked[0]


@pytest.mark.parametrize("body", [b"", b'{"error": {"code": 407, "message": "no"}}', b"<html>"])
async def test_a_407_of_a_proxy_that_answers_for_the_provider_says_so_too(body: bytes) -> None:
    async with canned(body, "text/html", status=407) as server:
        for adapter in (
            OpenAICompatible("local", f"{server.origin}/v1", lambda: CANARY),
            GeminiProvider("local", server.origin, lambda: CANARY),
        ):
            seen = await seen_of(adapter)
            assert seen.error is not None
            assert "asks for a user and a password" in seen.error.failure.message
            assert seen.error.failure.kind == "network"
