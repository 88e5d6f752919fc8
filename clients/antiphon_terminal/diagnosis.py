"""The state of an installation: the server, its settings, its providers, its history."""

from __future__ import annotations

import platform
import time
from typing import TYPE_CHECKING, Final

from rich.text import Text

from antiphon_client import AntiphonClient, ClientError, ServerDied
from antiphon_terminal import console as consoles
from antiphon_terminal import figures
from antiphon_terminal.sanitize import clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from antiphon.model.commands import HealthResult, ModelsResult
    from antiphon.model.model_info import ProviderStatus

_GOOD: Final = ("✓", "green")
_BAD: Final = ("✗", "red")
_OPEN: Final = ("○", "dim")
_WAYS: Final = (
    ("now, without a key", 'antiphon ask "What is a fugue?" -m demo/terse -m demo/poet'),
    ("a vendor", "set its key, for example OPENAI_API_KEY, then see: antiphon models"),
    ("this machine", "start Ollama or another local server, then: antiphon models --refresh"),
)

Line = tuple[tuple[str, str], str, str]


async def diagnose() -> int:
    """Prints every finding and the shortest ways to an answer; 1 where something is broken."""
    console = consoles.stdout()
    started = time.monotonic()
    try:
        async with AntiphonClient.start() as client:
            health = await client.health()
            took = figures.duration(round((time.monotonic() - started) * 1000))
            models = await client.models()
    except ClientError as error:
        _print(console, [(_BAD, "server", clean_line(str(error)))])
        if isinstance(error, ServerDied) and error.stderr.strip():
            console.out(clean(error.stderr.strip()), highlight=False)
        return 1
    findings = _findings(health, models, took)
    _print(console, findings)
    console.print()
    console.print(Text("The shortest ways to an answer", "bold"))
    for line in consoles.table([[("  " + name, "dim"), way] for name, way in _WAYS]):
        console.print(line)
    return int(any(finding[0] == _BAD for finding in findings))


def _findings(health: HealthResult, models: ModelsResult, took: str) -> list[Line]:
    python = f"Python {platform.python_version()}"
    lines: list[Line] = [
        (_GOOD, "server", f"antiphon {health.version}, answers within {took}, {python}")
    ]
    lines += [(_BAD, "settings", clean_line(problem)) for problem in health.problems or []]
    if not health.problems:
        lines.append((_GOOD, "settings", "nothing that was not understood"))
    lines += [_provider(provider) for provider in health.providers]
    usable = sum(model.available for model in models.models)
    lines.append((_GOOD if usable else _BAD, "models", f"{usable} can be asked"))
    lines.append(_history(health))
    return lines


def _provider(provider: ProviderStatus) -> Line:
    # A vendor without a key is a choice, not a fault.
    name = clean_line(provider.name)
    if provider.available:
        return (_GOOD, "provider", f"{name} can be asked")
    return (_OPEN, "provider", f"{name}: {clean_line(provider.reason or 'not available')}")


def _history(health: HealthResult) -> Line:
    history = health.history
    where = f"{history.backend}, {clean_line(history.location)}"
    if history.problem is None:
        return (_GOOD, "history", where)
    return (_BAD, "history", f"{where}: {clean_line(history.problem)}")


def _print(console: Console, lines: Sequence[Line]) -> None:
    for line in consoles.table([[mark, (subject, "bold"), said] for mark, subject, said in lines]):
        console.print(line)
