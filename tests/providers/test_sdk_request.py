"""Both adapters whose requests an SDK writes keep the same laws; a law is a test here, once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.values.extras import to_install_command
from antiphon.providers import sdk_request
from antiphon.providers.gemini.adapter import GeminiProvider
from antiphon.providers.groq.adapter import GroqProvider
from support.faults.client import CERTIFICATE
from support.providers.fault_matrix import CANARY, everything_told
from support.providers.stream_reading import consume, request_for

if TYPE_CHECKING:
    from support.faults.client import FaultServer

Kind = type[GroqProvider] | type[GeminiProvider]
KINDS: list[Kind] = [GroqProvider, GeminiProvider]
KEY_HEADERS = {GroqProvider: "authorization", GeminiProvider: "x-goog-api-key"}
FOREIGN = "planted-foreign-key-0123456789"

both = pytest.mark.parametrize("kind", KINDS, ids=["groq", "gemini"])


async def refused(provider: GroqProvider | GeminiProvider, request: ChatRequest) -> ProviderError:
    """The failure of a request that brings nothing else."""
    seen = await consume(provider, request)
    await provider.aclose()
    assert seen.deltas == []
    assert seen.error is not None
    assert seen.error.__context__ is None
    assert CANARY not in everything_told(seen)
    return seen.error


@both
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), cuts=st.lists(st.integers(1, 90), max_size=8))
async def test_any_text_in_any_chunks_arrives_exactly(
    kind: Kind, fault_server: FaultServer, text: str, cuts: list[int]
) -> None:
    provider = kind("local", fault_server.origin)
    turns = [ChatTurn("system", " ".join(map(str, cuts))), ChatTurn("user", text)]
    seen = await consume(provider, ChatRequest("echo-prompt", turns))
    await provider.aclose()
    assert seen.text == text
    assert seen.finished is not None


@both
async def test_the_environment_gives_neither_key_nor_address_nor_headers(
    kind: Kind, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GROQ_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, FOREIGN)
    for name in ("GROQ_BASE_URL", "GOOGLE_GEMINI_BASE_URL", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, fault_server.sink_origin)
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v7")
    provider = kind("local", fault_server.origin)
    seen = await consume(provider, request_for("ok"))
    await provider.aclose()
    assert seen.finished is not None
    [request] = fault_server.requests()
    assert request["port"] == "plain"
    assert FOREIGN not in str(request)
    assert KEY_HEADERS[kind] not in request["headers"]


@both
async def test_the_persons_headers_go_out_over_those_of_the_sdk(
    kind: Kind, fault_server: FaultServer
) -> None:
    provider = kind(
        "local", fault_server.origin, lambda: CANARY, headers={"X-Title": "Käse", "Accept": "*/x"}
    )
    await consume(provider, request_for("ok"))
    await provider.aclose()
    [request] = fault_server.requests()
    assert CANARY in request["headers"][KEY_HEADERS[kind]]
    assert request["headers"]["accept"] == "*/x"
    assert request["headers"]["x-title"].encode("latin-1").decode() == "Käse"
    assert request["headers"]["accept-encoding"] == "identity"


@both
async def test_a_key_that_was_changed_meanwhile_is_used(
    kind: Kind, fault_server: FaultServer
) -> None:
    keys = iter(["first-key-0123456789", "second-key-0123456789"])
    current = [next(keys)]
    provider = kind("local", fault_server.origin, lambda: current[0])
    await consume(provider, request_for("ok"))
    current[0] = next(keys)
    await consume(provider, request_for("ok"))
    await provider.aclose()
    sent = [request["headers"][KEY_HEADERS[kind]] for request in fault_server.requests()]
    assert [value.removeprefix("Bearer ") for value in sent] == [
        "first-key-0123456789",
        "second-key-0123456789",
    ]


@both
@pytest.mark.parametrize("key", [f"{CANARY} x", f"{CANARY}\n", f"\t{CANARY}", f"{CANARY}€"])
async def test_a_bad_key_is_refused_before_anything_is_sent(
    kind: Kind, key: str, fault_server: FaultServer
) -> None:
    error = await refused(kind("local", fault_server.origin, lambda: key), request_for("ok"))
    assert error.failure.kind == "authentication"
    assert "line break" in error.failure.message
    assert fault_server.requests() == []


@both
@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{CANARY}@api.example.com",
        "ftp://api.example.com",
        "file:///etc/passwd",
        "api.example.com",
        "https://api.example.com?key=1",
        "https://api.example.com/\\evil",
    ],
)
def test_a_base_url_that_cannot_be_used_says_why(kind: Kind, url: str) -> None:
    with pytest.raises(ProviderError) as caught:
        kind("far", url)
    assert caught.value.failure.kind == "bad_request"
    assert "The base URL of far" in caught.value.failure.message
    assert CANARY not in caught.value.failure.message


@both
@pytest.mark.parametrize("model", ["redirect", "redirect-same"])
async def test_no_redirect_is_followed(kind: Kind, model: str, fault_server: FaultServer) -> None:
    provider = kind("local", fault_server.origin, lambda: CANARY)
    error = await refused(provider, request_for(model))
    assert "a redirect is never followed" in error.failure.message
    assert [request["port"] for request in fault_server.requests()] == ["plain"]


@both
async def test_a_proxy_that_answers_html_is_told_apart(
    kind: Kind, fault_server: FaultServer
) -> None:
    error = await refused(kind("local", fault_server.origin), request_for("html200"))
    assert error.failure.kind == "malformed_stream"
    assert "proxy" in error.failure.hint


@both
@pytest.mark.parametrize("odd", ["\ud800", "a\udfffb"])
async def test_text_that_is_not_valid_unicode_is_not_sent(
    kind: Kind, odd: str, fault_server: FaultServer
) -> None:
    error = await refused(kind("local", fault_server.origin), request_for("ok", odd))
    assert error.failure.kind == "bad_request"
    assert "not valid Unicode" in error.failure.message
    assert fault_server.requests() == []


@both
async def test_an_untrusted_certificate_names_host_and_issuer(
    kind: Kind, fault_server: FaultServer
) -> None:
    error = await refused(kind("local", fault_server.tls_origin, lambda: CANARY), request_for("ok"))
    assert error.wait_hint == "never"
    assert "Antiphon test only" in error.failure.message
    assert fault_server.requests() == []


@both
async def test_a_server_that_is_not_running_is_asked_once(kind: Kind) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    error = await refused(kind("local", f"http://127.0.0.1:{port}"), request_for("ok"))
    assert error.failure.hint.startswith("Is it running?")
    assert error.wait_hint == "never"


OVER_TLS = """
import sys
from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.providers.{name}.adapter import {kind}, prepare

