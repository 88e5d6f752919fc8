"""Which parameter a refusal means: a 400 that names one of those that were sent.

Only a refusal of the parameter itself counts. One of its value ("temperature must be at most 2") is
the person's to mend.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOT_TAKEN: Final = re.compile(
    r"unsupported|not support|unknown|unrecognized|unexpected|not permitted|not allowed"
    r"|extra (?:field|input)|deprecated|not available|not accept",
    re.IGNORECASE,
)


def refused_param(body: bytes, sent: Iterable[str]) -> str | None:
    """The name in `sent` that the refusal `body` says is not taken."""
    text = body.decode("utf-8", "replace")
    if _NOT_TAKEN.search(text) is None:
        return None
    named = _named(body)
    for name in sent:
        if name == named or (named is None and re.search(rf"\b{re.escape(name)}\b", text)):
            return name
    return None


def _named(body: bytes) -> str | None:
    """`error.param`, where OpenAI and those who follow it name what they refuse."""
    try:
        value: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    error: Any = cast("dict[str, Any]", value).get("error") if isinstance(value, dict) else None
    param: Any = cast("dict[str, Any]", error).get("param") if isinstance(error, dict) else None
    return param if isinstance(param, str) and param else None
