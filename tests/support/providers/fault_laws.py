"""What holds of every adapter that speaks to its provider itself, whatever fault the provider has.

A column of the matrix is a subclass in the adapter's folder, which has a fixture `provider`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, ClassVar

import pytest

from support.providers.fault_matrix import (
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

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from antiphon.providers.adapter import Adapter
    from support.faults.client import FaultServer
    from support.faults.dialects import Dialect


class FaultLaws:
    """One column: what the provider speaks, and the table of how its faults end."""

    dialect: ClassVar[Dialect]
    table: ClassVar[Path]

    @pytest.fixture(scope="class")
    @classmethod
    def golden(cls) -> Iterator[Golden]:
        table = Golden(cls.table)
        yield table
        table.close()

    async def test_each_fault_ends_as_the_golden_table_says(
        self,
        fault: str,
        *,
        provider: Adapter,
        fault_server: FaultServer,
        golden: Golden,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        async with nothing_left(provider):
            seen = await played(provider, fault, fault_server)
        golden.check(fault, row_of(seen, fault_server))
        assert CANARY not in everything_told(seen) + caplog.text + repr(provider)
        assert PROMPT not in caplog.text

    @pytest.mark.parametrize("model", PHASES)
    async def test_leaving_a_stream_in_any_phase_leaves_nothing_behind(
        self, model: str, provider: Adapter, fault_server: FaultServer
    ) -> None:
        async with nothing_left(provider):
            await cancelled_at(model, provider, fault_server)

    def test_the_table_has_every_fault_and_no_other(self, golden: Golden) -> None:
        assert sorted(golden.rows) == faults(self.dialect)

    def test_the_key_did_go_out_with_every_request(self, golden: Golden) -> None:
        """Without this the search for the key in what came back would prove nothing."""
        assert "[key]" in golden.rows["echo-key"]["failure"]["message"]
        assert CANARY not in self.table.read_text("utf-8")
