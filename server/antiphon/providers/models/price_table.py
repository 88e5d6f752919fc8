"""Finds a vendor's model in the table, under the keys that it may have there.

LiteLLM names most models `<vendor>/<model>`, those of OpenAI and Anthropic without a vendor, and
not every dated version of a model. A version that is not there has the price of its model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from antiphon.providers.models.price_facts import PriceTableFacts, parse_facts

if TYPE_CHECKING:
    from collections.abc import Iterator


_VERSION: Final = re.compile(r"[-@](?:\d{4}-?\d{2}-?\d{2}|latest)$")
_FINE_TUNED: Final = re.compile(r"ft:[^:]+(?=:)")
_LISTED_AS: Final = "models/"
"""The prefix of models in Google's own list."""


def list_keys(vendor: str, model: str) -> Iterator[tuple[str, str]]:
    """Yields the keys of a model with the row's owner, the most exact first.

    An empty `vendor` means that the model's name begins with it, as LiteLLM's own names do. An
    empty owner means that any row with the key counts. A bare name needs an owner, since many
    vendors sell models of the same name.
    """
    for name in _iterate_names(model.removeprefix(_LISTED_AS)):
        yield f"{vendor}/{name}" if vendor else name, ""
        first, _, rest = (vendor, "", name) if vendor else name.partition("/")
        if rest:
            yield rest, first


def _iterate_names(model: str) -> Iterator[str]:
    yield model
    if fine_tuned := _FINE_TUNED.match(model):
        yield fine_tuned.group()
    undated = _VERSION.sub("", model)
    if undated != model:
        yield undated


HEADER: Final = "_table"
"""The key of a condensed copy's own source: `{source, version, date}`."""
CHATS: Final = frozenset({"chat", "completion", "responses"})
"""Modes of models that answer chats. The others draw, embed, transcribe …"""

Row = Mapping[str, Any]

_table = msgspec.json.Decoder(dict[str, msgspec.Raw])
_row = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


class Origin(Struct, frozen=True):
    """The version and the date of a table."""

    version: str
    date: str | None = None
    """The day of its publication, if it is known."""

    @property
    def source(self) -> str:
        """The name of the source, for users."""
        return f"litellm {self.version}"


class PriceTable:
    """The rows of one table."""

    def __init__(self, rows: Mapping[str, msgspec.Raw], origin: Origin) -> None:
        self.origin = origin
        self._rows = rows

    def facts(self, vendor: str, model: str) -> PriceTableFacts | None:
        """Returns the facts about a vendor's model, or `None` without a row."""
        for key, owner in list_keys(vendor, model):
            row = self._row(key)
            if row is not None and _has_owner(row, owner):
                return parse_facts(row)
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
    """Splits a table's JSON into rows. Raises `msgspec.MsgspecError` for other data."""
    return _table.decode(data)


def decode_row(raw: msgspec.Raw) -> dict[str, Any]:
    """Decodes one row, with exact decimals. Raises `msgspec.MsgspecError`."""
    return _row.decode(raw)


def _has_owner(row: Row, owner: str) -> bool:
    """Checks whether the row is about this vendor's model.

    LiteLLM also writes `vertex_ai-…` for `vertex_ai`.
    """
    row_owner: Any = row.get("litellm_provider")
    return not owner or owner in {row_owner, str(row_owner).partition("-")[0]}
