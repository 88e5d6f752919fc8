"""What has been used of a budget, and which of its thresholds have been reached.

Every function works inside a transaction or a snapshot that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from antiphon.engine.ports.ledger import BudgetUsage, ThresholdCrossed
from antiphon.history.sqlite.driver import parameters
from antiphon.model.values.times import day_of, month_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from antiphon.engine.ports.ledger import BudgetLimit, SpendingScope

_OF: Final = """
    SELECT ifnull(sum(cost), 0) AS spent, ifnull(sum(held), 0) AS held FROM {table}
    WHERE {period}
      AND (:provider IS NULL OR provider = :provider) AND (:model IS NULL OR model = :model)
"""
_QUERIES: Final = {
    "run": _OF.format(table="spending", period="run_id = :period"),
    "session": _OF.format(table="spending", period="session_id = :period"),
    "day": _OF.format(table="spending_days", period="day = :period"),
    "month": _OF.format(
        table="spending_days", period="day BETWEEN :period || '-01' AND :period || '-31'"
    ),
}
_WARNED: Final = """
    INSERT INTO budget_warnings (budget, period, level, at) VALUES (?, ?, ?, ?)
    ON CONFLICT DO NOTHING
"""


def budget_usage_of(
    connection: sqlite3.Connection, cap: BudgetLimit, moment: SpendingScope
) -> BudgetUsage:
    """What has been spent and what is held of a budget in its period."""
    period = _period(cap, moment)
    wanted = {"period": period, "provider": cap.provider, "model": cap.model}
    row = connection.execute(_QUERIES[cap.scope], parameters.row(wanted)).fetchone()
    return BudgetUsage(cap, period, row["spent"], row["held"])


def latest(connection: sqlite3.Connection) -> tuple[str | None, str | None]:
    """The run and the session that spent last."""
    row = connection.execute(
        "SELECT run_id, session_id FROM spending ORDER BY at DESC LIMIT 1"
    ).fetchone()
    return (row["run_id"], row["session_id"]) if row is not None else (None, None)


def crossings(
    connection: sqlite3.Connection, caps: Sequence[BudgetLimit], moment: SpendingScope
) -> list[ThresholdCrossed]:
    """Thresholds that have been reached and were not given before, in any server."""
    found: list[ThresholdCrossed] = []
    for cap in caps:
        standing = budget_usage_of(connection, cap, moment)
        level = _level(standing)
        if level is None or not standing.period:
            continue
        written = (cap.key, standing.period, level, moment.at)
        if connection.execute(_WARNED, [*map(parameters.text, written)]).rowcount:
            found.append(ThresholdCrossed(standing, level))
    return found


def _level(standing: BudgetUsage) -> Literal["threshold", "limit"] | None:
    used = standing.spent + standing.held
    if used >= standing.cap.limit:
        return "limit"
    return "threshold" if used >= standing.cap.warn_at else None


def _period(cap: BudgetLimit, moment: SpendingScope) -> str:
    match cap.scope:
        case "run":
            return moment.run_id or ""
        case "session":
            return moment.session_id or ""
        case "day":
            return day_of(moment.at)
        case "month":
            return month_of(moment.at)
