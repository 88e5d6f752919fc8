"""A meter as a table with bars, and the budgets below it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from rich.text import Text

from antiphon_terminal import console as consoles
from antiphon_terminal import figures
from antiphon_terminal.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.budget import BudgetStatus
    from antiphon.model.meter import MeterFigures, MeterResult, MeterRow

    _Cell = str | tuple[str, str]

_BAR: Final = 16
_STYLES: Final = {"within": "green", "warned": "yellow", "spent": "red"}
_HEADER: Final = ("answers", "tokens in", "cached", "out", "thinking", "cost", "first", "speed")


def show(result: MeterResult, group: str) -> None:
    """Prints a line for each group, the sum, what is uncertain in it, and the budgets."""
    console = consoles.stdout()
    unicode = console.encoding.lower().startswith("utf")
    if not result.total.answers:
        console.print(Text("Nothing has been asked.", "dim"))
    else:
        for line in _table(result, group, unicode=unicode):
            console.print(line)
        for note in _notes(result):
            console.print(Text(note, "dim"))
    for budget in result.budgets:
        console.print(budget_line(budget, unicode=unicode))


def budget_line(budget: BudgetStatus, *, unicode: bool = True) -> Text:
    """`day  ▇▇▇▇····  $1.20 of $1.50, $0.02 held, $0.28 left  openai`"""
    limit, used = Decimal(budget.limit), Decimal(budget.spent) + Decimal(budget.reserved)
    held = f", {_money(budget.reserved)} held" if Decimal(budget.reserved) else ""
    left = _money(budget.remaining)
    told = f"{_money(budget.spent)} of {_money(budget.limit)}{held}, {left} left"
    only = clean_line(" ".join(filter(None, (budget.provider, budget.model))))
    return Text.assemble(
        (f"{budget.scope:<8}", "bold"),
        (bar(used, limit, unicode=unicode), _STYLES[budget.state]),
        f"  {told}",
        (f"  {only}" if only else "", "dim"),
        ("  only warns" if budget.action == "warn" else "", "dim"),
    )


def bar(value: Decimal, most: Decimal, *, unicode: bool = True) -> str:
    """`value` as a part of `most`, sixteen cells wide; anything above zero is seen."""
    share = min(Decimal(1), value / most) if most > 0 else Decimal(value > 0)
    full = max(round(share * _BAR), 1 if value > 0 else 0)
    sign, rest = ("▇", "·") if unicode else ("#", ".")
    return sign * full + rest * (_BAR - full)


def _table(result: MeterResult, group: str, *, unicode: bool) -> list[Text]:
    priced = [row for row in result.rows if row.cost.amount is not None]
    most = max((Decimal(row.cost.amount or 0) for row in priced), default=Decimal(0))
    rows: list[list[_Cell]] = [[(group, "dim"), "", *((name, "dim") for name in _HEADER)]]
    for row in result.rows:
        drawn = bar(Decimal(row.cost.amount or 0), most, unicode=unicode) if most else ""
        rows.append([(_name(row), "bold"), (drawn, "cyan"), *_cells(row)])
    rows.append([("total", "bold"), "", *_cells(result.total)])
    return consoles.table(rows, right=frozenset(range(2, 2 + len(_HEADER))))


def _cells(of: MeterFigures) -> Sequence[str]:
    usage, latency = of.usage, of.latency
    about = "~" if of.estimated.answers else ""
    return (
        f"{of.answers:,}",
        f"{about}{usage.input_tokens:,}",
        f"{usage.cached_input_tokens:,}" if usage.cached_input_tokens else "",
        f"{about}{usage.output_tokens:,}",
        f"{about}{usage.reasoning_tokens:,}" if usage.reasoning_tokens else "",
        _cost(of, about),
        "" if latency.ttft_ms is None else figures.duration(latency.ttft_ms),
        figures.speed(latency.tokens_per_second),
    )


def _cost(of: MeterFigures, about: str) -> str:
    return figures.cost(of.cost) if of.cost.amount is None else about + figures.cost(of.cost)


def _name(row: MeterRow) -> str:
    name = clean_line(row.label or row.key)
    return name if len(name) <= 40 else f"{name[:39]}…"


def _notes(result: MeterResult) -> list[str]:
    total, notes = result.total, list[str]()
    if total.estimated.answers:
        estimated = total.estimated
        worth = "" if estimated.cost.amount is None else f", worth {figures.cost(estimated.cost)}"
        notes.append(
            f"~ has estimates: {estimated.answers:,} of {total.answers:,} answers were not counted "
            f"by their provider{worth}"
        )
    if total.unpriced:
        notes.append(f"{total.unpriced:,} without a known price, not in the cost")
    if total.retries:
        notes.append(f"{total.requests:,} requests, {total.retries:,} of them sent again")
    if result.omitted:
        notes.append(f"{result.omitted:,} rows more: see --limit")
    return notes


def _money(amount: str) -> str:
    return figures.money(Decimal(amount))
