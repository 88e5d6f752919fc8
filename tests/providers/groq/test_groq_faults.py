"""Every fault of the fault server through the real socket, against Groq's golden table."""

from __future__ import annotations

from pathlib import Path

from support.faults.dialects import OPENAI
from support.providers.fault_laws import FaultLaws


class TestFaults(FaultLaws):
    """The laws, with this column's table."""

    dialect = OPENAI
    table = Path(__file__).with_name("golden_faults.json")
