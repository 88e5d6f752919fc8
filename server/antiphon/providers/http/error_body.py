"""Finds an error's words, codes and status, in any shape that vendors send.

Field names are compared in small letters and without marks, so that `error_msg`, `errorMsg` and
`ErrorMsg` are one. A new shape is a new name in one of the tables.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS: Final = (
    *("message", "msg", "errormessage", "errormsg", "errmsg", "statusmsg", "statusmessage"),
    *("errordescription", "description", "faultstring", "detail", "error", "title", "reason"),
)
"""Fields with the words, the most exact first."""
_CODES: Final = (
    *("code", "type", "status", "statuscode", "errorcode", "errcode", "retcode", "errortype"),
    "faultcode",
)
_INSIDE: Final = (
    *("error", "detail", "errors", "fault", "baseresp", "errormsg"),
    *("response", "header"),
)
"""Fields in which an error may be an object of its own."""
_ALWAYS_ERRORS: Final = frozenset({"error", "errors", "fault", "errormsg"})
"""Those of them that are empty in every good answer."""
_BEHIND: Final = (
    *(("metadata", "raw"), ("metadata", "error"), ("innererror",), ("upstreamerror",)),
    *(("providererror",), ("originalerror",), ("upstream", "error")),
)
"""Paths at which a gateway puts the error of the provider behind it."""
_SUCCESS_FLAGS: Final = ("success", "ok", "succeeded", "issuccess")
_FAILURE_CODES: Final = ("code", "statuscode", "errorcode", "errcode", "retcode", "faultcode")
_GOOD_CODES: Final = frozenset({"", "0", "200", "ok", "success", "succeeded", "none", "null"})
_FAILED: Final = frozenset({"error", "failed", "failure", "fail"})
"""A type or a status of a failure. As a code these say nothing."""
_NO_PATH: Final = re.compile(r"\b(?:url|uri|path|route|endpoint|page|file)\b", re.IGNORECASE)
_DEPTH: Final = 8


class ErrorBody(Struct, frozen=True):
    """An error in the provider's own words, whatever the shape in which it came."""

    message: str = ""
    codes: tuple[str, ...] = ()
    """Its code and its type, lower case."""
    status: int | None = None
    """An HTTP status given inside the error."""
    by_dialect: bool = False
    """It is the dialect's error object, so an endpoint for chat requests wrote it."""
    is_behind: bool = False
    """A gateway passed it on, so it counts before the gateway's own status."""

    @property
    def about_model(self) -> bool:
        """Whether a 404 with these words is about a model, not a wrong path."""
        words = " ".join((self.message, *self.codes))
        return "model" in words.lower() or (self.by_dialect and not _NO_PATH.search(words))


def parse_error_body(error: Any, depth: int = 0) -> ErrorBody:
    """Parses an error of any known shape: a text, an object, or either inside others."""
    if depth > _DEPTH:
        return ErrorBody()
    if isinstance(error, bytes):
        text = error.decode("utf-8", "replace")
        value = _decode(text)
        return ErrorBody(text) if value is _NOT_JSON else parse_error_body(value, depth + 1)
    if isinstance(error, str):
        return _parse_embedded(ErrorBody(error), depth)
    if isinstance(error, list):
        items = cast("list[Any]", error)
        return parse_error_body(items[0], depth + 1) if items else ErrorBody()
    if not isinstance(error, dict):
        return ErrorBody()
    fields = _fields(cast("dict[str, Any]", error))
    own = _parse_embedded(_parse_own_fields(fields), depth)
    for key in _INSIDE:
        inner = fields.get(key)
        if inner and isinstance(inner, dict | list):
            found = parse_error_body(cast("Any", inner), depth + 1)
            if found.message or found.codes:
                by_dialect = isinstance(fields.get("error"), dict)
                own = replace(_merge(found, own), by_dialect=by_dialect)
                break
    return _find_behind_gateway(fields, own, depth)


def error_outside(value: Any) -> dict[str, Any] | None:
    """Returns a decoded object that is an error without having an `error`, else `None`.

    The object must mark itself as failed: by a code, a flag, a type or a status.
    """
    if isinstance(value, list):
        items = cast("list[Any]", value)
        value = items[0] if items else None
    if not isinstance(value, dict):
        return None
    found = cast("dict[str, Any]", value)
    return found if _has_failed(_fields(found), 0) else None


