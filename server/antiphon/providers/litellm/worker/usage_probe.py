"""What the provider said of an answer's end and cost, below the wrapper that invents both.

litellm's wrapper says `stop` of every stream that is over, and counts tokens where it was given
none. What feeds it is one layer down: chunks that have usage only where the provider sent it. The
end is better known from the stream itself (`own_word`); for a stream of another kind a chunk's
reason is believed, but not a bare `stop` in litellm's generic shape: that is what it makes of
`[DONE]`, and of nothing.
"""

from __future__ import annotations

from typing import Any, Self, cast


class UsageProbe:
    """A provider's chunks, handed on as they are and looked at."""

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks
        self._has_choices = False
        self.over = False
        """The provider's stream has ended."""
        self.reason: str | None = None
        """Why the answer ended, as litellm's reader of this vendor has it."""
        self.usage: dict[str, Any] = {}
        """What the provider counted, in the shape of OpenAI's."""

    def __aiter__(self) -> Self:
        self._iterator = self._chunks.__aiter__()
        return self

    async def __anext__(self) -> Any:
        try:
            chunk = await self._iterator.__anext__()
        except StopAsyncIteration:
            self.over = True
            raise
        self.look(chunk)
        return chunk

    async def aclose(self) -> None:
        """Closes the provider's stream."""
        close = getattr(self._chunks, "aclose", None) or getattr(self._chunks, "close", None)
        if close is not None:
            closing = close()
            if closing is not None:
                await closing

    def look(self, chunk: Any) -> None:
        """Takes in what a chunk says of the end."""
        if isinstance(chunk, dict):
            generic = cast("dict[str, Any]", chunk)
            self._count(generic.get("usage"))
            reason = generic.get("finish_reason") if generic.get("is_finished") else None
            bare = reason == "stop" and not self.usage
            if reason and not bare and not self._has_choices:
                self.reason = self.reason or str(reason)
            return
        self._count(getattr(chunk, "usage", None))
        for choice in getattr(chunk, "choices", None) or ():
            self._has_choices = True
            reason = getattr(choice, "finish_reason", None)
            if reason:
                self.reason = self.reason or str(reason)

    def _count(self, usage: Any) -> None:
        """A later figure replaces an earlier one; some vendors send them one at a time."""
        if hasattr(usage, "model_dump"):
            usage = usage.model_dump()
        if not isinstance(usage, dict):
            return
        counted = cast("dict[str, Any]", usage)
        given = {name: value for name, value in counted.items() if value}
        total = given.pop("total_tokens", None)
        self.usage.update(given)
        whole = given.keys() >= {"prompt_tokens", "completion_tokens"}
        if self.usage:
            self.usage["total_tokens"] = total if whole and total else _sum(self.usage)


def _sum(usage: dict[str, Any]) -> int:
    return int(usage.get("prompt_tokens", 0)) + int(usage.get("completion_tokens", 0))
