"""Defines every setting: its name, its type, its default and its description.

The configuration reference, the contributions of the VS Code extension and the Lua types are
generated from `Settings.model_json_schema()`. Names are camelCase outside and snake_case inside.
`x-userOnly` marks what is never read from a workspace.
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
    Port,
    ProviderName,
    RedisUrl,
    Size,
    VariableName,
    Word,
)
from antiphon.settings.schema.models import ModelSettings, SummarizeSettings
from antiphon.settings.schema.observability import MetricsSettings, TelemetrySettings
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
        "by default as `input`.",
    )


class ProviderSettings(Section):
    """One provider. Its models are called `<name>/<model>`."""

    type: Annotated[ProviderType, Word] = Field(
        default="openai",
        description="Its API. `openai` is any endpoint that is compatible with OpenAI's "
        "chat completions.",
    )
    base_url: BaseUrl | None = Field(
        default=None,
        description="Its address, with the path that comes before `/chat/completions`. If a source "
        "sets it (or `type`), lower sources' settings of this provider are dropped: a key is never "
        "sent to an address that it was not set together with.",
    )
    api_key_env: VariableName | None = Field(
        default=None, description="The environment variable that holds the key."
    )
    api_key: Key | None = Field(
        default=None,
        description="The key itself. Prefer `apiKeyEnv`, which keeps the key out of files.",
        json_schema_extra={SECRET: True},
    )
    models: tuple[Line, ...] = Field(
        default=(),
        description="The provider's own names of models to list, even if it does not list them "
        "itself. Other models may be asked too.",
    )
    max_concurrency: Count | None = Field(
        default=None,
        description="How many answers it may stream at once. By default 8, for an address on "
        "this machine 1, for the demo 64. Providers with the same key, or the same port of this "
        "machine, share the limit.",
    )
    headers: Annotated[Mapping[HeaderName, HeaderValue], PlainSerializer(_without_values)] = Field(
        default_factory=dict[str, str],
        description="Further HTTP headers of every request. Their values are treated as secrets.",
        repr=False,
        json_schema_extra={SECRET: True},
    )
    prices: Mapping[Line, PriceSettings] = Field(
        default_factory=dict[str, PriceSettings],
        description="What its models cost, by the provider's own names of them.",
    )


class TimeoutSettings(Section):
    """How long to wait for a provider."""

    connect_ms: Milliseconds = Field(default=5_000, description="Until the connection is open.")
    first_token_ms: Milliseconds = Field(
        default=60_000, description="From the request to the first text of the answer."
    )
    first_token_reasoning_ms: Milliseconds = Field(
        default=300_000,
        description="Used instead of `firstTokenMs`, if that is shorter, for models that reason "
        "before they answer.",
    )
    idle_ms: Milliseconds = Field(
        default=60_000, description="Between two pieces of text; keep-alive messages do not count."
    )
    total_ms: Milliseconds = Field(default=1_800_000, description="For one whole answer.")


class RetrySettings(Section):
    """How a request that returned no text is sent again."""

    max_attempts: Attempts = Field(
        default=3, description="Requests for one answer, the first included."
    )
    base_delay_ms: Milliseconds = Field(
        default=500,
        description="The longest wait before the second request; it doubles from there.",
    )
    max_delay_ms: Milliseconds = Field(
        default=8_000, description="The longest wait if the provider names none itself."
    )


class LimitSettings(Section):
    """The limits of what may be sent and received."""

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
        description="What happens if a prompt, a system prompt, context or a transferred passage "
        "holds what looks like a key. `warn` asks the user, or refuses the command if the client "
        "cannot ask; `block` always refuses it; `off` sends it.",
        json_schema_extra={USER_ONLY: True},
    )
    requests_per_minute: Count | None = Field(
        default=None,
        description="How many requests may be sent to each provider in a minute. Further ones "
        "wait.",
    )
    redis_url: RedisUrl | None = Field(
        default=None,
        description="A Redis over which servers share `requestsPerMinute` and `maxConcurrency`: "
        "`redis://`, `rediss://` (TLS) or `unix://`. By default each server has limits of its "
        "own. Read when a server starts; needs the extra `redis`.",
        repr=False,
        json_schema_extra={USER_ONLY: True, SECRET: True},
    )


class DiscoverySettings(Section):
    """What is found without being configured."""

    local_servers: bool = Field(
        default=True,
        description="Whether Ollama, llama.cpp, vLLM and LM Studio are searched for at their "
        "usual ports of this machine when models are listed. No key is sent there.",
        json_schema_extra={USER_ONLY: True},
    )
    ports: Mapping[LocalServer, Port] = Field(
        default_factory=dict[LocalServer, int],
        description="Their ports, if not 11434 (`ollama`), 8080 (`llama-cpp`), 8000 (`vllm`) and "
        "1234 (`lm-studio`); 0 turns the search for one off.",
        json_schema_extra={USER_ONLY: True},
    )
    timeout_ms: Milliseconds = Field(
        default=300,
        description="How long the search for all of them together may take.",
        json_schema_extra={USER_ONLY: True},
    )


class HistorySettings(Section):
    """Where conversations are stored."""

    url: HistoryUrl | None = Field(
        default=None,
        description="The database: `sqlite:///path/to/history.db`, or "
        "`postgresql://user@host/name` with the extra `postgres`. By default a SQLite file in the "
        "user's data directory.",
        repr=False,
        json_schema_extra={USER_ONLY: True, SECRET: True},
    )
    retention_days: Count | None = Field(
        default=None,
        description="Conversations that were unused for longer are deleted. By default none are.",
        json_schema_extra={USER_ONLY: True},  # a workspace that is opened must not delete any
    )


class StreamSettings(Section):
    """How answers are sent to the editor."""

    flush_ms: FlushMilliseconds = Field(
        default=16,
        description="The shortest time between two updates; it grows with the number of panes.",
    )
    reasoning: Annotated[Literal["hide", "show"], Word] = Field(
        default="hide",
        description="A model's reasoning before it answers: `show` puts it above the answer as a "
        "quote that can be folded, and stores it in the history; `hide` only counts its tokens.",
    )


class LogSettings(Section):
    """What is logged. Prompts, answers and keys never are."""

    level: Annotated[LogLevel, Word] = Field(
        default="info", description="The lowest level that is logged."
    )
    format: Annotated[LogFormat, Word] = Field(
        default="human",
        description="Lines for people, or one JSON object in each line. The file that "
        "`antiphon log` shows is always JSON.",
    )
    file: Line | None = Field(
        default=None,
        description="The log file. By default the log goes to the standard error stream and to "
        "the file that `antiphon log` shows; `-` means only the standard error stream.",
        json_schema_extra={USER_ONLY: True},
    )
    max_bytes: Size = Field(
        default=4 << 20, description="How large a log file becomes before it is rotated."
    )
    max_files: Count = Field(default=3, description="How many rotated files are kept.")


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
        json_schema_extra=_USER_ONLY,  # a workspace that is opened must not lift any
    )
    limits: LimitSettings = LimitSettings()
    history: HistorySettings = HistorySettings()
    stream: StreamSettings = StreamSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
