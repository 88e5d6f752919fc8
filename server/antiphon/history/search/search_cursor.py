"""Encodes and decodes cursors of a search: the messages it covers, and the count shown."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.model.failure import error

if TYPE_CHECKING:
    from antiphon.model.commands.search import SearchParams

_LARGEST = 2**62


class SearchPosition(Struct, frozen=True):
    """Where a page begins."""

    newest: int
    """The number of the newest message at the time of the first page."""
    offset: int

    def cursor(self, params: SearchParams) -> str:
        """Encodes this position for `params`, opaque to a client."""
        place = json.dumps([_sum_of(params), self.newest, self.offset]).encode()
        return base64.urlsafe_b64encode(place).decode().rstrip("=")


def decode_cursor(params: SearchParams) -> SearchPosition:
    """Decodes the position from `params.cursor`.

    Raises `AntiphonError` of kind `invalid_params` if it is not a cursor of this search.
    """
    try:
        text = (params.cursor or "").encode("ascii")
        padded = text + b"=" * (-len(text) % 4)
        place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        place = None
    match place:
        case [int(check), int(newest), int(offset)] if (
            check == _sum_of(params) and 0 <= newest < _LARGEST and 0 <= offset < _LARGEST
        ):
            return SearchPosition(newest, offset)
        case _:
            raise error(
                "invalid_params",
                "The cursor is not one that this search gave.",
                hint="Leave the cursor out to begin with the first page.",
                field="$.cursor",
            )


def _sum_of(params: SearchParams) -> int:
    looked_for = params.model_copy(update={"cursor": None, "limit": None}).model_dump()
    return zlib.crc32(json.dumps(looked_for, sort_keys=True).encode())
