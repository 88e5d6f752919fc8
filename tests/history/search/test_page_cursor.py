"""Cursors of pages."""

from __future__ import annotations

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.history.search.page_cursor import decode_cursor, encode_cursor
from antiphon.model.failure import AntiphonError


@given(st.text(), st.text())
def test_a_cursor_tells_the_place_that_it_was_made_of(updated_at: str, session_id: str) -> None:
    assert decode_cursor(encode_cursor(updated_at, session_id)) == (updated_at, session_id)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "\ud800",
        "W10",
        "!!!!",
        encoded("[1, 2]"),
        encoded('["a"]'),
        encoded("[" * 9999),
    ],
)
async def test_a_bad_cursor_is_an_invalid_parameter_of_that_name(history, cursor: str) -> None:
    with pytest.raises(AntiphonError) as raised:
        await history.sessions(limit=1, cursor=cursor)

    assert raised.value.failure.kind == "invalid_params"
    assert raised.value.field == "$.cursor"


@given(st.text())
def test_no_text_makes_the_cursor_parser_fail_otherwise(text: str) -> None:
    with suppress(AntiphonError):
        decode_cursor(text)
