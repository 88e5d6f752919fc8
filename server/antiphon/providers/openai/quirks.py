"""Lists what vendors of OpenAI-compatible endpoints do differently, as data.

A vendor is found by the host in its address, then by the name that the user gave the provider,
then by the default port of a local server. An unknown one gets the plain quirks, which every known
server accepts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

USAGE_PATHS: Final = (("usage", ""), ("x_groq", "usage"))
"""Paths to usage in a chunk: its own field, or an object inside a vendor's field (Groq)."""

CACHED_PATHS: Final = (
    ("prompt_tokens_details", "cached_tokens"),
    ("prompt_cache_hit_tokens",),  # DeepSeek
    ("cached_tokens",),  # Moonshot
)
"""Paths in usage to the tokens of the prompt that came from a cache."""

CACHE_WRITE_PATHS: Final = (
    ("prompt_tokens_details", "cache_write_tokens"),
    ("prompt_tokens_details", "cache_creation_tokens"),  # litellm
    ("cache_creation_input_tokens",),  # Anthropic
)
"""Paths in usage to the tokens of the prompt that were written to a cache."""

REASONING_PATHS: Final = (
    ("completion_tokens_details", "reasoning_tokens"),
    ("reasoning_tokens",),  # Perplexity
)
"""Paths in usage to the tokens of the completion that were reasoning."""

STANDARD_PARAMS: Final = frozenset({"temperature", "top_p", "seed", "stop", "max_tokens"})
"""Parameters that every vendor accepts, under the names of its `renames`."""

_PENALTIES: Final = frozenset({"frequency_penalty", "presence_penalty"})
_OPENAI: Final = _PENALTIES | {
    "logit_bias",
    "metadata",
    "modalities",
    "prediction",
    "prompt_cache_key",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "service_tier",
    "store",
    "user",
    "verbosity",
}
_SAMPLING: Final = _PENALTIES | {"logit_bias", "min_p", "repetition_penalty", "top_k"}
_LLAMA_CPP: Final = _SAMPLING | {
    "chat_template_kwargs",
    "grammar",
    "mirostat",
    "mirostat_eta",
    "mirostat_tau",
    "reasoning_format",
    "repeat_penalty",
    "response_format",
    "typical_p",
}


class ModelQuirk(Struct, frozen=True):
    """Parameters that some of a vendor's models do not accept, though others do."""

    models: re.Pattern[str]
    """Matches the beginning of their names."""
    without: frozenset[str]
    unless_effort: str | None = None
    """With this `reasoning_effort` they accept them."""


class Quirks(Struct, frozen=True):
    """What one vendor does differently."""

    name: str
    hosts: tuple[str, ...] = ()
    """Domains: the host itself or any subdomain."""
    ports: tuple[int, ...] = ()
    """Default ports on this machine."""
    extras: frozenset[str] = _PENALTIES
    """Parameters beyond the standard ones that are passed through."""
    renames: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of parameters that this vendor spells differently."""
    stream_options: bool = True
    """Accepts `stream_options: {include_usage: true}`. Others send usage without it."""
    think_tags: bool = True
    """Reasoning may be inside the text, between tags. `False` if the vendor sends it apart."""
    models: tuple[ModelQuirk, ...] = ()
    refused: frozenset[tuple[str, str]] = frozenset()
    """Models with parameters, in the vendor's spelling, that it has refused."""


PLAIN: Final = Quirks("openai-compatible")

ROWS: Final = (
    Quirks(
        "openai",
        ("openai.com", "openai.azure.com", "services.ai.azure.com"),
        extras=_OPENAI,
        renames={"max_tokens": "max_completion_tokens"},
        think_tags=False,
        models=(
            # OpenAI's guide to reasoning models, "Parameter compatibility".
            ModelQuirk(
                re.compile(r"o\d(?![a-z0-9])|gpt-[5-9](?!.*chat)"),
                _PENALTIES | {"temperature", "top_p", "logit_bias", "stop"},
                unless_effort="none",
            ),
        ),
    ),
    Quirks(
        "groq",
        ("groq.com",),
        extras=_PENALTIES
        | {"reasoning_effort", "reasoning_format", "response_format", "service_tier", "user"},
        renames={"max_tokens": "max_completion_tokens"},
    ),
    Quirks(
        "openrouter",
        ("openrouter.ai",),
        extras=_SAMPLING
        | {"models", "provider", "reasoning", "response_format", "top_a", "transforms", "user"},
    ),
    Quirks(
        "deepseek",
        ("deepseek.com",),
        extras=_PENALTIES | {"response_format", "thinking"},
        think_tags=False,
        models=(
            # Accepted without effect: DeepSeek's API docs, "Reasoning Model".
            ModelQuirk(re.compile("deepseek-reasoner"), _PENALTIES | {"temperature", "top_p"}),
        ),
    ),
    Quirks(
        "mistral",
        ("mistral.ai",),
        extras=_PENALTIES | {"prompt_mode", "reasoning_effort", "response_format", "safe_prompt"},
        renames={"seed": "random_seed"},
        stream_options=False,  # unknown fields are a 422 there, and usage comes unasked
        think_tags=False,
    ),
    Quirks("together", ("together.xyz", "together.ai"), extras=_SAMPLING | {"response_format"}),
    Quirks("fireworks", ("fireworks.ai",), extras=_SAMPLING | {"response_format"}),
    Quirks(
        "xai",
        ("x.ai",),
        extras=frozenset({"reasoning_effort", "response_format", "user"}),
        think_tags=False,
    ),
    Quirks("cerebras", ("cerebras.ai",), extras=frozenset({"reasoning_effort", "response_format"})),
    Quirks("moonshot", ("moonshot.ai", "moonshot.cn"), extras=_PENALTIES | {"response_format"}),
    Quirks("perplexity", ("perplexity.ai",), extras=_PENALTIES | {"top_k"}),
    Quirks(
        "gemini",
        ("generativelanguage.googleapis.com",),
        extras=frozenset({"reasoning_effort", "response_format"}),
        think_tags=False,
    ),
    Quirks("ollama", ports=(11434,), extras=_PENALTIES | {"reasoning_effort", "response_format"}),
    Quirks("lmstudio", ports=(1234,), extras=_SAMPLING | {"repeat_penalty", "response_format"}),
    Quirks("llama.cpp", ports=(8080,), extras=_LLAMA_CPP),
    Quirks(
        "vllm",
        ports=(8000,),
        extras=_SAMPLING | {"chat_template_kwargs", "guided_json", "min_tokens", "response_format"},
    ),
)

_ALIASES: Final = {
    "azure": "openai",
    "grok": "xai",
    "kimi": "moonshot",
    "lm-studio": "lmstudio",
    "llama-server": "llama.cpp",
    "llamacpp": "llama.cpp",
}


_GATEWAYS: Final = frozenset({"openrouter"})


def is_vendor_of_keys(host: str) -> bool:
    """Checks whether a key is valid for all models of the host."""
    row = quirks_for("", host.lower(), None, loopback=False)
    return row is not PLAIN and row.name not in _GATEWAYS


def quirks_for(name: str, host: str, port: int | None, *, loopback: bool) -> Quirks:
    """Returns the quirks of the provider that the user calls `name`, at `host`."""
    for row in ROWS:
        if any(host == known or host.endswith(f".{known}") for known in row.hosts):
            return row
    spelled = name.lower()
    spelled = _ALIASES.get(spelled, spelled)
    for row in ROWS:
        if row.name == spelled:
            return row
    if loopback:
        for row in ROWS:
            if port in row.ports:
                return row
    return PLAIN
