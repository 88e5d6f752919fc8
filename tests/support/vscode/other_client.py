"""Another client of the same user, with a server of its own on the history that VS Code uses."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from anyio.from_thread import start_blocking_portal

from antiphon_client import AntiphonClient
from support.vscode.window import SERVER

if TYPE_CHECKING:
    from collections.abc import Generator
    from concurrent.futures import Future
    from contextlib import AbstractAsyncContextManager

    from anyio.from_thread import BlockingPortal

    from support.vscode.code_server import CodeServer


class OtherClient:
    """A client that the thread of a test drives, in which the browser keeps a loop of its own."""

    def __init__(self, client: AntiphonClient, portal: BlockingPortal) -> None:
        self._client = client
        self._portal = portal

    def command(self, name: str, argument: dict[str, Any]) -> Any:
        """Runs a command to its end."""
        return self._portal.call(self._client.command, name, argument)

    def begin(self, name: str, argument: dict[str, Any]) -> Future[Any]:
        """Runs a command beside what the test does."""
        return self._portal.start_task_soon(self._client.command, name, argument)

    def content(self, uri: str) -> str:
        """The text of a document as this client's server has it."""
        return self._portal.call(self._client.content, uri)

    def kill(self) -> None:
        """Ends the server without a word."""
        self._portal.call(self._client.kill)


@contextmanager
def other_client(
    editor: CodeServer, connect: AbstractAsyncContextManager[AntiphonClient] | None = None
) -> Generator[OtherClient]:
    """Starts a server with the editor's settings, or connects as given; ends with the block."""
    providers = editor.machine_settings().get("antiphon.providers", {})
    opened = connect or AntiphonClient.start(
        command=[str(SERVER), "serve"],
        cwd=editor.folder,
        env=editor.env,
        initialization_options={"providers": providers},
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(opened) as client,
    ):
        yield OtherClient(client, portal)
