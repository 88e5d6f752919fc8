"""Code of an answer, on its way back to the file that it is about."""

from __future__ import annotations

from pydantic import Field

from antiphon.model.values.positions import Position, Range
from antiphon.model.wire import Absent, Wire


class CodeTarget(Wire):
    """A document of the editor, or a part of it, that code is to take the place of."""

    uri: str
    range: Absent[Range] = None
    """Without it: the whole document."""
    sha256: Absent[str] = None
    """Of what is replaced (hex, of its UTF-8 form), as a proposal names it: given back, it keeps
    code from a place that has changed since."""
    by_text: Absent[bool] = None
    """The server found the place by the words that its model was shown: other lines are no change.
    """


class CodeProposeParams(Wire):
    """Names a block of code by a place in it."""

    uri: str
    """A pane or message document."""
    position: Position
    target: Absent[CodeTarget] = None
    """Without it: the files that the answer's prompt had as context."""


class UnseenCharacter(Wire):
    """A character that cannot be seen, or that makes text look other than it is."""

    code_point: str
    """`U+202E`"""
    name: str
    line: int
    """Of the block of code, from zero."""
    character: int


class OvertakenPlace(Wire):
    """A place that is not what the model was shown of it any more."""

    message: str
    """Which lines differ, and where what was shown stands now: a sentence for the person."""
    range: Range
    """Whole lines of the document as it is; empty where lines were taken out."""
    elsewhere: Absent[CodeTarget] = None
    """Where what the model was shown stands now, if that is one place: propose that."""


class CodeProposal(Wire):
    """A document with the code in its place."""

    target: CodeTarget
    label: str
    """`src/app.py, lines 3 to 9`"""
    uri: str
    """The document as it would be, for an editor's own diff against `target.uri`."""
    changes: bool
    """Whether it differs from the document as it is."""
    overtaken: Absent[OvertakenPlace] = None
    """Say this before the code is accepted: what it would replace is not what its model saw."""


class CodeProposeResult(Wire):
    """What a block of code could take the place of."""

    code: str
    language_id: Absent[str] = None
    proposals: list[CodeProposal]
    unseen: list[UnseenCharacter] = Field(default_factory=list[UnseenCharacter])
    """Show these before the code is accepted."""
    problems: Absent[list[str]] = None
    """Why a file that was context is not among the proposals, a sentence each."""


class CodeApplyParams(Wire):
    """Puts a block of code in its place: one `workspace/applyEdit`, one step to undo."""

    uri: str
    position: Position
    target: CodeTarget
    accept_unseen: Absent[bool] = None
    """Needed where the code has characters that cannot be seen."""
    force: Absent[bool] = None
    """Needed where the proposal is `overtaken`."""


class CodeApplyResult(Wire):
    """Whether the editor took it."""

    applied: bool
    reason: Absent[str] = None
    """The editor's own, where it did not."""