heavy = {{"aiohttp", "anyio", "asyncio", "groq", "google.genai", "httpx", "httpx2", "ssl"}}
provider = {kind}("local", sys.argv[1])
assert not heavy & set(sys.modules), heavy & set(sys.modules)
prepare()
assert {{"aiohttp", "antiphon.providers.{name}.exchange"}} <= set(sys.modules)
import asyncio

async def main():
    async for delta in provider.stream(ChatRequest("ok", [ChatTurn("user", "hi")])):
        print(type(delta).__name__)
    await provider.aclose()

asyncio.run(main())
"""


@both
def test_making_a_provider_imports_nothing_and_a_trusted_certificate_is_accepted(
    kind: Kind, fault_server: FaultServer
) -> None:
    name = kind.__name__.removesuffix("Provider").lower()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            OVER_TLS.format(name=name, kind=kind.__name__),
            fault_server.tls_origin,
        ],
        env={**os.environ, "SSL_CERT_FILE": str(CERTIFICATE)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["Connected", "Text", "Finished", "UsageReport"], done.stderr
    assert [request["port"] for request in fault_server.requests()] == ["tls"]


@both
def test_a_missing_sdk_says_how_to_install_it(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk_request, "is_installed", lambda _module: False)
    with pytest.raises(ProviderError) as caught:
        kind("work")
    assert caught.value.failure.kind == "unsupported"
    extra = kind.__name__.removesuffix("Provider").lower()
    assert to_install_command(extra) in caught.value.failure.hint


@pytest.mark.parametrize("module", ["groq", "google.genai", "no_such_package.part", "no_such"])
def test_whether_an_sdk_is_there_is_found_out_without_importing_it(module: str) -> None:
    assert sdk_request.is_installed(module) is ("no_such" not in module)


async def test_the_key_stays_with_its_origin_whatever_the_sdk_writes() -> None:
    provider = GroqProvider("far", "https://api.example.com/base", lambda: CANARY)
    for url in ("https://api.example.com.evil.com/base/x", "https://api.example.com/other"):
        with pytest.raises(ProviderError) as caught:
            sdk_request.endpoint_path(sdk_request.SdkRequest(url, {}, b""), provider)
        assert "another address" in caught.value.failure.message
    inside = sdk_request.SdkRequest("https://api.example.com/base/v1/x?y=1", {}, b"")
    assert sdk_request.endpoint_path(inside, provider) == "/v1/x?y=1"


def test_a_taken_request_shows_neither_its_headers_nor_its_body() -> None:
    request = sdk_request.SdkRequest("https://a.example", {"authorization": CANARY}, b"the prompt")
    assert CANARY not in repr(request)
    assert "prompt" not in repr(request)


async def test_a_mistake_of_the_sdk_is_not_taken_for_the_persons() -> None:
    async def broken() -> None:
        raise KeyError("mistake")

    async def silent() -> None:
        pass

    with pytest.raises(KeyError):
        await sdk_request.capture_request(broken())
    with pytest.raises(RuntimeError, match="did not use the transport"):
        await sdk_request.capture_request(silent())
