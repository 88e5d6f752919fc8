"""Writes the ledger: reservations before answers are sent, and their cost at the end.

Every function works inside a transaction that its caller has begun. The sums of days are moved
with every row that changes, in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.ports.ledger import OverBudgetError
from antiphon.history.spending.budget_usage import budget_usage_of
from antiphon.history.sql import parameters
from antiphon.model.values import money
from antiphon.model.values.times import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from antiphon.engine.ports.ledger import BudgetLimit, Reservation, ReservedAmount, SpendingScope
    from antiphon.history.sql.connection import Connection
    from antiphon.model.conversation.message import Message

FIGURES: Final = (
    "held", "answers", "not_sent", "requests", "retries",
    "input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens",
    "cost", "cost_rest", "unpriced", "priced_answers", "estimated_answers",
    "estimated_input_tokens", "estimated_output_tokens",
    "estimated_cached_input_tokens", "estimated_reasoning_tokens",
    "estimated_cost", "estimated_cost_rest",
    "queued_ms", "ttft_ms", "ttft_count", "total_ms", "total_count", "speed", "speed_count",
)  # fmt: skip
"""The columns of `spending_figures` and `spending_days` that are summed."""


def _moving(sign: str) -> str:
    keys = ("owner", "day", "model", "provider")
    names = ", ".join((*keys, *FIGURES))
    values = ", ".join((*keys, *(f"{sign}{name}" for name in FIGURES)))
    sums = ", ".join(f"{name} = spending_days.{name} + excluded.{name}" for name in FIGURES)
    return (
        f"INSERT INTO spending_days ({names}) "  # noqa: S608 - names of our own
        f"SELECT {values} FROM spending_figures WHERE answer = ? "
        f"ON CONFLICT (owner, day, model) DO UPDATE SET {sums}"
    )


_TAKE_OUT: Final = _moving("-")
_PUT_IN: Final = _moving("")
_HOLD: Final = """
    INSERT INTO spending (
      answer, run_id, session_id, pane_id, provider, model, at, day, status, confirmed, held, owner
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?)
"""
_SETTLED: Final = (
    "status", "requests", "input_tokens", "output_tokens", "cached_input_tokens",
    "reasoning_tokens", "estimated", "priced", "cost", "cost_rest", "queued_ms", "ttft_ms",
    "total_ms", "speed",
)  # fmt: skip
_SETTLE: Final = f"""
    INSERT INTO spending (
      answer, run_id, session_id, pane_id, provider, model, at, day, owner, {", ".join(_SETTLED)}
    )
      SELECT answer, run_id, session_id, pane_id,
        substr(model, 1, instr(model || '/', '/') - 1), model, at, :day, owner, status, requests,
        input_tokens + more_input, output_tokens + more_output, cached_input_tokens + more_cached,
        reasoning_tokens + more_reasoning, :estimated, :priced, :cost + more_cost,
        :cost_rest + more_rest, queued_ms, ttft_ms, total_ms,
        CAST(round(tokens_per_second * 10) AS BIGINT)
      FROM (
        SELECT messages.id AS answer, messages.run_id, panes.session_id, messages.pane_id, owner,
          coalesce(messages.model, panes.model) AS model, messages.created_at AS at,
          messages.status, billed.*, queued_ms, ttft_ms, total_ms, tokens_per_second,
          coalesce(messages.input_tokens, 0) AS input_tokens,
          coalesce(messages.output_tokens, 0) AS output_tokens,
          coalesce(messages.cached_input_tokens, 0) AS cached_input_tokens,
          coalesce(messages.reasoning_tokens, 0) AS reasoning_tokens
        FROM messages JOIN panes ON panes.id = messages.pane_id
        JOIN sessions ON sessions.id = panes.session_id, (
          SELECT count(*) AS requests, CAST(coalesce(sum(input_tokens), 0) AS BIGINT) AS more_input,
            CAST(coalesce(sum(output_tokens), 0) AS BIGINT) AS more_output,
            CAST(coalesce(sum(cached_input_tokens), 0) AS BIGINT) AS more_cached,
            CAST(coalesce(sum(reasoning_tokens), 0) AS BIGINT) AS more_reasoning,
            CAST(coalesce(sum(cost), 0) AS BIGINT) AS more_cost,
            CAST(coalesce(sum(cost_rest), 0) AS BIGINT) AS more_rest
          FROM attempts WHERE message = (SELECT number FROM messages WHERE id = :answer)
        ) AS billed
        WHERE messages.id = :answer
      ) AS ended WHERE true
    ON CONFLICT (answer) DO UPDATE SET held = 0,
      {", ".join(f"{name} = excluded.{name}" for name in _SETTLED)}
