"""One quiet editor with one window for most tests, a bare one for the others; one browser."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon_client import AntiphonClient
from support.canaries.canary import WATCHED
from support.vscode.code_server import CACHE, NODE, ROOT, CodeServer
from support.vscode.window import SERVER, SIZE, picture, with_node
from support.vscode.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from support.faults.client import FaultServer

HERE = Path(__file__).parent
EXTENSION = ROOT / "vscode-extension"
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--font-render-hinting=none",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs the editor is slow."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


def missing() -> str | None:
    """What the tests in the real editor need and do not find."""
    if not NODE.exists() or not CHROMIUM.exists():
        return "no VS Code here: run scripts/install_vscode.sh"
    return None if find_spec("playwright") else "playwright is not installed"


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The extension's build tools, installed from its lock file where they are not there."""
    if (reason := missing()) is not None:
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    folder = EXTENSION / "node_modules"
    if not folder.exists():
        subprocess.run([CACHE / "bin" / "npm", "ci"], cwd=EXTENSION, env=with_node(), check=True)
    return folder


@pytest.fixture(scope="session")
def packages(node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The extension and the driver as `.vsix` files, made of what stands in the checkout."""
    folder = tmp_path_factory.mktemp("packages")
    vsce = node_modules / "@vscode" / "vsce" / "vsce"
    made: list[Path] = []
    for source, flags in (
        (EXTENSION, []),
        (HERE / "driver", ["--allow-star-activation", "--skip-license"]),
    ):
        made.append(folder / f"{source.name}.vsix")
        command = [NODE, vsce, "package", "--no-dependencies", "--allow-missing-repository", *flags]
        subprocess.run(
            [*command, "--out", made[-1]],
            cwd=source,
            env=with_node(),
            check=True,
            capture_output=True,
        )
    return made


@pytest.fixture(scope="session")
def provider() -> Iterator[FaultServer]:
    """A provider on loopback whose streams stop at gates that a test opens."""
    from support.faults.client import FaultServer

    with FaultServer() as server:
        yield server


@pytest.fixture(scope="session")
def editor(
    packages: list[Path], provider: FaultServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CodeServer]:
    """The editor with the extension; its server knows the demo and the provider called `gated`."""
    machine = {
        "antiphon.server.path": str(SERVER),
        "antiphon.providers": {
            "gated": {
                "type": "openai",
                "baseUrl": provider.base_url,
                "models": ["ok", "s401"],
                "maxConcurrency": 16,
                "prices": {"gate-2-12": {"input": "1000", "output": "1000"}},
                **({"apiKeyEnv": "CANARY_TOKEN"} if WATCHED else {}),
            }
        },
        "antiphon.budgets": [{"scope": "run", "limit": "0.001", "model": "gated/gate-2-12"}],
    }
    server = CodeServer(tmp_path_factory.mktemp("editor"), machine, {})
    (server.folder / "notes.py").write_text(
        "def one():\n    return 1\n\n\ndef two():\n    return 2\n"
    )
    server.install(packages)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that stands first on the bare editor's PATH; no Python after it has Antiphon."""
    return tmp_path_factory.mktemp("programs")


@pytest.fixture(scope="session")
def bare(
    packages: list[Path], programs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CodeServer]:
    """An editor as a newcomer has it: no settings, no trust, and the extension just installed."""
    path = f"{programs}:/usr/bin:/bin"
    env = {"PATH": path, "SHELL": "/bin/bash"}
    server = CodeServer(tmp_path_factory.mktemp("bare"), {}, env, bare=True)
    # Extensions get the PATH that a login shell has.
    (server.work / "home" / ".bash_profile").write_text(f"export PATH={path}\n")
    server.install(packages)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def newcomer(bare: CodeServer, browser: Browser) -> Iterator[Workbench]:
    """The first window of the bare editor, on a folder that is trusted by the hands."""
    page = browser.new_context(viewport=SIZE).new_page()
    page.set_default_timeout(30_000)
    workbench = Workbench(page, bare)
    workbench.open()
    workbench.execute("workbench.action.closeAuxiliaryBar")
    workbench.trust()
    yield workbench
    page.context.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def window(editor: CodeServer, browser: Browser) -> Iterator[Workbench]:
    """The one window; opening another takes ten seconds."""
    page = browser.new_context(viewport=SIZE).new_page()
    page.set_default_timeout(30_000)
    workbench = Workbench(page, editor)
    workbench.open()
    yield workbench
    page.context.close()


@pytest.fixture
def vs(
    window: Workbench, provider: FaultServer, request: pytest.FixtureRequest
) -> Iterator[Workbench]:
    """The window with nothing open; a picture of how the test left it is kept."""
    provider.reset()
    window.execute("antiphon.stopAll")  # The language server is there now.
    yield window
    picture(window, re.sub(r"\W+", "-", request.node.name).strip("-"))
    provider.release()
    window.clear()


@pytest.fixture
def documents(editor: CodeServer) -> Callable[[list[str]], dict[str, str]]:
    """The texts of documents as another server reads them from the same history."""

    def read(uris: list[str]) -> dict[str, str]:
        async def ask() -> dict[str, str]:
            command = [str(SERVER), "serve"]
            async with AntiphonClient.start(
                command=command, cwd=editor.folder, env=editor.env
            ) as client:
                return {uri: await client.content(uri) for uri in uris}

        # In a thread of its own: the browser's driver keeps a loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, ask()).result()

    return read
