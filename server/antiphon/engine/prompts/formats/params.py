"""Translates the names of parameters between formats."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from antiphon.model.conversation.param_rules import find_param_problems, find_reaching_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_OURS: Final = MappingProxyType(
    {
        "max_tokens": "maxTokens",
        "maxCompletionTokens": "maxTokens",
        "max_completion_tokens": "maxTokens",
        "top_p": "topP",
        "reasoning_effort": "reasoningEffort",
    }
)
_SNAKE: Final = MappingProxyType(
    {"maxTokens": "max_tokens", "topP": "top_p", "reasoningEffort": "reasoning_effort"}
)


def to_our_params(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """Returns the valid parameters, the names that reach outside, and the others."""
    named = {_OURS.get(name, name): value for name, value in raw.items()}
    wrong = find_param_problems(named)
    reaching = [name for name in wrong if find_reaching_name({name: named[name]}) is not None]
    kept = {name: named[name] for name in wrong if name not in reaching}
    return {n: value for n, value in named.items() if n not in wrong}, reaching, kept


def to_snake_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Returns parameters with the names of OpenAI's API."""
    return {_SNAKE.get(name, name): value for name, value in params.items()}
