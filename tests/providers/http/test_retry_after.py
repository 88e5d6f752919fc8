"""How long a provider asks to wait."""

from __future__ import annotations

import pytest

from antiphon.providers.http.retry_after import retry_after_ms

DATE = "Wed, 01 Jan 2025 00:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2000),
        ({"retry-after": " 0.25 "}, 250),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "3600"}, 3_600_000),
        ({"retry-after": "2", "retry-after-ms": "150"}, 150),
        ({"retry-after": "2", "retry-after-ms": "soon"}, 2000),
        ({"retry-after": "Wed, 01 Jan 2025 00:01:00 GMT", "date": DATE}, 60_000),
        ({"retry-after": "Tue, 31 Dec 2024 23:59:00 GMT", "date": DATE}, 0),
        ({"retry-after": "Wed, 01 Jan 2025 00:01:00 -0000", "date": DATE}, 60_000),
        ({"retry-after": "Wed, 01 Jan 2020 00:00:00 GMT"}, 0),
        ({"retry-after": "in a while"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e300"}, None),
        ({"retry-after": "Wed, 99 Jan 2025 00:01:00 GMT"}, None),
    ],
)
def test_the_wait_is_read_from_seconds_milliseconds_and_dates(
    headers: dict[str, str], expected: int | None
) -> None:
    assert retry_after_ms(headers) == expected
