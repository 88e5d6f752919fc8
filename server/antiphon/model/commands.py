"""Arguments and results of the commands, one pair a command.

`antiphon.lsp.wire` says which command takes which.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.budget import BudgetStatus, BudgetWarning
from antiphon.model.failure import Failure
from antiphon.model.message import Message, Status
from antiphon.model.model_info import ModelInfo, ProviderStatus
from antiphon.model.positions import Range
from antiphon.model.session import Pane, Params, Session
from antiphon.model.usage import Cost, Latency, Usage
from antiphon.model.wire import Absent, Wire

ProgressToken = int | str


class Nothing(Wire):
    """An argument without fields."""


class ContextItem(Wire):
    """A file, a part of one, or a selection that is put in front of the prompt."""

    uri: str
    range: Absent[Range] = None
    text: Absent[str] = None
    """The text itself where the client has it (a selection, an unsaved buffer); else it is read."""
    language_id: Absent[str] = None


class ModelChoice(Wire):
    """A new pane of a broadcast: its model, and what is particular to it."""

    model: str
    title: Absent[str] = None
    params: Absent[Params] = None


class BroadcastParams(Wire):
    """`models` opens new panes, `paneIds` goes on with panes of `sessionId`; both may be given."""

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
    """Sends what looks like a key too: the person has been asked."""


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
    """`complete` only where every pane completed; `failed` where none brought any text."""
    panes: list[Pane]
    results: list[PaneResult]
    budget_warnings: Absent[list[BudgetWarning]] = None
    """Budgets that reached their threshold or their limit with this run."""


class RegenerateParams(Wire):
    """Asks again for the last answer of a pane; the old one stays in the history."""

    message_id: str
    model: Absent[str] = None
    params: Absent[Params] = None
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_secrets: Absent[bool] = None
    """Sends what looks like a key too: the person has been asked."""
    allow_over_budget: Absent[bool] = None


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
    """What asking one model would take."""

    model: str
    input_tokens: int
    input_tokens_source: Literal["tokenizer", "approximation"] = "approximation"
    """`tokenizer` where the model's own one counted, else an approximation by characters."""
    max_output_tokens: int | None
    cost: CostRange | None
    """`null` where the model has no known price."""


class EstimateTotal(Wire):
    """All panes together; `unpriced` counts those that `cost` leaves out."""

    input_tokens: int
    cost: CostRange | None
    unpriced: int


class EstimateResult(Wire):
    """What a broadcast would take, before it is sent."""

    panes: list[PaneEstimate]
    total: EstimateTotal
    budgets: list[BudgetStatus] = Field(default_factory=list[BudgetStatus])
    warnings: Absent[list[str]] = None
    """Places that look like keys, each a sentence for the person; they would be asked about."""


class ModelsParams(Wire):
    """`refresh` asks the providers again, `query` filters by a part of the id."""

    refresh: Absent[bool] = None
    query: Absent[str] = None


class PriceSource(Wire):
    """Where prices and limits come from that no setting and no provider's own list gives."""

    source: str
    """The table and its version: `litellm 1.84.0`."""
    date: Absent[str] = None
    """The day on which it was published, where that is known."""


class ModelsResult(Wire):
    """Every model that can be named, available ones first."""

    models: list[ModelInfo]
    default: list[str] = Field(default_factory=list[str])
    """The models that are asked where none are named."""
    lineups: dict[str, list[str]] = Field(default_factory=dict[str, list[str]])
    prices: Absent[PriceSource] = None


class HistoryStatus(Wire):
    """Where the history is kept."""

    backend: Literal["sqlite", "postgresql"]
    schema_version: int
    location: str
    problem: Absent[str] = None
    """Why answers are not being kept at the moment, and what to do."""
    engine: Absent[str] = None
    """The database and its version: `SQLite 3.45.1`."""
    note: Absent[str] = None
    """What is known to be wrong with that version, and what is done about it."""


class HealthResult(Wire):
    """The server's own state."""

    version: str
    protocol: Literal[1] = 1
    uptime_ms: int
    providers: list[ProviderStatus]
    history: HistoryStatus
    problems: Absent[list[str]] = None
    """Settings that were not understood, each with the field's name."""


class SessionListParams(Wire):
    """Newest first; `cursor` is a former page's `nextCursor`."""

    limit: Absent[int] = Field(default=None, ge=1, le=500)
    cursor: Absent[str] = None
    tag: Absent[str] = None


class SessionListResult(Wire):
    """One page of sessions."""

    sessions: list[Session]
    next_cursor: Absent[str] = None


class SessionOpenParams(Wire):
    """Names a session."""

    session_id: str


class SessionOpenResult(Wire):
    """A session with every message of its panes, oldest first."""

    session: Session
    messages: list[Message]


class OpenParams(Wire):
    """Names a pane by its address."""

    uri: str


class OpenResult(Wire):
    """The real file that a pane was written to."""

    uri: str
    """The `file:` address."""
    shown: bool
    """Whether the editor says that it shows the file."""


class ContentParams(Wire):
    """`workspace/textDocumentContent` of LSP 3.18."""

    uri: str


class ContentResult(Wire):
    """The text of a virtual document."""

    text: str
