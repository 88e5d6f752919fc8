"""Reads an answer's end and usage below litellm's wrapper, which invents both.

litellm's wrapper reports `stop` for every stream that is over, and counts tokens itself if it got
no usage. The chunks one layer below have usage only if the provider sent it. The end is better
known from the stream itself (`finish_reasons`). For a stream of another kind a chunk's reason is
believed, but not a bare `stop` in litellm's generic shape: litellm makes that of `[DONE]`, and of
nothing.
"""

from __future__ import annotations

from typing import Any, Self, cast


class UsageProbe:
    """Passes a provider's chunks on as they are, and keeps their usage and end."""

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks
        self._has_choices = False
        self.over = False
        """The provider's stream has ended."""
        self.reason: str | None = None
        """Why the answer ended, by litellm's reader of this vendor."""
        self.usage: dict[str, Any] = {}
        """The provider's usage, in the shape of OpenAI's."""

    def __aiter__(self) -> Self:
        self._iterator = self._chunks.__aiter__()
        return self

    async def __anext__(self) -> Any:
        try:
            chunk = await self._iterator.__anext__()
        except StopAsyncIteration:
            self.over = True
            raise
        self.observe(chunk)
        return chunk

    async def aclose(self) -> None:
        """Closes the provider's stream."""
        close = getattr(self._chunks, "aclose", None) or getattr(self._chunks, "close", None)
        if close is not None:
            closing = close()
            if closing is not None:
                await closing

    def observe(self, chunk: Any) -> None:
        """Keeps the usage and the finish reason of a chunk."""
        if isinstance(chunk, dict):
            generic = cast("dict[str, Any]", chunk)
            self._merge(generic.get("usage"))
            reason = generic.get("finish_reason") if generic.get("is_finished") else None
            bare = reason == "stop" and not self.usage
            if reason and not bare and not self._has_choices:
                self.reason = self.reason or str(reason)
            return
        self._merge(getattr(chunk, "usage", None))
        for choice in getattr(chunk, "choices", None) or ():
            self._has_choices = True
            reason = getattr(choice, "finish_reason", None)
            if reason:
                self.reason = self.reason or str(reason)

    def _merge(self, usage: Any) -> None:
        """Merges new figures of usage, since some vendors send them one at a time."""
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
            self.usage["total_tokens"] = total if whole and total else _sum_tokens(self.usage)


def _sum_tokens(usage: dict[str, Any]) -> int:
    return int(usage.get("prompt_tokens", 0)) + int(usage.get("completion_tokens", 0))
