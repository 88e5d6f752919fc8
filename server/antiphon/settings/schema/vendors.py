"""Defines the vendors that are known by name, and their default settings.

A vendor whose key is in the environment is a provider without any configuration. A few are listed
without a key too, so that the list of models can say what to set. Any other is listed if its key is
found or the user's own settings name it, and they need to set only what differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Vendor(Struct, frozen=True):
    """One vendor: its adapter type, its address and the variables of its key."""

    type: str
    variables: tuple[str, ...]
    """The environment variables that vendors' own tools read; the first one that is set is used."""
    key_page: str
    """The page where a user can get a key."""
    base_url: str | None = None
    """`None` if the type knows the address itself."""
    models: tuple[str, ...] = ()
    """Listed before the vendor has been asked for its own list."""
    always_listed: bool = False
    free_tier: bool = False
    """Whether a new account may send some requests without paying, as the vendor states."""

    def row(self, environ: Mapping[str, str]) -> dict[str, Any]:
        """Returns its entry in `providers`, by the camelCase names of the fields."""
        entry: dict[str, Any] = {"type": self.type, "apiKeyEnv": self.variable(environ)}
        if self.base_url is not None:
            entry["baseUrl"] = self.base_url
        if self.models:
            entry["models"] = list(self.models)
        return entry

    def variable(self, environ: Mapping[str, str]) -> str:
        """Returns the variable that holds its key, or the one to set if none does."""
        return next((name for name in self.variables if environ.get(name)), self.variables[0])

    def has_key(self, environ: Mapping[str, str]) -> bool:
        """Checks whether its key is in the environment."""
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
"""By the providers' names. AWS's general credentials turn no provider on, since users have them for
other things. Azure has a different address for every customer, so users configure it."""


def built_in_rows(
    environ: Mapping[str, str], named: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """Returns the default entries of `providers`: the demo, and every listed vendor.

    `named` are the providers that other sources of settings name.
    """
    entries: dict[str, dict[str, Any]] = {"demo": {"type": "demo"}}
    for name, vendor in VENDORS.items():
        if vendor.always_listed or name in named or vendor.has_key(environ):
            entries[name] = vendor.row(environ)
    return entries
