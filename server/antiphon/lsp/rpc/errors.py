"""Builds error replies for failed handlers, never with the text of a foreign exception.

    AntiphonError       invalid_params → InvalidParams, every other kind → RequestFailed
    ValidationError     InvalidParams, with the JSON path of the field at fault
    ResponseError       as it is
    anything else       InternalError, with an id that the log has beside the traceback

A foreign exception's text may contain a key or a prompt, so the log gets its type and frames only.
"""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import ValidationError

from antiphon.engine.redaction import format_exception_safely
from antiphon.lsp.rpc.jsonrpc import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    REQUEST_FAILED,
    ResponseError,
    invalid_params,
)
from antiphon.model.failure import AntiphonError, Failure
from antiphon.model.json_path import json_path

if TYPE_CHECKING:
    from collections.abc import Sequence


_log = logging.getLogger(__name__)


def error_of(problem: Exception, params: Any, *, method: str) -> ResponseError:
    """Builds the error reply for what a handler raised with `params`."""
    match problem:
        case ResponseError():
            return problem
        case AntiphonError():
            return _of_failure(problem)
        case ValidationError():
            field, hint = first_invalid_field(problem, params)
            return invalid_params(field, hint)
        case _:
            return internal_error(problem, method=method)


def internal_error(problem: BaseException, *, method: str) -> ResponseError:
    """Logs one of our bugs under a new id, and builds the reply."""
    error_id = secrets.token_hex(4)
    _log.error("error %s in %s:\n%s", error_id, method, format_exception_safely(problem))
    failure = Failure.of("internal", f"Antiphon itself made an error (id {error_id}).")
    data = {**failure.to_wire(), "errorId": error_id}
    return ResponseError(INTERNAL_ERROR, failure.message, data)


def _of_failure(problem: AntiphonError) -> ResponseError:
    failure = problem.failure
    data = {**failure.to_wire(), **problem.details}
    if failure.kind != "invalid_params":
        return ResponseError(REQUEST_FAILED, failure.message, data)
    return ResponseError(INVALID_PARAMS, failure.message, {**data, "field": problem.field or "$"})


_Path = tuple[int | str, ...]

_WORDS: Final = {
    "missing": "This field is required",
    "model_type": "Input should be an object",
    "dict_type": "Input should be an object",
}
"""Messages in JSON's words that replace pydantic's, which use Python's."""


def first_invalid_field(problem: ValidationError, value: Any) -> tuple[str, str]:
    """Returns the JSON path of the first wrong field, and what it should be.

    The path looks like `$.models[0]`. If a union was tried, the branch that fits best is the one
    with the deepest error.
    """
    errors = problem.errors(include_url=False, include_context=False, include_input=False)
    found = [
        (_path(error["loc"], value, error["type"]), _WORDS.get(error["type"], error["msg"]))
        for error in errors
    ]
    first, message = found[0]
    for path, text in found[1:]:
        if len(path) > len(first) and path[: len(first)] == first:
            first, message = path, text
    return f"${json_path(first)}", f"{message}."


def _path(location: Sequence[int | str], value: Any, kind: str) -> _Path:
    path: list[int | str] = []
    for index, part in enumerate(location):
        last = index == len(location) - 1
        if isinstance(value, list) and isinstance(part, int):
            items = cast("list[Any]", value)
            value = items[part] if part < len(items) else None
        elif isinstance(value, dict) and part in value:
            value = cast("dict[Any, Any]", value)[part]
        elif not (last and kind == "missing"):
            continue  # the name of a union's branch
        path.append(part)
    return tuple(path)
