"""Searches all messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.history.sql.connection import Connection
    from antiphon.model.commands.search import SearchParams, SearchResult


def search(connection: Connection, params: SearchParams) -> SearchResult:
    """Returns one page of messages that match."""
    raise NotImplementedError
