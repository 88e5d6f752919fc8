"""A meter as a table with bars, and the budgets below it; as much of it as the terminal is wide."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.text import Text

from antiphon_terminal.reports.meter_names import LONGEST, names_of
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty import number_format
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from antiphon.model.commands.budget import BudgetStatus
    from antiphon.model.commands.meter import MeterFigures, MeterGroup, MeterResult

_BAR: Final = 16
_GAP: Final = 2
_NARROWEST_NAME: Final = 24
_STYLES: Final = {"within": "green", "warned": "yellow", "spent": "red"}


class _Column(NamedTuple):
    head: str
    worth: int
    """What is worth least goes first where the terminal is narrow."""
    cells: list[str]

    @property
    def width(self) -> int:
        return max(map(len, (self.head, *self.cells)))


def show(result: MeterResult, group: MeterGroup, nothing: str = "Nothing has been asked.") -> None:
    """Prints a line for each group, the sum, what is uncertain in it, and the budgets.

    `nothing` is what is said where there is no answer to sum up.
    """
    console = consoles.stdout()
    unicode = console.encoding.lower().startswith("utf")
    if not result.total.answers and not result.total.not_sent:
        console.print(Text(nothing, "dim"))
    else:
        for line in table(result, group, _room(console), unicode=unicode):
            console.print(line)
        _print_folded(console, (Text(note, "dim") for note in _notes(result)))
    _print_folded(console, (budget_line(each, unicode=unicode) for each in result.budgets))


def _room(console: Console) -> int | None:
    """The terminal's cells; none count where the output is kept, for example in a file."""
    return console.width if console.is_terminal else None


def _print_folded(console: Console, lines: Iterable[Text]) -> None:
    for line in lines:
        room = _room(console)
        for piece in [line] if room is None else line.wrap(console, room):
            console.print(piece)


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


def table(
    result: MeterResult, group: MeterGroup, room: int | None, *, unicode: bool
) -> Iterator[Text]:
    """The lines of a table in at most `room` cells: what is worth least is left out first."""
    columns = _columns(result, unicode=unicode)
    names = names_of(result.rows, group, LONGEST)
    if room is not None:
        longest = min(max(map(len, names), default=0), _NARROWEST_NAME)
        while columns and room < longest + _width(columns):
            columns.remove(min(columns, key=lambda column: column.worth))
        names = names_of(result.rows, group, min(LONGEST, max(room - _width(columns), 1)))
    rows: list[list[str | tuple[str, str]]] = [
        [(group, "dim"), *((column.head, "dim") for column in columns)]
    ]
    for number, name in enumerate([*names, "total"]):
        cells = ((column.cells[number], _style(column)) for column in columns)
        rows.append([(name, "bold"), *cells])
    right = {at for at, column in enumerate(columns, start=1) if column.head}
    yield from consoles.table(rows, right=frozenset(right))


def _width(columns: Iterable[_Column]) -> int:
    return sum(_GAP + column.width for column in columns)


def _style(column: _Column) -> str:
    return "" if column.head else "cyan"


def _columns(result: MeterResult, *, unicode: bool) -> list[_Column]:
    """The columns that have anything to say, in their order."""
    priced = [Decimal(row.cost.amount) for row in result.rows if row.cost.amount is not None]
    most = max(priced, default=Decimal(0))
    bars = [
        bar(Decimal(row.cost.amount or 0), most, unicode=unicode) if most else ""
        for row in result.rows
    ]
    every = [_cells(of) for of in (*result.rows, result.total)]
    heads = ("answers", "tokens in", "cached", "out", "thinking", "cost", "first", "speed")
    worths = (5, 6, 2, 8, 3, 9, 1, 4)
    columns = [_Column("", 0, [*bars, ""])]
    for at, (head, worth) in enumerate(zip(heads, worths, strict=True)):
        columns.append(_Column(head, worth, [cells[at] for cells in every]))
    return [column for column in columns if any(column.cells)]


def _cells(of: MeterFigures) -> tuple[str, ...]:
    usage, latency = of.usage, of.latency
    about = "~" if of.estimated.answers else ""
    return (
        f"{of.answers:,}",
        f"{about}{usage.input_tokens:,}",
        f"{usage.cached_input_tokens:,}" if usage.cached_input_tokens else "",
        f"{about}{usage.output_tokens:,}",
        f"{about}{usage.reasoning_tokens:,}" if usage.reasoning_tokens else "",
        _cost(of, about),
        "" if latency.ttft_ms is None else number_format.duration(latency.ttft_ms),
        number_format.speed(latency.tokens_per_second),
    )


def _cost(of: MeterFigures, about: str) -> str:
    return (
        number_format.cost(of.cost)
        if of.cost.amount is None
        else about + number_format.cost(of.cost)
    )


def _notes(result: MeterResult) -> list[str]:
    total, notes = result.total, list[str]()
    if total.estimated.answers:
        estimated = total.estimated
        worth = (
            "" if estimated.cost.amount is None else f", worth {number_format.cost(estimated.cost)}"
        )
        notes.append(
            f"~ has estimates: {estimated.answers:,} of {total.answers:,} answers were not counted "
            f"by their provider{worth}"
        )
    if total.unpriced:
        notes.append(f"{total.unpriced:,} without a known price, not in the cost")
    if total.retries:
        notes.append(f"{total.requests:,} requests, {total.retries:,} of them sent again")
    if total.not_sent:
        notes.append(f"{total.not_sent:,} not sent, and in no other figure")
    if result.omitted:
        notes.append(f"{result.omitted:,} rows more: see --limit")
    return notes


def _money(amount: str) -> str:
    return number_format.money(Decimal(amount))
