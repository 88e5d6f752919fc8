"""Has the statements that SQLite writes its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

# SQLite writes the JSON and checks what was stored of it: a thousand rows need no Python objects.
_ENTRY: Final = """json_object(
      'id', id, 'name', name, {description}'source', 'user',
      'inputs', json(inputs), 'steps', json(steps), 'sha256', sha256, 'approved', json('true'),
      'createdAt', created_at, 'updatedAt', updated_at
    )"""
_ADD_CHUNK: Final = """
    INSERT INTO chunks (message, text, is_reasoning) SELECT number, ?, ? FROM messages WHERE id = ?
"""


class SqliteDialect:
    """What `antiphon.history.sql.connection.Dialect` names, in SQLite's words."""

    messages_made_from = """
        SELECT * FROM messages
        WHERE provenance IS NOT NULL AND json_extract(provenance, '$.messageId') = ?
          AND NOT superseded
        ORDER BY number
    """
    panes_made_from = """
        SELECT panes.*, NULL AS running FROM panes
        WHERE sources <> '[]' AND EXISTS (
          SELECT 1 FROM json_each(panes.sources) AS source
          WHERE json_extract(source.value, '$.messageId') = ?
        )
        ORDER BY number
    """
    pipeline_entries = f"""
        SELECT CASE WHEN description IS NULL
          THEN {_ENTRY.format(description="")}
          ELSE {_ENTRY.format(description="'description', description, ")} END
        FROM pipelines ORDER BY name COLLATE NOCASE, id
    """  # noqa: S608 - of constants
    models_of_pipeline_run = """
        SELECT messages.model
        FROM pipeline_run_steps AS step, json_each(step.result, '$.messageIds') AS answer
          JOIN messages ON messages.id = answer.value
        WHERE step.run_id = ? AND messages.model IS NOT NULL
        ORDER BY step.position, answer.key
    """
    costs_of_pipeline_run = """
        SELECT json_extract(result, '$.cost') FROM pipeline_run_steps
        WHERE run_id = ? AND json_array_length(result, '$.messageIds') > 0 ORDER BY position
    """

    @staticmethod
    def add_chunks(connection: sqlite3.Connection, chunks: Sequence[tuple[str, bool, str]]) -> int:
        """Stores texts of running answers, and counts them."""
        return connection.executemany(_ADD_CHUNK, chunks).rowcount


DIALECT: Final = SqliteDialect()
