"""Every setting: its name, its type, its default and what it does.

The schema is the one definition. The configuration reference, the contributions of the VS Code
extension and the Lua types are made from `Settings.model_json_schema()`; camelCase outside,
snake_case inside. `x-userOnly` marks what is never taken from a workspace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

from antiphon.settings.field_types import (
    Attempts,
    BaseUrl,
    Count,
    Dollars,
    FlushMilliseconds,
    HeaderName,
    HeaderValue,
    HistoryUrl,
    Line,
    Milliseconds,
    ModelId,
    ProviderName,
    Size,
    VariableName,
    Word,
)
from antiphon.settings.keys import HIDDEN, Key

USER_ONLY: Final = "x-userOnly"
"""Marks a field that names an address, a program, a file or a key."""
SECRET: Final = "x-secret"  # noqa: S105 - a mark, not a secret
"""Marks a field whose value is never shown."""

ProviderType = Literal["openai", "demo", "litellm", "groq", "gemini"]
LogLevel = Literal["debug", "info", "warning", "error"]


class Section(BaseModel):
    """Base of every group of settings: frozen, and silent about its values in errors."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )


def _without_values(headers: Mapping[str, str]) -> dict[str, str]:
    return dict.fromkeys(headers, HIDDEN)


class PriceSettings(Section):
    """What a model costs, in US dollars for a million tokens, as decimal strings."""

    input: Dollars | None = Field(
        default=None, description="US dollars for a million tokens of the prompt."
    )
    output: Dollars | None = Field(
        default=None, description="US dollars for a million tokens of the answer."
    )
    cached_input: Dollars | None = Field(
        default=None,
        description="US dollars for a million prompt tokens that the provider had in its cache; "
        "as `input` where it is not given.",
    )


class ProviderSettings(Section):
    """One provider. Its models are called `<name>/<model>`."""

    type: Annotated[ProviderType, Word] = Field(
        default="openai",
        description="How to talk to it. `openai` is any endpoint that is compatible with OpenAI's "
        "chat completions.",
    )
    base_url: BaseUrl | None = Field(
        default=None,
        description="Where it is, with the path that comes before `/chat/completions`. A source "
        "that sets it (or `type`) begins the row anew: a key is never sent to an address that it "
        "was not set beside.",
    )
    api_key_env: VariableName | None = Field(
        default=None, description="The environment variable that holds the key."
    )
    api_key: Key | None = Field(
        default=None,
        description="The key itself. Better kept out of files: prefer `apiKeyEnv`.",
        json_schema_extra={SECRET: True},
    )
    models: tuple[Line, ...] = Field(
        default=(),
        description="The provider's own names of models to list, also where it does not list them "
        "itself. Others may be asked all the same.",
    )
    max_concurrency: Count | None = Field(
        default=None,
        description="How many answers it may stream at once. Without it: 8, for an address on "
        "this machine 4, for the demo 64.",
    )
    headers: Annotated[Mapping[HeaderName, HeaderValue], PlainSerializer(_without_values)] = Field(
        default_factory=dict[str, str],
        description="Further HTTP headers of every request. Their values are kept secret.",
        repr=False,
        json_schema_extra={SECRET: True},
    )
    prices: Mapping[Line, PriceSettings] = Field(
        default_factory=dict[str, PriceSettings],
        description="What its models cost, by the provider's own names of them.",
    )


class ModelSettings(Section):
    """Which models are asked."""

    default: tuple[ModelId, ...] = Field(
        default=(), description="The models that a broadcast asks where it names none."
    )
    lineups: Mapping[Line, tuple[ModelId, ...]] = Field(
        default_factory=dict[str, tuple[str, ...]],
        description="Named lists of models, to be asked together.",
    )


class TimeoutSettings(Section):
    """How long to wait for a provider."""

    connect_ms: Milliseconds = Field(default=5_000, description="Until the connection stands.")
    first_token_ms: Milliseconds = Field(
        default=60_000, description="From the request to the first text of the answer."
    )
    idle_ms: Milliseconds = Field(
        default=60_000, description="Between two pieces of text; keep-alive messages do not count."
    )
    total_ms: Milliseconds = Field(default=1_800_000, description="For one whole answer.")


class RetrySettings(Section):
    """How a request that brought no text is sent again."""

    max_attempts: Attempts = Field(
        default=3, description="Requests for one answer, the first included."
    )
    base_delay_ms: Milliseconds = Field(
        default=500,
        description="The longest wait before the second request; it doubles from there.",
    )
    max_delay_ms: Milliseconds = Field(
        default=8_000, description="The longest wait where the provider names none itself."
    )


class LimitSettings(Section):
    """What is refused before anything is sent."""

    max_prompt_bytes: Size = Field(
        default=1 << 20, description="The longest prompt, in bytes of UTF-8."
    )
    max_context_bytes: Size = Field(
        default=4 << 20, description="All files and selections of one prompt together, in bytes."
    )
    max_panes_per_run: Count = Field(
        default=50, description="How many models one prompt may be sent to."
    )
    requests_per_minute: Count | None = Field(
        default=None,
        description="How many requests may leave in a minute, to all providers together.",
    )


class HistorySettings(Section):
    """Where conversations are kept."""

    url: HistoryUrl | None = Field(
        default=None,
        description="The database. Without it: a SQLite file in the user's data directory.",
        repr=False,
        json_schema_extra={USER_ONLY: True, SECRET: True},
    )
    retention_days: Count | None = Field(
        default=None, description="Conversations that rested longer are deleted. Without it: never."
    )


class StreamSettings(Section):
    """How answers travel to the editor."""

    flush_ms: FlushMilliseconds = Field(
        default=16,
        description="The shortest time between two updates; it grows with the panes' number.",
    )


class LogSettings(Section):
    """What is logged. Prompts, answers and keys never are."""

    level: Annotated[LogLevel, Word] = Field(
        default="info", description="The least important to log."
    )
    file: Line | None = Field(
        default=None,
        description="The log file. Without it the log goes to the standard error stream.",
        json_schema_extra={USER_ONLY: True},
    )


_USER_ONLY: Final[dict[str, Any]] = {USER_ONLY: True}


class Settings(Section):
    """All settings of Antiphon."""

    providers: Mapping[ProviderName, ProviderSettings] = Field(
        default_factory=lambda: {
            name: ProviderSettings.model_validate(row) for name, row in BUILT_IN_PROVIDERS.items()
        },
        description="The providers of models, by names of your choice.",
        json_schema_extra=_USER_ONLY,
    )
    models: ModelSettings = ModelSettings()
    timeouts: TimeoutSettings = TimeoutSettings()
    retry: RetrySettings = RetrySettings()
    limits: LimitSettings = LimitSettings()
    history: HistorySettings = HistorySettings()
    stream: StreamSettings = StreamSettings()
    log: LogSettings = LogSettings()


BUILT_IN_PROVIDERS: Final[dict[str, dict[str, Any]]] = {
    "demo": {"type": "demo"},
    "openai": {
        "type": "openai",
        "baseUrl": "https://api.openai.com/v1",
        "apiKeyEnv": "OPENAI_API_KEY",
        "models": ["gpt-5", "gpt-5-mini", "gpt-5-nano"],
    },
}
"""What is configured without any doing: `openai` stands here also without a key, so that the list
of models can say what to set."""
