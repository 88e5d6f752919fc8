"""Defines the arguments and results of the commands on prompt files."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from antiphon.model.commands.runs import (
    ContextItem,
    EstimateResult,
    ModelChoice,
    ProgressToken,
    RunResult,
)
from antiphon.model.conversation.message import Role
from antiphon.model.conversation.session import Params
from antiphon.model.failure import FailureKind
from antiphon.model.values.positions import Range
from antiphon.model.wire import Absent, Wire

PromptFormat = Literal["prompt.md", "skill.md", "prompt.yml", "llm", "promptfoo"]
"""Formats of other tools: VS Code, agent skills, GitHub Models, `llm`, promptfoo."""
PromptSource = Literal["user", "workspace", "product"]
ProblemSeverity = Literal["error", "warning", "information", "hint"]


class PromptInput(Wire):
    """An input of a prompt file or a pipeline."""

    name: str
    description: Absent[str] = None
    default: Absent[str] = None
    required: bool
    """Whether a run needs a value for it."""
    enum: Absent[list[str]] = None
    """The only values that it may have."""


class PromptProblem(Wire):
    """Something that is wrong with a prompt file, at its place."""

    message: str
    range: Range
    severity: ProblemSeverity
    kind: FailureKind
    hint: Absent[str] = None


class PromptContextEntry(Wire):
    """An entry of the context of a prompt file."""

    entry: str
    """As it is written: `src/app.py:3-9`, `@selection`."""
    uri: Absent[str] = None
    """What it names: a file, `git:diff` or `git:staged`; absent for `@selection`."""
    range: Absent[Range] = None


class PromptTurn(Wire):
    """One turn of a prompt, its inputs not replaced."""

    role: Role
    text: str


class PromptReadParams(Wire):
    """Names a prompt file, or gives its text."""

    uri: Absent[str] = None
    text: Absent[str] = None
    """The text, if the client has it; `uri` then only says what its context is relative to."""


class PromptReadResult(Wire):
    """What a prompt file says, and what is wrong with it."""

    name: Absent[str] = None
    description: Absent[str] = None
    argument_hint: Absent[str] = None
    models: list[str | ModelChoice]
    """The models that it names, those of its line-up included. Empty: `models.default`."""
    lineup: Absent[str] = None
    system: Absent[str] = None
    params: Params
    inputs: list[PromptInput]
    context: list[PromptContextEntry]
    budget: Absent[str] = None
    expect: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    """Its rules, as they are written."""
    turns: list[PromptTurn] = Field(default_factory=list[PromptTurn])
    """The turns of the user and the assistant; the last one is the prompt."""
    problems: list[PromptProblem]


class PromptRunParams(Wire):
    """Runs a prompt file: as `BroadcastParams`, with values for its inputs."""

    uri: Absent[str] = None
    text: Absent[str] = None
    """As in `PromptReadParams`."""
    inputs: Absent[dict[str, str]] = None
    models: Absent[list[str | ModelChoice]] = None
    """Asks these instead of those that the file names."""
    session_id: Absent[str] = None
    pane_ids: Absent[list[str]] = None
    """Continues these panes of `session_id` instead of opening new ones."""
    params: Absent[Params] = None
    """Parameters that come before those of the file."""
    selection: Absent[ContextItem] = None
    """What `@selection` means: the text that the user has selected."""
    context: Absent[list[ContextItem]] = None
    """Further context, after that of the file."""
    stream_token: Absent[ProgressToken] = None
    work_done_token: Absent[ProgressToken] = None
    allow_over_budget: Absent[bool] = None
    allow_secrets: Absent[bool] = None
    """As in `BroadcastParams`."""
    confirm_above: Absent[str] = None
    """As in `BroadcastParams`."""
    open: Absent[bool] = None
    """As in `BroadcastParams`."""
    background: Absent[bool] = None
    """As in `BroadcastParams`. The rules of `expect` are then not checked."""


class ExpectResult(Wire):
    """Whether an answer keeps a rule."""

    pane_id: str
    rule: dict[str, Any]
    """The rule as it is written: `{"contains": "yes"}`."""
    ok: bool
    got: str | float | None
    """What was found: the beginning of the answer, its cost, its time, or why it is not valid."""


class PromptRunResult(RunResult):
    """The summary of a run, and whether its answers keep the file's rules."""

    expect: Absent[list[ExpectResult]] = None
    """One entry a rule and answer; absent if the file has no rules."""


class PromptEstimateResult(EstimateResult):
    """The tokens and the cost of running a prompt file, without sending."""


class PromptInfo(Wire):
    """A prompt file of the library."""

    name: str
    description: Absent[str] = None
    uri: str
    source: PromptSource


class PromptListResult(Wire):
    """The library: the workspace's prompt files, the user's and those of the product."""

    prompts: list[PromptInfo]


class PromptImportParams(Wire):
    """The text of a file of another tool."""

    text: str
    format: PromptFormat


class IgnoredField(Wire):
    """A part of another tool's file that a prompt file does not do."""

    key: str
    line: int
    """From one."""
    reason: Literal["runs", "unknown"]
    """`runs`: it would run a program or read something; it is left out. `unknown`: it is kept as a
    comment."""


class PromptImportResult(Wire):
    """A prompt file with the meaning of another tool's file."""

    text: str
    ignored: list[IgnoredField]


class PromptExportParams(Wire):
    """The text of a prompt file, and the format to write it in."""

    text: str
    format: PromptFormat


class PromptExportResult(Wire):
    """The text in another tool's format."""

    text: str
    ignored: list[IgnoredField]
    """What that format cannot hold."""
