"""Builds a chat request for Gemini: contents, and a config with all else.

The roles of contents are `user` and `model`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from google.genai import types
from msgspec import Struct

from antiphon.providers.openai.request import unserializable_request

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from antiphon.engine.ports import ChatRequest
    from antiphon.providers.gemini.endpoint import UnsupportedFeature

_NAMES: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "seed": "seed",
    "max_tokens": "max_output_tokens",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "response_mime_type": "response_mime_type",
}
"""Parameters with the SDK's names. `stop` and those of thinking are converted below."""

PENALTIES: Final = frozenset({"frequency_penalty", "presence_penalty"})
_HUMP: Final = re.compile("[A-Z]")
_THINKS: Final = re.compile(
    r"gemini-(?:2\.5|[3-9](?:\.\d+)?)-(?:pro|flash)(?!.*(?:image|tts|audio|live))"
    r"|gemini-(?:pro|flash|flash-lite)-latest"
)
"""Models that reason. Their reasoning is requested, so that it can be shown apart."""
_HAS_LEVELS: Final = re.compile(r"gemini-(?:[3-9]|(?:pro|flash|flash-lite)-latest)")
"""Models whose thinking is set by a level, while older ones accept a count of tokens."""
_OF_THINKING: Final = ("reasoning_effort", "thinking_budget")
_BUDGETS: Final = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}
"""https://ai.google.dev/gemini-api/docs/openai#thinking"""
_LEVELS: Final = {
    "none": "MINIMAL",
    "minimal": "MINIMAL",
    "low": "LOW",
    "medium": "MEDIUM",
    "high": "HIGH",
}


class GeminiRequest(Struct, frozen=True):
    """The arguments for the SDK."""

    contents: list[types.Content]
    config: dict[str, Any]
    notes: list[str]
    """What was changed in the conversion, for the user."""
    dropped: list[str]
    """Parameters that are not sent."""


def build_request(
    request: ChatRequest, lacks: Container[tuple[str, UnsupportedFeature]]
) -> GeminiRequest:
    """Converts `request` for a model without the features that it `lacks`.

    Raises `ProviderError` of kind `bad_request` for text that is not valid Unicode, which the SDK
    would send in escapes.
    """
    try:
        "".join(turn.content for turn in request.turns).encode()
    except UnicodeEncodeError:
        invalid = True
    else:
        invalid = False
    if invalid:
        raise unserializable_request("text that is not valid Unicode")
    model = request.model.removeprefix("models/")
    params = {_to_snake_case(name): given for name, given in request.params.items()}
    without = PENALTIES if (request.model, "penalties") in lacks else frozenset[str]()
    config, dropped = _build_config(params, without)
    notes: list[str] = []
    if _THINKS.match(model) and (request.model, "thinking") not in lacks:
        thinking, unsupported = _thinking_config(params, levels=bool(_HAS_LEVELS.match(model)))
        config["thinking_config"] = thinking
        dropped += unsupported
    else:
        dropped += [name for name in _OF_THINKING if params.get(name) is not None]
    system = [turn.content for turn in request.turns if turn.role == "system"]
    contents = [
        types.Content(
            role="model" if turn.role == "assistant" else "user",
            parts=[types.Part(text=turn.content)],
        )
        for turn in request.turns
        if turn.role != "system"
    ]
    if system and (request.model, "system") in lacks:
        opening = types.Content(role="user", parts=[types.Part(text="\n\n".join(system))])
        contents.insert(0, opening)
        notes.append("the model accepts no system prompt, so it was sent before the first prompt")
    elif system:
        config["system_instruction"] = types.Content(parts=[types.Part(text=t) for t in system])
    return GeminiRequest(contents, config, notes, dropped)


def _to_snake_case(name: str) -> str:
    """Converts a name to the engine's spelling. Clients may use that of the wire."""
    return _HUMP.sub(lambda hump: f"_{hump[0].lower()}", name)


def _build_config(
    params: Mapping[str, Any], without: frozenset[str]
) -> tuple[dict[str, Any], list[str]]:
    config: dict[str, Any] = {}
    dropped: list[str] = []
    for name, value in params.items():
        if value is None or name in _OF_THINKING:
            continue
        if name in _NAMES and name not in without:
            config[_NAMES[name]] = value
        elif name == "stop":
            config["stop_sequences"] = [value] if isinstance(value, str) else value
        else:
            dropped.append(name)
    return config, dropped


def _thinking_config(
    params: Mapping[str, Any], *, levels: bool
) -> tuple[dict[str, Any], list[str]]:
    """Returns the thinking config, and the parameters that the model does not accept."""
    thinking: dict[str, Any] = {"include_thoughts": True}
    effort, budget = params.get("reasoning_effort"), params.get("thinking_budget")
    known = _LEVELS if levels else _BUDGETS
    if budget is not None:
        thinking["thinking_budget"] = budget
    elif isinstance(effort, str) and effort in known:
        thinking["thinking_level" if levels else "thinking_budget"] = known[effort]
    elif effort is not None:
        return thinking, ["reasoning_effort"]
    if effort is not None and budget is not None:
        return thinking, ["reasoning_effort"]
    return thinking, []