"""  # noqa: S608 - names of our own
SPENDING: Final = "spending"
"""The turn for what is reserved and spent: sums are checked and moved by one at a time."""


def reserve(connection: Connection, reservation: Reservation, owner: str = "") -> None:
    """Reserves the cost of `owner`'s run, for all of its answers or none.

    Raises `OverBudgetError` if a budget has too little left, unless the user confirmed it.
    """
    connection.take_turn(SPENDING)
    if not reservation.confirmed:
        for budget in reservation.budgets:
            _check(connection, budget, reservation, owner)
    scope, day = reservation.scope, day_of(reservation.scope.at)
    rows = [
        (
            amount.answer_id, scope.run_id, scope.session_id, amount.pane_id, amount.provider,
            amount.model, scope.at, day, reservation.confirmed, amount.amount, owner,
        )
        for amount in reservation.amounts
    ]  # fmt: skip
    connection.executemany(_HOLD, [[_storable(each) for each in row] for row in rows])
    connection.executemany(_PUT_IN, [(row[0],) for row in rows])


def extend(
    connection: Connection,
    answer_id: str,
    amount: int,
    budgets: Sequence[BudgetLimit],
    scope: SpendingScope,
    *,
    owner: str = "",
) -> int:
    """Raises the reservation of an answer as far as the budgets allow, and returns it."""
    connection.take_turn(SPENDING)
    row = connection.execute(
        "SELECT held FROM spending WHERE answer = ? AND status = 'running'", (answer_id,)
    ).fetchone()
    if row is None:
        return amount  # it has ended: there is nothing to reserve
    held: int = row["held"]
    room = min(
        (budget_usage_of(connection, budget, scope, owner).remaining for budget in budgets),
        default=amount,
    )
    granted = held + max(0, min(amount - held, room))
    if granted != held:
        _move(connection, [answer_id], _TAKE_OUT)
        connection.execute("UPDATE spending SET held = ? WHERE answer = ?", (granted, answer_id))
        _move(connection, [answer_id], _PUT_IN)
    return granted


def settle(connection: Connection, answers: Sequence[Message]) -> None:
    """Replaces the reservations of ended answers with what they cost.

    The answers' rows are read from `messages` and `attempts`, where they have just been stored.
    """
    rows = [_settlement(answer) for answer in answers if answer.role == "assistant"]
    ids = [row["answer"] for row in rows]
    connection.take_turn(SPENDING)
    _move(connection, ids, _TAKE_OUT)
    connection.executemany(_SETTLE, rows)
    _move(connection, ids, _PUT_IN)


def add_to_days(connection: Connection, answers: Sequence[str]) -> None:
    """Adds the rows of answers to the sums of their days."""
    _move(connection, answers, _PUT_IN)


def take_from_days(connection: Connection, answers: Sequence[str]) -> None:
    """Takes the rows of answers out of the sums of their days, before they change."""
    _move(connection, answers, _TAKE_OUT)


def _check(
    connection: Connection, budget: BudgetLimit, reservation: Reservation, owner: str
) -> None:
    needed = sum(each.amount for each in _covered(reservation.amounts, budget))
    if not needed:
        return
    usage = budget_usage_of(connection, budget, reservation.scope, owner)
    if needed > usage.remaining:
        raise OverBudgetError(usage, needed)


def _covered(amounts: Iterable[ReservedAmount], budget: BudgetLimit) -> Iterable[ReservedAmount]:
    return (amount for amount in amounts if budget.covers(amount.provider, amount.model))


def _move(connection: Connection, ids: Sequence[str], statement: str) -> None:
    connection.executemany(statement, [(each,) for each in ids])


def _settlement(answer: Message) -> dict[str, Any]:
    cost, rest = money.parts(answer.cost.amount if answer.cost else None)
    usage = answer.usage
    return parameters.row(
        {
            "answer": answer.id,
            "day": day_of(answer.created_at),
            "estimated": bool(usage and usage.source == "estimated" and usage.total_tokens),
            "priced": answer.cost is None or answer.cost.source == "priced",
            "cost": cost,
            "cost_rest": rest,
        }
    )


def _storable(value: Any) -> Any:
    return parameters.text(value) if isinstance(value, str) else value
