"""What answers took, summed up: the argument and the result of `antiphon.meter`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.commands.budget import BudgetStatus
from antiphon.model.values.usage import Cost, Latency, Usage
from antiphon.model.wire import Absent, Wire

MeterGroup = Literal["model", "provider", "pane", "session", "day"]
"""What the rows of a meter are of."""


class MeterParams(Wire):
    """Which answers are summed up, all of them by default, and by what."""

    session_id: Absent[str] = None
    run_id: Absent[str] = None
    since: Absent[str] = None
    """A day of the server's clock (`2026-11-22`), or a moment in RFC 3339."""
    group_by: Absent[MeterGroup] = None
    limit: Absent[int] = Field(default=None, ge=1, le=1000)
    """How many rows to give at most: 100 by default."""


class EstimatedPart(Wire):
    """What of a sum is not the provider's own count."""

    answers: int
    usage: Usage
    cost: Cost


class MeterFigures(Wire):
    """What answers took. Those that failed, were stopped or were replaced later were paid too."""

    answers: int
    """Those for which a request was sent."""
    not_sent: int = 0
    """Answers that never left: there was no key, or they were stopped while they waited. They
    are in no other figure."""
    requests: int
    """Sent to providers; an answer may have taken several."""
    retries: int
    """Requests that were not their answer's first."""
    usage: Usage
    cost: Cost
    """The sum of what has a price; `null` where nothing has."""
    unpriced: int
    """Answers that took tokens at no known price: not in `cost`."""
    estimated: EstimatedPart
    latency: Latency
    """The mean of each figure, over the answers that have it."""


class MeterRow(MeterFigures):
    """One group of a meter."""

    key: str
    """A model's id, a provider's name, a pane's or a session's id, or a day."""
    label: Absent[str] = None
    """The title of the pane or the session, where it has not been deleted."""
    model: Absent[str] = None
    """Of a pane: the model that it was opened for, where it has not been deleted."""
    session_title: Absent[str] = None
    """Of a pane: the title of its session, likewise."""


class MeterResult(Wire):
    """Everything summed up, and by group."""

    total: MeterFigures
    rows: list[MeterRow]
    """Days: the newest first. Others: what cost most first."""
    omitted: int = 0
    """Rows beyond the limit."""
    budgets: list[BudgetStatus] = Field(default_factory=list[BudgetStatus])
