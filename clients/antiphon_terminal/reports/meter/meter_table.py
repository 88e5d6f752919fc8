"""Prints a meter as a table with bars and budgets, fitted to the terminal's width."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.text import Text

from antiphon.model.values import number_format
from antiphon.model.values.number_format import format_money
from antiphon_terminal.reports.meter.meter_names import MAX_NAME, format_names
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from antiphon.model.commands.budget import BudgetStatus
    from antiphon.model.commands.meter import MeterFigures, MeterGroup, MeterResult

_BAR: Final = 16
_GAP: Final = 2
_MIN_NAME: Final = 24
_STYLES: Final = {"within": "green", "warned": "yellow", "spent": "red"}


class _Column(NamedTuple):
    head: str
    priority: int
    """On a narrow terminal the columns with the lowest priority are left out."""
    cells: list[str]

    @property
    def width(self) -> int:
        return max(map(len, (self.head, *self.cells)))


def show(result: MeterResult, group: MeterGroup, nothing: str = "Nothing has been asked.") -> None:
    """Prints a line for each group, the sum, notes about it, and the budgets.

    `nothing` is printed if there is no answer to sum up.
    """
    console = consoles.make_stdout_console()
    unicode = console.encoding.lower().startswith("utf")
    if not result.total.answers and not result.total.not_sent:
        console.print(Text(nothing, "dim"))
    else:
        for line in build_table(result, group, _find_width(console), unicode=unicode):
            console.print(line)
        _print_wrapped(
            console, (Text(note, "dim") for note in _list_notes(result, unicode=unicode))
        )
    _print_wrapped(console, (render_budget(each, unicode=unicode) for each in result.budgets))


def _find_width(console: Console) -> int | None:
    """Returns the terminal's width, or `None` if the output is not a terminal."""
    return console.width if console.is_terminal else None


def _print_wrapped(console: Console, lines: Iterable[Text]) -> None:
    for line in lines:
        width = _find_width(console)
        for piece in [line] if width is None else line.wrap(console, width):
            console.print(piece)


def render_budget(budget: BudgetStatus, *, unicode: bool = True) -> Text:
    """Renders a budget on one line: its scope, a bar, and its money.

    `day  ▇▇▇▇····  $1.20 of $1.50, $0.02 held, $0.28 left  openai`
    """
    limit, used = Decimal(budget.limit), Decimal(budget.spent) + Decimal(budget.reserved)
    reserved = f", {format_money(budget.reserved)} held" if Decimal(budget.reserved) else ""
    left = format_money(budget.remaining)
    figures = f"{format_money(budget.spent)} of {format_money(budget.limit)}{reserved}, {left} left"
    only = clean_line(" ".join(filter(None, (budget.provider, budget.model))))
    return Text.assemble(
        (f"{budget.scope:<8}", "bold"),
        (render_bar(used, limit, unicode=unicode), _STYLES[budget.state]),
        f"  {figures}",
        (f"  {only}" if only else "", "dim"),
        ("  only warns" if budget.action == "warn" else "", "dim"),
    )


def render_bar(value: Decimal, most: Decimal, *, unicode: bool = True) -> str:
    """Renders the share of `value` in `most` as a bar of sixteen cells.

    At least one cell is filled if `value` is above zero.
    """
    share = min(Decimal(1), value / most) if most > 0 else Decimal(value > 0)
    full = max(round(share * _BAR), 1 if value > 0 else 0)
    sign, rest = ("▇", "·") if unicode else ("#", ".")
    return sign * full + rest * (_BAR - full)


