"""Decides who may open a connection, from the HTTP request alone.

The order is that of the least said: a page in a browser that is not allowed here does not learn
whether its token would have been right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from antiphon.network.addresses import HostPort, is_this_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.model.secrets.access_tokens import AccessToken

SUBPROTOCOL: Final = "antiphon"
"""The WebSocket subprotocol, offered by clients that cannot set headers."""
_BEARER: Final = "bearer."
_PATHS: Final = {"/"}
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9.\[\]:_-]+")


class Reason(StrEnum):
    """Why a connection was refused, as it is counted."""

    HOST = "host"
    ORIGIN = "origin"
    PATH = "path"
    METHOD = "method"
    TOKEN = "token"  # noqa: S105 - a reason, not a secret
    LIMIT = "limit"
    BAD_REQUEST = "bad_request"


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused, with what its sender reads."""

    status: HTTPStatus
    reason: Reason
    text: str


@dataclass(frozen=True)
class HttpRequest:
    """What admission needs of a request. Each header is a list, since it may be sent twice."""

    method: str
    path: str
    hosts: Sequence[str]
    origins: Sequence[str]
    authorizations: Sequence[str]
    subprotocols: Sequence[str]
    """The values of `Sec-WebSocket-Protocol`, split at commas."""
    arrived_at: HostPort


class Admission:
    """The rules of one server.

    `find_user` returns the entry of a token, `served` are the configured addresses, `origins` the
    pages that may connect.
    """

    def __init__(
        self,
        find_user: Callable[[str], AccessToken | None],
        *,
        served: Collection[HostPort],
        origins: Collection[str],
        default_port: int,
    ) -> None:
        self._find_user = find_user
        self._served = frozenset(served)
        self._origins = frozenset(origins)
        self._default_port = default_port

    def admit(self, request: HttpRequest) -> AccessToken | Refusal:
        """Returns whose connection this is, or why it is refused."""
        refusal = self.find_foreign(request)
        if refusal is None and request.path not in _PATHS:
            text = "There is nothing here. Clients connect to /."
            refusal = Refusal(HTTPStatus.NOT_FOUND, Reason.PATH, text)
        if refusal is None and request.method != "GET":
            text = "A WebSocket is opened by GET."
            refusal = Refusal(HTTPStatus.METHOD_NOT_ALLOWED, Reason.METHOD, text)
        return refusal or self.authenticate(request)

    def find_foreign(self, request: HttpRequest) -> Refusal | None:
        """Returns why the request's `Host` or `Origin` does not belong here, or `None`."""
        if len(request.hosts) != 1 or not is_this_server(
            request.hosts[0],
            request.arrived_at,
            self._served,
            default_port=self._default_port,
        ):
            text = "This server is not known by the name in Host. Add it with --allow-host."
            return Refusal(HTTPStatus.MISDIRECTED_REQUEST, Reason.HOST, text)
        if request.origins and (
            len(request.origins) > 1 or request.origins[0] not in self._origins
        ):
            text = "Pages of this origin may not connect. Add it with --allow-origin."
            return Refusal(HTTPStatus.FORBIDDEN, Reason.ORIGIN, text)
        return None

    def authenticate(self, request: HttpRequest) -> AccessToken | Refusal:
        """Returns the entry of the request's token, or a refusal that names no cause."""
        token = _read_token(request)
        found = None if token is None else self._find_user(token)
        if found is None:
            text = "The token is missing or not valid: `antiphon token add NAME` makes one."
            return Refusal(HTTPStatus.UNAUTHORIZED, Reason.TOKEN, text)
        return found


def is_origin(text: str) -> bool:
    """Checks whether `text` is an origin as browsers send it, with a scheme and a host.

    `null`, which any sandboxed page sends, is not one.
    """
    return _ORIGIN.fullmatch(text) is not None


def _read_token(request: HttpRequest) -> str | None:
    """Returns the one token of the request. Two are none: nobody sends them by accident."""
    tokens = [
        each.removeprefix(_BEARER) for each in request.subprotocols if each.startswith(_BEARER)
    ]
    if tokens and SUBPROTOCOL not in request.subprotocols:
        return None
    for value in request.authorizations:
        scheme, _, token = value.partition(" ")
        if scheme.lower() != "bearer":
            return None
        tokens.append(token.strip(" "))
    return tokens[0] if len(tokens) == 1 and tokens[0] else None
