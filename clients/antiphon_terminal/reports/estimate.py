"""Prints the estimated tokens and cost of a prompt as a table."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.text import Text

from antiphon.model.values import number_format
from antiphon_terminal.reports.meter.meter_table import render_budget
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.budget import BudgetStatus
    from antiphon.model.commands.runs import CostRange, EstimateResult, PaneEstimate


def show(result: EstimateResult) -> None:
    """Prints a line for each pane, the sum, and the budgets."""
    console = consoles.make_stdout_console()
    unicode = console.encoding.lower().startswith("utf")
    rows = [
        [
            (clean_line(_name_pane(pane)), "bold"),
            _format_input(pane.input_tokens),
            _format_range(pane.cost),
        ]
        for pane in result.panes
    ]
    total = result.total
    rows.append([("total", "bold"), _format_input(total.input_tokens), _format_range(total.cost)])
    for line in consoles.align_columns(rows, right=frozenset({1})):
        console.print(line)
    if total.unpriced and total.cost is not None:
        console.print(Text(f"{total.unpriced:,} unpriced, not in the sum", "dim"))
    for budget in result.budgets:
        console.print(render_budget(budget, unicode=unicode))
        if _sum_likely_cost(result, budget) > Decimal(budget.remaining):
            console.print(Text(_warn_over_budget(budget), "yellow"))
    console.print(Text("Nothing was sent.", "dim"))


def _name_pane(pane: PaneEstimate) -> str:
    """Returns the model, with the pane's title if that says more: that of a preset."""
    if pane.title in {None, pane.model, pane.model.partition("/")[2]}:
        return pane.model
    return f"{pane.title} ({pane.model})"


def _sum_likely_cost(result: EstimateResult, budget: BudgetStatus) -> Decimal:
    """Sums the likely cost of the panes that the budget counts."""
    counted = (
        pane.cost.likely
        for pane in result.panes
        if pane.cost is not None
        and budget.model in {None, pane.model}
        and budget.provider in {None, pane.model.partition("/")[0]}
    )
    return sum(map(Decimal, counted), Decimal(0))


def _warn_over_budget(budget: BudgetStatus) -> str:
    if budget.action == "warn":
        return f"The likely cost exceeds the {budget.scope}'s budget, which only warns."
    return f"The likely cost exceeds the {budget.scope}'s budget: confirm it with --over-budget."


def _format_range(cost: CostRange | None) -> str:
    if cost is None:
        return number_format.UNPRICED
    return number_format.format_cost_range(cost.likely, cost.max)


def _format_input(count: int) -> str:
    return f"{number_format.format_tokens(count)} in"
