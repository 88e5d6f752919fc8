"""What the client is told when a handler fails: never the text of an exception that is not ours.

    AntiphonError       invalid_params → InvalidParams, every other kind → RequestFailed
    ValidationError     InvalidParams, with the JSON path of the field at fault
    ResponseError       as it is
    anything else       InternalError, with an id that the log has beside the traceback

A foreign exception's text may hold a key or a prompt, so the log gets its type and its frames only.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from pydantic import ValidationError

from antiphon.engine.redaction import describe
from antiphon.lsp.invalid import field_at_fault
from antiphon.lsp.jsonrpc import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    REQUEST_FAILED,
    ResponseError,
    invalid_params,
)
from antiphon.model.failure import AntiphonError, Failure

_log = logging.getLogger(__name__)


def error_of(problem: Exception, params: Any, *, method: str) -> ResponseError:
    """The error reply for what a handler raised; `params` are those that it was given."""
    match problem:
        case ResponseError():
            return problem
        case AntiphonError():
            return _of_failure(problem)
        case ValidationError():
            field, hint = field_at_fault(problem, params)
            return invalid_params(field, hint)
        case _:
            return internal_error(problem, method=method)


def internal_error(problem: BaseException, *, method: str) -> ResponseError:
    """Logs a fault of ours under a fresh id, and what the client is told of it."""
    error_id = secrets.token_hex(4)
    _log.error("error %s in %s:\n%s", error_id, method, describe(problem))
    failure = Failure.of("internal", f"Antiphon itself made an error (id {error_id}).")
    data = {**failure.to_wire(), "errorId": error_id}
    return ResponseError(INTERNAL_ERROR, failure.message, data)


def _of_failure(problem: AntiphonError) -> ResponseError:
    failure = problem.failure
    data = {**failure.to_wire(), **problem.details}
    if failure.kind != "invalid_params":
        return ResponseError(REQUEST_FAILED, failure.message, data)
    return ResponseError(INVALID_PARAMS, failure.message, {**data, "field": problem.field or "$"})
