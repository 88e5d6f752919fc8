"""The vendors that are known by name: a row of settings each, which a key turns on.

A vendor whose key is found in the environment is a provider without any doing. A few are listed
without a key too, so that the list of models can say what to set; every other one is when a key of
it is found or the person's own settings name it, and then only what they say needs to be said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor: where it is, how it is spoken to, and where its key is."""

    type: str
    variables: tuple[str, ...]
    """The environment variables that vendors' own tools read; the first one that is set counts."""
    key_page: str
    """Where a person gets a key."""
    base_url: str | None = None
    """`None` where the type knows the address itself."""
    models: tuple[str, ...] = ()
    """Listed before the vendor has been asked for its own list."""
    always_listed: bool = False
    free_tier: bool = False
    """Whether a new account may ask a little without paying, as far as the vendor says."""

    def row(self, environ: Mapping[str, str]) -> dict[str, Any]:
        """Its row of `providers`, by the outside names of the fields."""
        row: dict[str, Any] = {"type": self.type, "apiKeyEnv": self.variable(environ)}
        if self.base_url is not None:
            row["baseUrl"] = self.base_url
        if self.models:
            row["models"] = list(self.models)
        return row

    def variable(self, environ: Mapping[str, str]) -> str:
        """The variable that holds its key, or the one to set where none does."""
        return next((name for name in self.variables if environ.get(name)), self.variables[0])

    def has_key(self, environ: Mapping[str, str]) -> bool:
        """Whether its key is in the environment."""
        return any(environ.get(name) for name in self.variables)


VENDORS: Final[dict[str, Vendor]] = {
    "openai": Vendor(
        "openai",
        ("OPENAI_API_KEY",),
        "https://platform.openai.com/api-keys",
        "https://api.openai.com/v1",
        ("gpt-5", "gpt-5-mini", "gpt-5-nano"),
        always_listed=True,
    ),
    "anthropic": Vendor(
        "litellm",
        ("ANTHROPIC_API_KEY",),
        "https://console.anthropic.com/settings/keys",
        models=("claude-sonnet-4-5", "claude-haiku-4-5"),
        always_listed=True,
    ),
    "gemini": Vendor(
        "gemini",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        "https://aistudio.google.com/apikey",
        models=("gemini-2.5-flash", "gemini-2.5-pro"),
        always_listed=True,
        free_tier=True,
    ),
    "groq": Vendor(
        "groq",
        ("GROQ_API_KEY",),
        "https://console.groq.com/keys",
        models=("openai/gpt-oss-20b", "openai/gpt-oss-120b"),
        always_listed=True,
        free_tier=True,
    ),
    "openrouter": Vendor(
        "openai",
        ("OPENROUTER_API_KEY",),
        "https://openrouter.ai/settings/keys",
        "https://openrouter.ai/api/v1",
    ),
    "deepseek": Vendor(
        "openai",
        ("DEEPSEEK_API_KEY",),
        "https://platform.deepseek.com/api_keys",
        "https://api.deepseek.com/v1",
    ),
    "mistral": Vendor(
        "openai",
        ("MISTRAL_API_KEY",),
        "https://console.mistral.ai/api-keys",
        "https://api.mistral.ai/v1",
    ),
    "xai": Vendor("openai", ("XAI_API_KEY",), "https://console.x.ai", "https://api.x.ai/v1"),
    "together": Vendor(
        "openai",
        ("TOGETHER_API_KEY",),
        "https://api.together.ai/settings/api-keys",
        "https://api.together.xyz/v1",
    ),
    "fireworks": Vendor(
        "openai",
        ("FIREWORKS_API_KEY",),
        "https://app.fireworks.ai/settings/users/api-keys",
        "https://api.fireworks.ai/inference/v1",
    ),
    "cerebras": Vendor(
        "openai",
        ("CEREBRAS_API_KEY",),
        "https://cloud.cerebras.ai",
        "https://api.cerebras.ai/v1",
    ),
    "moonshot": Vendor(
        "openai",
        ("MOONSHOT_API_KEY",),
        "https://platform.moonshot.ai/console/api-keys",
        "https://api.moonshot.ai/v1",
    ),
    "perplexity": Vendor(
        "openai",
        ("PERPLEXITY_API_KEY", "PERPLEXITYAI_API_KEY"),
        "https://www.perplexity.ai/settings/api",
        "https://api.perplexity.ai",
        ("sonar", "sonar-pro"),
    ),
    "cohere": Vendor(
        "litellm", ("COHERE_API_KEY", "CO_API_KEY"), "https://dashboard.cohere.com/api-keys"
    ),
    "bedrock": Vendor(
        "litellm",
        ("AWS_BEARER_TOKEN_BEDROCK",),
        "https://console.aws.amazon.com/bedrock/home#/api-keys",
    ),
}
"""By the providers' names. AWS's general credentials turn nothing on: who has them for something
else has not asked for models; and Azure has an address of its own for everybody, so it is a row of
the person's settings."""


def built_in_rows(
    environ: Mapping[str, str], named: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """The lowest rows of `providers`: the demo, and every vendor that is to be listed.

    `named` are the providers that other sources of settings speak of.
    """
    rows: dict[str, dict[str, Any]] = {"demo": {"type": "demo"}}
    for name, vendor in VENDORS.items():
        if vendor.always_listed or name in named or vendor.has_key(environ):
            rows[name] = vendor.row(environ)
    return rows
