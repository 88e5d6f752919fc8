"""What a start must not load: every editor waits for it, every time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

HEAVY = (
    "aiohttp",
    "aiosqlite",
    "anyio",
    "asyncio",
    "click",
    "litellm",
    "lsprotocol",
    "msgspec",
    "platformdirs",
    "pydantic",
    "pygls",
    "rich",
    "sqlite3",
    "tenacity",
)


@pytest.mark.parametrize("module", ["antiphon", "antiphon.__main__", "antiphon.lsp.capabilities"])
def test_importing_the_entry_point_loads_nothing_heavy(
    module: str, run: Callable[..., CompletedProcess[str]]
) -> None:
    script = f"import sys, {module}; print(*sorted(set({HEAVY}) & set(sys.modules)))"
    done = run("-c", script)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.parametrize("package", ["antiphon.lsp", "antiphon.history", "antiphon.providers"])
def test_importing_a_package_does_not_load_what_only_its_use_needs(
    package: str, run: Callable[..., CompletedProcess[str]]
) -> None:
    heavy = ("aiohttp", "aiosqlite", "litellm", "lsprotocol", "pygls", "rich")
    done = run("-c", f"import sys, {package}; print(*sorted(set({heavy}) & set(sys.modules)))")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_pygls_is_imported_by_the_language_features_alone(
    run: Callable[..., CompletedProcess[str]], root: Path
) -> None:
    source = root / "server"
    modules = [
        ".".join(path.relative_to(source).with_suffix("").parts)
        for path in (source / "antiphon" / "lsp").rglob("*.py")
        if "features" not in path.parts and path.name != "__init__.py"
    ]
    assert "antiphon.lsp.rpc.connection" in modules
    modules += [f"antiphon.lsp.features.{name}" for name in ("pygls_bridge", "outline")]
    modules += ["antiphon.lsp.features.language_server.services", "antiphon.app"]
    script = (
        f"import sys, {', '.join(modules)}; print({{'pygls', 'lsprotocol'}} & {{*sys.modules}})"
    )
    done = run("-c", script)
    assert (done.returncode, done.stdout.strip()) == (0, "set()"), done.stderr


def _loaded_by(command: str, home: Path) -> set[str]:
    """Every module that a server has imported until it has answered `command`."""
    hello = {"processId": None, "rootUri": None, "capabilities": {}}
    messages = [
        {"id": 1, "method": "initialize", "params": hello},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "workspace/executeCommand", "params": {"command": command}},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "ANTIPHON_HISTORY__URL": f"sqlite:///{home / 'history.db'}",
        "PYTHONVERBOSE": "1",  # names what `importlib.import_module` loads, too
    }
    serve = [sys.executable, "-m", "antiphon", "serve"]
    with (
        (home / "stderr").open("wb") as stderr,
        subprocess.Popen(
            serve, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=environ
        ) as server,
    ):
        assert server.stdin is not None
        assert server.stdout is not None
        for body in bodies:
            server.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        server.stdin.flush()
        answers = b""
        while b'"id":2,' not in answers:
            read = os.read(server.stdout.fileno(), 1 << 16)
            assert read, "the server ended"
            answers += read
        server.kill()
    assert b'"error"' not in answers
    log = (home / "stderr").read_text(errors="replace")
    return set(re.findall(r"^import '(.+?)' #", log, flags=re.MULTILINE))


def test_the_first_command_waits_for_nothing_that_only_others_need(tmp_path: Path) -> None:
    loaded = _loaded_by("antiphon.health", tmp_path)
    assert {"antiphon.app", "antiphon.history.store", "pydantic"} <= loaded
    too_early = {
        *("aiohttp", "diff_match_patch", "difflib", "keyring", "limits", "litellm", "lsprotocol"),
        *("antiphon.metrics", "antiphon.telemetry", "opentelemetry", "prometheus_client"),
        *("jsonschema_rs", "pygls", "rapidfuzz", "redis", "rich", "tenacity", "yaml"),
        "antiphon.engine.budget.meter",
        "antiphon.engine.code",
        "antiphon.engine.comparison",
        "antiphon.engine.prompts",
        "antiphon.engine.sessions.copies",
        "antiphon.engine.sessions.export",
        "antiphon.engine.sessions.import_file",
        "antiphon.engine.sessions.search",
        "antiphon.engine.transfer",
        "antiphon.history.sqlite.integrity_check",
        "antiphon.history.sqlite.maintenance",
        "antiphon.history.sqlite.search",
        "antiphon.history.spending.totals",
        "antiphon.shared_limits",
        "antiphon.model.commands.code",
        "antiphon.model.commands.comparison",
        "antiphon.model.commands.config",
        "antiphon.model.commands.keys",
        "antiphon.model.commands.maintenance",
        "antiphon.model.commands.meter",
        "antiphon.model.commands.search",
        "antiphon.model.commands.sessions",
        "antiphon.model.commands.transfer",
        "antiphon.settings.keys.service",
        "antiphon.settings.sources.report",
    }
    assert sorted(too_early & loaded) == []


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("antiphon.history.stats", "antiphon.engine.sessions.search"),
        ("antiphon.meter", "antiphon.engine.budget.meter"),
        ("antiphon.keys.status", "antiphon.settings.keys.service"),
        ("antiphon.session.list", "antiphon.engine.sessions.sessions"),
        ("antiphon.config", "antiphon.settings.sources.report"),
    ],
)
def test_a_group_of_commands_is_loaded_by_its_first_command(
    command: str, module: str, tmp_path: Path
) -> None:
    assert module in _loaded_by(command, tmp_path)


def test_tenacity_is_loaded_when_a_request_is_sent_again(
    run: Callable[..., CompletedProcess[str]],
) -> None:
    script = """
import asyncio, sys
from antiphon.engine.ports.deltas import ProviderError
from antiphon.engine.request.retry import RetryLimits, RetryLoop
from antiphon.model.failure import Failure

def outcomes(*failures):
    left = list(failures)
    async def attempt():
        if left:
            raise ProviderError(Failure.of(left.pop()))
    loop = RetryLoop(RetryLimits(), lambda *_: None, lambda _: asyncio.sleep(0), lambda: 0.0)
    try:
        asyncio.run(loop.run(attempt))
    except ProviderError:
        pass
    return "tenacity" in sys.modules

print(outcomes(), outcomes("authentication"), outcomes("overloaded"))
"""
    done = run("-c", script)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "False", "True"]
