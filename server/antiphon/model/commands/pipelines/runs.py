"""Defines the arguments and results of running pipelines, and of comparing two runs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from antiphon.model.commands.pipelines.results import StepResult
from antiphon.model.commands.runs import ProgressToken
from antiphon.model.conversation.session import Pane
from antiphon.model.values.usage import Cost
from antiphon.model.wire import Absent, Wire


class PipelineRunParams(Wire):
    """Runs a kept or a given pipeline, or the rest of an earlier run."""

    pipeline_id: Absent[str] = None
    pipeline: Absent[str | dict[str, Any]] = None
    """Its text, or the same as an object."""
    uri: Absent[str] = None
    """With `pipeline`: the file that it came from, which its context paths are relative to."""
    inputs: Absent[dict[str, str]] = None
    models: Absent[dict[str, str | list[str]]] = None
    """Other models, by a reference: of a whole step, or of one of its panes (`ask.2`)."""
    resume: Absent[str] = None
    """The id of a run: its complete answers are kept, and the others are asked for again."""
    approve: Absent[str] = None
    """The hash of what the user has seen and agreed to run: `data.sha256` of the refusal, or the
    pipeline's `sha256`."""
    record: Absent[str] = None
    """A folder to keep the vendors' answers in."""
    replay: Absent[str] = None
    """A folder with kept answers: nothing is sent, and one that is missing is a `replay_miss`."""
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_over_budget: Absent[bool] = None
    allow_secrets: Absent[bool] = None
    """Sends text that looks like a key too: the user has agreed to it."""
    confirm_above: Absent[str] = None
    """As in `BroadcastParams`, for each step."""
    open: Absent[bool] = None
    """As in `BroadcastParams`."""


class PipelineRunResult(Wire):
    """The summary of a pipeline's run."""

    session_id: str
    run_id: str
    """Names the whole run: for `antiphon.cancel`, `resume` and `antiphon.pipeline.drift`."""
    status: Literal["complete", "partial", "failed", "cancelled"]
    """`complete` only if every step is; `failed` if none has any answer."""
    steps: list[StepResult]
    panes: list[Pane] = Field(default_factory=list[Pane])


class PipelineRunsParams(Wire):
    """Names the pipeline whose runs are listed: an id, or the URI of a file."""

    pipeline_id: str
    limit: Absent[int] = Field(default=None, ge=1, le=500)
    """20 by default."""


class PipelineRunEntry(Wire):
    """A run that is kept, as a list shows it."""

    run_id: str
    session_id: str
    started_at: str
    """A resumed run keeps the time of its first start."""
    status: Literal["running", "complete", "partial", "failed", "cancelled"]
    """`running` too if its server was killed: `resume` goes on with it."""
    cost: Cost
    """Of its present answers; `amount` is `null` if that of any of them is not known."""
    models: list[str] = Field(default_factory=list[str])
    """The models that were asked, by step."""
    inputs: list[str] = Field(default_factory=list[str])
    """The names of the inputs that it was given."""


class PipelineRunsResult(Wire):
    """Runs of a pipeline, the newest first."""

    runs: list[PipelineRunEntry]


class PipelineDriftParams(Wire):
    """Two runs of one pipeline."""

    left: str
    right: str


class PaneDrift(Wire):
    """One answer in both runs, the left one first in each pair."""

    title: str
    left: str
    """The URI of the message, which an editor's own diff shows; empty if there is none."""
    right: str
    similarity: float
    """As in `CompareResult`."""
    cost: list[str | None]
    total_ms: list[int]
    model: list[str]
    """The models that answered, by the vendor's own name if it gave one."""
    moved: bool = False
    """Whether one name was asked for and two models answered."""


class StepDrift(Wire):
    """One step in both runs."""

    id: str
    panes: list[PaneDrift]
    status: list[str]
    cost: list[str | None]
    total_ms: list[int]


class PipelineDriftResult(Wire):
    """How far two runs are apart, step by step."""

    steps: list[StepDrift]
    only: list[str] = Field(default_factory=list[str])
    """The ids of steps that one of the runs does not have."""
