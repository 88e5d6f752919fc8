"""What a start must not load: every editor waits for it, every time."""

from __future__ import annotations

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
