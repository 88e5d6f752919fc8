"""Sums what answers cost and took, as `antiphon.meter` shows it.

Sums by model, provider or day come from `spending_days`, which has a row for each of them; only
sums by pane, by session or from a time within a day read single answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from antiphon.history.spending.writes import FIGURES
from antiphon.history.sql import parameters
from antiphon.history.times import parse_time
from antiphon.model.commands.meter import EstimatedPart, MeterFigures, MeterResult, MeterRow
from antiphon.model.values import money
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from antiphon.history.sql.connection import Connection, Row
    from antiphon.model.commands.meter import MeterParams

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ROWS: Final = 100
_SUMS: Final = ", ".join(f"CAST(coalesce(sum({name}), 0) AS BIGINT) AS {name}" for name in FIGURES)
_GROUPS: Final = {
    "model": "model",
    "provider": "provider",
    "pane": "pane_id",
    "session": "session_id",
    "day": "day",
}
_NAMES: Final = {
    "pane": "SELECT panes.title AS label, panes.model AS model, sessions.title AS session_title "
    "FROM panes JOIN sessions ON sessions.id = panes.session_id WHERE panes.id = ?",
    "session": "SELECT title AS label FROM sessions WHERE id = ?",
}


def totals(connection: Connection, params: MeterParams, owner: str = "") -> MeterResult:
    """Returns the sums of `owner`'s answers that `params` ask for, inside its caller's snapshot.

    Raises `AntiphonError` of kind `invalid_params` if `since` is not a time.
    """
    source, wanted = _source(params, owner)
    total = connection.execute(f"SELECT {_SUMS} FROM {source}", wanted).fetchone()  # noqa: S608
    rows: list[MeterRow] = []
    groups = 0
    if params.group_by is not None:
        key = _GROUPS[params.group_by]
        order = "key DESC" if params.group_by == "day" else "cost DESC, cost_rest DESC, key"
        found = connection.execute(
            f"SELECT {key} AS key, {_SUMS}, count(*) OVER () AS group_count FROM {source} "  # noqa: S608
            f"GROUP BY {key} HAVING sum(answers + not_sent) > 0 ORDER BY {order} LIMIT :limit",
            {**wanted, "limit": params.limit or _ROWS},
        ).fetchall()
        groups = found[0]["group_count"] if found else 0
        rows = [_row(connection, params.group_by, row) for row in found]
    return MeterResult(total=MeterFigures(**_figures(total)), rows=rows, omitted=groups - len(rows))


def reads_answers(params: MeterParams) -> bool:
    """Checks whether the sums are made from single answers, which may take a while."""
    in_days = params.since is None or _DAY.fullmatch(params.since)
    return bool(
        params.session_id or params.run_id or params.group_by in {"pane", "session"} or not in_days
    )


def _source(params: MeterParams, owner: str) -> tuple[str, dict[str, Any]]:
    wanted: dict[str, Any] = {"owner": owner}
    conditions: list[str] = []
    for name, value in (("session_id", params.session_id), ("run_id", params.run_id)):
        if value is not None:
            conditions.append(f"{name} = :{name}")
            wanted[name] = parameters.text(value)
    if params.since is not None:
        moment = parse_time(params.since, "$.since")
        is_day = _DAY.fullmatch(params.since)
        conditions.append("day >= :since" if is_day else "at >= :since")
        wanted["since"] = params.since if is_day else moment
    table = "spending_figures" if reads_answers(params) else "spending_days"
    # With `||` no index is used for it: that of a run or a session is better, and so is a scan.
    by_key = table == "spending_days" or conditions == ["at >= :since"]
    conditions.append("owner = :owner" if by_key else "owner || '' = :owner")
    return f"{table} WHERE {' AND '.join(conditions)}", wanted


def _row(connection: Connection, group: str, row: Row) -> MeterRow:
    names = connection.execute(_NAMES[group], (row["key"],)).fetchone() if group in _NAMES else None
    return MeterRow(key=row["key"], **dict(names or ()), **_figures(row))


def _figures(row: Row) -> dict[str, Any]:
    answers, estimated = row["answers"], row["estimated_answers"]
    priced = bool(row["priced_answers"]) or not answers
    return {
        "answers": answers,
        "not_sent": row["not_sent"],
        "requests": row["requests"],
        "retries": row["retries"],
        "usage": _usage(row, "", by_provider=bool(answers) and not estimated),
        "cost": _cost(row, "", priced=priced),
        "unpriced": row["unpriced"],
        "estimated": EstimatedPart(
            answers=estimated,
            usage=_usage(row, "estimated_", by_provider=False),
            cost=_cost(row, "estimated_", priced=priced),
        ),
        "latency": Latency(
            queued_ms=_mean(row["queued_ms"], row["total_count"]) or 0,
            ttft_ms=_mean(row["ttft_ms"], row["ttft_count"]),
            total_ms=_mean(row["total_ms"], row["total_count"]) or 0,
            tokens_per_second=round(row["speed"] / row["speed_count"] / 10, 1)
            if row["speed_count"]
            else None,
        ),
    }


def _usage(row: Row, prefix: str, *, by_provider: bool) -> Usage:
    return Usage(
        input_tokens=row[f"{prefix}input_tokens"],
        output_tokens=row[f"{prefix}output_tokens"],
        cached_input_tokens=row[f"{prefix}cached_input_tokens"],
        reasoning_tokens=row[f"{prefix}reasoning_tokens"],
        source="provider" if by_provider else "estimated",
    )


def _cost(row: Row, prefix: str, *, priced: bool) -> Cost:
    if not priced:
        return Cost()
    amount = money.dollars(row[f"{prefix}cost"], row[f"{prefix}cost_rest"])
    return Cost(amount=amount, source="priced")


def _mean(total: int, count: int) -> int | None:
    return round(total / count) if count else None
