"""Defines the demo's faults: the failures of real providers, on purpose.

Most are the failure of that kind, before the first token or, with `faultAfter`, after that many
tokens. Five have a behaviour of their own:

    rate_limited_once   429 at the first request with the same text, an answer at the second
    cut                 the connection breaks in the middle of the answer
    stall               no more text, and no end either
    stall_headers       not even headers
    no_finish           the stream ends without a finish reason
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.failure import FailureKind

NONE: Final = "none"
ONCE: Final = "rate_limited_once"
STALL: Final = "stall"
STALL_HEADERS: Final = "stall_headers"
NO_FINISH: Final = "no_finish"

_RETRY_AFTER_MS: Final = 1_000


class _Refusal(Struct, frozen=True):
    kind: FailureKind
    status: int | None
    message: str
    retry_after_ms: int | None = None


_LIMITED: Final = _Refusal(
    "rate_limited", 429, "The demo asks for a second of patience.", _RETRY_AFTER_MS
)
_REFUSALS: Final[dict[str, _Refusal]] = {
    "rate_limited": _LIMITED,
    ONCE: _LIMITED,
    "authentication": _Refusal(
        "authentication", 401, "The demo refuses your key, to show what that looks like."
    ),
    "permission": _Refusal("permission", 403, "The demo does not let this key in."),
    "quota": _Refusal("quota", 429, "The demo pretends that your account is empty."),
    "bad_request": _Refusal("bad_request", 400, "The demo does not like this request."),
    "context_length": _Refusal("context_length", 400, "The demo finds this too long."),
    "content_filter": _Refusal("content_filter", 400, "The demo's filter is easily shocked."),
    "overloaded": _Refusal("overloaded", 529, "The demo is overloaded, or says so."),
    "server_error": _Refusal("server_error", 500, "The demo broke down on request."),
    "network": _Refusal("network", None, "The demo cannot be reached, by its own wish."),
    "cut": _Refusal("interrupted", None, "The demo cut the connection in mid-answer."),
}


def fault_names() -> Sequence[str]:
    """Returns the names of all faults that a request can ask for."""
    return (NONE, *_REFUSALS, STALL, STALL_HEADERS, NO_FINISH)


def refusal(fault: str, provider: str) -> ProviderError | None:
    """Returns the error of a fault, or `None` for a fault without one."""
    found = _REFUSALS.get(fault)
    if found is None:
        return None
    failure = Failure.of(
        found.kind,
        found.message,
        provider=provider,
        http_status=found.status,
        retry_after_ms=found.retry_after_ms,
    )
    return ProviderError(failure)
