"""What SQLite can store of what JSON can say."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.history.sql import parameters


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_that_has_a_utf8_form_is_kept_as_it_is(text: str) -> None:
    assert parameters.text(text) == text


@given(st.text(st.characters()))
def test_any_text_of_json_becomes_storable(text: str) -> None:
    parameters.text(json.loads(json.dumps(text))).encode()


def test_two_halves_of_a_character_are_joined() -> None:
    assert parameters.text("\ud83d\ude00 \ude00\ud83d") == "😀 \ufffd\ufffd"


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (2**63, 2**63 - 1),
        (-(2**80), -(2**63)),
        (math.inf, None),
        (math.nan, None),
        (True, True),
        (None, None),
        (b"\xff", b"\xff"),
    ],
)
def test_a_value_that_does_not_fit_becomes_the_nearest_that_does(value, stored) -> None:
    assert parameters.row({"a": value}) == {"a": stored}
