"""A meter on a terminal."""

from decimal import Decimal

import pytest

from antiphon.model.budget import BudgetStatus
from antiphon.model.meter import EstimatedPart, MeterFigures, MeterResult, MeterRow
from antiphon.model.usage import Cost, Latency, Usage
from antiphon_terminal import meter_csv, meter_table


def figures(cost: str | None = "0.5", estimated: int = 0, **more) -> dict:
    money = Cost(amount=cost, source="priced") if cost else Cost()
    return {
        "answers": 2,
        "requests": 3,
        "retries": 1,
        "usage": Usage(input_tokens=1_200, output_tokens=34),
        "cost": money,
        "unpriced": 0 if cost else 2,
        "estimated": EstimatedPart(answers=estimated, usage=Usage(), cost=money),
        "latency": Latency(ttft_ms=400, total_ms=2_000, tokens_per_second=61.5),
        **more,
    }


def meter(*rows: MeterRow, **more) -> MeterResult:
    return MeterResult(total=MeterFigures(**figures(**more)), rows=list(rows))


@pytest.mark.parametrize(
    ("value", "most", "drawn"),
    [
        ("0", "1", "················"),
        ("0.001", "1", "▇···············"),
        ("0.5", "1", "▇▇▇▇▇▇▇▇········"),
        ("2", "1", "▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇"),
        ("1", "0", "▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇"),
    ],
)
def test_a_bar_shows_a_part_of_the_whole(value, most, drawn):
    assert meter_table.bar(Decimal(value), Decimal(most)) == drawn
    assert meter_table.bar(Decimal(value), Decimal(most), unicode=False).isascii()


def test_estimates_unpriced_and_omitted_rows_are_told(capsys):
    row = MeterRow(key="a/x", **figures(estimated=1))
    result = meter(row, cost=None, estimated=1).model_copy(update={"omitted": 7})
    meter_table.show(result, "model")
    shown = capsys.readouterr().out
    assert "~1,200" in shown
    assert "1 of 2 answers were not counted by their provider" in shown
    assert "2 without a known price, not in the cost" in shown
    assert "3 requests, 1 of them sent again" in shown
    assert "7 rows more" in shown


def test_no_title_drives_the_terminal_or_a_spreadsheet(capsys):
    title = "=HYPERLINK(1)\x1b[31m\n" + "x" * 80
    result = meter(MeterRow(key="k", label=title, **figures()))
    meter_table.show(result, "session")
    meter_csv.write(result)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "'=HYPERLINK" in shown
    assert "…" in shown


def test_a_budget_says_what_is_held_and_whom_it_counts():
    budget = BudgetStatus(
        scope="day",
        limit="2",
        spent="1",
        reserved="0.5",
        remaining="0.5",
        provider="openai",
        action="warn",
        state="warned",
    )
    line = meter_table.budget_line(budget).plain
    assert line == (
        "day     ▇▇▇▇▇▇▇▇▇▇▇▇····  $1.00 of $2.00, $0.500 held, $0.500 left  openai  only warns"
    )
