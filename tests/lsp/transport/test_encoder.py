"""Whatever is handed over, JSON goes out."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.lsp.transport.framing import FrameParser
from antiphon.lsp.transport.writer import encode

TEXT = st.text(st.characters())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner) | st.tuples(inner),
    max_leaves=10,
)


def refuse(constant: str) -> None:
    raise AssertionError(constant)


@given(VALUES)
def test_every_value_becomes_one_frame_of_strict_json(value):
    (body,) = FrameParser().feed(encode({"params": value}))
    json.loads(body.decode("utf-8"), parse_constant=refuse)


def test_raw_json_is_copied_as_it_is():
    assert encode({"a": msgspec.Raw(b'{"b":[1]}')}).endswith(b'{"a":{"b":[1]}}')


def test_a_surrogate_pair_is_joined_and_a_lone_one_replaced():
    frame = encode({"a\udfff": ["\ud83d\ude00", "\ud800"]})
    (body,) = FrameParser().feed(frame)
    assert json.loads(body) == {"a\ufffd": ["😀", "\ufffd"]}


def test_what_json_cannot_hold_is_refused():
    with pytest.raises(TypeError):
        encode({"a": object()})
