"""Defines the arguments and results of the commands on prompt files."""

from __future__ import annotations

from typing import Any

from antiphon.model.wire import Absent, Wire


class PromptInput(Wire):
    """An input of a prompt file or a pipeline."""

    name: str
    description: Absent[str] = None
    default: Absent[str] = None
    required: bool
    """Whether a run needs a value for it."""
    enum: Absent[list[str]] = None
    """The only values that it may have."""


class ExpectResult(Wire):
    """Whether an answer keeps a rule."""

    pane_id: str
    rule: dict[str, Any]
    """The rule as it is written: `{"contains": "yes"}`."""
    ok: bool
    got: str | float | None
    """What was found: the beginning of the answer, its cost, its time, or why it is not valid."""
