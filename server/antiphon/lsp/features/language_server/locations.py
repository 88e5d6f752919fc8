"""Positions, ranges and locations, between the model's types and lsprotocol's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from antiphon.model.values.positions import Position, Range
from antiphon.model.values.uri import SCHEME

if TYPE_CHECKING:
    from antiphon.engine.sessions.provenance import Location


def is_ours(uri: str) -> bool:
    """Checks whether the document is one of the server's own."""
    return uri.startswith(f"{SCHEME}:")


def to_position(position: types.Position) -> Position:
    """Returns a position of the client as the model has it."""
    return Position(line=position.line, character=position.character)


def to_range(span: types.Range) -> Range:
    """Returns a range of the client as the model has it."""
    return Range(start=to_position(span.start), end=to_position(span.end))


def lsp_range(span: Range) -> types.Range:
    """Returns a range of the model as lsprotocol has it."""
    start, end = span.start, span.end
    return types.Range(
        types.Position(start.line, start.character), types.Position(end.line, end.character)
    )


def lsp_location(location: Location) -> types.Location:
    """Returns a location of the engine as lsprotocol has it."""
    return types.Location(location.uri, lsp_range(location.range))
