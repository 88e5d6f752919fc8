"""The two dialects of the fault server: what a chunk, an end and a refusal look like in each.

`OPENAI` is that of chat completions, which Groq speaks too; `GEMINI` that of Google AI Studio's
`streamGenerateContent`. A scenario is written once and played in the dialect of its request.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from support.faults.stream import CACHED_TOKENS, PROMPT_TOKENS, REASONING_TOKENS, chunk, usage


class Dialect(Protocol):
    """How one family of vendors says what all of them say."""

    @property
    def name(self) -> str: ...
    @property
    def done(self) -> bytes:
        """What follows the last chunk."""
        ...

    @property
    def problem(self) -> dict[str, Any]:
        """An error that comes inside a stream; it holds something that looks like a key."""
        ...

    @property
    def odd(self) -> dict[str, Any]:
        """Chunks that are legal and say nothing, by the names of their scenarios."""
        ...

    @property
    def zero(self) -> dict[str, Any]:
        """A usage that counts nothing."""
        ...

    def text(self, text: str) -> dict[str, Any]: ...
    def thought(self, text: str) -> dict[str, Any]: ...
    def end(self, reason: str) -> dict[str, Any]: ...
    def last(self, text: str, reason: str) -> dict[str, Any]:
        """A chunk with text and a finish reason."""
        ...

    def ends(self, reason: str | None, tokens: int | None) -> list[dict[str, Any]]:
        """The last chunks of an answer, with the usage of so many tokens of text or without."""
        ...

    def whole(self, text: str) -> dict[str, Any]:
        """A whole answer in one piece of JSON."""
        ...

    def error(self, status: int, message: str, kind: str) -> dict[str, Any]: ...
    def turns(self, body: dict[str, Any]) -> tuple[str, str]:
        """The system prompt and the last prompt of a request."""
        ...

    def key(self, headers: dict[str, str]) -> str: ...
    def listed(self, models: list[str]) -> dict[str, Any]:
        """A list of models."""
        ...


class OpenAIDialect:
    """Chat completions."""

    name = "openai"
    done = b"data: [DONE]\n\n"
    problem: ClassVar[dict[str, Any]] = {
        "error": {"message": "Overloaded, key sk-canary1234567890", "type": "overloaded_error"}
    }
    odd: ClassVar[dict[str, Any]] = {
        "empty-choices-mid": {"choices": []},
        "choices-missing": {"id": "c1"},
        "delta-null": {"choices": [{"index": 0, "delta": None}]},
        "role-only": {"choices": [{"delta": {"role": "assistant", "content": None}}]},
    }

    zero: ClassVar[dict[str, Any]] = {
        "choices": [],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }

    def text(self, text: str) -> dict[str, Any]:
        return chunk(text)

    def last(self, text: str, reason: str) -> dict[str, Any]:
        return chunk(text, reason)

    def thought(self, text: str) -> dict[str, Any]:
        return {"choices": [{"delta": {"reasoning_content": text}}]}

    def end(self, reason: str) -> dict[str, Any]:
        return chunk(None, reason)

    def ends(self, reason: str | None, tokens: int | None) -> list[dict[str, Any]]:
        last = [self.end(reason)] if reason else []
        return last if tokens is None else [*last, {"choices": [], "usage": usage(tokens)}]

    def whole(self, text: str) -> dict[str, Any]:
        choice = {"message": {"content": text}, "finish_reason": "stop"}
        return {"choices": [choice], "usage": usage(1)}

    def error(self, status: int, message: str, kind: str) -> dict[str, Any]:
        del status
        return {"error": {"message": message, "type": "x", "code": kind}}

    def turns(self, body: dict[str, Any]) -> tuple[str, str]:
        *systems, prompt = [str(turn.get("content", "")) for turn in body.get("messages") or [{}]]
        return " ".join(systems), prompt

    def key(self, headers: dict[str, str]) -> str:
        return headers.get("authorization", "").removeprefix("Bearer ")

    def listed(self, models: list[str]) -> dict[str, Any]:
        rows = [{"id": name, "object": "model", "context_window": 8192} for name in models]
        return {"object": "list", "data": rows}


REASONS = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}


class GeminiDialect:
    """Google AI Studio; usage comes with every chunk and has disjoint classes but for the cache."""

    name = "gemini"
    done = b""
    problem: ClassVar[dict[str, Any]] = {
        "error": {
            "code": 503,
            "message": "Overloaded, key AIzaSyCanary1234567890abc",
            "status": "UNAVAILABLE",
        }
    }
    odd: ClassVar[dict[str, Any]] = {
        "empty-choices-mid": {"candidates": []},
        "choices-missing": {"responseId": "c1"},
        "delta-null": {"candidates": [{"content": None}]},
        "role-only": {"candidates": [{"content": {"role": "model"}}]},
    }

    zero: ClassVar[dict[str, Any]] = {
        "candidates": [],
        "usageMetadata": {"promptTokenCount": 0, "candidatesTokenCount": 0, "totalTokenCount": 0},
    }

    def text(self, text: str) -> dict[str, Any]:
        return {"candidates": [self._candidate({"text": text})]}

    def last(self, text: str, reason: str) -> dict[str, Any]:
        candidate = self._candidate({"text": text})
        return {"candidates": [{**candidate, "finishReason": REASONS.get(reason, reason)}]}

    def thought(self, text: str) -> dict[str, Any]:
        return {"candidates": [self._candidate({"text": text, "thought": True})]}

    def end(self, reason: str) -> dict[str, Any]:
        return {"candidates": [{"finishReason": REASONS.get(reason, reason), "index": 0}]}

    def ends(self, reason: str | None, tokens: int | None) -> list[dict[str, Any]]:
        last = self.end(reason) if reason else {}
        if tokens is not None:
            last["usageMetadata"] = self._usage(tokens)
        return [last] if last else []

    def whole(self, text: str) -> dict[str, Any]:
        candidate = {**self._candidate({"text": text}), "finishReason": "STOP"}
        return {"candidates": [candidate], "usageMetadata": self._usage(1)}

    def error(self, status: int, message: str, kind: str) -> dict[str, Any]:
        return {"error": {"code": status, "message": message, "status": kind}}

    def turns(self, body: dict[str, Any]) -> tuple[str, str]:
        system = (body.get("systemInstruction") or {}).get("parts") or []
        turns = body.get("contents") or [{"parts": [{"text": ""}]}]
        return " ".join(part["text"] for part in system), str(turns[-1]["parts"][0]["text"])

    def key(self, headers: dict[str, str]) -> str:
        return headers.get("x-goog-api-key", "")

    def listed(self, models: list[str]) -> dict[str, Any]:
        row = {
            "displayName": "Fault",
            "inputTokenLimit": 8192,
            "outputTokenLimit": 1024,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        }
        embeds = {"name": "models/embeds", "supportedGenerationMethods": ["embedContent"]}
        return {"models": [{"name": f"models/{name}", **row} for name in models] + [embeds]}

    def _candidate(self, part: dict[str, Any]) -> dict[str, Any]:
        return {"content": {"parts": [part], "role": "model"}, "index": 0}

    def _usage(self, tokens: int) -> dict[str, Any]:
        return {
            "promptTokenCount": PROMPT_TOKENS,
            "cachedContentTokenCount": CACHED_TOKENS,
            "candidatesTokenCount": tokens,
            "thoughtsTokenCount": REASONING_TOKENS,
            "totalTokenCount": PROMPT_TOKENS + tokens + REASONING_TOKENS,
        }


OPENAI: Dialect = OpenAIDialect()
GEMINI: Dialect = GeminiDialect()
