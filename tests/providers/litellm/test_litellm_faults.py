"""Every fault through the worker and litellm to three vendors, against a golden table each."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.faults.dialects import GEMINI, OPENAI
from support.providers.fault_matrix import (
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
    from collections.abc import Callable, Iterator

    from antiphon.providers.litellm.adapter import LiteLlm
    from support.faults.client import FaultServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = Path(__file__).parent
DIALECTS = {"openai": OPENAI, "groq": OPENAI, "gemini": GEMINI}
CELLS = [(vendor, name) for vendor in DIALECTS for name in faults(DIALECTS[vendor])]


@pytest.fixture(scope="module")
def tables() -> Iterator[dict[str, Golden]]:
    tables = {vendor: Golden(HERE / f"golden_{vendor}.json") for vendor in DIALECTS}
    yield tables
    for table in tables.values():
        table.close()


@pytest.mark.parametrize(("vendor", "name"), CELLS)
async def test_each_fault_ends_as_the_golden_table_says(
    vendor: str,
    name: str,
    *,
    make: Callable[[str], LiteLlm],
    fault_server: FaultServer,
    tables: dict[str, Golden],
    canary: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    adapter = make(vendor)
    async with nothing_left(adapter):
        seen = await played(adapter, name, fault_server)
    tables[vendor].check(name, row_of(seen, fault_server))
    assert canary not in everything_told(seen) + caplog.text + repr(adapter)
    assert PROMPT not in caplog.text


@pytest.mark.parametrize("model", PHASES)
@pytest.mark.parametrize("vendor", DIALECTS)
async def test_leaving_a_stream_in_any_phase_closes_the_providers_socket(
    vendor: str, model: str, make: Callable[[str], LiteLlm], fault_server: FaultServer
) -> None:
    adapter = make(vendor)
    async with nothing_left(adapter):
        await cancelled_at(model, adapter, fault_server)


@pytest.mark.parametrize("vendor", DIALECTS)
async def test_the_tables_have_every_fault_and_the_key_went_out(
    vendor: str, tables: dict[str, Golden], canary: str
) -> None:
    """Without the second the search for the key in what came back would prove nothing."""
    rows = tables[vendor].rows
    assert sorted(rows) == faults(DIALECTS[vendor])
    assert "[key]" in rows["echo-key"]["failure"]["message"]
    assert canary not in (HERE / f"golden_{vendor}.json").read_text("utf-8")
