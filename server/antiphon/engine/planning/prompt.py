"""What a model is sent: the conversation so far as turns, context items fenced and labelled."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports import ChatTurn
from antiphon.model.conversation.message import ContextDigest
from antiphon.model.failure import AntiphonError, error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.ports import ContextReader
    from antiphon.model.commands.runs import ContextItem
    from antiphon.model.conversation.message import Message, Role

_FENCES: Final = re.compile(r"`{3,}")
_INFO: Final = re.compile(r"[\w.+#-]{1,40}")


class PromptContext:
    """The context of one prompt: what each item is called, its hash, and the texts by hash."""

    def __init__(self, digests: Sequence[ContextDigest], texts: Mapping[str, str]) -> None:
        self.digests = list(digests)
        self.texts = dict(texts)


async def read_context(
    items: Sequence[ContextItem], reader: ContextReader, *, max_bytes: int
) -> PromptContext:
    """Reads and hashes the context items of a prompt.

    Raises `AntiphonError` (`invalid_params`, naming the item) where one cannot be read or where
    all together have more than `max_bytes` bytes of UTF-8.
    """
    digests: list[ContextDigest] = []
    texts: dict[str, str] = {}
    total = 0
    for index, item in enumerate(items):
        try:
            text = await reader.read(item, max_bytes=max_bytes)
        except AntiphonError as problem:
            raise AntiphonError(problem.failure, field=f"$.context[{index}]") from problem
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
                # A file's name stands outside the fence, so it must not break out of its line.
                label=" ".join(reader.label(item).split()),
                uri=item.uri,
                sha256=digest,
                bytes=len(data),
                language_id=item.language_id,
                range=item.range,
            )
        )
    return PromptContext(digests, texts)


def with_context(content: str, digests: Sequence[ContextDigest], texts: Mapping[str, str]) -> str:
    """The prompt as it is sent: each context item labelled and fenced, then `content`.

    The fence is longer than any inside the text, so that no item can close its own.
    """
    parts: list[str] = []
    for digest in digests:
        text = texts.get(digest.sha256, "")
        parts.append(f"Context: {digest.label}\n\n{_fenced(text, digest.language_id)}\n\n")
    return "".join(parts) + content


def _fenced(text: str, language: str | None = None) -> str:
    longest = max((len(fence) for fence in _FENCES.findall(text)), default=2)
    fence = "`" * max(3, longest + 1)
    end = "" if text.endswith("\n") else "\n"
    info = language if language and _INFO.fullmatch(language) else ""
    return f"{fence}{info}\n{text}{end}{fence}"


def turns_of(messages: Sequence[Message], texts: Mapping[str, str]) -> list[ChatTurn]:
    """The turns of a conversation: the last system prompt first, answers without text left out.

    Turns of one role that follow each other (after an answer that failed) are joined: several
    vendors refuse them otherwise.
    """
    turns: list[ChatTurn] = []
    system = ""
    for message in messages:
        if message.role == "system":
            system = message.content
            continue
        role, content = _as_sent(message, texts, first=not turns)
        if not content:
            continue
        if turns and turns[-1].role == role:
            turns[-1] = ChatTurn(role, f"{turns[-1].content}\n\n{content}")
        else:
            turns.append(ChatTurn(role, content))
    return [ChatTurn("system", system), *turns] if system else turns


def _as_sent(message: Message, texts: Mapping[str, str], *, first: bool) -> tuple[Role, str]:
    """The role and text that stand for `message`.

    An answer that begins a conversation was sent into it; several vendors refuse a conversation
    that the person did not begin, so it becomes a quotation too.
    """
    origin = message.provenance
    opens = first and message.role == "assistant" and bool(message.content)
    if opens or (origin is not None and origin.quoted):
        name = (origin.model if origin else message.model) or "another model"
        return "user", f"From {name.partition('/')[2] or name}:\n\n{_fenced(message.content)}"
    return message.role, with_context(message.content, message.context or (), texts)
