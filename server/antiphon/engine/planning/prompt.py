"""Builds what a model is sent: turns of the conversation, with labelled context."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports import ChatTurn
from antiphon.model.conversation.message import ContextDigest
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.uri import DIFFS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.ports import ContextReader
    from antiphon.model.commands.runs import ContextItem
    from antiphon.model.conversation.message import Message, Role

_FENCES: Final = re.compile(r"`{3,}")
_INFO: Final = re.compile(r"[\w.+#-]{1,40}")


class PromptContext:
    """The context of one prompt: each item's label and hash, and the texts by hash."""

    def __init__(
        self, digests: Sequence[ContextDigest] = (), texts: Mapping[str, str] | None = None
    ) -> None:
        self.digests = list(digests)
        self.texts = dict(texts or {})


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


def add_context(content: str, digests: Sequence[ContextDigest], texts: Mapping[str, str]) -> str:
    """Returns the prompt as it is sent: each context item, fenced, then `content`.

    The fence is longer than any inside the text, so that no item can close its own.
    """
    parts: list[str] = []
    for digest in digests:
        text = texts.get(digest.sha256, "")
        parts.append(f"Context: {digest.label}\n\n{_to_fenced_block(text, digest.language_id)}\n\n")
    return "".join(parts) + content


def _to_fenced_block(text: str, language: str | None = None) -> str:
    longest = max((len(fence) for fence in _FENCES.findall(text)), default=2)
    fence = "`" * max(3, longest + 1)
    end = "" if text.endswith("\n") else "\n"
    info = language if language and _INFO.fullmatch(language) else ""
    return f"{fence}{info}\n{text}{end}{fence}"


def build_turns(messages: Sequence[Message], texts: Mapping[str, str]) -> list[ChatTurn]:
    """Returns the turns of a conversation, the last system prompt first.

    Answers without text are left out. Turns of one role that follow each other (after an answer
    that failed) are joined: several vendors refuse them otherwise.
    """
    turns: list[ChatTurn] = []
    system = ""
    for message in messages:
        if message.role == "system":
            system = message.content
            continue
        role, content = _role_and_text(message, texts, first=not turns)
        if not content:
            continue
        if turns and turns[-1].role == role:
            turns[-1] = ChatTurn(role, f"{turns[-1].content}\n\n{content}")
        else:
            turns.append(ChatTurn(role, content))
    return [ChatTurn("system", system), *turns] if system else turns


def _role_and_text(message: Message, texts: Mapping[str, str], *, first: bool) -> tuple[Role, str]:
    """Returns the role and the text with which `message` is sent.

    An answer that begins a conversation was transferred into it. Several vendors refuse a
    conversation that the user did not begin, so it becomes a quotation too.
    """
    provenance = message.provenance
    begins = first and message.role == "assistant" and bool(message.content)
    if begins or (provenance is not None and provenance.quoted):
        name = (provenance.model if provenance else message.model) or "another model"
        return (
            "user",
            f"From {name.partition('/')[2] or name}:\n\n{_to_fenced_block(message.content)}",
        )
    return message.role, add_context(message.content, message.context or (), texts)
