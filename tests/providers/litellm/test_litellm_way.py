"""What goes wrong before a vendor answers: each a clear failure, whichever vendor it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.providers.litellm.adapter import LiteLlm
from support.providers.fault_matrix import CANARY
from support.providers.stream_reading import consume, request_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.model.failure import Failure
    from support.faults.client import FaultServer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("worker_kept")]

CLOSED_PORT = "http://127.0.0.1:9"
"""The discard service: nothing listens there."""
VENDORS = {"openai": "/v1", "groq": "/openai/v1", "gemini": "/v1beta", "anthropic": ""}


async def failure_of(adapter: LiteLlm, model: str, **params: object) -> tuple[Failure, str | None]:
    seen = await consume(adapter, request_for(model, **params))
    await adapter.aclose()
    assert seen.error is not None
    assert seen.deltas == []
    return seen.error.failure, seen.error.wait_hint


@pytest.mark.parametrize(("vendor", "path"), VENDORS.items())
async def test_nobody_listens(vendor, path):
    failure, hint = await failure_of(LiteLlm(vendor, CLOSED_PORT + path, lambda: CANARY), "m")
    assert (failure.kind, hint) == ("network", "never")
    assert failure.message == f"{CLOSED_PORT} refused the connection."
    assert "Is it running?" in failure.hint


@pytest.mark.parametrize(("vendor", "path"), VENDORS.items())
async def test_an_unknown_host(vendor, path):
    adapter = LiteLlm(vendor, "http://no-such-host.invalid" + path, lambda: CANARY)
    failure, _ = await failure_of(adapter, "m")
    assert failure.kind == "network"
    assert failure.message == "The name no-such-host.invalid was not found."


@pytest.mark.parametrize(("vendor", "path"), VENDORS.items())
async def test_a_certificate_that_nobody_trusts(vendor, path, fault_server: FaultServer):
    origin = fault_server.tls_base_url.removesuffix("/v1")
    failure, hint = await failure_of(LiteLlm(vendor, origin + path, lambda: CANARY), "m")
    assert (failure.kind, hint) == ("network", "never")
    assert failure.message == "No trusted connection to localhost: self-signed certificate."
    assert fault_server.requests() == []


@pytest.mark.parametrize("vendor", ["anthropic", "openai", "gemini", "azure"])
async def test_a_vendor_without_a_key_fails_by_itself(vendor):
    adapter = LiteLlm(vendor, CLOSED_PORT if vendor == "azure" else None)
    failure, hint = await failure_of(adapter, "m")
    assert (failure.kind, hint) == ("authentication", "never")
    assert f"providers.{vendor}.apiKeyEnv" in failure.hint


async def test_an_unknown_vendor_is_named():
    failure, hint = await failure_of(LiteLlm("work", None, lambda: CANARY), "nonsense/m")
    assert (failure.kind, hint) == ("model_not_found", "never")
    assert "nonsense" in failure.message


async def test_a_prompt_that_is_no_text_is_not_sent(make: Callable[[str], LiteLlm]):
    seen = await consume(make("openai"), request_for("ok", "half \ud83d"))
    assert seen.error is not None
    assert seen.error.failure.kind == "bad_request"
    assert "not valid Unicode" in seen.error.failure.message


async def test_no_redirect_is_followed_with_the_key(
    make: Callable[[str], LiteLlm], fault_server: FaultServer
):
    for vendor in ("openai", "groq", "gemini"):
        seen = await consume(make(vendor), request_for("redirect"))
        assert seen.error is not None
        assert "a redirect is never followed" in seen.error.failure.message
    assert all(request["port"] == "plain" for request in fault_server.requests())


async def test_extra_headers_go_out_and_do_not_come_back(fault_server: FaultServer):
    headers = {"X-Team": "headers-are-secret-too"}
    adapter = LiteLlm("openai", fault_server.base_url, lambda: CANARY, headers=headers)
    seen = await consume(adapter, request_for("ok"))
    await adapter.aclose()
    assert seen.finished
    [request] = fault_server.requests()
    assert request["headers"]["x-team"] == "headers-are-secret-too"
    assert "headers-are-secret-too" not in repr(adapter) + repr(seen)
