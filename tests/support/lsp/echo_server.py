"""A small server on the connection, whose handlers do what the tests need of them."""

from __future__ import annotations

import json
import os
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from antiphon.lsp import startup

if TYPE_CHECKING:
    from antiphon.lsp.rpc.connection import Connection

PLANTED = "sk-planted-0123456789"


class _Navigation:
    """Finds nothing anywhere."""

    async def find_message(self, _uri: str, _position: Any) -> None:
        return None


class _NoFiles:
    """Has no file of a pane."""

    async def find_twin(self, _uri: str) -> None:
        return None


def build(on_close: Any = None, folders: Any = None) -> Connection:
    import anyio

    from antiphon.engine.log_context import current_log_context
    from antiphon.lsp.client.workspace_folders import WorkspaceFolders
    from antiphon.lsp.features.outline import MessageSpan
    from antiphon.lsp.features.pygls_bridge import LanguageHost
    from antiphon.lsp.rpc.connection import Connection
    from antiphon.lsp.rpc.router import Dispatcher
    from antiphon.model.commands.runs import BroadcastParams
    from antiphon.model.failure import error

    dispatcher = Dispatcher()

    async def echo(params: Any, _context: Any) -> Any:
        return params

    async def sleep(_params: Any, _context: Any) -> None:
        await anyio.sleep_forever()

    async def polite(params: Any, context: Any) -> Any:
        stopped = anyio.Event()
        context.cancellation.on_request(stopped.set)
        context.connection.notify("test/started", {"token": context.work_done_token})
        await stopped.wait()
        return {"status": "cancelled"}

    async def stubborn(_params: Any, context: Any) -> None:
        context.connection.notify("test/started", {})
        await anyio.sleep_forever()

    async def fail(_params: Any, _context: Any) -> None:
        raise ValueError(PLANTED) from KeyError(PLANTED)

    async def refuse(params: Any, _context: Any) -> None:
        raise error(params["kind"], field=params.get("field"))

    async def typed(params: Any, _context: Any) -> Any:
        return BroadcastParams.model_validate(params).to_wire()

    async def odd(params: Any, _context: Any) -> Any:
        values = {"nan": float("nan"), "surrogate": "a\ud800b", "object": object()}
        return {"value": values[params["which"]]}

    async def flood(params: Any, context: Any) -> Any:
        for number in range(params["count"]):
            await context.connection.room()
            text = "x" * params["size"]
            context.connection.notify("test/flood", {"number": number, "text": text})
        return {"pending": context.connection.pending}

    async def ask_client(params: Any, context: Any) -> Any:
        return {"answer": await context.connection.request("test/question", params)}

    async def printed(_params: Any, _context: Any) -> None:
        print("stray")
        os.write(1, b"stray\n")

    async def outline(uri: str) -> Any:
        if "fail" in uri:
            raise ValueError(PLANTED)
        if "sleep" in uri:
            connection.notify("test/started", {})
            await anyio.sleep_forever()
        if "context" in uri:
            return [MessageSpan(json.dumps(dict(current_log_context())), "", 0, 0, 1, 0)]
        return [MessageSpan("user", "", 0, 0, 2, 0), MessageSpan("m", "done", 3, 0, 9, 5, [(5, 7)])]

    for handler in (echo, sleep, fail, refuse, typed, odd, flood, printed):
        dispatcher.request(f"test/{handler.__name__}", handler)
    dispatcher.request("test/askClient", ask_client)
    dispatcher.command("test.echo", echo)
    dispatcher.command("test.sleep", sleep)
    dispatcher.command("test.polite", polite, cooperative=True)
    dispatcher.command("test.stubborn", stubborn, cooperative=True)
    dispatcher.command("test.typed", typed)

    async def text_of(params: Any, _context: Any) -> Any:
        return {"text": await language.text_of(params["uri"])}

    folders = folders or WorkspaceFolders({})

    async def roots(_params: Any, _context: Any) -> Any:
        await language.folders_settled()
        return [str(root) for root in folders.roots]

    dispatcher.request("test/textOf", text_of)
    dispatcher.request("test/roots", roots)
    services: Any = SimpleNamespace(
        outline=outline, navigation=_Navigation(), folders=folders, prompts=SimpleNamespace()
    )
    files: Any = _NoFiles()
    language = LanguageHost(lambda: services, files)
    language.register(dispatcher)
    connection = Connection(dispatcher, on_close=on_close)
    connection.alongside(lambda: language.run(connection.initialize_params))
    return connection


def main() -> None:
    stdin_fd, stdout_fd = startup.take_stdio()
    try:
        start = startup.answer_initialize(stdin_fd, stdout_fd)
    except startup.ClientLeft:
        sys.exit(1)
    import anyio

    from antiphon.lsp.transport.process_exit import exit_process

    exit_process(anyio.run(build().run, start))


if __name__ == "__main__":
    main()
