"""Builds and parses the URIs of panes, messages, consensus overviews and proposals.

The slug is for people and ignored by `parse_uri`; `antiphon:/…` and `antiphon:///…` are the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from msgspec import Struct

from antiphon.model.values.ids import is_id
from antiphon.model.values.positions import Position, Range

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEME: Final = "antiphon"
GIT_DIFF: Final = "git:diff"
GIT_STAGED: Final = "git:staged"
DIFFS: Final = frozenset({GIT_DIFF, GIT_STAGED})
"""Context that has no document: what git prints for the open folders."""
_MAX_DIGITS: Final = 9
_FOUR_NUMBERS: Final = re.compile(r"[0-9]{1,9}(?:-[0-9]{1,9}){3}")


class PaneAddress(Struct, frozen=True):
    """The address of a whole pane."""

    session_id: str
    pane_id: str


class MessageAddress(Struct, frozen=True):
    """The address of one message's content."""

    session_id: str
    pane_id: str
    message_id: str


class ConsensusAddress(Struct, frozen=True):
    """The address of the overview of what several answers say."""

    message_ids: tuple[str, ...]


class ProposalAddress(Struct, frozen=True):
    """The address of an editor's document as it would be with a block of code."""

    message_id: str
    number: int
    """The number of the block in its message, from zero."""
    target: str
    range: Range | None


Address = PaneAddress | MessageAddress | ConsensusAddress | ProposalAddress


def pane_uri(session_id: str, pane_id: str, slug: str) -> str:
    """Builds the URI of a pane's document."""
    return f"{SCHEME}:/pane/{session_id}/{pane_id}/{quote(slug, safe='')}"


def message_uri(session_id: str, pane_id: str, message_id: str, slug: str) -> str:
    """Builds the URI of one message's content."""
    return f"{SCHEME}:/message/{session_id}/{pane_id}/{message_id}/{quote(slug, safe='')}"


def consensus_uri(message_ids: Sequence[str]) -> str:
    """Builds the URI of the overview of these answers."""
    return f"{SCHEME}:/consensus/{'+'.join(message_ids)}/consensus"


def proposal_uri(message_id: str, number: int, target: str, replaced: Range | None) -> str:
    """Builds the URI of the document `target` with a block of code instead of `replaced`."""
    positions = [] if replaced is None else [replaced.start, replaced.end]
    numbers = [each for position in positions for each in (position.line, position.character)]
    lines = "-".join(map(str, numbers)) or "all"
    name = target.rstrip("/").rpartition("/")[2] or "file"
    parts = (message_id, str(number), lines, quote(target, safe=""), name)
    return f"{SCHEME}:/proposal/{'/'.join(quote(part, safe='') for part in parts)}"


def parse_uri(uri: str) -> Address | None:
    """Parses `uri`, or returns `None` if it is not one of our documents' URIs."""
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
        case ["proposal", message, number, lines, target, *_] if is_id(message):
            return _proposal(message, number, lines, unquote(target))
        case _:
            return None


def _proposal(message_id: str, number: str, lines: str, target: str) -> ProposalAddress | None:
    if not (number.isascii() and number.isdigit() and len(number) < _MAX_DIGITS):
        return None
    if lines == "all":
        return ProposalAddress(message_id, int(number), target, None)
    if not _FOUR_NUMBERS.fullmatch(lines):
        return None
    first, at, last, end = map(int, lines.split("-"))
    start, stop = Position(line=first, character=at), Position(line=last, character=end)
    return ProposalAddress(message_id, int(number), target, Range(start=start, end=stop))
