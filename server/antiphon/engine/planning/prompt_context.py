"""Reads the context of a prompt, and gives each item its label and its hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct, field

from antiphon.model.conversation.message import ContextDigest
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.uri import DIFFS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.ports import ContextReader
    from antiphon.model.commands.runs import ContextItem


class PromptContext(Struct, frozen=True):
    """The context of one prompt: each item's label and hash, and the texts by hash."""

    digests: Sequence[ContextDigest] = ()
    texts: Mapping[str, str] = field(default_factory=dict[str, str])


async def read_context(
    items: Sequence[ContextItem], reader: ContextReader, *, max_bytes: int
) -> PromptContext:
    """Reads and hashes the context items of a prompt.

    Raises `AntiphonError` (`invalid_params`, naming the item) if one cannot be read, or if all
    together have more than `max_bytes` bytes of UTF-8.
    """
    digests: list[ContextDigest] = []
    texts: dict[str, str] = {}
    total = 0
    for index, item in enumerate(items):
        try:
            text = await reader.read(item, max_bytes=max_bytes)
        except AntiphonError as failed:
            raise AntiphonError(failed.failure, field=f"$.context[{index}]") from failed
        data = text.encode("utf-8", "replace")
        total += len(data)
        if total > max_bytes:
            raise error(
                "invalid_params",
                f"The context has more than {max_bytes:,} bytes.",
                hint="Send fewer or smaller parts, or raise limits.maxContextBytes.",
                field=f"$.context[{index}]",
            )
        digest = hashlib.sha256(data).hexdigest()
        texts[digest] = text
        digests.append(
            ContextDigest(
                # A file's name is written outside the fence, so it must not break out of its line.
                label=" ".join(reader.label(item).split()),
                uri=item.uri,
                sha256=digest,
                bytes=len(data),
                language_id=item.language_id or ("diff" if item.uri in DIFFS else None),
                range=item.range,
            )
        )
    return PromptContext(digests, texts)
