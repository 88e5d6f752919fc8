"""Names the attributes of spans, and fills them from requests.

Source: the semantic conventions for generative AI, as of OpenTelemetry's Python packages 1.45
(https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/). They are under development, so
the names are constants here and `tests/telemetry` compares them with the package's.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from antiphon.engine.ports.observer import EndedRequest, SentRequest
    from antiphon.engine.ports.providers import ChatTurn

CONVERSATION: Final = "gen_ai.conversation.id"
INPUT_MESSAGES: Final = "gen_ai.input.messages"
OPERATION: Final = "gen_ai.operation.name"
OUTPUT_MESSAGES: Final = "gen_ai.output.messages"
PROVIDER: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
REQUEST_STREAM: Final = "gen_ai.request.stream"
FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
RESPONSE_MODEL: Final = "gen_ai.response.model"
FIRST_CHUNK: Final = "gen_ai.response.time_to_first_chunk"
SYSTEM: Final = "gen_ai.system_instructions"
CACHED_TOKENS: Final = "gen_ai.usage.cache_read.input_tokens"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
REASONING_TOKENS: Final = "gen_ai.usage.reasoning.output_tokens"
ERROR_TYPE: Final = "error.type"
HTTP_STATUS: Final = "http.response.status_code"
RESENDS: Final = "http.request.resend_count"

PANES: Final = "antiphon.run.panes"
RUN_ID: Final = "antiphon.run.id"
STATUS: Final = "antiphon.run.status"
PROVIDER_ROW: Final = "antiphon.provider"
"""The provider's name in the settings, which several accounts of a vendor may have."""

_VENDORS: Final = {
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "xai": "x_ai",
}
"""The conventions' names of vendors that the settings call otherwise."""
_PARAMETERS: Final = {
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "max_tokens": "gen_ai.request.max_tokens",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "seed": "gen_ai.request.seed",
    "temperature": "gen_ai.request.temperature",
    "top_k": "gen_ai.request.top_k",
    "top_p": "gen_ai.request.top_p",
}
"""Those that are numbers. The words that end an answer are text of the user."""
STANDARD_NAMES: Final = frozenset(
    {
        *(CONVERSATION, INPUT_MESSAGES, OPERATION, OUTPUT_MESSAGES, PROVIDER, REQUEST_MODEL),
        *(REQUEST_STREAM, FINISH_REASONS, RESPONSE_MODEL, FIRST_CHUNK, SYSTEM, CACHED_TOKENS),
        *(INPUT_TOKENS, OUTPUT_TOKENS, REASONING_TOKENS, *_PARAMETERS.values()),
    }
)
"""What is named as in the conventions for generative AI."""


def describe_request(sent: SentRequest, session_id: str, *, content: bool) -> dict[str, Any]:
    """Returns the attributes of a request's span at its beginning."""
    found: dict[str, Any] = {
        OPERATION: "chat",
        PROVIDER: _VENDORS.get(sent.provider, sent.provider),
        PROVIDER_ROW: sent.provider,
        REQUEST_MODEL: sent.model,
        REQUEST_STREAM: True,
        CONVERSATION: session_id,
        **_numbers(sent.request.params),
    }
    if sent.number > 1:
        found[RESENDS] = sent.number - 1
    if content:
        turns = sent.request.turns
        system = [each.content for each in turns if each.role == "system"]
        if system:
            found[SYSTEM] = sent.clean(_dump([_text_part(each) for each in system]))
        found[INPUT_MESSAGES] = sent.clean(
            _dump([_message(each) for each in turns if each.role != "system"])
        )
    return found


def describe_end(
    end: EndedRequest, clean: Callable[[str], str], *, content: bool
) -> dict[str, Any]:
    """Returns the attributes of a request's span at its end."""
    usage = end.usage
    found: dict[str, Any] = {
        INPUT_TOKENS: usage.input_tokens + usage.cached_input_tokens,
        OUTPUT_TOKENS: usage.output_tokens + usage.reasoning_tokens,
    }
    optional: dict[str, Any] = {
        CACHED_TOKENS: usage.cached_input_tokens or None,
        REASONING_TOKENS: usage.reasoning_tokens or None,
        FIRST_CHUNK: end.first_text_s,
        FINISH_REASONS: None if end.finish_reason is None else [end.finish_reason],
        RESPONSE_MODEL: end.answered_by,
        ERROR_TYPE: end.failure,
        HTTP_STATUS: end.http_status,
    }
    found.update({name: value for name, value in optional.items() if value is not None})
    if content and end.text is not None:
        answer = {"role": "assistant", "parts": [_text_part(end.text)]}
        answer["finish_reason"] = end.finish_reason or "stop"
        found[OUTPUT_MESSAGES] = clean(_dump([answer]))
    return found


def _numbers(params: Mapping[str, Any]) -> dict[str, float]:
    return {
        attribute: value
        for name, attribute in _PARAMETERS.items()
        if isinstance(value := params.get(name), int | float) and not isinstance(value, bool)
    }


def _message(turn: ChatTurn) -> dict[str, Any]:
    return {"role": turn.role, "parts": [_text_part(turn.content)]}


def _text_part(text: str) -> dict[str, str]:
    return {"type": "text", "content": text}


def _dump(value: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(value, ensure_ascii=False)
