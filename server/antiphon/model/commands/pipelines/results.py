"""Defines how the steps of a pipeline end, and the event that reports it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.commands.prompts import ExpectResult
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Cost, Latency, Usage
from antiphon.model.wire import Absent, Wire

StepType = Literal["broadcast", "ask", "send", "summarize", "merge", "compare", "consensus"]
StepStatus = Literal["waiting", "running", "complete", "partial", "failed", "skipped", "cancelled"]
"""`waiting` and `running` are of events only: the result of a run has steps that ended."""


class StepComparison(Wire):
    """What a step of type `compare` found, without the text of the difference."""

    left: str
    """The URI of the message."""
    right: str
    similarity: float
    """As in `CompareResult`."""


class StepConsensus(Wire):
    """What a step of type `consensus` found."""

    uri: str
    """The overview, a document."""
    agreement: float
    """As in `ConsensusResult`."""
    compared: int


class StepResult(Wire):
    """How one step of a pipeline's run ended."""

    id: str
    type: StepType
    status: StepStatus
    """`complete` only if every answer is complete; `skipped` if a step that it needs failed."""
    pane_ids: list[str] = Field(default_factory=list[str])
    """The panes that answered or were given messages, in the order in which the step names them."""
    message_ids: list[str] = Field(default_factory=list[str])
    """The answer of each pane; none for `send` with the mode `context`."""
    usage: Usage = Field(default_factory=Usage)
    cost: Cost = Field(default_factory=Cost)
    latency: Latency = Field(default_factory=Latency)
    failure: Absent[Failure] = None
    """Why nothing was sent, or the first failure of its answers."""
    comparison: Absent[StepComparison] = None
    consensus: Absent[StepConsensus] = None
    expect: Absent[list[ExpectResult]] = None
    """Whether its answers keep the rules of the pipeline; absent if there are none."""


class StepEvent(Wire):
    """A step of a pipeline begins or ends. It has no pane and no `seq`.

    It is sent under the stream token as other events are, in a batch of its own.
    """

    type: Literal["step"] = "step"
    run_id: str
    step: StepResult


class StepBatch(Wire):
    """The value of a `$/progress` notification about steps."""

    events: list[StepEvent]
