"""Points in time are written one way, so that texts sort as the times do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.model.values.times import now, rfc3339

MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def test_a_moment_is_rfc_3339_in_utc_with_milliseconds():
    moment = datetime(2026, 11, 22, 15, 2, 3, 4_999, tzinfo=timezone(timedelta(hours=1)))
    assert rfc3339(moment) == "2026-11-22T14:02:03.004Z"


@given(MOMENTS)
def test_what_is_written_can_be_read_back_to_the_millisecond(moment):
    read = datetime.fromisoformat(rfc3339(moment))
    assert timedelta() <= moment - read < timedelta(milliseconds=1)


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_times_do(a, b):
    assert (rfc3339(a) <= rfc3339(b)) or a > b


def test_now_is_now():
    before = datetime.now(UTC)
    read = datetime.fromisoformat(now())
    assert before - timedelta(milliseconds=1) <= read <= datetime.now(UTC)


@pytest.mark.parametrize("microsecond", [0, 999, 999_999])
def test_milliseconds_are_cut_and_never_rounded_into_the_next_second(microsecond):
    moment = datetime(2026, 1, 1, 0, 0, 59, microsecond, tzinfo=UTC)
    assert rfc3339(moment).startswith("2026-01-01T00:00:59.")
