"""Figures are written as `clients/protocol/format_cases.json` says."""

from __future__ import annotations

import json
import time
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from antiphon.model.values import number_format
from antiphon.model.values.usage import Usage

CASES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[3] / "clients/protocol/format_cases.json").read_text("utf-8")
)
FORMATS = {
    "count": number_format.format_count,
    "exactCount": number_format.format_exact_count,
    "tokens": number_format.format_tokens,
    "money": number_format.format_money,
    "cost": number_format.format_cost,
    "totalCost": number_format.format_total_cost,
    "costRange": lambda ends: number_format.format_cost_range(*ends),
    "duration": number_format.format_duration,
    "silence": number_format.format_silence,
    "speed": number_format.format_speed,
    "percent": number_format.format_percent,
    "time": number_format.format_time,
    "timeWithOffset": number_format.format_time_with_offset,
}
EVERY = [(kind, case) for kind in FORMATS for case in CASES[kind]]


def test_no_kind_of_case_is_left_out():
    assert {*FORMATS, "state", "queue"} == set(CASES)


@pytest.mark.parametrize(
    ("kind", "case"), EVERY, ids=[f"{kind} {case['text']}" for kind, case in EVERY]
)
def test_a_figure_is_written_as_the_shared_case_says(kind, case):
    zone = [timezone(timedelta(minutes=case["offsetMinutes"]))] if "offsetMinutes" in case else []
    assert FORMATS[kind](case["value"], *zone) == case["text"]


def test_a_sum_without_any_answer_is_empty_and_not_zero():
    assert number_format.format_sum(None, 0) == ""
    assert number_format.format_sum("0.5", 1204) == "$0.50 + 1,204 unpriced"


def test_reasoning_counts_as_output():
    usage = Usage(input_tokens=9, output_tokens=2, reasoning_tokens=3)
    assert number_format.count_written_tokens(usage) == 5


def test_empty_parts_leave_no_dot_behind():
    assert number_format.join_parts(["a", "", "b"]) == "a · b"


def test_without_a_zone_a_time_is_that_of_this_machine(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        shown = number_format.format_time_with_offset("2026-11-22T14:02:03.004Z")
        assert shown == "2026-11-22 19:32 +05:30"
    finally:
        monkeypatch.undo()
        time.tzset()
