"""The models that Google lists, over as many pages as there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types

from antiphon.engine.ports.deltas import ProviderError
from antiphon.providers.gemini.adapter import GeminiProvider
from antiphon.providers.gemini.models import parse_models
from support.faults.dialects import GEMINI

if TYPE_CHECKING:
    from support.faults.client import FaultServer


async def test_the_list_has_windows_and_leaves_out_what_answers_no_chats(
    provider: GeminiProvider, fault_server: FaultServer
) -> None:
    models = await provider.models()
    first = models[0]
    assert (first.id, first.name) == ("ok", "Fault")
    assert (first.context_window, first.max_output_tokens) == (8192, 1024)
    assert "embeds" not in [model.id for model in models]
    paths = [request["path"] for request in fault_server.requests()]
    assert paths == ["/v1beta/models?pageSize=1000"]


async def test_every_page_is_asked_for_in_the_time_of_one(
    fault_server: FaultServer,
) -> None:
    provider = GeminiProvider("gemini", f"{fault_server.origin}/faults/gemini-pages/")
    models = await provider.models()
    await provider.aclose()
    assert [model.id for model in models] == ["one", "two"]
    assert "pageToken=a+b" in fault_server.requests()[1]["path"]


async def test_pages_without_an_end_are_given_up(fault_server: FaultServer) -> None:
    provider = GeminiProvider("gemini", f"{fault_server.origin}/faults/gemini-endless-pages/")
    assert len(await provider.models()) == 10
    await provider.aclose()


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        ("html200", "malformed_stream"),
        ("s400key", "authentication"),
        ("stall-headers", "timeout_connect"),
    ],
)
async def test_a_list_that_cannot_be_had_says_why(
    scenario: str, kind: str, fault_server: FaultServer
) -> None:
    provider = GeminiProvider("gemini", f"{fault_server.origin}/faults/{scenario}/")
    with pytest.raises(ProviderError) as caught:
        await provider.models(timeout_s=0.5)
    await provider.aclose()
    assert caught.value.failure.kind == kind


@pytest.mark.parametrize(
    "row",
    [None, 7, {}, {"name": None}, {"name": "a\nb"}, {"name": "models/x", "inputTokenLimit": "1"}],
)
def test_odd_rows_do_no_harm(row: Any) -> None:
    listed = parse_models({"models": [row, *GEMINI.listed(["ok"])["models"]]}, "gemini")
    assert listed[-1].id == "ok"


def test_what_is_no_list_is_told() -> None:
    with pytest.raises(ProviderError):
        parse_models({"models": "all"}, "gemini")
    assert parse_models({}, "gemini") == []


@pytest.mark.parametrize(
    ("end", "version"),
    [
        ("", "v1beta"),
        ("/", "v1beta"),
        ("/v1beta", "v1beta"),
        ("/v1beta/models", "v1beta"),
        ("/v1/", "v1"),
        ("/proxy/v1alpha", "v1alpha"),
    ],
)
async def test_an_address_may_name_a_version_of_the_api(end: str, version: str) -> None:
    provider = GeminiProvider("gemini", f"https://peer.example{end}")
    written = await provider.sdk().models(None)
    assert f"/{version}/models" in written.url
    assert written.url.count("/v1") == 1


async def test_without_an_address_google_is_asked() -> None:
    provider = GeminiProvider("gemini", None, lambda: "a-key-0123456789")
    turn = types.Content(role="user", parts=[types.Part(text="hi")])
    written = await provider.sdk().chat("gemini-2.5-flash", [turn], {})
    assert written.url == (
        "https://generativelanguage.googleapis.com/v1beta/models/"
        "gemini-2.5-flash:streamGenerateContent?alt=sse"
    )
    assert written.headers["x-goog-api-key"] == "a-key-0123456789"
