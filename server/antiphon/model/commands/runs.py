"""Defines the arguments and results of broadcast, estimate, regenerate and cancel."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.commands.budget import BudgetStatus, BudgetWarning
from antiphon.model.conversation.message import Status
from antiphon.model.conversation.session import Pane, Params
from antiphon.model.failure import Failure
from antiphon.model.values.positions import Range
from antiphon.model.values.usage import Cost, Latency, Usage
from antiphon.model.wire import Absent, Wire

ProgressToken = int | str


class ContextItem(Wire):
    """A file, a part of one, a selection or a diff before the prompt."""

    uri: str
    """A document's, or `git:diff` or `git:staged` for what git prints for the open folders."""
    range: Absent[Range] = None
    text: Absent[str] = None
    """The text itself if the client has it (a selection, an unsaved buffer); else it is read."""
    language_id: Absent[str] = None


class ModelChoice(Wire):
    """A new pane of a broadcast: its model, title and own parameters."""

    model: str
    """The model's id, or `@<name>` for a preset."""
    title: Absent[str] = None
    params: Absent[Params] = None


class BroadcastParams(Wire):
    """`models` opens new panes, `paneIds` continues panes of `sessionId`, or both."""

    prompt: str
    models: Absent[list[str | ModelChoice]] = None
    pane_ids: Absent[list[str]] = None
    session_id: Absent[str] = None
    system: Absent[str] = None
    params: Absent[Params] = None
    context: Absent[list[ContextItem]] = None
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_over_budget: Absent[bool] = None
    allow_secrets: Absent[bool] = None
    """Sends text that looks like a key too: the user has agreed to it."""
    confirm_above: Absent[str] = None
    """US dollars: the server asks the user before it sends what is likely to cost more."""
    open: Absent[bool] = None
    """The server has the panes shown, by `window/showDocument`, when they begin to answer."""
    background: Absent[bool] = None
    """The result comes when the run begins: for an editor that waits for results."""


class PaneResult(Wire):
    """How one pane of a run ended."""

    pane_id: str
    message_id: str
    status: Status
    usage: Usage
    cost: Cost
    latency: Latency
    failure: Absent[Failure] = None


class RunResult(Wire):
    """The summary of a run: the response to `broadcast` and `regenerate`."""

    session_id: str
    run_id: str
    status: Literal["complete", "partial", "failed", "cancelled"]
    """`complete` only if every pane completed; `failed` if none received any text."""
    panes: list[Pane]
    results: list[PaneResult]
    running: Absent[Literal[True]] = None
    """The run goes on: with `background` alone, and then `results` is empty."""
    budget_warnings: Absent[list[BudgetWarning]] = None
    """Budgets that reached their threshold or their limit in this run."""


class RegenerateParams(Wire):
    """Asks again for a pane's last answer. The old one stays in the history."""

    message_id: str
    model: Absent[str] = None
    """Another model's id, or `@<name>` for a preset, whose parameters the pane gets."""
    params: Absent[Params] = None
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_secrets: Absent[bool] = None
    """Sends text that looks like a key too: the user has agreed to it."""
    allow_over_budget: Absent[bool] = None
    confirm_above: Absent[str] = None
    """As in `BroadcastParams`."""
    open: Absent[bool] = None
    """As in `BroadcastParams`."""
    background: Absent[bool] = None
    """As in `BroadcastParams`."""


class CancelParams(Wire):
    """Stops a run, one pane of it, or, with neither given, everything that runs."""

    run_id: Absent[str] = None
    pane_id: Absent[str] = None


class CancelResult(Wire):
    """How many panes were stopped."""

    cancelled: int


class CostRange(Wire):
    """What an answer may cost, in US dollars, as decimal strings."""

    min: str
    likely: str
    max: str


class PaneEstimate(Wire):
    """The tokens and the cost of asking one model."""

    model: str
    title: Absent[str] = None
    """The pane's title, which distinguishes two presets of one model."""
    input_tokens: int
    input_tokens_source: Literal["tokenizer", "approximation"] = "approximation"
    """`tokenizer` if the model's own one counted, otherwise an approximation by characters."""
    max_output_tokens: int | None
    cost: CostRange | None
    """`null` if the model has no known price."""


class EstimateTotal(Wire):
    """All panes together. `unpriced` counts those that `cost` does not include."""

    input_tokens: int
    cost: CostRange | None
    unpriced: int


class EstimateResult(Wire):
    """The tokens and the cost of a broadcast, before it is sent."""

    panes: list[PaneEstimate]
    total: EstimateTotal
    budgets: list[BudgetStatus] = Field(default_factory=list[BudgetStatus])
    warnings: Absent[list[str]] = None
    """What looks like keys, a sentence for the user each; sending it needs `allowSecrets`."""
