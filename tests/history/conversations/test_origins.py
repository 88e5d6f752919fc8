"""Where messages went is found by an index, and not by reading every message."""

from __future__ import annotations

from contextlib import closing

import pytest

from antiphon.history.sqlite.dialect import DIALECT
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, shipped


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (DIALECT.messages_made_from, "SEARCH messages USING INDEX messages_by_origin"),
        (DIALECT.panes_made_from, "SCAN panes USING INDEX panes_with_sources"),
    ],
)
def test_the_index_is_used(tmp_path, query, index) -> None:
    with closing(connect(tmp_path / "a.db")) as connection:
        migrate(connection, shipped())
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", ("x",)).fetchall()
    assert any(row[3].startswith(index) for row in plan), [tuple(row) for row in plan]
