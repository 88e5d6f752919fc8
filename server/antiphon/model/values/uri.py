"""The addresses of documents: of panes, of single messages, and of what answers agree on.

The slug is for people and ignored when resolving; `antiphon:/…` and `antiphon:///…` are the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from antiphon.model.conversation.events import Position
from antiphon.model.values.ids import is_id
from antiphon.model.values.positions import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEME: Final = "antiphon"
_LONGEST_FIGURE: Final = 9
_FOUR_FIGURES: Final = re.compile(r"[0-9]{1,9}(?:-[0-9]{1,9}){3}")


@dataclass(frozen=True, slots=True)
class PaneAddress:
    """Points at a whole pane."""

    session_id: str
    pane_id: str


@dataclass(frozen=True, slots=True)
class MessageAddress:
    """Points at one message's content."""

    session_id: str
    pane_id: str
    message_id: str


@dataclass(frozen=True, slots=True)
class ConsensusAddress:
    """Points at the overview of what several answers say."""

    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalAddress:
    """Points at a document of the editor as it would be with a block of code in it."""

    message_id: str
    number: int
    """Of the block in its message, from zero."""
    target: str
    range: Range | None


Address = PaneAddress | MessageAddress | ConsensusAddress | ProposalAddress


def pane_uri(session_id: str, pane_id: str, slug: str) -> str:
    """The address of a pane's document."""
    return f"{SCHEME}:/pane/{session_id}/{pane_id}/{quote(slug, safe='')}"


def message_uri(session_id: str, pane_id: str, message_id: str, slug: str) -> str:
    """The address of one message's content."""
    return f"{SCHEME}:/message/{session_id}/{pane_id}/{message_id}/{quote(slug, safe='')}"


def consensus_uri(message_ids: Sequence[str]) -> str:
    """The address of the overview of these answers."""
    return f"{SCHEME}:/consensus/{'+'.join(message_ids)}/consensus"


def proposal_uri(message_id: str, number: int, target: str, span: Range | None) -> str:
    """The address of the document `target` with a block of code in the place of `span`."""
    places = [] if span is None else [span.start, span.end]
    figures = [figure for place in places for figure in (place.line, place.character)]
    where = "-".join(map(str, figures)) or "all"
    name = target.rstrip("/").rpartition("/")[2] or "file"
    parts = (message_id, str(number), where, quote(target, safe=""), name)
    return f"{SCHEME}:/proposal/{'/'.join(quote(part, safe='') for part in parts)}"


def parse_uri(uri: str) -> Address | None:
    """What `uri` points at, or `None` where it is no address of a document of ours."""
    scheme, _, rest = uri.partition(":")
    if scheme != SCHEME or not rest.startswith("/"):
        return None
    match unquote(rest).lstrip("/").split("/"):
        case ["pane", session, pane, *_] if is_id(session) and is_id(pane):
            return PaneAddress(session, pane)
        case ["message", session, pane, message, *_] if all(map(is_id, (session, pane, message))):
            return MessageAddress(session, pane, message)
        case ["consensus", messages, *_] if all(map(is_id, messages.split("+"))):
            return ConsensusAddress(tuple(messages.split("+")))
        case ["proposal", message, number, where, target, *_] if is_id(message):
            return _proposal(message, number, where, unquote(target))
        case _:
            return None


def _proposal(message_id: str, number: str, where: str, target: str) -> ProposalAddress | None:
    if not (number.isascii() and number.isdigit() and len(number) < _LONGEST_FIGURE):
        return None
    if where == "all":
        return ProposalAddress(message_id, int(number), target, None)
    if not _FOUR_FIGURES.fullmatch(where):
        return None
    first, at, last, end = map(int, where.split("-"))
    start, stop = Position(line=first, character=at), Position(line=last, character=end)
    return ProposalAddress(message_id, int(number), target, Range(start=start, end=stop))
