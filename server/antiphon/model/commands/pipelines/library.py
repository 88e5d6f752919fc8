"""Defines the arguments and results of keeping, sharing and checking pipelines."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from antiphon.model.commands.pipelines.results import StepType
from antiphon.model.commands.pipelines.steps import Pipeline
from antiphon.model.commands.prompts import PromptInput
from antiphon.model.wire import Absent, Wire

PipelineSource = Literal["user", "workspace"]
"""`user` is the database, `workspace` the folder `.antiphon/pipelines` of an open folder."""


class PipelineProblem(Wire):
    """What is wrong in a pipeline's text, and where."""

    message: str
    line: int
    """From 1."""
    column: Absent[int] = None
    """From 1, in UTF-16 units."""
    severity: Literal["error", "warning"] = "error"
    """A pipeline with an error can be neither saved nor run."""


class PipelineCheckParams(Wire):
    """A pipeline's text, which may have any fault."""

    text: str


class PipelineCheckResult(Wire):
    """What is wrong in a text: nothing, if it can be saved and run."""

    problems: list[PipelineProblem]


class StepOutline(Wire):
    """A step as a list or a graph shows it, without its texts."""

    id: str
    type: StepType
    needs: list[str] = Field(default_factory=list[str])
    """The ids of the steps that it waits for."""


class PipelineEntry(Wire):
    """A pipeline as a library lists it."""

    id: str
    """Of a workspace's pipeline, the URI of its file."""
    name: str
    description: Absent[str] = None
    source: PipelineSource = "user"
    uri: Absent[str] = None
    """The file of a workspace's pipeline."""
    inputs: list[PromptInput] = Field(default_factory=list[PromptInput])
    steps: list[StepOutline] = Field(default_factory=list[StepOutline])
    """Empty if the text has an error."""
    sha256: str
    """What an approval is bound to: the hash of the whole text, and of what names in it mean, if
    the folder's settings say so."""
    approved: bool = True
    """Whether it may run without being shown first: `false` for a workspace's that is new here."""
    created_at: Absent[str] = None
    updated_at: Absent[str] = None


class PipelineListResult(Wire):
    """Every pipeline by name, those of the workspace's folders last."""

    pipelines: list[PipelineEntry]


class PipelineIdParams(Wire):
    """Names a pipeline by its id, or by the URI of its file."""

    pipeline_id: str


class StoredPipeline(Pipeline):
    """A pipeline that has an id."""

    id: str
    sha256: str
    """As in `PipelineEntry`."""


class PipelineResult(Wire):
    """A pipeline with its text, as it is kept."""

    pipeline: StoredPipeline
    text: str
    graph: list[StepOutline]
    """Which step waits for which."""
    source: PipelineSource = "user"
    uri: Absent[str] = None
    approved: bool = True
    settings: Absent[str] = None
    """What the folder's settings make of names in the text: comments, to be shown below it when it
    is to be approved."""


class RecordedInput(Wire):
    """A text of a session that a recorded pipeline is given instead, by a name."""

    name: str
    text: str
    """Replaced wherever a prompt, a system prompt or an instruction has it, letter for letter."""
    description: Absent[str] = None


class PipelineRecordParams(Wire):
    """Names a session to write down as a pipeline. Nothing is saved."""

    session_id: str
    name: Absent[str] = None
    """By default the session's title."""
    description: Absent[str] = None
    inputs: Absent[list[RecordedInput]] = None


class PipelineRecordResult(Wire):
    """A session as a pipeline."""

    pipeline: Pipeline
    text: str
    notes: list[str] = Field(default_factory=list[str])
    """What of the session a pipeline cannot do again as it was, a sentence each."""


class PipelineSaveParams(Wire):
    """Saves a pipeline: given, or recorded from a session. With `pipelineId` it is replaced."""

    name: Absent[str] = None
    description: Absent[str] = None
    pipeline: Absent[str | dict[str, Any]] = None
    """Its text, or the same as an object."""
    from_session_id: Absent[str] = None
    inputs: Absent[list[RecordedInput]] = None
    """With `fromSessionId`."""
    pipeline_id: Absent[str] = None
    to: Absent[PipelineSource] = None
    """Where a new one is kept; `user` by default."""


class PipelineRenameParams(Wire):
    """Gives a pipeline another name."""

    pipeline_id: str
    name: str
    approve: Absent[str] = None
    """The hash of a folder's text that the user has seen and agreed to."""


class PipelineDuplicateParams(Wire):
    """Saves a copy under another name."""

    pipeline_id: str
    name: Absent[str] = None
    to: Absent[PipelineSource] = None
    """Where the copy is kept; `user` by default."""
    approve: Absent[str] = None
    """The hash of a folder's text that the user has seen and agreed to."""


class PipelineExportParams(Wire):
    """Names the pipelines of a file to share: one, or several as a bundle."""

    pipeline_id: Absent[str] = None
    pipeline_ids: Absent[list[str]] = None


class PipelineExportResult(Wire):
    """The text of one pipeline, or of a bundle (`antiphon: pipelines/v1`)."""

    text: str


class PipelineImportParams(Wire):
    """Reads a pipeline or a bundle, and saves it unless only previewed."""

    text: str
    preview: Absent[bool] = None
    """Saves nothing: the result has what would be saved, to be shown to the user whole."""
    sha256: Absent[str] = None
    """The hash of what the user has seen and agreed to; another text is a `conflict`."""


class PipelineImportResult(Wire):
    """What was imported, or would be."""

    pipeline: StoredPipeline
    """The first of them."""
    pipelines: list[PipelineResult]
    sha256: str
    """The hash of the imported text."""
    saved: bool
