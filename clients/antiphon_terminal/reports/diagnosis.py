"""Checks an installation: server, settings, providers, history and keys.

A finding is `good`, `bad` (something is broken, and the exit code is 1), or `open`: a choice that
the user has not made yet, or a useful fact.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import time
from importlib import metadata
from typing import TYPE_CHECKING, Final, Literal

import anyio
from msgspec import Struct

from antiphon.model.values import number_format
from antiphon.model.values.extras import to_install_command
from antiphon_client import AntiphonClient, ClientError, ServerDied
from antiphon_terminal.reports.first_steps import Way, is_installed, setup_suggestions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.model.commands.keys import KeysStatusResult
    from antiphon.model.commands.models import HealthResult, ModelsResult
    from antiphon.model.values.model_info import ProviderStatus

Mark = Literal["good", "bad", "open"]

_EXTRAS: Final = {
    "groq": ("groq", "groq"),
    "gemini": ("google.genai", "google-genai"),
    "litellm": ("litellm", "litellm"),
    "tokens": ("tiktoken", "tiktoken"),
    "keyring": ("keyring", "keyring"),
    "postgres": ("asyncpg", "asyncpg"),
    "redis": ("redis", "redis"),
}
"""The optional packages, by the extra's name: the module and the distribution."""
_LIMITS_WAIT_S: Final = 5.0


class Finding(Struct, frozen=True):
    """One line of the diagnosis."""

    mark: Mark
    subject: str
    said: str


class Diagnosis(Struct, frozen=True):
    """All findings, and the ways to a first answer if the server starts."""

    findings: tuple[Finding, ...]
    ways: tuple[Way, ...] = ()
    server_output: str = ""
    """The standard error output of a server that died."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is broken."""
        return not any(finding.mark == "bad" for finding in self.findings)


async def diagnose() -> Diagnosis:
    """Starts a server, asks it for its state, and returns the findings."""
    started = time.monotonic()
    try:
        async with AntiphonClient.start() as client:
            await client.health()
            took = number_format.format_duration(round((time.monotonic() - started) * 1000))
            models = await client.models(refresh=True)
            keys = await client.keys()
            health = await _wait_for_limits(client)
    except ClientError as error:
        text = error.stderr.strip() if isinstance(error, ServerDied) else ""
        return Diagnosis((Finding("bad", "server", str(error)),), server_output=text)
    findings = (
        Finding(
            "good",
            "server",
            f"antiphon {health.version}, answers within {took}, {_describe_python()}",
        ),
        *_check_settings(health),
        *(_check_provider(each, keys) for each in health.providers),
        *_check_proxies(health, keys),
        *_check_local_servers(health),
        _check_models(models),
        _check_keyring(keys),
        *_check_history(health),
        *_check_limits(health),
        *_check_extras(),
        _check_terminal(),
    )
    return Diagnosis(findings, tuple(setup_suggestions(models, keys)))


def _describe_python() -> str:
    return f"Python {platform.python_version()}"


def _check_settings(health: HealthResult) -> Iterator[Finding]:
    for problem in health.problems or ():
        yield Finding("bad", "settings", problem)
    if not health.problems:
        yield Finding("good", "settings", "all are valid")


def _check_provider(provider: ProviderStatus, keys: KeysStatusResult) -> Finding:
    key = next((each for each in keys.providers if each.name == provider.name), None)
    if provider.available:
        has_key = key is not None and key.source != "none"
        source = f", its key is from: {key.source}" if key and has_key else ""
        found = ", found on this machine" if provider.found else ""
        return Finding("good", "provider", f"{provider.name} can be asked{source}{found}")
    text = f"{provider.name}: {provider.reason or 'not available'}"
    is_missing = key is not None and key.source == "none"
    if key is not None and is_missing and key.problem == provider.reason and key.key_page:
        return Finding("open", "provider", f"{text}; get a key at {key.key_page}")
    # A key that is refused, or an address that does not answer, was meant to work.
    is_configured = key is not None and key.source != "none"
    return Finding("bad" if is_configured else "open", "provider", text)


