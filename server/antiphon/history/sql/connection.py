"""Defines a connection as the history's functions use it, in any database.

They are written once, in SQL that SQLite and PostgreSQL both understand. What has to differ is a
statement of the connection's `dialect`. Parameters are `?` or `:name`, rows are read by name or by
position. Every function is called in a thread of its own connection, inside a transaction, so it
may wait for the database and needs no `await`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


class Row(Protocol):
    """One row of a result."""

    def __getitem__(self, key: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def keys(self) -> Any: ...


class Cursor(Protocol):
    """The result of a statement."""

    @property
    def rowcount(self) -> int:
        """How many rows an `INSERT`, `UPDATE` or `DELETE` changed."""
        ...

    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection in the middle of a transaction."""

    @property
    def dialect(self) -> Dialect: ...

    def execute(
        self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /
    ) -> Cursor:
        """Runs one statement."""
        ...

    def executemany(
        self, statement: str, parameters: Sequence[Sequence[Any] | Mapping[str, Any]], /
    ) -> object:
        """Runs a statement for each of `parameters`."""
        ...

    def count_changes(
        self, statement: str, parameters: Sequence[Sequence[Any] | Mapping[str, Any]], /
    ) -> int:
        """Runs a statement for each of `parameters`, and returns how many rows all changed."""
        ...

    def take_turn(self, subject: str, /) -> None:
        """Waits until no other transaction has the turn for `subject`, and takes it.

        What a transaction reads after that, nobody else who takes the turn can change before it
        commits.
        """
        ...


class Dialect(Protocol):
    """Statements that databases write differently, by what they are for."""

    @property
    def messages_made_from(self) -> str:
        """Finds the messages whose `provenance` names the message `?`."""
        ...

    @property
    def panes_made_from(self) -> str:
        """Finds the panes whose `sources` name the message `?`."""
        ...

    @property
    def pipeline_entries(self) -> str:
        """Reads every pipeline by name, as the JSON text of a `PipelineEntry`."""
        ...

    @property
    def models_of_pipeline_run(self) -> str:
        """Reads the models of a pipeline run's answers, in the order of its steps."""
        ...

    @property
    def costs_of_pipeline_run(self) -> str:
        """Reads the costs of a pipeline run's steps that asked models, as JSON texts."""
        ...

    @property
    def add_chunks(self) -> Callable[[Any, Sequence[tuple[str, bool, str]]], int]:
        """Stores texts of running answers (text, is reasoning, message id), and counts them."""
        ...
