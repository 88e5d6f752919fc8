"""Defines the arguments and results of putting an answer's code into a file."""

from __future__ import annotations

from pydantic import Field

from antiphon.model.values.positions import Position, Range
from antiphon.model.wire import Absent, Wire


class CodeTarget(Wire):
    """A document of the editor, or a part of it, that code would replace."""

    uri: str
    range: Absent[Range] = None
    """By default the whole document."""
    sha256: Absent[str] = None
    """The SHA-256 of what is replaced (hex, of its UTF-8 form), as a proposal names it. If it is
    sent back, no code is put into a range that has changed since."""
    by_text: Absent[bool] = None
    """The server found the range by the text that the model was sent, so other lines may have
    changed."""


class CodeProposeParams(Wire):
    """Names a block of code by a position in it."""

    uri: str
    """A pane or message document."""
    position: Position
    target: Absent[CodeTarget] = None
    """By default the files that the answer's prompt had as context."""


class UnseenCharacter(Wire):
    """A hidden character, or one that makes text look different from what it is."""

    code_point: str
    """`U+202E`"""
    name: str
    line: int
    """The line in the block of code, from zero."""
    character: int


class OvertakenPlace(Wire):
    """A range whose text has changed since the model was sent it."""

    message: str
    """Which lines differ, and where the text that was sent is now: a sentence for the user."""
    range: Range
    """Whole lines of the document as it is; empty if lines were removed."""
    elsewhere: Absent[CodeTarget] = None
    """Where the text that the model was sent is now, if it is in one place only: propose that."""


class CodeProposal(Wire):
    """A document with the code put into it."""

    target: CodeTarget
    label: str
    """`src/app.py, lines 3 to 9`"""
    uri: str
    """The document as it would be, for an editor's own diff against `target.uri`."""
    changes: bool
    """Whether it differs from the document as it is."""
    overtaken: Absent[OvertakenPlace] = None
    """Show this before the code is accepted: the text to replace is not what the model was sent."""


class CodeProposeResult(Wire):
    """What a block of code could replace."""

    code: str
    language_id: Absent[str] = None
    proposals: list[CodeProposal]
    unseen: list[UnseenCharacter] = Field(default_factory=list[UnseenCharacter])
    """Show these before the code is accepted."""
    problems: Absent[list[str]] = None
    """Why files that were context are not among the proposals: one sentence for each."""


class CodeApplyParams(Wire):
    """Puts a block of code into a document: one `workspace/applyEdit`, one step to undo."""

    uri: str
    position: Position
    target: CodeTarget
    accept_unseen: Absent[bool] = None
    """Needed if the code has hidden characters."""
    force: Absent[bool] = None
    """Needed if the proposal is `overtaken`."""


class CodeApplyResult(Wire):
    """Whether the editor applied the edit."""

    applied: bool
    reason: Absent[str] = None
    """The editor's own reason, if it did not."""