def _check_proxies(health: HealthResult, keys: KeysStatusResult) -> Iterator[Finding]:
    """Lists which providers are asked through which proxy, grouped by their route."""
    names: dict[str, list[str]] = {}
    for provider in health.providers:
        if provider.route is not None:
            names.setdefault(provider.route, []).append(provider.name)
    without_key = {each.name for each in keys.providers if each.needed and each.source == "none"}
    for route, asked in names.items():
        mark: Mark = "good"
        if route.startswith("not at all"):
            mark = "open" if without_key.issuperset(asked) else "bad"
        yield Finding(mark, "proxy", f"{', '.join(asked)}: {route}")
    if not names:
        yield Finding("good", "proxy", "the environment names none; everything is asked directly")


def _check_local_servers(health: HealthResult) -> Iterator[Finding]:
    if not any(provider.found for provider in health.providers):
        text = "none found (searched for Ollama, llama.cpp, vLLM, LM Studio at their usual ports)"
        yield Finding("open", "local servers", text)


def _check_models(models: ModelsResult) -> Finding:
    usable = sum(model.available for model in models.models)
    real = sum(model.available and model.provider != "demo" for model in models.models)
    if not usable:
        return Finding("bad", "models", "none can be asked")
    demo = "" if real else ", all of them the demo's"
    return Finding("good" if real else "open", "models", f"{usable} can be asked{demo}")


def _check_keyring(keys: KeysStatusResult) -> Finding:
    if keys.keyring.available:
        return Finding("good", "keyring", keys.keyring.name or "")
    text = keys.keyring.problem or "not available"
    return Finding("open", "keyring", f"{text}; keys can be set in the environment")


def _check_history(health: HealthResult) -> Iterator[Finding]:
    history = health.history
    engine = history.engine or history.backend
    description = f"{history.location}, {engine}, schema {history.schema_version}"
    if history.problem is not None:
        yield Finding("bad", "history", f"{description}: {history.problem}")
    else:
        yield Finding("good", "history", description)
    if history.note is not None:
        yield Finding("open", "history", f"{engine}: {history.note}")


async def _wait_for_limits(client: AntiphonClient) -> HealthResult:
    """Returns the server's state when it has reached Redis or knows why not."""
    until = time.monotonic() + _LIMITS_WAIT_S
    while True:
        health = await client.health()
        limits = health.limits
        if limits is None or limits.shared or limits.problem or time.monotonic() > until:
            return health
        await anyio.sleep(0.1)


def _check_limits(health: HealthResult) -> Iterator[Finding]:
    limits = health.limits
    if limits is None:
        return
    if limits.shared:
        yield Finding("good", "limits", "shared with other servers over Redis")
    else:
        problem = limits.problem or "Redis has not answered yet"
        yield Finding("bad", "limits", f"this server's own, not shared: {problem}")


def _check_extras() -> Iterator[Finding]:
    for extra, (module, distribution) in _EXTRAS.items():
        if is_installed(module):
            yield Finding("good", "extra", f"{extra}: {distribution} {_find_version(distribution)}")
        else:
            text = f"{extra}: not installed ({to_install_command(extra)})"
            yield Finding("open", "extra", text)


def _find_version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "of unknown version"


def _check_terminal() -> Finding:
    if not sys.stdout.isatty():
        return Finding("good", "terminal", "output goes into a pipe or a file: plain text")
    size = shutil.get_terminal_size()
    encoding = sys.stdout.encoding.lower()
    colour = "no colour (NO_COLOR is set)" if os.environ.get("NO_COLOR") else "colour"
    kind = os.environ.get("TERM", "unknown")
    text = f"{kind}, {size.columns} by {size.lines}, {encoding}, {colour}"
    if kind in {"dumb", "unknown"}:
        return Finding("open", "terminal", f"{text}: panes are shown one after the other")
    return Finding("good" if "utf" in encoding else "open", "terminal", text)
