"""Reads and writes kept pipelines and approvals.

Every function works inside a transaction or a snapshot of its caller.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.pipelines import KeptPipeline
from antiphon.history.not_found import shown
from antiphon.history.sql import parameters
from antiphon.model.commands.pipelines.library import StepOutline
from antiphon.model.commands.prompts import PromptInput
from antiphon.model.failure import error
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.history.sql.connection import Connection, Row
    from antiphon.model.failure import AntiphonError

_PUT: Final = """
    INSERT INTO pipelines
      (id, name, description, text, sha256, inputs, steps, created_at, updated_at, owner)
    VALUES
      (:id, :name, :description, :text, :sha256, :inputs, :steps, :created_at, :updated_at, :owner)
    ON CONFLICT (id) DO UPDATE SET
      name = :name, description = :description, text = :text, sha256 = :sha256,
      inputs = :inputs, steps = :steps, updated_at = :updated_at
    WHERE pipelines.owner = :owner
"""
_APPROVE: Final = """
    INSERT INTO pipeline_approvals (owner, sha256, approved_at) VALUES (?, ?, ?)
    ON CONFLICT DO NOTHING
"""


def put(connection: Connection, pipelines: Sequence[KeptPipeline], owner: str = "") -> None:
    """Stores pipelines of `owner`'s, each instead of the one with its id.

    Raises `AntiphonError` of kind `not_found` if an id is that of another user's pipeline.
    """
    for each in pipelines:
        row = {**_to_row(each), "owner": owner}
        if connection.execute(_PUT, row).rowcount != 1:
            raise unknown_pipeline_error(each.id)


def get(connection: Connection, pipeline_id: str) -> KeptPipeline:
    """Reads one pipeline.

    Raises `AntiphonError` of kind `not_found`.
    """
    query = "SELECT * FROM pipelines WHERE id = ?"
    row = connection.execute(query, (parameters.text(pipeline_id),)).fetchone()
    if row is None:
        raise unknown_pipeline_error(pipeline_id)
    return _of_row(row)


def list_all(connection: Connection) -> list[str]:
    """Reads every pipeline by name, each as the JSON text of a `PipelineEntry`."""
    return [entry for (entry,) in connection.execute(connection.dialect.pipeline_entries)]


def delete(connection: Connection, pipeline_id: str, owner: str = "") -> None:
    """Deletes a pipeline of `owner`'s.

    Raises `AntiphonError` of kind `not_found`.
    """
    statement = "DELETE FROM pipelines WHERE id = ? AND owner = ?"
    if connection.execute(statement, (parameters.text(pipeline_id), owner)).rowcount != 1:
        raise unknown_pipeline_error(pipeline_id)


def approve(connection: Connection, hashes: Sequence[str], owner: str = "") -> None:
    """Remembers the hashes that `owner` approved."""
    connection.executemany(_APPROVE, [(owner, parameters.text(each), now()) for each in hashes])


def find_approved(connection: Connection, hashes: Sequence[str], owner: str = "") -> frozenset[str]:
    """Returns those of the hashes that `owner` approved."""
    query = "SELECT 1 FROM pipeline_approvals WHERE owner = ? AND sha256 = ?"
    return frozenset(
        each
        for each in hashes
        if connection.execute(query, (owner, parameters.text(each))).fetchone() is not None
    )


def unknown_pipeline_error(pipeline_id: str) -> AntiphonError:
    """Builds the `not_found` error for an unknown pipeline."""
    hint = "`antiphon pipeline list` (antiphon.pipeline.list) lists those that there are."
    message = f"There is no pipeline {shown(pipeline_id)}."
    return error("not_found", message, hint=hint, field="$.pipelineId")


def _to_row(kept: KeptPipeline) -> dict[str, object]:
    return parameters.row(
        {
            "id": kept.id,
            "name": kept.name,
            "description": kept.description,
            "text": kept.text,
            "sha256": kept.sha256,
            "inputs": parameters.json_text([each.to_wire() for each in kept.inputs]),
            "steps": parameters.json_text([each.to_wire() for each in kept.steps]),
            "created_at": kept.created_at or now(),
            "updated_at": kept.updated_at or now(),
        }
    )


def _of_row(row: Row) -> KeptPipeline:
    return KeptPipeline(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        text=row["text"],
        sha256=row["sha256"],
        inputs=[PromptInput.model_validate(each) for each in json.loads(row["inputs"])],
        steps=[StepOutline.model_validate(each) for each in json.loads(row["steps"])],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
