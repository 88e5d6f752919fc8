"""A real `antiphon serve`, driven by pytest-lsp: one server a module, on a machine of its own."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from support.e2e.installation import COMMAND, Installation
from support.lsp.editor import Editor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

NOBODYS_ADDRESS = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """No history, no settings and an empty workspace; the demo's models are enough here."""
    made = Installation(tmp_path_factory.mktemp("machine"), NOBODYS_ADDRESS)
    made.workspace.mkdir()
    made.config.write_text("")
    made.config.chmod(0o600)
    return made


@pytest.fixture(scope="module")
def started(installation: Installation) -> Callable[[], Any]:
    """Starts a server that nobody has said hello to, with an editor at its pipes."""

    @asynccontextmanager
    async def start() -> AsyncIterator[Editor]:
        editor = Editor()
        await editor.start_io(*COMMAND, env=installation.environ, cwd=installation.workspace)
        try:
            yield editor
        finally:
            assert editor._server is not None
            if editor._server.returncode is None:
                editor._server.kill()
            await editor.stop()

    return start


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(started: Callable[[], Any], installation: Installation) -> AsyncIterator[Editor]:
    """An editor with the capabilities of Visual Studio Code, in the middle of its session."""
    async with started() as editor:
        await editor.hello(installation)
        yield editor
        await editor.shutdown_session()
        assert editor._server.returncode == 0
