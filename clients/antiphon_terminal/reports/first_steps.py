"""Suggests the shortest ways to a first answer for a user without any setup."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, Final

from antiphon.model.values.extras import to_install_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.model.commands.keys import KeysStatusResult, KeyStatus
    from antiphon.model.commands.models import ModelsResult

Way = dict[str, Any]
"""`name`: what is needed; `commands`: what to type, in order."""

_QUESTION: Final = 'antiphon ask "What is a fugue?"'
_EXTRAS: Final = {"groq": "groq", "gemini": "google.genai", "anthropic": "litellm"}
"""The optional package that a vendor needs."""
_SMALL_MODEL: Final = "gemma3:1b"


def setup_suggestions(models: ModelsResult, keys: KeysStatusResult) -> list[Way]:
    """Suggests a key, a local model, an endpoint elsewhere, and the demo.

    What works already is suggested instead of what would need setup.
    """
    return [
        _suggest_key(models, keys),
        _suggest_local_model(models),
        _suggest_endpoint(),
        _suggest_demo(),
    ]


def is_installed(package: str) -> bool:
    """Checks whether a package is installed, without importing it."""
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # its parent package is not installed
        return False


def _suggest_key(models: ModelsResult, keys: KeysStatusResult) -> Way:
    usable = _list_usable(models, {key.name for key in keys.providers if key.source != "none"})
    if usable:
        return {"name": "a key that is set already", "commands": [f"{_QUESTION} -m {usable[0]}"]}
    wanted = [key for key in keys.providers if key.source == "none" and key.key_page]
    free = [key for key in wanted if key.free_tier]
    for key in (*free, *wanted):
        listed = [model.id for model in models.models if model.provider == key.name]
        if listed:
            names = " and ".join(each.name for each in free) or key.name
            has = f"a key ({names} can be tried without paying)" if free else "a key"
            return {"name": has, "commands": [*_list_steps(key), f"{_QUESTION} -m {listed[0]}"]}
    return {"name": "a key", "commands": ["antiphon keys set openai"]}


def _list_steps(key: KeyStatus) -> Iterator[str]:
    package = _EXTRAS.get(key.name)
    if package is not None and not is_installed(package):
        extra = "litellm" if package == "litellm" else key.name
        yield to_install_command(extra)
    yield f"export {key.variable}=…  # from {key.key_page}"


def _suggest_local_model(models: ModelsResult) -> Way:
    usable = _list_usable(models, {"ollama", "llama-cpp", "vllm", "lm-studio"})
    if usable:
        return {"name": "a model on this machine", "commands": [f"{_QUESTION} -m {usable[0]}"]}
    return {
        "name": "a model on this machine, by Ollama",
        "commands": [
            f"ollama pull {_SMALL_MODEL}  # Ollama is at https://ollama.com/download",
            f"{_QUESTION} -m ollama/{_SMALL_MODEL}",
        ],
    }


def _suggest_endpoint() -> Way:
    return {
        "name": "an endpoint of your own, compatible with OpenAI's",
        "commands": [
            "export ANTIPHON_PROVIDERS__WORK__BASE_URL=https://…/v1",
            "export ANTIPHON_PROVIDERS__WORK__API_KEY=…  # if it needs one",
            f"{_QUESTION} -m work/…  # antiphon models lists what it has",
        ],
    }


def _suggest_demo() -> Way:
    return {
        "name": "the demo, which needs nothing and is not a language model",
        "commands": [f"{_QUESTION} -m demo/terse -m demo/poet"],
    }


def _list_usable(models: ModelsResult, providers: set[str]) -> Sequence[str]:
    return [each.id for each in models.models if each.available and each.provider in providers]
