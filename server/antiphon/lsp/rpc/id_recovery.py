"""Recovers the id of a request with invalid JSON, so that it gets an answer.

The decoder refuses NaN, lone surrogates, bad UTF-8, nesting beyond the recursion limit and
truncated JSON. Only the members of the outermost object are read, by tokens, with a limit of work.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from antiphon.lsp.rpc.jsonrpc import RequestId

# A string that does not end is a token too, and the repetition is possessive: linear on any input.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]+|[\]}]+|[:,]|[^\s"\[\]{}:,]+', re.DOTALL)
_MAX_BYTES = 2 * 1024 * 1024
_MAX_TOKENS = 200_000
_ID = msgspec.json.Decoder(int | str)


def recover_request_id(body: bytes) -> RequestId | None:
    """Returns the id of the request in `body`, or `None` if none can be read.

    A body without a `method` is not a request: an answer could match one of the client's own
    requests that has the same id.
    """
    members = _outer_members(body)
    if b'"method"' not in members or b'"id"' not in members:
        return None
    try:
        return _ID.decode(members[b'"id"'])
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return None


def _outer_members(body: bytes) -> dict[bytes, bytes]:
    """Returns the scalar members of the outermost object, within a limit of work."""
    members: dict[bytes, bytes] = {}
    depth = 0
    member: list[bytes] = []
    for match in islice(_TOKEN.finditer(body, 0, _MAX_BYTES), _MAX_TOKENS):
        token = match[0]
        if depth == 1 and token[0] in b",]}":
            # Only here is a value known to be whole: `"id":1` may be the start of `"id":12`.
            if len(member) == 3 and member[1] == b":":
                members.setdefault(member[0], member[2])
            member = []
        elif depth == 1:
            member.append(token)
        if token[0] in b"[{":
            depth += len(token)
        elif token[0] in b"]}":
            depth -= len(token)
        if depth < 1 or {b'"id"', b'"method"'} <= members.keys():
            break
    return members