def has_error(value: Any) -> bool:
    """Checks whether a decoded body has an `error`, or is an error in itself."""
    items = cast("list[Any]", value if isinstance(value, list) else [value])
    first = items[0] if items else None
    if isinstance(first, dict) and cast("dict[str, Any]", first).get("error"):
        return True
    return error_outside(first) is not None


def _has_failed(fields: Mapping[str, Any], depth: int) -> bool:
    for key in _INSIDE:
        inner = fields.get(key)
        if isinstance(inner, list):
            inner = next(iter(cast("list[Any]", inner)), None)
        if not inner or not isinstance(inner, dict):
            continue
        within = _fields(cast("dict[str, Any]", inner))
        if key in _ALWAYS_ERRORS and _parse_own_fields(within).message:
            return True
        if depth < 2 and _has_failed(within, depth + 1):
            return True
    if any(fields.get(key) in tuple(_FAILED) for key in ("object", "type", "status")):
        return True
    if not _parse_own_fields(fields).message:
        return False
    if any(fields.get(flag) is False for flag in _SUCCESS_FLAGS):
        return True
    return _http_status(fields.get("status")) is not None or any(
        _is_failure(fields.get(key)) for key in _FAILURE_CODES
    )


def _is_failure(code: object) -> bool:
    if isinstance(code, bool) or not isinstance(code, int | str):
        return False
    return str(code).strip().lower() not in _GOOD_CODES


def _parse_own_fields(fields: Mapping[str, Any]) -> ErrorBody:
    """Reads the fields of an object itself, without the objects inside it."""
    words = [each for key in _WORDS if isinstance(each := fields.get(key), str) and each.strip()]
    codes: list[Any] = [fields.get(key) for key in _CODES]
    if len(words) > 1 and isinstance(fields.get("error"), str):
        codes.append(fields["error"])  # beside other words it is a short name, not a sentence
    numbers = [number for number in map(_http_status, codes) if number]
    names = [code.lower() for code in codes if isinstance(code, str) and code]
    return ErrorBody(
        words[0] if words else "",
        tuple(name for name in names if name not in _FAILED),
        numbers[0] if numbers else None,
    )


def _merge(inner: ErrorBody, outer: ErrorBody) -> ErrorBody:
    """Adds to the inner error what only the outer one has."""
    return replace(
        inner,
        message=inner.message or outer.message,
        codes=(*inner.codes, *outer.codes),
        status=inner.status or outer.status,
    )


def _find_behind_gateway(fields: Mapping[str, Any], own: ErrorBody, depth: int) -> ErrorBody:
    """Returns the error behind a gateway, if the gateway passes it on, else `own`."""
    for path in _BEHIND:
        inner: Any = fields
        for key in path:
            inner = _fields(cast("dict[str, Any]", inner)).get(key) if _is_object(inner) else None
        if not inner or (isinstance(inner, str) and inner.lstrip()[:1] == "<"):
            continue
        found = parse_error_body(inner, depth + 1)
        if found.message or found.codes:
            return replace(_merge(found, own), by_dialect=own.by_dialect, is_behind=True)
    return own


def _parse_embedded(error: ErrorBody, depth: int) -> ErrorBody:
    """Returns the error in JSON at the message's end if any, else `error`."""
    text = error.message.strip()
    whole = text[:1] in {"{", "["}
    start = 0 if whole else text.find("{")
    if start < 0 or text[-1:] not in {"}", "]"}:
        return error
    value = _decode(text[start:])
    if not isinstance(value, dict | list) or not (whole or has_error(value)):
        return error
    inner = parse_error_body(cast("Any", value), depth + 1)
    if not inner.message:
        return error
    return replace(_merge(inner, error), by_dialect=error.by_dialect, is_behind=True)


def _fields(value: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields by their normalized names. Of two that are alike the first counts."""
    fields: dict[str, Any] = {}
    for key, each in value.items():
        fields.setdefault(normalize_name(key), each)
    return fields


def normalize_name(name: str) -> str:
    """Returns a name in small letters without marks: `Error_Msg` and `errorMsg` are one."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


_NOT_JSON: Final = object()


def _decode(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _http_status(field: object) -> int | None:
    """Returns the HTTP status of an error, from a number or its digits, or `None`."""
    digits = str(field)
    if len(digits) == 3 and digits.isascii() and digits.isdigit() and digits[0] in "45":
        return int(digits)
    return None
