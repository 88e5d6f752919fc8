"""Reads what has been used of a budget, and records thresholds that were reached.

Every function works inside a transaction or a snapshot that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from antiphon.engine.ports.ledger import BudgetUsage, ThresholdCrossed
from antiphon.history.not_found import not_found_error
from antiphon.history.sql import parameters
from antiphon.model.values.times import day_of, month_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports.ledger import BudgetLimit, SpendingScope
    from antiphon.history.sql.connection import Connection

_OF: Final = """
    SELECT CAST(coalesce(sum(cost), 0) AS BIGINT) AS spent,
      CAST(coalesce(sum(held), 0) AS BIGINT) AS held
    FROM {table}
    WHERE {period}
      AND (CAST(:provider AS TEXT) IS NULL OR provider = :provider)
      AND (CAST(:model AS TEXT) IS NULL OR model = :model)
"""
_QUERIES: Final = {
    "run": _OF.format(table="spending", period="run_id = :period AND owner || '' = :owner"),
    "session": _OF.format(table="spending", period="session_id = :period AND owner || '' = :owner"),
    "day": _OF.format(table="spending_days", period="owner = :owner AND day = :period"),
    "month": _OF.format(
        table="spending_days",
        period="owner = :owner AND day BETWEEN :period || '-01' AND :period || '-31'",
    ),
}
_WARNED: Final = """
    INSERT INTO budget_warnings (owner, budget, period, level, at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING
"""


def budget_usage_of(
    connection: Connection, budget: BudgetLimit, scope: SpendingScope, owner: str = ""
) -> BudgetUsage:
    """Reads what `owner` spent and what is reserved of a budget in its period."""
    period = _period(budget, scope)
    wanted = {
        "owner": owner,
        "period": period,
        "provider": budget.provider,
        "model": budget.model,
    }
    row = connection.execute(_QUERIES[budget.scope], parameters.row(wanted)).fetchone()
    return BudgetUsage(budget, period, row["spent"], row["held"])


def latest(connection: Connection, owner: str = "") -> tuple[str | None, str | None]:
    """Returns the ids of the run and the session that spent last."""
    query = "SELECT run_id, session_id FROM spending WHERE owner = ? ORDER BY at DESC LIMIT 1"
    row = connection.execute(query, (owner,)).fetchone()
    return (row["run_id"], row["session_id"]) if row is not None else (None, None)


def check_known(
    connection: Connection, session_id: str | None = None, run_id: str | None = None
) -> None:
    """Raises `AntiphonError` (`not_found`) for an id without a row and without spending."""
    kind = "run" if session_id is None else "session"
    wanted = parameters.text(run_id or session_id or "")
    for table, column in ((f"{kind}s", "id"), ("spending", f"{kind}_id")):
        query = f"SELECT 1 FROM {table} WHERE {column} = ?"  # noqa: S608 - names of our own
        if connection.execute(query, (wanted,)).fetchone() is not None:
            return
    field = "$.runId" if session_id is None else "$.sessionId"
    raise not_found_error(kind, wanted, field=field)


def crossings(
    connection: Connection,
    budgets: Sequence[BudgetLimit],
    scope: SpendingScope,
    owner: str = "",
) -> list[ThresholdCrossed]:
    """Returns the thresholds that were reached and not reported before, by any server."""
    found: list[ThresholdCrossed] = []
    for budget in budgets:
        usage = budget_usage_of(connection, budget, scope, owner)
        level = _level(usage)
        if level is None or not usage.period:
            continue
        written = (owner, budget.key, usage.period, level, scope.at)
        if connection.execute(_WARNED, [*map(parameters.text, written)]).rowcount:
            found.append(ThresholdCrossed(usage, level))
    return found


def _level(usage: BudgetUsage) -> Literal["threshold", "limit"] | None:
    used = usage.spent + usage.reserved
    if used >= usage.budget.limit:
        return "limit"
    return "threshold" if used >= usage.budget.warn_at else None


def _period(budget: BudgetLimit, scope: SpendingScope) -> str:
    match budget.scope:
        case "run":
            return scope.run_id or ""
        case "session":
            return scope.session_id or ""
        case "day":
            return day_of(scope.at)
        case "month":
            return month_of(scope.at)
