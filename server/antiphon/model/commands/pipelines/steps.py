"""Defines a pipeline and its steps, as a text in the format `pipeline/v1` holds them.

A reference names a step, whose panes are all meant, or one of its panes: `id`, `id.2`, `id.title`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from antiphon.model.commands.prompts import PromptInput
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.conversation.session import Params
from antiphon.model.wire import Absent, Wire

FORMAT: Final = "pipeline/v1"


class PipelineStepBase(Wire):
    """What every step has."""

    id: str
    """What references name: letters, digits, `-` and `_`, the first one no digit."""
    recorded: Absent[list[str]] = None
    """In a recorded pipeline: the model that each vendor named in its answer, pane by pane."""
    expect: Absent[list[dict[str, Any]]] = None
    """Rules that its answers are expected to keep, as they are written; with `pane` for one."""


class BroadcastStep(PipelineStepBase):
    """Asks several models one prompt, each in a new pane."""

    type: Literal["broadcast"] = "broadcast"
    models: Absent[list[str | ModelChoice]] = None
    """By default those of the setting `models.default`."""
    lineup: Absent[str] = None
    """A line-up of the settings, instead of `models`."""
    prompt: str
    system: Absent[str] = None
    params: Absent[Params] = None
    context: Absent[list[str]] = None
    """Files of the first open folder, `src/app.py` or `src/app.py:3-9`; `@diff`, `@staged`."""


class AskStep(PipelineStepBase):
    """Goes on in panes of earlier steps."""

    type: Literal["ask"] = "ask"
    panes: list[str] = Field(min_length=1)
    """References."""
    prompt: str
    system: Absent[str] = None
    params: Absent[Params] = None
    context: Absent[list[str]] = None
    """As in `BroadcastStep`."""


class SendStep(PipelineStepBase):
    """Sends the answers of earlier steps to other panes."""

    type: Literal["send"] = "send"
    from_: list[str] = Field(alias="from", min_length=1)
    """References: their answers are sent, in this order."""
    to: Absent[list[str]] = None
    """References to panes that get them."""
    models: Absent[list[str]] = None
    """Models of new panes that get them."""
    mode: Literal["ask", "context"]
    """`context` adds them to the conversation only; `ask` asks for an answer at once."""
    prompt: Absent[str] = None
    role: Absent[Literal["preserve", "user"]] = None
    note: Absent[str] = None
    params: Absent[Params] = None


class SummarizeStep(PipelineStepBase):
    """Summarizes the last answers of panes in a new pane."""

    type: Literal["summarize"] = "summarize"
    of: list[str] = Field(min_length=1)
    """References."""
    format: Literal["executive", "technical", "bullets"] = "bullets"
    combine: Absent[bool] = None
    """As in `SummarizeParams`."""
    model: Absent[str] = None
    instructions: Absent[str] = None
    params: Absent[Params] = None


class MergeStep(PipelineStepBase):
    """Merges the last answers of panes into one, in a new pane."""

    type: Literal["merge"] = "merge"
    of: list[str] = Field(min_length=1)
    """References."""
    model: Absent[str] = None
    instructions: Absent[str] = None
    params: Absent[Params] = None


class CompareStep(PipelineStepBase):
    """Compares the answers of two panes."""

    type: Literal["compare"] = "compare"
    left: str
    """A reference to one pane."""
    right: str
    granularity: Absent[Literal["word", "line", "char"]] = None
    """`word` by default."""


class ConsensusStep(PipelineStepBase):
    """Finds what several answers say, and which of them agree."""

    type: Literal["consensus"] = "consensus"
    of: list[str] = Field(min_length=1)
    """References."""


PipelineStep = Annotated[
    BroadcastStep | AskStep | SendStep | SummarizeStep | MergeStep | CompareStep | ConsensusStep,
    Field(discriminator="type"),
]


class Pipeline(Wire):
    """A whole pipeline: what it is given, and its steps."""

    name: str
    description: Absent[str] = None
    inputs: list[PromptInput] = Field(default_factory=list[PromptInput])
    """In a text an object, by name."""
    budget: Absent[str] = None
    """US dollars, as a decimal string, that one run may cost."""
    steps: list[PipelineStep] = Field(min_length=1)
    expect: Absent[list[dict[str, Any]]] = None
    """Rules, each with the `step` or the `pane` that it is about."""
