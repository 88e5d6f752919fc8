"""Encodes messages: whatever a handler hands over, valid JSON goes out, or a typed error."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from antiphon.lsp.transport.framing import encode_frame

_encoder = msgspec.json.Encoder()


def encode(message: dict[str, Any]) -> bytes:
    """One message with its header.

    NaN and infinities become `null`; a lone surrogate becomes U+FFFD, because UTF-8 cannot hold
    it. A `msgspec.Raw` inside is copied as it is. Raises `TypeError` or `RecursionError` for what
    JSON cannot hold.
    """
    try:
        return encode_frame(_encoder.encode(message))
    except UnicodeEncodeError:
        return encode_frame(_encoder.encode(_well_formed(message)))


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        fields = cast("dict[Any, Any]", value)
        return {_well_formed(key): _well_formed(item) for key, item in fields.items()}
    if isinstance(value, list | tuple):
        return [_well_formed(item) for item in cast("list[Any]", value)]
    return value
