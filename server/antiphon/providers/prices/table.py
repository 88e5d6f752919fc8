"""The table as it was read: rows of JSON by key, each decoded when it is looked up.

Decoding all of its thousands of rows would hold the interpreter for tens of milliseconds; cutting
them apart takes two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from antiphon.providers.prices.facts import ModelFacts, facts_of
from antiphon.providers.prices.keys import keys_of

HEADER: Final = "_table"
"""The key under which a condensed copy says where it comes from: `{source, version, date}`."""
CHATS: Final = frozenset({"chat", "completion", "responses"})
"""Modes of rows that can be asked; the others draw, embed, transcribe …"""

Row = Mapping[str, Any]

_table = msgspec.json.Decoder(dict[str, msgspec.Raw])
_row = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table comes from."""

    version: str
    date: str | None = None
    """The day of its publication, where that is known."""

    @property
    def source(self) -> str:
        """For people."""
        return f"litellm {self.version}"


class PriceTable:
    """The rows of one table."""

    def __init__(self, rows: Mapping[str, msgspec.Raw], origin: Origin) -> None:
        self.origin = origin
        self._rows = rows

    def facts(self, vendor: str, model: str) -> ModelFacts | None:
        """What is known of a vendor's model; `None` for one that is not in the table."""
        for key, owner in keys_of(vendor, model):
            row = self._row(key)
            if row is not None and _is_of(row, owner):
                return facts_of(row)
        return None

    def _row(self, key: str) -> Row | None:
        raw = self._rows.get(key)
        if raw is None:
            return None
        try:
            row = _row.decode(raw)
        except msgspec.MsgspecError:
            return None
        return row if row.get("mode") in CHATS else None


def cut_rows(data: bytes) -> dict[str, msgspec.Raw]:
    """The rows of a table's JSON. Raises `msgspec.MsgspecError` for anything else."""
    return _table.decode(data)


def decode_row(raw: msgspec.Raw) -> dict[str, Any]:
    """One row, its fractions as exact decimals. Raises `msgspec.MsgspecError`."""
    return _row.decode(raw)


def _is_of(row: Row, owner: str) -> bool:
    """Whether the row is about this vendor's offer; LiteLLM has `vertex_ai-…` for `vertex_ai`."""
    its_owner: Any = row.get("litellm_provider")
    return not owner or owner in {its_owner, str(its_owner).partition("-")[0]}
