"""Applies regular expressions and JSON Schemas that strangers wrote, in time linear in the answer.

Both are jsonschema-rs, which is imported at the first rule that needs it. Its patterns are those of
Rust's `regex`: they never go back, so none can take longer than its text, and lookaround and
back-references are refused. A schema may refer to itself and to nothing outside.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NoReturn

import msgspec

_MOST_COMPILED_BYTES: Final = 1024 * 1024


class PatternError(Exception):
    """A pattern or a schema that cannot be used, with the reason."""


def matches_pattern(pattern: str, text: str) -> bool:
    """Returns whether `pattern` is found anywhere in `text`.

    Raises `PatternError` for a pattern that cannot be used.
    """
    return bool(_compile(_to_key({"pattern": pattern})).is_valid(text))


def validate_schema(schema: object, value: object) -> str | None:
    """Returns the first reason why `value` does not keep `schema`, or `None` if it does.

    Raises `PatternError` for a schema that cannot be used.
    """
    first = next(iter(_compile(_to_key(schema)).iter_errors(value)), None)
    if first is None:
        return None
    path = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in first.instance_path
    )
    return f"${path}: {first.message}"


def check_pattern(pattern: str) -> str | None:
    """Returns why a pattern cannot be used, or `None`."""
    return check_schema({"pattern": pattern})


def check_schema(schema: object) -> str | None:
    """Returns why a JSON Schema cannot be used, or `None`."""
    try:
        _compile(_to_key(schema))
    except PatternError as problem:
        return str(problem)
    return None


def _to_key(schema: object) -> bytes:
    return msgspec.json.encode(schema)


@lru_cache(maxsize=64)
def _compile(schema: bytes) -> Any:
    import jsonschema_rs  # noqa: PLC0415 - at the first rule

    options = jsonschema_rs.RegexOptions(size_limit=_MOST_COMPILED_BYTES)
    try:
        return jsonschema_rs.validator_for(
            msgspec.json.decode(schema), pattern_options=options, retriever=_refuse_reference
        )
    except ValueError as problem:
        raise PatternError(str(problem).partition("\n")[0]) from None


def _refuse_reference(uri: str) -> NoReturn:
    message = f"{uri} is outside of the schema"
    raise LookupError(message)
