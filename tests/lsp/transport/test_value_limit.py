"""Messages with too many values are told from long ones."""

from __future__ import annotations

import json

import pytest

from antiphon.lsp.transport.value_limit import BULKY_BYTES, MAX_VALUES, has_too_many_values


@pytest.mark.parametrize("item", [b"[],", b"{},", b"1,", b'"",', b'{"a":1},', b'"\\"",'])
async def test_many_values_are_too_many(item):
    many = b"[" + item * max(MAX_VALUES, BULKY_BYTES // len(item) + 1) + b"1]"
    assert await has_too_many_values(many)


@pytest.mark.parametrize("text", ["a,[{", '"\\', "\\", '\\"', ",\n\t", "😀,"])
async def test_a_long_text_is_one_value_whatever_stands_in_it(text):
    body = json.dumps({"text": text * BULKY_BYTES, "x": [1, 2]}).encode()
    assert not await has_too_many_values(body)


async def test_a_short_message_is_never_overfull():
    assert not await has_too_many_values(b"," * (BULKY_BYTES - 1))


async def test_a_string_that_does_not_end_ends_the_count():
    assert not await has_too_many_values(b'"' + b"," * BULKY_BYTES)
