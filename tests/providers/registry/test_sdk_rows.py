"""A row of type groq or gemini is all that a person writes: the rest is the registry's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.providers.registry.adapter_types import ADAPTERS
from support.providers.fault_matrix import CANARY
from support.providers.provider_configs import registry
from support.providers.stream_reading import consume, request_for

if TYPE_CHECKING:
    from support.faults.client import FaultServer

both = pytest.mark.parametrize("kind", ["groq", "gemini"])


@both
async def test_a_row_with_an_address_streams_from_there_and_lists_its_models(
    kind: str, fault_server: FaultServer
) -> None:
    row = {"type": kind, "baseUrl": fault_server.origin, "apiKeyEnv": "K"}
    providers = registry({"K": CANARY}, mine=row)
    await providers.prepare("mine")
    seen = await consume(providers.provider("mine"), request_for("ok"))
    models = [model for model in await providers.models() if model.id.startswith("mine/")]
    await providers.aclose()
    assert seen.finished is not None
    assert {"mine/ok", "mine/cut"} <= {model.id for model in models}
    assert models[0].context_window == 8192


@both
def test_a_row_needs_no_address_but_its_key(kind: str) -> None:
    keyless = registry(mine={"type": kind, "apiKeyEnv": "K"})
    [status] = [status for status in keyless.statuses() if status.name == "mine"]
    assert status.reason is not None
    assert "K is not set" in status.reason
    assert repr(registry({"K": CANARY}, mine={"type": kind, "apiKeyEnv": "K"}).provider("mine"))
    assert ADAPTERS[kind].has_list
