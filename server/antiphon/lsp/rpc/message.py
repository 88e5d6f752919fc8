"""Classifies a message body: a request, a notification, a response, or refused.

The outermost object is read first, with its members left as bytes. So the id of a request is known
even if its params cannot be decoded, and the params of a huge message cost nothing until they are
needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from antiphon.lsp.rpc.id_recovery import recover_request_id
from antiphon.lsp.rpc.jsonrpc import INVALID_REQUEST, PARSE_ERROR, ResponseError, invalid_params

if TYPE_CHECKING:
    from antiphon.lsp.rpc.jsonrpc import RequestId


class Request(Struct, frozen=True):
    """Needs exactly one answer."""

    id: RequestId
    method: str
    params: Any


class Notification(Struct, frozen=True):
    """Needs no answer."""

    method: str
    params: Any


class Response(Struct, frozen=True):
    """The client's answer to one of our requests."""

    id: RequestId
    result: Any
    error: Any


class Refused(Struct, frozen=True):
    """Is answered with `error`, under its id if that could be read."""

    id: RequestId | None
    error: ResponseError


class Dropped(Struct, frozen=True):
    """Is not answered, because it asked for nothing."""

    reason: str


Incoming = Request | Notification | Response | Refused | Dropped

_ABSENT = msgspec.Raw()


class _Envelope(msgspec.Struct):
    jsonrpc: msgspec.Raw = _ABSENT
    id: msgspec.Raw = _ABSENT
    method: msgspec.Raw = _ABSENT
    params: msgspec.Raw = _ABSENT
    result: msgspec.Raw = _ABSENT
    error: msgspec.Raw = _ABSENT


_envelope = msgspec.json.Decoder(_Envelope)
_request_id = msgspec.json.Decoder(int | str)
_text = msgspec.json.Decoder(str)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError)


def decode(body: bytes, *, overfull: bool = False) -> Incoming:
    """Decodes `body` as far as its kind requires."""
    try:
        envelope = _envelope.decode(body)
    except msgspec.ValidationError:
        return Refused(None, ResponseError(INVALID_REQUEST, "A message is a single object."))
    except _UNREADABLE as problem:
        return _unreadable(body, nested=isinstance(problem, RecursionError))
    if not _given(envelope.method) and (_given(envelope.result) or _given(envelope.error)):
        return _response(envelope)
    if not _given(envelope.id):
        return _notification(envelope, overfull=overfull)
    return _request(envelope, overfull=overfull)


def _given(raw: msgspec.Raw) -> bool:
    return raw is not _ABSENT


def _unreadable(body: bytes, *, nested: bool) -> Refused:
    request_id = recover_request_id(body)
    if nested:
        return Refused(request_id, invalid_params("$", "Send values that are less deeply nested."))
    if request_id is not None:
        return Refused(request_id, invalid_params("$", "Send JSON by RFC 8259, encoded as UTF-8."))
    return Refused(None, ResponseError(PARSE_ERROR, "This is not valid JSON."))


def _request(envelope: _Envelope, *, overfull: bool) -> Request | Refused:
    try:
        request_id = _request_id.decode(envelope.id)
    except _UNREADABLE:
        return Refused(None, ResponseError(INVALID_REQUEST, "An id is a string or an integer."))
    method = _method(envelope)
    if method is None:
        return Refused(request_id, ResponseError(INVALID_REQUEST, "This is not JSON-RPC 2.0."))
    if overfull:
        return Refused(request_id, invalid_params("$", "Send fewer values in one message."))
    try:
        return Request(request_id, method, _value(envelope.params))
    except _UNREADABLE:
        return Refused(request_id, invalid_params("$", "Send values that JSON represents safely."))


def _notification(envelope: _Envelope, *, overfull: bool) -> Notification | Refused | Dropped:
    method = _method(envelope)
    if method is None and not _given(envelope.method):
        # Neither a request nor a notification nor a response: the sender should get an error.
        return Refused(None, ResponseError(INVALID_REQUEST, "This is not a JSON-RPC 2.0 message."))
    if method is None or overfull:
        return Dropped("a notification has too many values" if overfull else "not JSON-RPC 2.0")
    try:
        return Notification(method, _value(envelope.params))
    except _UNREADABLE:
        return Dropped("the params of a notification cannot be decoded")


def _response(envelope: _Envelope) -> Response | Dropped:
    try:
        request_id = _request_id.decode(envelope.id)
        return Response(request_id, _value(envelope.result), _value(envelope.error))
    except _UNREADABLE:
        return Dropped("a response cannot be decoded")


def _method(envelope: _Envelope) -> str | None:
    """Returns the method, or `None` if this is not a message of JSON-RPC 2.0."""
    try:
        version = _text.decode(envelope.jsonrpc)
        method = _text.decode(envelope.method)
    except _UNREADABLE:
        return None
    return method if version == "2.0" else None


def _value(raw: msgspec.Raw) -> Any:
    return msgspec.json.decode(raw) if _given(raw) else None
