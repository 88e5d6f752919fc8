"""Defines the arguments and results of comparing two answers, and of consensus."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.conversation.message import Status
from antiphon.model.values.positions import Range
from antiphon.model.wire import Absent, Wire


class CompareSide(Wire):
    """One side of a comparison: a pane (its last answer), a message, or a document.

    Exactly one of `paneId`, `messageId` and `uri` is given.
    """

    pane_id: Absent[str] = None
    message_id: Absent[str] = None
    uri: Absent[str] = None
    range: Absent[Range] = None
    """With `uri`: the part that is compared."""
    text: Absent[str] = None
    """With `uri`: the text itself if the client has it; otherwise the server reads it."""


class CompareParams(Wire):
    """Compares two answers, or an answer with a file."""

    left: CompareSide
    right: CompareSide
    granularity: Absent[Literal["word", "line", "char"]] = None
    """`word` by default."""
    tell: Absent[bool] = None
    """Shows the outcome to the user in a message too, for an editor that shows no results."""


class ComparedSide(Wire):
    """What was compared."""

    uri: str
    """The document that an editor's own diff shows: the content alone."""
    label: str
    status: Absent[Status] = None
    """The message's status; while it is `streaming`, the text is what has been shown so far."""


class Segment(Wire):
    """A piece of text that both sides have, or that only one of them has."""

    op: Literal["equal", "insert", "delete"]
    text: str


class CompareStats(Wire):
    """Numbers of Unicode code points on both sides, only right and only left."""

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
    """Two panes or more. `messageIds` names answers other than their last ones."""

    pane_ids: list[str] = Field(default_factory=list[str])
    session_id: Absent[str] = None
    """Without `paneIds`: all answers of this session. Summaries and merges are none of them."""
    message_ids: Absent[list[str]] = None


class Support(Wire):
    """Where an answer makes a statement."""

    pane_id: str
    message_id: str
    uri: str
    """The pane's document, or the message's own if a newer answer replaced it in the pane."""
    range: Range
    """In the document at `uri`."""
    text: str
    """The answer's own words."""


class Statement(Wire):
    """A statement, in the words of the first answer that makes it."""

    text: str
    support: list[Support] = Field(min_length=1)
    verdict: Literal["all", "some", "one"]
    """How many of the answers make it."""


class ConsensusResult(Wire):
    """What N answers say, by the similarity of their words only.

    It does not judge what is true.
    """

    statements: list[Statement]
    """In the order of their first appearance."""
    agreement: float
    """The average share, from 0 to 1, of the other answers that make a statement too."""
    compared: int
    """How many answers had text."""
    uri: str
    """The overview: a document with all statements, grouped by verdict."""
