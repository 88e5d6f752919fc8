"""Every fault of the fault server through the real socket, against Gemini's golden table.

google-genai behaves differently where it can import aiohttp, which is always so here, since our own
connections need it. So the table is played twice: as it is, and with an SDK that was told there is
no aiohttp. Nothing may differ, for the SDK sends nothing either way.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from google.genai import _api_client

from support.faults.dialects import GEMINI
from support.providers.fault_laws import FaultLaws


class TestFaults(FaultLaws):
    """The laws, with this column's table."""

    dialect = GEMINI
    table = Path(__file__).with_name("golden_faults.json")

    @pytest.fixture(autouse=True, params=[True, False], ids=["aiohttp", "no-aiohttp"])
    def aiohttp_is_known(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whether the SDK takes aiohttp for importable."""
        monkeypatch.setattr(_api_client, "has_aiohttp", request.param)
