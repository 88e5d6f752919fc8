"""Every setting: its name, its type, its default and what it does.

The schema is the one definition. The configuration reference, the contributions of the VS Code
extension and the Lua types are made from `Settings.model_json_schema()`; camelCase outside,
snake_case inside. `x-userOnly` marks what is never taken from a workspace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, PlainSerializer

from antiphon.settings.schema.api_key import HIDDEN, Key
from antiphon.settings.schema.budgets import BudgetSettings  # noqa: TC001 - pydantic reads it
from antiphon.settings.schema.field_types import (
    AnswerSize,
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
    Port,
    ProviderName,
    Size,
    VariableName,
    Word,
)
from antiphon.settings.schema.section import SECRET, USER_ONLY, Section
from antiphon.settings.schema.vendors import built_in_rows

LocalServer = Literal["ollama", "llama-cpp", "vllm", "lm-studio"]
ProviderType = Literal["openai", "demo", "litellm", "groq", "gemini"]
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["human", "json"]
SecretsInPrompts = Literal["warn", "block", "off"]


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
        "this machine 1, for the demo 64. Rows with the same key, or the same port of this "
        "machine, share the places.",
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


class SummarizeSettings(Section):
    """How answers are summed up and merged."""

    model: ModelId | None = Field(
        default=None,
        description="The model that sums up and merges where none is named. Without it: the first "
        "of `models.default`, else the model of the first answer.",
    )


class TimeoutSettings(Section):
    """How long to wait for a provider."""

    connect_ms: Milliseconds = Field(default=5_000, description="Until the connection stands.")
    first_token_ms: Milliseconds = Field(
        default=60_000, description="From the request to the first text of the answer."
    )
    first_token_reasoning_ms: Milliseconds = Field(
        default=300_000,
        description="In place of `firstTokenMs`, where that is shorter, for models that think "
        "before they answer.",
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
    max_answer_bytes: AnswerSize = Field(
        default=16 << 20,
        description="The longest answer, in bytes of UTF-8. A longer one is cut there and kept, "
        "with the status `truncated`.",
    )
    secrets_in_prompts: Annotated[SecretsInPrompts, Word] = Field(
        default="warn",
        description="What happens where a prompt, a system prompt, context or a passage that is "
        "sent on holds what looks like a key. `warn` asks the person, or refuses the command where "
        "nobody can be asked; `block` always refuses it; `off` sends it.",
        json_schema_extra={USER_ONLY: True},
    )
    requests_per_minute: Count | None = Field(
        default=None,
        description="How many requests may leave in a minute, to each provider. More of them wait "
        "until they may.",
    )


class DiscoverySettings(Section):
    """What is looked for without being configured."""

    local_servers: bool = Field(
        default=True,
        description="Whether Ollama, llama.cpp, vLLM and LM Studio are looked for at their usual "
        "ports of this machine when models are listed. No key is sent there.",
        json_schema_extra={USER_ONLY: True},
    )
    ports: Mapping[LocalServer, Port] = Field(
        default_factory=dict[LocalServer, int],
        description="Where they are looked for, if not at 11434 (`ollama`), 8080 (`llama-cpp`), "
        "8000 (`vllm`) and 1234 (`lm-studio`); at 0 one is not looked for.",
        json_schema_extra={USER_ONLY: True},
    )
    timeout_ms: Milliseconds = Field(
        default=300,
        description="How long all of them together are waited for.",
        json_schema_extra={USER_ONLY: True},
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
        default=None,
        description="Conversations that rested longer are deleted. Without it: never.",
        json_schema_extra={USER_ONLY: True},  # a workspace that was opened must not delete any
    )


class StreamSettings(Section):
    """How answers travel to the editor."""

    flush_ms: FlushMilliseconds = Field(
        default=16,
        description="The shortest time between two updates; it grows with the panes' number.",
    )
    reasoning: Annotated[Literal["hide", "show"], Word] = Field(
        default="hide",
        description="What a model thinks before it answers: `show` puts it above the answer as a "
        "quote that can be folded, and keeps it in the history; `hide` only counts its tokens.",
    )


class LogSettings(Section):
    """What is logged. Prompts, answers and keys never are."""

    level: Annotated[LogLevel, Word] = Field(
        default="info", description="The least important to log."
    )
    format: Annotated[LogFormat, Word] = Field(
        default="human",
        description="Lines for people, or one JSON object a line. The file that `antiphon log` "
        "shows is always JSON.",
    )
    file: Line | None = Field(
        default=None,
        description="The log file. Without it the log goes to the standard error stream and to "
        "the file that `antiphon log` shows; `-` stands for the standard error stream alone.",
        json_schema_extra={USER_ONLY: True},
    )
    max_bytes: Size = Field(
        default=4 << 20, description="How large a log file becomes before it is put aside."
    )
    max_files: Count = Field(default=3, description="How many files that were put aside are kept.")


_USER_ONLY: Final[dict[str, Any]] = {USER_ONLY: True}


class Settings(Section):
    """All settings of Antiphon."""

    providers: Mapping[ProviderName, ProviderSettings] = Field(
        default_factory=lambda: {
            name: ProviderSettings.model_validate(row) for name, row in built_in_rows({}).items()
        },
        description="The providers of models, by names of your choice.",
        json_schema_extra=_USER_ONLY,
    )
    discovery: DiscoverySettings = DiscoverySettings()
    models: ModelSettings = ModelSettings()
    summarize: SummarizeSettings = SummarizeSettings()
    timeouts: TimeoutSettings = TimeoutSettings()
    retry: RetrySettings = RetrySettings()
    budgets: tuple[BudgetSettings, ...] = Field(
        default=(),
        description="What may be spent for each run, session, day or month, overall or by provider "
        "and model.",
        json_schema_extra=_USER_ONLY,  # a workspace that was opened must not lift any
    )
    limits: LimitSettings = LimitSettings()
    history: HistorySettings = HistorySettings()
    stream: StreamSettings = StreamSettings()
    log: LogSettings = LogSettings()
