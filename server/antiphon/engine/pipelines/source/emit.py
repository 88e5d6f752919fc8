"""Writes plain values as readable YAML, which reads back as they were.

Texts of several lines are literal blocks where that is exact, other texts are quoted as in JSON,
whose strings YAML 1.2 reads too (https://yaml.org/spec/1.2.2/#13-relation-to-json).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PLAIN: Final = re.compile(r"[A-Za-z][\w./+-]*(?: [\w./+()-]+)*", re.ASCII)
_RESERVED: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_LONGEST_PLAIN: Final = 80
_INDENT: Final = "  "


def to_yaml(value: Mapping[str, Any]) -> str:
    """Returns an object of text, numbers, lists and objects as a YAML document."""
    return "\n".join(_object_lines(value)) + "\n"


def to_scalar(text: str) -> str:
    """Returns a text as a scalar on one line."""
    text = _SURROGATES.sub("\ufffd", text)
    is_plain = len(text) <= _LONGEST_PLAIN and _PLAIN.fullmatch(text) is not None
    if is_plain and text.lower() not in _RESERVED:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else _escape(each) for each in quoted)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def _object_lines(value: Mapping[str, Any]) -> Iterator[str]:
    for key, each in value.items():
        yield from _entry_lines(f"{to_scalar(key)}:", each)


def _list_lines(values: Sequence[Any]) -> Iterator[str]:
    for each in values:
        if isinstance(each, dict) and each:
            first, *others = _object_lines(cast("dict[str, Any]", each))
            yield f"- {first}"
            yield from (_INDENT + line if line else line for line in others)
        else:
            yield from _entry_lines("-", each)


def _entry_lines(head: str, value: Any) -> Iterator[str]:
    """Yields `head` with its value, behind it or below it."""
    match value:
        case dict() if value:
            yield head
            below = _object_lines(cast("dict[str, Any]", value))
            yield from (_INDENT + line if line else line for line in below)
        case list() if value:
            yield head
            below = _list_lines(cast("list[Any]", value))
            yield from (_INDENT + line if line else line for line in below)
        case str() if is_literal(value):
            yield f"{head} |{'' if value.endswith(chr(10)) else '-'}"
            lines = value.removesuffix("\n").split("\n")
            yield from (_INDENT + line if line else line for line in lines)
        case str():
            yield f"{head} {to_scalar(value)}"
        case _:
            yield f"{head} {json.dumps(value)}"


def is_literal(text: str) -> bool:
    """Checks whether a literal block holds exactly this text."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and bool(lines[0])
        and bool(lines[-1])
        and not lines[0].startswith(" ")
        and not any(line and not line.strip() for line in lines)
        and all(line.isprintable() and not _SURROGATES.search(line) for line in lines)
    )
