"""A connection to a real PostgreSQL with the history's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.history.postgresql.driver.address import parse_address
from antiphon.history.postgresql.driver.connection import PostgresqlConnection, connect_here

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def connection(postgresql_url: str) -> Iterator[PostgresqlConnection]:
    connection = connect_here(parse_address(postgresql_url))
    yield connection
    connection.close()
