"""Two servers on one database stream with faults: all is answered, kept once and paid for once."""

from __future__ import annotations

import os

import pytest
from benchmarks.soak.picture import draw
from benchmarks.soak.report import judge_lag, lines
from benchmarks.soak.run import Plan, run
from benchmarks.soak.samples import growth, is_flat

from support.history.postgresql import binaries

SHORT = Plan(15, streams=16, model="pace-20-40")


@pytest.mark.slow
def test_what_clients_were_shown_is_in_the_history_and_in_the_budget() -> None:
    shown = run(SHORT).shown

    assert shown.problems == []
    assert shown.refused == {}
    assert sum(shown.statuses.values()) >= 16


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_while_postgresql_is_stopped_and_started_twice() -> None:
    if binaries() is None:
        assert not os.environ.get("CI"), "PostgreSQL must be installed here"
        pytest.skip("PostgreSQL is not installed")

    shown = run(Plan(24, streams=16, model="pace-20-40", restarts=2)).shown

    assert shown.problems == []
    assert sum(shown.statuses.values()) >= 16


def test_a_figure_that_grows_beyond_its_noise_is_not_flat() -> None:
    leaking = [100.0 + index for index in range(40)]
    noisy = [100.0 + 20 * (index % 2) for index in range(40)]

    assert growth(leaking) == pytest.approx((19, 0))
    assert not is_flat("memory, MB", leaking)
    assert is_flat("memory, MB", noisy)
    assert is_flat("memory, MB", leaking[:20] + [120.0] * 20)


def test_the_picture_has_a_line_for_each_server_and_names_both() -> None:
    svg = draw([{"threads": [1.0, 2.0]}, {"threads": [1.0, 1.0]}])

    assert svg.count("<polyline") == 2
    assert "server 1<" in svg
    assert "server 2<" in svg


def test_an_earlier_report_judges_every_figure_and_the_lag_of_each_server() -> None:
    figures = {
        "plan": {"seconds": 60, "streams": 64, "restarts": 2},
        "statuses": {"completed": 95, "failed": 5},
        "refused": {},
        "problems": ["answer 1: the history has another text"],
        "lagMs": [[5.0, 50.0], [5.0, 100.0]],
        "series": [
            {"memory, MB": [100.0 + index for index in range(40)]},
            {"threads": [3.0] * 40},
        ],
    }

    report = list(lines(figures))

    assert "100 answers: 95 completed, 5 failed." in report
    assert "Refused requests: none." in report
    assert any(each.startswith("| 1 | memory, MB |") and "| growing |" in each for each in report)
    assert any(each.startswith("| 2 | threads |") and "| flat |" in each for each in report)
    assert [each.rsplit(": ")[-1] for each in report if "(p99)" in each] == ["met.", "not met."]
    assert "Wrong: answer 1: the history has another text" in report
    assert judge_lag(0.0) == "not measured"
