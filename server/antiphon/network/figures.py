"""Counts what a network server did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.network.admission import Reason


@dataclass
class Figures:
    """The figures of one server since its start."""

    connections: int = 0
    """WebSockets that were opened."""
    refused: Counter[Reason] = field(default_factory=Counter["Reason"])
    received_bytes: int = 0
    """Of connections that have ended."""
    sent_bytes: int = 0
    """Likewise."""
