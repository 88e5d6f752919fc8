"""What a response other than 200 means, by its status and its headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.providers.openai.adapter import OpenAICompatible
from antiphon.providers.openai.error_response import _redirect_target
from support.providers.canned_server import canned
from support.providers.stream_reading import consume, request_for

if TYPE_CHECKING:
    from antiphon.engine.ports.deltas import ProviderError


async def refused(status: int, body: bytes = b"", head: str = "") -> ProviderError:
    async with canned(body, "text/plain", status=status, head=head) as server:
        provider = OpenAICompatible("local", f"{server.origin}/v1")
        seen = await consume(provider, request_for("m"))
        await provider.aclose()
    assert seen.error is not None
    return seen.error


@pytest.mark.parametrize("status", [202, 299])
async def test_a_status_of_success_without_a_stream_is_named(status: int) -> None:
    failure = (await refused(status, b"later")).failure
    assert (failure.kind, failure.http_status) == ("malformed_stream", status)
    assert failure.message.endswith(f"answered with status {status} and no stream.")


async def test_from_400_on_the_body_says_what_is_wrong() -> None:
    failure = (await refused(400, b"no good")).failure
    assert (failure.kind, failure.http_status) == ("bad_request", 400)
    assert failure.message.endswith("local said: no good")


@pytest.mark.parametrize("status", [300, 399])
async def test_a_redirect_is_no_failure_that_time_mends(status: int) -> None:
    error = await refused(status, head="Location: https://other.example/v1\r\n")
    assert (error.failure.kind, error.failure.http_status) == ("bad_request", status)
    assert "redirects to https://other.example; a redirect" in error.failure.message
    assert "providers.local.baseUrl" in error.failure.hint
    assert error.wait_hint == "never"


LONG = "a" * 253


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("", "nowhere"),
        ("/v2", "another path of http://own"),
        ("https://me:secret@host.example:8443/p?q=1", "https://host.example:8443"),
        ("//host.example", "its own scheme://host.example"),
        ("https://h\u00e4ost\u200b.example/", "https://host.example"),
        (f"https://{LONG}b/", f"https://{LONG}"),
        ("https://[::1", "an address that is not a URL"),
        ("https://host:port/", "an address that is not a URL"),
    ],
)
def test_a_redirect_is_named_by_its_origin_alone(location: str, target: str) -> None:
    assert _redirect_target(location, "http://own") == target
