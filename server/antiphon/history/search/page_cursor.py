"""Encodes and decodes cursors: where a page of sessions ended, opaque to a client.

A cursor names the last session that was shown by its place in the order, not by a count: a
session that is new or used meanwhile moves to the front and shifts nothing.
"""

from __future__ import annotations

import base64
import binascii
import json

from antiphon.model.failure import error


def encode_cursor(updated_at: str, session_id: str) -> str:
    """Encodes the cursor of the page that follows the session with this `updated_at` and id."""
    place = json.dumps([updated_at, session_id]).encode()
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[str, str]:
    """Decodes `cursor` into the time of last use and the id of a session.

    Raises `AntiphonError` of kind `invalid_params` if `cursor` was not made here.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        place = None
    match place:
        case [str(updated_at), str(session_id)]:
            return updated_at, session_id
        case _:
            raise error(
                "invalid_params",
                "The cursor is not one that this server gave.",
                hint="Leave the cursor out to start with the newest sessions.",
                field="$.cursor",
            )
