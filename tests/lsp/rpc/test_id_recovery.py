"""The id of a request whose JSON is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.lsp.rpc.id_recovery import recover_request_id

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    request_id=st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    members=st.dictionaries(st.sampled_from(["params", "x", 'a"b', "result"]), JSON),
    order=st.randoms(),
    cut=st.integers(0, 5),
)
def test_the_id_is_found_wherever_it_stands(request_id, members, order, cut):
    items = list({**members, "id": request_id, "method": "m"}.items())
    order.shuffle(items)
    body = json.dumps(dict(items)).encode()
    found = recover_request_id(body)
    assert found == request_id
    assert type(found) is type(request_id)
    assert recover_request_id(body[: len(body) - cut]) in (request_id, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"id":5}',
        b'{"id":5,"result":NaN}',
        b'{"method":"m","params":{"id":5},"x":NaN}',
        b'{"method":"m","params":"\\"id\\":5"}',
        b'{"method":"m","id":{"id":5}}',
        b'{"method":"m","id":1.5}',
        b'{"method":"m","id":true}',
        b'{"method":"m","id":"\\ud800"}',
        b'{"method":"m","id":' + b"9" * 5000,
        b'{"method":"m"}{"id":5}',
    ],
)
def test_what_is_no_request_or_has_no_id_brings_none(body):
    assert recover_request_id(body) is None


@pytest.mark.parametrize(
    "start", [b'{"x":[' + b"1," * 300_000, b'{"x":"' + b"a" * 3_000_000, b'{"' + b'\\"' * 2_000_000]
)
def test_the_work_is_bounded(start):
    assert recover_request_id(start + b'","id":5,"method":"m"}') is None
