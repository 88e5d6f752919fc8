"""Under which keys the table may hold a vendor's model.

LiteLLM names most models `<vendor>/<model>`, those of OpenAI and Anthropic without a vendor, and
not every dated version of a model; a version that is not there is priced as its model is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION: Final = re.compile(r"[-@](?:\d{4}-?\d{2}-?\d{2}|latest)$")
_FINE_TUNED: Final = re.compile(r"ft:[^:]+(?=:)")
_LISTED_AS: Final = "models/"
"""Google's own list calls its models so."""


def keys_of(vendor: str, model: str) -> Iterator[tuple[str, str]]:
    """The keys to try for a model, the most particular first, and whose the row must be.

    An empty `vendor` means that the model's name begins with it, as LiteLLM's own names do. An
    empty owner means that the key says it all; many vendors sell models of one bare name.
    """
    for name in _names_of(model.removeprefix(_LISTED_AS)):
        yield f"{vendor}/{name}" if vendor else name, ""
        first, _, rest = (vendor, "", name) if vendor else name.partition("/")
        if rest:
            yield rest, first


def _names_of(model: str) -> Iterator[str]:
    yield model
    if fine_tuned := _FINE_TUNED.match(model):
        yield fine_tuned.group()
    undated = _VERSION.sub("", model)
    if undated != model:
        yield undated
