"""Builds histories to search in: sessions of two panes, and one of 1,000 messages."""

from __future__ import annotations

import random
from contextlib import closing
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Final

from antiphon.history.sqlite.driver.connection import connect, use_write_ahead_log
from antiphon.history.sqlite.opening.migrate import migrate, shipped
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import pane_uri
from benchmarks.harness.bench import CACHE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

LONG_SESSION: Final = "01M82CNMBDQP1TWBM00F6WKZEK"

_WORDS: Final = 50_000
_LONG: Final = 1_000
_MESSAGES: Final = 10
_AT_ONCE: Final = 200
_CHARACTERS: Final = 3_000
_FIRST_CHARACTER: Final = 0x4E00
_NOW: Final = "2026-01-01T00:00:00.000Z"
_SESSION: Final = """
    INSERT INTO sessions (id, title, created_at, updated_at) VALUES (?, 'A question', ?, ?)
"""
_PANE: Final = """
    INSERT INTO panes (id, session_id, model, title, type, uri, created_at, params, sources)
    VALUES (?, ?, 'demo/a', 'a', 'chat', ?, ?, '{}', '[]')
"""
_MESSAGE: Final = """
    INSERT INTO messages (id, pane_id, role, status, created_at, content)
    VALUES (?, ?, ?, 'complete', ?, ?)
"""


def built(size: int, *, spaced: bool = True) -> Path:
    """A history of `size` messages in the schema of today; built where it is not there yet.

    The texts are words with spaces, or Chinese ones without, between which a Latin word stands.
    """
    version = shipped()[-1].version
    path = CACHE / f"search-{version}-{size}{'' if spaced else '-unspaced'}.db"
    if path.exists():
        return path
    fresh = path.with_suffix(".building")
    fresh.unlink(missing_ok=True)
    with closing(connect(fresh)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        migrate(connection, shipped())
        _fill(connection, size, texts() if spaced else unspaced_texts())
        use_write_ahead_log(connection)
    fresh.chmod(0o600)
    return fresh.rename(path)


def _fill(connection: sqlite3.Connection, size: int, texts: Iterator[str]) -> None:
    connection.execute("BEGIN")
    _add_session(connection, LONG_SESSION, 1, _LONG, texts)
    connection.execute("COMMIT")
    left = size - _LONG
    while left > 0:
        connection.execute("BEGIN")
        for _ in range(min(_AT_ONCE, -(-left // _MESSAGES))):
            _add_session(connection, new_id(), 2, _MESSAGES, texts)
            left -= _MESSAGES
        connection.execute("COMMIT")


def _add_session(
    connection: sqlite3.Connection, session: str, panes: int, messages: int, texts: Iterator[str]
) -> None:
    connection.execute(_SESSION, (session, _NOW, _NOW))
    for _ in range(panes):
        pane = new_id()
        connection.execute(_PANE, (pane, session, pane_uri(session, pane, "a"), _NOW))
        connection.executemany(
            _MESSAGE,
            [
                (new_id(), pane, ("user", "assistant")[place % 2], _NOW, text)
                for place, text in enumerate(islice(texts, messages // panes))
            ],
        )


def texts(seed: int = 1) -> Iterator[str]:
    """Texts of 150 words whose frequency falls as in a natural language."""
    chance = random.Random(seed)
    weights = list(accumulate(1 / (rank + 10) for rank in range(_WORDS)))
    words = [f"w{rank}" for rank in range(_WORDS)]
    while True:
        chosen = chance.choices(words, cum_weights=weights, k=15_000)
        for first in range(0, len(chosen), 150):
            yield " ".join(chosen[first : first + 150])


def unspaced_texts() -> Iterator[str]:
    """Texts of 100 Chinese words of one to three characters, and ten Latin ones between them."""
    chance = random.Random(1)
    frequent = list(accumulate(1 / (rank + 10) for rank in range(_CHARACTERS)))
    characters = [chr(_FIRST_CHARACTER + number) for number in range(_CHARACTERS)]
    words = [
        "".join(chance.choices(characters, cum_weights=frequent, k=1 + rank % 3))
        for rank in range(_WORDS)
    ]
    weights = list(accumulate(1 / (rank + 10) for rank in range(_WORDS)))
    while True:
        chosen = chance.choices(range(_WORDS), cum_weights=weights, k=11_000)
        for first in range(0, len(chosen), 110):
            yield "".join(
                f"w{number}、" if place % 11 == 10 else words[number]
                for place, number in enumerate(chosen[first : first + 110])
            )
