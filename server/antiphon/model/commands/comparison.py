"""Answers beside each other: what two share and where they differ, and what N agree on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.conversation.message import Status
from antiphon.model.values.positions import Range
from antiphon.model.wire import Absent, Wire


class CompareSide(Wire):
    """One side of a comparison: a pane (its last answer), a message, or a document of the editor.

    Exactly one of `paneId`, `messageId` and `uri` is given.
    """

    pane_id: Absent[str] = None
    message_id: Absent[str] = None
    uri: Absent[str] = None
    range: Absent[Range] = None
    """With `uri`: the part that is compared."""
    text: Absent[str] = None
    """With `uri`: the text itself where the client has it; else it is read."""


class CompareParams(Wire):
    """Compares two answers, or an answer with a file."""

    left: CompareSide
    right: CompareSide
    granularity: Absent[Literal["word", "line", "char"]] = None
    """`word` where it is not given."""
    tell: Absent[bool] = None
    """Says the outcome to the person in a message too, for an editor that shows no results."""


class ComparedSide(Wire):
    """What was compared."""

    uri: str
    """The document that an editor's own diff shows: the content alone."""
    label: str
    status: Absent[Status] = None
    """Of the message; while it is `streaming`, the text is what has been shown so far."""


class Segment(Wire):
    """A piece that both sides have, or that one of them has alone."""

    op: Literal["equal", "insert", "delete"]
    text: str


class CompareStats(Wire):
    """Unicode code points that both sides have, that only the right has, that only the left has."""

    equal: int
    inserted: int
    deleted: int


class CompareResult(Wire):
    """`equal` and `delete` joined are the left text, `equal` and `insert` joined the right one."""

    left: ComparedSide
    right: ComparedSide
    segments: list[Segment]
    similarity: float
    """The share of both texts together that is equal: 0 to 1."""
    stats: CompareStats


class ConsensusParams(Wire):
    """Two panes or more; `messageIds` names other answers of theirs than the last ones."""

    pane_ids: list[str]
    message_ids: Absent[list[str]] = None


class Support(Wire):
    """Where an answer makes a statement."""

    pane_id: str
    message_id: str
    uri: str
    """The pane's document; the message's own where a newer answer took its place in the pane."""
    range: Range
    """In the document at `uri`."""
    text: str
    """The answer's own words."""


class Statement(Wire):
    """Something that is said, in the words of the first answer that says it."""

    text: str
    support: list[Support] = Field(min_length=1)
    verdict: Literal["all", "some", "one"]
    """How many of the answers say it."""


class ConsensusResult(Wire):
    """What N answers say: by the likeness of their words alone, which is no judgement of truth."""

    statements: list[Statement]
    """In the order in which they are first said."""
    agreement: float
    """0 to 1: of a statement, the share of the other answers that make it too; on average."""
    compared: int
    """How many answers had text."""
    uri: str
    """The overview: a document with all of it, grouped by verdict."""