def build_table(
    result: MeterResult, group: MeterGroup, width: int | None, *, unicode: bool
) -> Iterator[Text]:
    """Yields the lines of a table in at most `width` cells.

    Columns of low priority are left out if they do not fit.
    """
    columns = _build_columns(result, unicode=unicode)
    names = format_names(result.rows, group, MAX_NAME)
    if width is not None:
        longest = min(max(map(len, names), default=0), _MIN_NAME)
        while columns and width < longest + _sum_widths(columns):
            columns.remove(min(columns, key=lambda column: column.priority))
        names = format_names(
            result.rows, group, min(MAX_NAME, max(width - _sum_widths(columns), 1))
        )
    rows: list[list[str | tuple[str, str]]] = [
        [(group, "dim"), *((column.head, "dim") for column in columns)]
    ]
    for number, name in enumerate([*names, "total"]):
        cells = ((column.cells[number], _choose_style(column)) for column in columns)
        rows.append([(name, "bold"), *cells])
    right = {at for at, column in enumerate(columns, start=1) if column.head}
    yield from consoles.align_columns(rows, right=frozenset(right))


def _sum_widths(columns: Iterable[_Column]) -> int:
    return sum(_GAP + column.width for column in columns)


def _choose_style(column: _Column) -> str:
    return "" if column.head else "cyan"


def _build_columns(result: MeterResult, *, unicode: bool) -> list[_Column]:
    """Builds the columns that are not empty, in their order."""
    priced = [Decimal(row.cost.amount) for row in result.rows if row.cost.amount is not None]
    most = max(priced, default=Decimal(0))
    bars = [
        render_bar(Decimal(row.cost.amount or 0), most, unicode=unicode) if most else ""
        for row in result.rows
    ]
    every = [_format_cells(row, unicode=unicode) for row in (*result.rows, result.total)]
    heads = ("answers", "tokens in", "cached", "out", "reasoning", "cost", "first", "speed")
    priorities = (5, 6, 2, 8, 3, 9, 1, 4)
    columns = [_Column("", 0, [*bars, ""])]
    for at, (head, priority) in enumerate(zip(heads, priorities, strict=True)):
        columns.append(_Column(head, priority, [cells[at] for cells in every]))
    return [column for column in columns if any(column.cells)]


def _approximate(*, unicode: bool) -> str:
    return "≈" if unicode else "~"


def _format_cells(figures: MeterFigures, *, unicode: bool) -> tuple[str, ...]:
    usage, latency = figures.usage, figures.latency
    approximate = _approximate(unicode=unicode) if figures.estimated.answers else ""
    return (
        f"{figures.answers:,}",
        f"{approximate}{usage.input_tokens:,}",
        f"{usage.cached_input_tokens:,}" if usage.cached_input_tokens else "",
        f"{approximate}{usage.output_tokens:,}",
        f"{approximate}{usage.reasoning_tokens:,}" if usage.reasoning_tokens else "",
        _format_cost(figures, approximate),
        "" if latency.ttft_ms is None else number_format.format_duration(latency.ttft_ms),
        number_format.format_speed(latency.tokens_per_second),
    )


def _format_cost(figures: MeterFigures, approximate: str) -> str:
    cost = number_format.format_sum(figures.cost.amount, figures.unpriced)
    return cost if figures.cost.amount is None else approximate + cost


def _list_notes(result: MeterResult, *, unicode: bool) -> list[str]:
    total, notes = result.total, list[str]()
    if total.estimated.answers:
        estimated = total.estimated
        amount = estimated.cost.amount
        worth = "" if amount is None else f", worth {format_money(amount)}"
        notes.append(
            f"{_approximate(unicode=unicode)} has estimates: {estimated.answers:,} of "
            f"{total.answers:,} answers were not counted by their provider{worth}"
        )
    if total.unpriced:
        notes.append(f"{total.unpriced:,} unpriced, not in the cost")
    if total.retries:
        notes.append(f"{total.requests:,} requests, {total.retries:,} of them sent again")
    if total.not_sent:
        notes.append(f"{total.not_sent:,} not sent, and in no other figure")
    if result.omitted:
        notes.append(f"{result.omitted:,} rows more: see --limit")
    return notes
