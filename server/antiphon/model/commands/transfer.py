"""What is done with answers: send them on, sum them up, make one of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.commands.budget import BudgetWarning
from antiphon.model.commands.runs import PaneResult, ProgressToken, RunResult
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Pane, Params
from antiphon.model.values.positions import Range
from antiphon.model.wire import Absent, Wire


class TransferFrom(Wire):
    """Messages, in their order, or a selection in a document of ours: exactly one of the two."""

    message_ids: Absent[list[str]] = None
    uri: Absent[str] = None
    range: Absent[Range] = None
    """With `uri`: the part of a pane or message document that is sent."""


class TransferTo(Wire):
    """Panes of one session, new panes for models, or both."""

    pane_ids: Absent[list[str]] = None
    models: Absent[list[str]] = None


class SendToParams(Wire):
    """Sends what was said in one pane into others."""

    from_: TransferFrom = Field(alias="from")
    to: TransferTo
    mode: Literal["ask", "context"]
    """`context` puts it into the conversation and waits; `ask` has the target answer at once."""
    prompt: Absent[str] = None
    """With `ask`: the question that goes with it. Without one, what is sent is the question."""
    role: Absent[Literal["preserve", "user"]] = None
    """`preserve` keeps who said it; `user`, which is the default, has the person say it."""
    note: Absent[str] = None
    params: Absent[Params] = None
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_over_budget: Absent[bool] = None
    allow_secrets: Absent[bool] = None
    """Sends what looks like a key too: the person has been asked."""


class SendToResult(Wire):
    """The panes that something was sent to, as they are now, and the messages that they gained."""

    session_id: str
    panes: list[Pane]
    messages: list[Message]
    """Each with its provenance."""
    run_id: Absent[str] = None
    status: Absent[Literal["complete", "partial", "failed", "cancelled"]] = None
    results: Absent[list[PaneResult]] = None
    """With `ask`: how the answers ended."""
    budget_warnings: Absent[list[BudgetWarning]] = None
    """Budgets that reached their threshold or their limit with this run."""


class SummarizeParams(Wire):
    """Sums up the last answers of panes in a new pane."""

    pane_ids: list[str]
    format: Literal["executive", "technical", "bullets"]
    combine: Absent[bool] = None
    """One summary of all, which is the default; with `false` one of each."""
    model: Absent[str] = None
    instructions: Absent[str] = None
    params: Absent[Params] = None
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_over_budget: Absent[bool] = None
    allow_secrets: Absent[bool] = None
    """Sends what looks like a key too: the person has been asked."""


class MergeParams(Wire):
    """Makes one answer of the last answers of panes, in a new pane."""

    pane_ids: list[str]
    model: Absent[str] = None
    instructions: Absent[str] = None
    params: Absent[Params] = None
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_over_budget: Absent[bool] = None
    allow_secrets: Absent[bool] = None
    """Sends what looks like a key too: the person has been asked."""


class LeftOut(Wire):
    """A source that was not used, or not wholly."""

    pane_id: str
    title: str
    reason: str


class Coverage(Wire):
    """How many of the sources were used, and what was left out of them."""

    used: int
    of: int
    left_out: list[LeftOut] = Field(default_factory=list[LeftOut])
    """Sources without text."""
    cut: list[LeftOut] = Field(default_factory=list[LeftOut])
    """Sources of which only the beginning was sent, because all together are longer than the model
    can read."""


class DigestResult(RunResult):
    """The summary of a run that summed up or merged: its new panes have `sources`."""

    coverage: Coverage
