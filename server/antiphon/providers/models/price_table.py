"""Under which keys the table may hold a vendor's model.

LiteLLM names most models `<vendor>/<model>`, those of OpenAI and Anthropic without a vendor, and
not every dated version of a model; a version that is not there is priced as its model is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec

from antiphon.providers.models.price_facts import PriceTableFacts, facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator


_VERSION: Final = re.compile(r"[-@](?:\d{4}-?\d{2}-?\d{2}|latest)$")
_FINE_TUNED: Final = re.compile(r"ft:[^:]+(?=:)")
_LISTED_AS: Final = "models/"
"""Google's own list calls its models so."""


def keys_of(vendor: str, model: str) -> Iterator[tuple[str, str]]:
    """The keys to try for a model, the most particular first, and whose the row must be.

    An empty `vendor` means that the model's name begins with it, as LiteLLM's own names do. An
    empty owner means that the key says it all; many vendors sell models of one bare name.
    """
    for name in _names_of(model.removeprefix(_LISTED_AS)):
        yield f"{vendor}/{name}" if vendor else name, ""
        first, _, rest = (vendor, "", name) if vendor else name.partition("/")
        if rest:
            yield rest, first


def _names_of(model: str) -> Iterator[str]:
    yield model
    if fine_tuned := _FINE_TUNED.match(model):
        yield fine_tuned.group()
    undated = _VERSION.sub("", model)
    if undated != model:
        yield undated


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

    def facts(self, vendor: str, model: str) -> PriceTableFacts | None:
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
