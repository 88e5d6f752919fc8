"""Every fault of the fault server through the real socket, against a golden table."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fault_dialects import OPENAI
from fault_matrix import (
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fault_client import FaultServer

    from antiphon.providers.openai.adapter import OpenAICompatible

GOLDEN = Path(__file__).with_name("golden_faults.json")
NAMES = faults(OPENAI)


@pytest.fixture(scope="module")
def golden() -> Iterator[Golden]:
    table = Golden(GOLDEN)
    yield table
    table.close()


@pytest.mark.parametrize("name", NAMES)
async def test_each_fault_ends_as_the_golden_table_says(
    name: str,
    *,
    provider: OpenAICompatible,
    fault_server: FaultServer,
    golden: Golden,
    canary: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with nothing_left(provider):
        seen = await played(provider, name, fault_server)
    golden.check(name, row_of(seen, fault_server))
    assert canary not in everything_told(seen) + caplog.text + repr(provider)
    assert PROMPT not in caplog.text


@pytest.mark.parametrize("model", PHASES)
async def test_leaving_a_stream_in_any_phase_leaves_nothing_behind(
    model: str, provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    async with nothing_left(provider):
        await cancelled_at(model, provider, fault_server)


def test_the_table_has_every_fault_and_no_other(golden: Golden) -> None:
    assert sorted(golden.rows) == NAMES


def test_the_key_did_go_out_with_every_request(golden: Golden, canary: str) -> None:
    """Without this the search for the key in what came back would prove nothing."""
    assert "[key]" in golden.rows["echo-key"]["failure"]["message"]
    assert canary not in GOLDEN.read_text("utf-8")
