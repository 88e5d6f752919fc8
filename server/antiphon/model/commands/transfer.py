"""Defines the arguments and results of sending, summarizing and merging answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.commands.budget import BudgetWarning
from antiphon.model.commands.runs import EstimateResult, PaneResult, ProgressToken, RunResult
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Pane, Params
from antiphon.model.values.positions import Range
from antiphon.model.wire import Absent, Wire


class TransferFrom(Wire):
    """Messages, in their order, or else a selection in one of our documents."""

    message_ids: Absent[list[str]] = None
    uri: Absent[str] = None
    range: Absent[Range] = None
    """With `uri`: the part of a pane or message document that is sent."""


class TransferTo(Wire):
    """Panes of one session, models that get new panes, or both."""

    pane_ids: Absent[list[str]] = None
    models: Absent[list[str]] = None


class SendToParams(Wire):
    """Sends messages of one pane to others."""

    from_: TransferFrom = Field(alias="from")
    to: TransferTo
    mode: Literal["ask", "context"]
    """`context` adds it to the target's conversation only; `ask` asks for an answer at once."""
    prompt: Absent[str] = None
    """With `ask`: the prompt that is sent with it. Without one, what is sent is the prompt."""
    role: Absent[Literal["preserve", "user"]] = None
    """`preserve` keeps each message's role; `user`, the default, sends it as the user's message."""
    note: Absent[str] = None
    params: Absent[Params] = None
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_over_budget: Absent[bool] = None
    allow_secrets: Absent[bool] = None
    """Sends text that looks like a key too: the user has agreed to it."""
    confirm_above: Absent[str] = None
    """As in `BroadcastParams`."""
    open: Absent[bool] = None
    """As in `BroadcastParams`."""


class SendToResult(Wire):
    """The panes that messages were sent to, and the messages that were added."""

    session_id: str
    panes: list[Pane]
    messages: list[Message]
    """Each with its provenance."""
    run_id: Absent[str] = None
    status: Absent[Literal["complete", "partial", "failed", "cancelled"]] = None
    results: Absent[list[PaneResult]] = None
    """With `ask`: how the answers ended."""
    budget_warnings: Absent[list[BudgetWarning]] = None
    """Budgets that reached their threshold or their limit in this run."""


class SummarizeParams(Wire):
    """Summarizes the last answers of panes in a new pane."""

    pane_ids: list[str] = Field(default_factory=list[str])
    session_id: Absent[str] = None
    """Without `paneIds`: all answers of this session. Summaries and merges are none of them."""
    format: Literal["executive", "technical", "bullets"]
    combine: Absent[bool] = None
    """One summary of all, which is the default, or, with `false`, one of each."""
    model: Absent[str] = None
    instructions: Absent[str] = None
    params: Absent[Params] = None
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_over_budget: Absent[bool] = None
    allow_secrets: Absent[bool] = None
    """Sends text that looks like a key too: the user has agreed to it."""
    confirm_above: Absent[str] = None
    """As in `BroadcastParams`."""
    open: Absent[bool] = None
    """As in `BroadcastParams`."""
    background: Absent[bool] = None
    """As in `BroadcastParams`."""


class MergeParams(Wire):
    """Merges the last answers of panes into one, in a new pane."""

    pane_ids: list[str] = Field(default_factory=list[str])
    session_id: Absent[str] = None
    """Without `paneIds`: all answers of this session. Summaries and merges are none of them."""
    model: Absent[str] = None
    instructions: Absent[str] = None
    params: Absent[Params] = None
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_over_budget: Absent[bool] = None
    allow_secrets: Absent[bool] = None
    """Sends text that looks like a key too: the user has agreed to it."""
    confirm_above: Absent[str] = None
    """As in `BroadcastParams`."""
    open: Absent[bool] = None
    """As in `BroadcastParams`."""
    background: Absent[bool] = None
    """As in `BroadcastParams`."""


class LeftOut(Wire):
    """A source that was not used, or not completely."""

    pane_id: str
    title: str
    reason: str


class Coverage(Wire):
    """How many of the sources were used, and which were left out or cut."""

    used: int
    of: int
    left_out: list[LeftOut] = Field(default_factory=list[LeftOut])
    """Sources without text."""
    cut: list[LeftOut] = Field(default_factory=list[LeftOut])
    """Sources of which only the beginning was sent, because all together are longer than the model
    can read."""


class DigestResult(RunResult):
    """The summary of a run that summarized or merged: its new panes have `sources`."""

    coverage: Coverage


class DigestEstimateParams(Wire):
    """Names a summary or a merge as the commands that make them do."""

    type: Literal["summary", "merge"]
    pane_ids: list[str] = Field(default_factory=list[str])
    session_id: Absent[str] = None
    format: Absent[Literal["executive", "technical", "bullets"]] = None
    combine: Absent[bool] = None
    model: Absent[str] = None
    instructions: Absent[str] = None
    params: Absent[Params] = None


class DigestEstimateResult(EstimateResult):
    """The models that would write, what they would cost, and what they would read."""

    coverage: Coverage
