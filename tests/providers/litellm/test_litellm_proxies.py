"""A litellm worker and the environment's proxies: the law is that of every other adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.providers.litellm.adapter import LiteLlm
from antiphon.providers.litellm.worker import proxies
from support.providers.canned_server import canned
from support.providers.stream_reading import Seen, consume, request_for

if TYPE_CHECKING:
    from support.faults.client import FaultServer

pytestmark = pytest.mark.slow

CANARY = "canary-0123456789-Zz"
FAR = "https://far.invalid"
PATHS = {"openai": "/v1", "groq": "/openai/v1", "gemini": "/v1beta", "anthropic": ""}


@pytest.fixture(autouse=True)
def environ(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


async def asked(vendor: str, base_url: str | None, holder: list[LiteLlm]) -> Seen:
    """Asks a vendor in the one worker of this test, which `holder` keeps."""
    holder.append(LiteLlm(vendor, base_url, lambda: CANARY))
    return await consume(holder[-1], request_for("ok"))


async def test_a_socks_proxy_is_refused_whoever_is_asked_and_this_machine_is_not_affected(
    environ: pytest.MonkeyPatch, fault_server: FaultServer
):
    held: list[LiteLlm] = []
    async with canned(b"") as proxy:
        environ.setenv("ALL_PROXY", proxy.origin.replace("http:", "socks5:"))
        environ.setenv("no_proxy", "exempt.invalid")
        for vendor, path in PATHS.items():
            for base_url in (FAR + path, None):
                seen = await asked(vendor, base_url, held)
                assert seen.deltas == []
                assert seen.error is not None
                failure = seen.error.failure
                assert (failure.kind, seen.error.wait_hint) == ("network", "never")
                assert "ALL_PROXY names a SOCKS proxy for https://" in failure.message
                assert failure.message.endswith("which Antiphon cannot use. Nothing was sent.")
                assert "NO_PROXY" in failure.hint
        seen = await asked("openai", "https://exempt.invalid/v1", held)
        assert seen.error is not None
        assert seen.error.failure.message == "The name exempt.invalid was not found."
        assert (await asked("openai", fault_server.base_url, held)).finished is not None
    assert proxy.asked == []
    for adapter in held:
        await adapter.aclose()


async def test_an_http_proxy_carries_tls_alone_and_a_407_says_what_it_wants(
    environ: pytest.MonkeyPatch, fault_server: FaultServer
):
    held: list[LiteLlm] = []
    async with canned(b"", status=407) as proxy:
        environ.setenv("all_proxy", proxy.origin)
        environ.setenv("HTTP_PROXY", proxy.origin)
        for vendor, path in PATHS.items():
            seen = await asked(vendor, FAR + path, held)
            assert seen.error is not None
            failure = seen.error.failure
            assert failure.message == (
                f"The proxy on the way to {FAR} asks for a user and a password (status 407)."
            )
            assert (failure.kind, seen.error.wait_hint) == ("network", "never")
            assert "user:password" in failure.hint
        assert (await asked("openai", fault_server.base_url, held)).finished is not None
        seen = await asked("openai", "http://plain.invalid/v1", held)
        assert seen.error is not None
        assert seen.error.failure.message == "The name plain.invalid was not found."
    assert {each.partition(" ")[0] for each in proxy.asked} == {"CONNECT"}
    assert CANARY not in "".join(proxy.asked)
    for adapter in held:
        await adapter.aclose()


def test_libraries_find_only_what_they_may_use():
    environ = {
        "ALL_PROXY": "socks5://p:1",
        "HTTP_PROXY": "http://q:2",
        "No_Proxy": "*.a.example, b",
    }
    proxies.restrict_proxies(environ)
    assert environ == {"NO_PROXY": "a.example,b,localhost,127.0.0.1,::1"}
    environ = {"https_proxy": "p:1", "ALL_PROXY": "socks5://p:1"}
    proxies.restrict_proxies(environ)
    assert environ["HTTPS_PROXY"] == "http://p:1"
    assert "ALL_PROXY" not in environ
