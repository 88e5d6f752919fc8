"""Every fault of the fault server through the real socket, against Gemini's golden table.

google-genai behaves differently where it can import aiohttp, which is always so here, since our own
connections need it. So the table is played twice: as it is, and with an SDK that was told there is
no aiohttp. Nothing may differ, for the SDK sends nothing either way.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fault_dialects import GEMINI
from fault_matrix import (
    CANARY,
    PHASES,
    PROMPT,
    Golden,
    cancelled_at,
    everything_told,
    faults,
    nothing_left,
    played,
    row_of,
)
from google.genai import _api_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fault_client import FaultServer

    from antiphon.providers.gemini.adapter import GeminiProvider

GOLDEN = Path(__file__).with_name("golden_faults.json")
NAMES = faults(GEMINI)


@pytest.fixture(scope="module")
def golden() -> Iterator[Golden]:
    table = Golden(GOLDEN)
    yield table
    table.close()


@pytest.fixture(params=[True, False], ids=["aiohttp", "no-aiohttp"])
def aiohttp_is_known(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the SDK takes aiohttp for importable."""
    monkeypatch.setattr(_api_client, "has_aiohttp", request.param)
    return request.param


@pytest.mark.usefixtures("aiohttp_is_known")
@pytest.mark.parametrize("name", NAMES)
async def test_each_fault_ends_as_the_golden_table_says(
    name: str,
    *,
    provider: GeminiProvider,
    fault_server: FaultServer,
    golden: Golden,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with nothing_left(provider):
        seen = await played(provider, name, fault_server)
    golden.check(name, row_of(seen, fault_server))
    assert CANARY not in everything_told(seen) + caplog.text + repr(provider)
    assert PROMPT not in caplog.text


@pytest.mark.parametrize("model", PHASES)
async def test_leaving_a_stream_in_any_phase_leaves_nothing_behind(
    model: str, provider: GeminiProvider, fault_server: FaultServer
) -> None:
    async with nothing_left(provider):
        await cancelled_at(model, provider, fault_server)


def test_the_table_has_every_fault_and_no_other(golden: Golden) -> None:
    assert sorted(golden.rows) == NAMES


def test_the_key_did_go_out_with_every_request(golden: Golden) -> None:
    """Without this the search for the key in what came back would prove nothing."""
    assert "[key]" in golden.rows["echo-key"]["failure"]["message"]
    assert CANARY not in GOLDEN.read_text("utf-8")
