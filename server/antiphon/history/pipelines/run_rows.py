"""Reads and writes runs of pipelines, and how far their steps came.

Every function works inside a transaction or a snapshot of its caller.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.pipelines import KeptComparison, KeptRun, RunSummary
from antiphon.history.not_found import shown
from antiphon.history.sql import parameters
from antiphon.model.commands.pipelines.results import StepResult
from antiphon.model.conflicts import shared_by_another
from antiphon.model.failure import error
from antiphon.model.values.usage import Cost

if TYPE_CHECKING:
    from antiphon.engine.ports.pipelines import RunStatus
    from antiphon.history.sql.connection import Connection, Row

_ADD_RUN: Final = """
    INSERT INTO pipeline_runs
      (id, session_id, pipeline_id, text, uri, inputs, models, status, created_at)
    VALUES
      (:id, :session_id, :pipeline_id, :text, :uri, :inputs, :models, :status, :created_at)
"""
_ADD_STEP: Final = (
    "INSERT INTO pipeline_run_steps (run_id, position, id, result) VALUES (?, ?, ?, ?)"
)
# Ids rise with time.
_NEWEST_RUNS: Final = """
    SELECT id, session_id, inputs, status, created_at FROM pipeline_runs
    WHERE pipeline_id = ? OR uri = ? ORDER BY id DESC LIMIT ?
"""
_ADD_COMPARISON: Final = """
    INSERT INTO session_comparisons (id, session_id, type, messages, granularity)
    SELECT :id, :session_id, :type, :messages, :granularity
    WHERE EXISTS (SELECT 1 FROM sessions WHERE id = :session_id AND owner = :owner)
    ON CONFLICT DO NOTHING
"""
_OWNER: Final = """
    SELECT owner FROM sessions JOIN pipeline_runs ON session_id = sessions.id
    WHERE pipeline_runs.id = ?
"""
_PUT_STEP: Final = "UPDATE pipeline_run_steps SET result = ? WHERE run_id = ? AND id = ?"


def add_run(connection: Connection, run: KeptRun) -> None:
    """Stores a run with all of its steps."""
    values = {
        "id": run.id,
        "session_id": run.session_id,
        "pipeline_id": run.pipeline_id,
        "text": run.text,
        "uri": run.uri,
        "inputs": parameters.json_text(dict(run.inputs)),
        "models": parameters.json_text(dict(run.models)),
        "status": run.status,
        "created_at": run.created_at,
    }
    connection.execute(_ADD_RUN, parameters.row(values))
    connection.executemany(
        _ADD_STEP,
        [
            (run.id, position, parameters.text(step.id), _encode(step))
            for position, step in enumerate(run.steps)
        ],
    )


def put_step(connection: Connection, run_id: str, step: StepResult) -> None:
    """Stores how far a step came."""
    connection.execute(_PUT_STEP, (_encode(step), run_id, parameters.text(step.id)))


def set_status(connection: Connection, run_id: str, status: RunStatus, owner: str = "") -> None:
    """Stores the state of a run.

    Raises `AntiphonError` (`permission`) if another user shares its session.
    """
    row = connection.execute(_OWNER, (run_id,)).fetchone()
    if row is not None and row["owner"] != owner:
        raise shared_by_another()
    connection.execute("UPDATE pipeline_runs SET status = ? WHERE id = ?", (status, run_id))


def load_run(connection: Connection, run_id: str) -> KeptRun:
    """Reads a run with its steps.

    Raises `AntiphonError` of kind `not_found`.
    """
    key = (parameters.text(run_id),)
    row = connection.execute("SELECT * FROM pipeline_runs WHERE id = ?", key).fetchone()
    if row is None:
        raise error(
            "not_found",
            f"There is no run {shown(run_id)} of a pipeline.",
            hint="The result of antiphon.pipeline.run names its run; its session may be deleted.",
        )
    query = "SELECT result FROM pipeline_run_steps WHERE run_id = ? ORDER BY position"
    steps = [
        StepResult.model_validate_json(each["result"]) for each in connection.execute(query, key)
    ]
    return KeptRun(
        id=row["id"],
        session_id=row["session_id"],
        pipeline_id=row["pipeline_id"],
        text=row["text"],
        uri=row["uri"],
        inputs=json.loads(row["inputs"]),
        models=json.loads(row["models"]),
        status=row["status"],
        created_at=row["created_at"],
        steps=steps,
    )


def list_runs(connection: Connection, pipeline_id: str, limit: int) -> list[RunSummary]:
    """Reads the newest runs of a pipeline, whose id may be a file's address."""
    key = parameters.text(pipeline_id)
    rows = connection.execute(_NEWEST_RUNS, (key, key, limit)).fetchall()
    return [_summarize(connection, row) for row in rows]


def _summarize(connection: Connection, row: Row) -> RunSummary:
    key = (row["id"],)
    models = [
        model for (model,) in connection.execute(connection.dialect.models_of_pipeline_run, key)
    ]
    costs = [
        Cost.model_validate_json(cost)
        for (cost,) in connection.execute(connection.dialect.costs_of_pipeline_run, key)
    ]
    return RunSummary(
        id=row["id"],
        session_id=row["session_id"],
        created_at=row["created_at"],
        status=row["status"],
        inputs=[*json.loads(row["inputs"])],
        models=[*dict.fromkeys(models)],
        costs=costs,
    )


def add_comparison(connection: Connection, comparison: KeptComparison, owner: str = "") -> None:
    """Stores a comparison, unless the same one was stored before.

    One in a session that another user shares is not stored: it would change that.
    """
    values = {
        "id": comparison.id,
        "session_id": comparison.session_id,
        "type": comparison.type,
        "messages": parameters.json_text([*comparison.message_ids]),
        "granularity": comparison.granularity,
        "owner": owner,
    }
    connection.execute(_ADD_COMPARISON, parameters.row(values))


def list_comparisons(connection: Connection, session_id: str) -> list[KeptComparison]:
    """Reads the comparisons of a session, the first one first."""
    query = "SELECT * FROM session_comparisons WHERE session_id = ? ORDER BY id"
    return [
        KeptComparison(
            id=row["id"],
            session_id=row["session_id"],
            type=row["type"],
            message_ids=json.loads(row["messages"]),
            granularity=row["granularity"],
        )
        for row in connection.execute(query, (parameters.text(session_id),))
    ]


def _encode(step: StepResult) -> str | None:
    return parameters.json_text(step.to_wire())
