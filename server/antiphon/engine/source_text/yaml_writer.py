"""Writes values as YAML that `read_yaml` reads as the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from antiphon.engine.source_text.yaml_scalars import resolve_plain

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./@$(][\w ./@$()+%=;'*!?&|<>~^-]*", re.ASCII)
_SPECIAL: Final = re.compile(r": |:$| #|^(?:[-?@] ?|@)| $")
_BLOCK: Final = re.compile(
    r"[^\s\x00-\x1f][^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]*"
)
_ESCAPED: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write_yaml(value: Mapping[str, Any]) -> str:
    """Returns a mapping as block YAML, with its keys in their order."""
    return "".join(f"{line}\n" for line in _mapping(value)) if value else "{}\n"


def _mapping(value: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for key, each in value.items():
        lines += _entry(f"{_scalar(key)}:", each)
    return lines


def _entry(head: str, value: Any) -> list[str]:
    """Returns the lines of a key or of a list's dash, followed by its value."""
    if isinstance(value, Mapping) and value:
        below = _mapping(cast("Mapping[str, Any]", value))
        if head == "-":
            return [f"- {below[0]}", *(f"  {line}" for line in below[1:])]
        return [head, *(f"  {line}" for line in below)]
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        items = cast("Sequence[Any]", value)
        below = [line for item in items for line in _entry("-", item)]
        return [head, *(f"  {line}" for line in below)]
    if isinstance(value, str) and "\n" in value and _is_block(value):
        return [f"{head} |{_chomping(value)}", *_block_lines(value)]
    return [f"{head} {_flow(value)}"]


def _is_block(text: str) -> bool:
    return bool(_BLOCK.fullmatch(text)) and not text.endswith("\n\n")


def _chomping(text: str) -> str:
    return "" if text.endswith("\n") else "-"


def _block_lines(text: str) -> list[str]:
    return [f"  {line}" if line else "" for line in text.removesuffix("\n").split("\n")]


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, Sequence):
        return "[]"
    return json.dumps(value)


def _scalar(text: str) -> str:
    """Returns a text without quotes if it is still the same text then."""
    is_plain = _PLAIN.fullmatch(text) and not _SPECIAL.search(text)
    if is_plain and resolve_plain(text) == text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
