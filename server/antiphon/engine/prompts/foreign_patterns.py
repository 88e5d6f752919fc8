"""Applies regular expressions and JSON Schemas that strangers wrote, in time linear in the answer.

Both are jsonschema-rs, which is imported at the first rule that needs it. Its patterns are those of
Rust's `regex`: they never go back, so none can take longer than its text, and lookaround and
back-references are refused. A schema may refer to its own parts, not in a circle, and to nothing
outside. A reference is compiled once for each way to it, with the interpreter locked, so the ways
are counted first.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NoReturn, cast

import msgspec

_MOST_COMPILED_BYTES: Final = 1024 * 1024
_MOST_PARTS: Final = 10_000
"""Parts of a schema, each counted once for each way of references that leads to it."""
_MOST_LEVELS: Final = 200
_TOO_DEEP: Final = f"it is more than {_MOST_LEVELS} levels deep"
_Size = tuple[int, int]
"""How many parts there are, and how many levels."""
_MOST_DIGITS: Final = 9
_IDS: Final = ("$id", "id")
_MOVING: Final = (*_IDS, "$dynamicRef", "$recursiveRef")
"""Keys by which a reference means another place than the one that it names."""


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
    validator = _compile(_to_key(schema))
    import jsonschema_rs  # noqa: PLC0415 - at the first rule

    try:
        validator.validate(value)  # its `iter_errors` builds every error, each with a copy
    except jsonschema_rs.ValidationError as problem:
        first = problem
    else:
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

    decoded = msgspec.json.decode(schema)
    _Expansion(decoded).check()
    options = jsonschema_rs.RegexOptions(size_limit=_MOST_COMPILED_BYTES)
    try:
        return jsonschema_rs.validator_for(
            decoded, pattern_options=options, retriever=_refuse_reference
        )
    except ValueError as problem:
        raise PatternError(str(problem).partition("\n")[0]) from None


def _refuse_reference(uri: str) -> NoReturn:
    message = f"{uri} is outside of the schema"
    raise LookupError(message)


class _Expansion:
    """The size of a schema when each reference is replaced by what it means."""

    def __init__(self, root: object) -> None:
        self._root = root
        old = isinstance(root, dict) and "draft-04" in str(cast("Any", root).get("$schema"))
        self._moving = _MOVING if old else [each for each in _MOVING if each != "id"]
        self._sizes: dict[int, _Size] = {}
        self._open: set[int] = set()

    def check(self) -> None:
        """Refuses a schema that is too large or that refers in a circle.

        Raises `PatternError`.
        """
        self._measure(self._root)

    def _measure(self, part: Any) -> _Size:
        if not _is_part(part):
            return (0, 0)
        key = id(part)
        if key in self._open:
            _refuse("it refers to itself in a circle")
        if key in self._sizes:
            return self._sizes[key]
        if len(self._open) >= _MOST_LEVELS:
            _refuse(_TOO_DEEP)
        self._open.add(key)
        sizes = [self._measure(each) for each in self._list_next(part)]
        self._open.remove(key)
        parts = 1 + sum(each for each, _ in sizes)
        levels = 1 + max((each for _, each in sizes), default=0)
        if parts > _MOST_PARTS:
            _refuse(f"it has more than {_MOST_PARTS} parts with its references written out")
        if levels > _MOST_LEVELS:
            _refuse(_TOO_DEEP)
        self._sizes[key] = (parts, levels)
        return self._sizes[key]

    def _list_next(self, part: dict[str, Any] | list[Any]) -> list[Any]:
        if isinstance(part, list):
            return part
        for name in self._moving:
            is_own = part is self._root and name in _IDS
            if isinstance(part.get(name), str) and not is_own:
                _refuse(f"`{name}` is not supported")
        reference = part.get("$ref")
        named = [self._find(reference)] if isinstance(reference, str) else []
        return [*part.values(), *named]

    def _find(self, reference: str) -> Any:
        """Returns the part that a JSON pointer names (RFC 6901, section 6)."""
        place, _, pointer = reference.partition("#")
        if place:
            _refuse(f"{reference} is outside of the schema")
        found: Any = self._root
        first, *names = pointer.split("/")
        if first or "%" in pointer:
            _refuse(f"{reference} is not `#` with a path")
        for name in names:
            key = name.replace("~1", "/").replace("~0", "~")
            found = _get(found, key)
            if found is None:
                _refuse(f"{reference} is not in the schema")
        return found


def _is_part(value: object) -> bool:
    return isinstance(value, dict | list)


def _get(part: Any, key: str) -> Any:
    if isinstance(part, dict):
        return cast("dict[str, Any]", part).get(key)
    if isinstance(part, list) and key.isdecimal() and len(key) < _MOST_DIGITS:
        items = cast("list[Any]", part)
        return items[int(key)] if int(key) < len(items) else None
    return None


def _refuse(reason: str) -> NoReturn:
    raise PatternError(reason)
