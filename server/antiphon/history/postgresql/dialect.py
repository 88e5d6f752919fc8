"""Has the statements that PostgreSQL writes its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.postgresql.nul import without_nul

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.history.sql.connection import Connection

# In JSON U+0000 is written as an escape, not as `nul.py` writes it.
_ENTRY: Final = r"""replace(json_build_object(
      'id', id, 'name', name, {description}'source', 'user',
      'inputs', inputs::json, 'steps', steps::json, 'sha256', sha256, 'approved', true,
      'createdAt', created_at, 'updatedAt', updated_at
    )::text, U&'\FDD00', '\u0000')"""
# One statement for all streams of a frame.
_ADD_CHUNKS: Final = """
    INSERT INTO chunks (message, text, is_reasoning)
    SELECT messages.number, added.text, added.is_reasoning
    FROM unnest(?::text[], ?::boolean[], ?::text[])
      WITH ORDINALITY AS added (text, is_reasoning, id, place)
    JOIN messages ON messages.id = added.id
    ORDER BY added.place
"""


class PostgresqlDialect:
    """What `antiphon.history.sql.connection.Dialect` names, in PostgreSQL's words."""

    messages_made_from = """
        SELECT * FROM messages
        WHERE provenance IS NOT NULL AND readable(provenance) ->> 'messageId' = ? AND NOT superseded
        ORDER BY number
    """
    panes_made_from = """
        SELECT panes.*, NULL::bigint AS running FROM panes
        WHERE sources <> '[]' AND EXISTS (
          SELECT 1 FROM json_array_elements(readable(panes.sources)) AS source
          WHERE source ->> 'messageId' = ?
        )
        ORDER BY number
    """
    pipeline_entries = f"""
        SELECT CASE WHEN description IS NULL
          THEN {_ENTRY.format(description="")}
          ELSE {_ENTRY.format(description="'description', description, ")} END
        FROM pipelines ORDER BY lower(name), id
    """  # noqa: S608 - of constants
    models_of_pipeline_run = """
        SELECT messages.model
        FROM pipeline_run_steps AS step
          CROSS JOIN json_array_elements_text(readable(step.result) -> 'messageIds')
            WITH ORDINALITY AS answer (id, place)
          JOIN messages ON messages.id = answer.id
        WHERE step.run_id = ? AND messages.model IS NOT NULL
        ORDER BY step.position, answer.place
    """
    costs_of_pipeline_run = """
        SELECT (readable(result) -> 'cost')::text FROM pipeline_run_steps
        WHERE run_id = ? AND json_array_length(readable(result) -> 'messageIds') > 0
        ORDER BY position
    """

    @staticmethod
    def add_chunks(connection: Connection, chunks: Sequence[tuple[str, bool, str]]) -> int:
        """Stores texts of running answers, and counts them."""
        texts = [without_nul(text) for text, _, _ in chunks]
        kinds = [is_reasoning for _, is_reasoning, _ in chunks]
        ids = [message_id for _, _, message_id in chunks]
        return connection.execute(_ADD_CHUNKS, (texts, kinds, ids)).rowcount


DIALECT: Final = PostgresqlDialect()
