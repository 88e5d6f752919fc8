"""JSON from outside is refused before it costs anything."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.sessions import bounded_json
from antiphon.engine.sessions.bounded_json import JsonLimitExceeded, parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(VALUES)
def test_what_is_not_too_much_is_what_the_parser_says(value) -> None:
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    "text",
    [
        "[" * 33 + "]" * 33,
        '{"a":' * 40,
        "[" * 10_000_000,
        "[" + "," * 10 + "1," * 600_000,
        "9" * 21,
        "-" + "9" * 5_000_000,
        "1e999",
        " " * (bounded_json.MAX_BYTES + 1),
    ],
)
def test_too_much_is_refused(text) -> None:
    with pytest.raises(JsonLimitExceeded):
        parse(text)


@pytest.mark.parametrize(
    "text", ["", "NaN", "[Infinity]", "{", '"', '"' + '\\"' * 2_000_000, "[1,]"]
)
def test_what_is_no_json_is_refused(text) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the parser's own words
        parse(text)
    assert not isinstance(caught.value, JsonLimitExceeded)


def test_what_is_deep_only_inside_a_string_is_not_deep() -> None:
    assert parse(json.dumps("[" * 1000 + '"' + "{" * 1000)).startswith("[[")


def test_a_text_may_have_exactly_as_many_bytes_as_the_limit(monkeypatch) -> None:
    monkeypatch.setattr(bounded_json, "MAX_BYTES", 4)
    assert parse('"\u00e9"') == "\u00e9"
    with pytest.raises(JsonLimitExceeded):
        parse('"\u00e9" ')
