"""Builds the body of a chat request, in the vendor's own spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
from msgspec.structs import replace

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.openai.quirks import STANDARD_PARAMS, Quirks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from antiphon.engine.ports import ChatRequest


_HUMP: Final = re.compile("[A-Z]")
"""Clients may name parameters in camel case, as on the wire: `frequencyPenalty`."""


def build_body(request: ChatRequest, quirks: Quirks) -> tuple[bytes, list[str]]:
    """Returns the JSON body of `request` and the names of omitted parameters.

    Raises `ProviderError` of kind `bad_request` if something in it cannot be written as JSON.
    """
    body: dict[str, Any] = {
        "model": request.model,
        "messages": build_messages(request),
        "stream": True,
    }
    if quirks.stream_options:
        body["stream_options"] = {"include_usage": True}
    params, dropped = build_params(request, quirks)
    body.update(params)
    try:
        return msgspec.json.encode(body), dropped
    except (UnicodeEncodeError, TypeError, RecursionError) as error:
        what = "text that is not valid Unicode" if isinstance(error, ValueError) else "odd values"
    raise unserializable_request(what)


def build_messages(request: ChatRequest) -> list[dict[str, str]]:
    """Returns the turns of `request` as the vendor's messages."""
    return [{"role": turn.role, "content": turn.content} for turn in request.turns]


def build_params(request: ChatRequest, quirks: Quirks) -> tuple[dict[str, Any], list[str]]:
    """Returns the parameters in the vendor's spelling, and the names of unsupported ones."""
    params: dict[str, Any] = {}
    dropped: list[str] = []
    without = _unsupported_params(request, quirks)
    for given, value in request.params.items():
        if value is None:
            continue
        name = _HUMP.sub(_to_snake_case, given)
        spelled = quirks.renames.get(name, name)
        known = name in STANDARD_PARAMS or name in quirks.extras
        if known and name not in without and (request.model, spelled) not in quirks.refused:
            params[spelled] = value
        else:
            dropped.append(given)
    return params, dropped


def _to_snake_case(hump: re.Match[str]) -> str:
    return f"_{hump[0].lower()}"


def _unsupported_params(request: ChatRequest, quirks: Quirks) -> frozenset[str]:
    """Returns the parameters that this model does not accept, unlike its vendor's others."""
    effort = request.params.get("reasoning_effort")
    for quirk in quirks.models:
        if quirk.models.match(request.model):
            takes_all = quirk.unless_effort is not None and effort == quirk.unless_effort
            return frozenset() if takes_all else quirk.without
    return frozenset()


def unsent_notes(provider: str, dropped: Sequence[str]) -> list[str]:
    """Returns a note about the parameters that were left out, if any were."""
    return [f"{provider} was not sent: {', '.join(dropped)}"] if dropped else []


def unserializable_request(what: str) -> ProviderError:
    """Returns the error of a request with a value that no body can hold."""
    failure = Failure.of("bad_request", f"The request holds {what}, which cannot be sent.")
    return ProviderError(failure, wait_hint="never")


def adapt_to_refusal(
    quirks: Quirks, status: int, body: bytes, request: ChatRequest | None = None
) -> Quirks | None:
    """Returns the quirks without what a refusal rejects, or `None` if that is unknown.

    A parameter is left out for the model of `request` alone.
    """
    if status not in {400, 422}:
        return None
    if quirks.stream_options and b"stream_options" in body:
        return replace(quirks, stream_options=False)
    name = None if request is None else refused_param(body, build_params(request, quirks)[0])
    if request is None or name is None:
        return None
    if name == "max_tokens" and b"max_completion_tokens" in body:
        return replace(quirks, renames={**quirks.renames, name: "max_completion_tokens"})
    return replace(quirks, refused=quirks.refused | {(request.model, name)})


_NOT_ACCEPTED: Final = re.compile(
    r"unsupported|not support|unknown|unrecognized|unexpected|not permitted|not allowed"
    r"|extra (?:field|input)|deprecated|not available|not accept",
    re.IGNORECASE,
)


def refused_param(body: bytes, sent: Iterable[str]) -> str | None:
    """Returns the name in `sent` that the refusal `body` says is not accepted."""
    text = body.decode("utf-8", "replace")
    if _NOT_ACCEPTED.search(text) is None:
        return None
    named = _param_in_error(body)
    for name in sent:
        if name == named or (named is None and re.search(rf"\b{re.escape(name)}\b", text)):
            return name
    return None


def _param_in_error(body: bytes) -> str | None:
    """Returns `error.param`, in which OpenAI and others name the refused parameter."""
    try:
        value: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    error: Any = cast("dict[str, Any]", value).get("error") if isinstance(value, dict) else None
    param: Any = cast("dict[str, Any]", error).get("param") if isinstance(error, dict) else None
    return param if isinstance(param, str) and param else None
