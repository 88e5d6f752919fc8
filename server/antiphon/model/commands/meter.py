"""Defines the argument and the result of `antiphon.meter`: usage, cost and latency, summed up."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.commands.budget import BudgetStatus
from antiphon.model.values.usage import Cost, Latency, Usage
from antiphon.model.wire import Absent, Wire

MeterGroup = Literal["model", "provider", "pane", "session", "day"]
"""What a row of a meter sums up."""


class MeterParams(Wire):
    """Which answers are summed up (by default all), and how they are grouped."""

    session_id: Absent[str] = None
    run_id: Absent[str] = None
    since: Absent[str] = None
    """A day by the server's clock (`2026-11-22`), or a time in RFC 3339."""
    group_by: Absent[MeterGroup] = None
    limit: Absent[int] = Field(default=None, ge=1, le=1000)
    """The largest number of rows: 100 by default."""


class EstimatedPart(Wire):
    """The part of a sum that the provider did not count itself."""

    answers: int
    usage: Usage
    cost: Cost


class MeterFigures(Wire):
    """Usage, cost and latency of answers, failed, stopped and replaced ones included."""

    answers: int
    """Answers for which a request was sent."""
    not_sent: int = 0
    """Answers for which no request was sent: there was no key, or they were stopped while they
    waited. No other figure counts them."""
    requests: int
    """Requests that were sent to providers; an answer may have needed several."""
    retries: int
    """Requests that were not their answer's first."""
    usage: Usage
    cost: Cost
    """The sum of what has a price, or `null` if nothing has."""
    unpriced: int
    """Answers that used tokens whose price is not known: they are not in `cost`."""
    estimated: EstimatedPart
    latency: Latency
    """The mean of each figure, over the answers that have it."""


class MeterRow(MeterFigures):
    """One group of a meter."""

    key: str
    """A model's id, a provider's name, a pane's or a session's id, or a day."""
    label: Absent[str] = None
    """The title of the pane or the session, unless it has been deleted."""
    model: Absent[str] = None
    """Of a pane: the model that it was opened for, unless it has been deleted."""
    session_title: Absent[str] = None
    """Of a pane: the title of its session, unless it has been deleted."""


class MeterResult(Wire):
    """Everything summed up, and by group."""

    total: MeterFigures
    rows: list[MeterRow]
    """Days: the newest first. Others: the highest cost first."""
    omitted: int = 0
    """The number of rows beyond the limit."""
    budgets: list[BudgetStatus] = Field(default_factory=list[BudgetStatus])
