"""A meter on a terminal."""

import csv
from decimal import Decimal

import pytest

from antiphon.model.commands.budget import BudgetStatus
from antiphon.model.commands.meter import EstimatedPart, MeterFigures, MeterResult, MeterRow
from antiphon.model.values.usage import Cost, Latency, Usage
from antiphon_terminal.reports.meter import meter_csv, meter_table
from antiphon_terminal.reports.meter.meter_names import format_name


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
    assert meter_table.render_bar(Decimal(value), Decimal(most)) == drawn
    assert meter_table.render_bar(Decimal(value), Decimal(most), unicode=False).isascii()


def test_estimates_unpriced_and_omitted_rows_are_told(capsys):
    row = MeterRow(key="a/x", **figures(estimated=1))
    result = meter(row, cost=None, estimated=1).model_copy(update={"omitted": 7})
    meter_table.show(result, "model")
    shown = capsys.readouterr().out
    assert "≈1,200" in shown
    assert "1 of 2 answers were not counted by their provider" in shown
    assert "2 unpriced, not in the cost" in shown
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
    line = meter_table.render_budget(budget).plain
    assert line == (
        "day     ▇▇▇▇▇▇▇▇▇▇▇▇····  $1.00 of $2.00, $0.50 held, $0.50 left  openai  only warns"
    )


SAME = [
    MeterRow(key=f"01ABCDEFGHJKMNPQRSTVWXYZ{end}", label="terse", model="demo/terse",
             session_title=title, **figures(cost))
    for end, title, cost in (("01", "Why is the sky blue?", "12.5"), ("02", "Why?", "0.0001"),
                             ("03", "Why?", "0"))
]  # fmt: skip


@pytest.mark.parametrize("room", [40, 80, 120, None])
def test_no_two_rows_look_alike_in_any_room(room: int | None) -> None:
    lines = [
        line.plain for line in meter_table.build_table(meter(*SAME), "pane", room, unicode=True)
    ]
    names = [line.split("  ")[0] for line in lines[1:]]
    assert len(set(names)) == 4
    assert all("cost" in lines[0] and "$" in line for line in lines[1:])
    if room is not None:
        assert max(map(len, lines)) <= room
    else:
        assert "terse, in Why is the sky blue?" in lines[1]
        assert "terse, in Why? #XYZ02" in lines[2].replace("WXYZ", "XYZ")


def test_a_wide_terminal_has_more_to_say_than_a_narrow_one() -> None:
    narrow, usual, wide = (
        [line.plain for line in meter_table.build_table(meter(*SAME), "pane", room, unicode=True)]
        for room in (40, 80, 160)
    )
    assert narrow[0].split() == ["pane", "out", "cost"]
    assert usual[0].split() == ["pane", "answers", "tokens", "in", "out", "cost", "first", "speed"]
    assert "▇" in "".join(wide)
    assert "▇" not in "".join(usual)


def test_a_pane_is_named_by_its_title_its_model_and_its_session() -> None:
    row = SAME[1].model_copy(update={"label": "summary"})
    assert format_name(row, "pane") == "summary, demo/terse, in Why?"
    gone = MeterRow(key="01KEY", **figures())
    assert format_name(gone, "pane") == "01KEY (deleted)"
    assert format_name(gone, "day") == "01KEY"


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@x", "\tx=", "\uff1d1", '"a,b"', "a;=1"])
def test_every_title_is_one_cell_and_none_a_formula(
    title: str, capsys: pytest.CaptureFixture[str]
) -> None:
    result = meter(MeterRow(key="k", label=title, session_title=title, **figures()))
    meter_csv.write(result)
    header, row, total = csv.reader(capsys.readouterr().out.splitlines())
    assert len(header) == len(row) == len(total)
    assert row[1].lstrip("'") == title.strip()
    assert not row[1].startswith(("=", "+", "-", "@", "\t", "\uff1d"))
    assert row[1] == row[3]
