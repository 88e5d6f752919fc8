"""Days are those of the clock on the wall of the machine."""

import time

import pytest

from antiphon.model.values.times import day_of, month_of


@pytest.fixture
def zone(monkeypatch):
    """Moves the machine to another time zone."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
@pytest.mark.parametrize(
    ("name", "day", "month"),
    [("UTC0", "2026-10-31", "2026-10"), ("EAST-9", "2026-11-01", "2026-11")],
)
def test_a_moment_belongs_to_the_day_of_the_server(zone, name, day, month):
    zone(name)
    assert day_of("2026-10-31T20:00:00.000Z") == day
    assert month_of("2026-10-31T20:00:00.000Z") == month
