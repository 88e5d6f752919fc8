"""Registers the commands of `workspace/executeCommand`, typed as arguments, JSON as results."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from antiphon.lsp.commands.table import COMMANDS
from antiphon.lsp.rpc.handlers import typed
from antiphon.model.commands.documents import ContentParams, ContentResult

if TYPE_CHECKING:
    from antiphon.lsp.client.pane_files import PaneFiles
    from antiphon.lsp.rpc.router import Dispatcher, RequestContext
    from antiphon.model.commands.models import HealthResult, ModelsParams, ModelsResult
    from antiphon.model.wire import Empty

Command = Callable[[Any, "RequestContext"], Awaitable[Any]]


class Services(Struct, frozen=True):
    """What the commands call."""

    text: Callable[[str], Awaitable[str]]
    """Returns the text of a virtual document."""
    health: Callable[[], HealthResult]
    models: Callable[[ModelsParams], Awaitable[ModelsResult]]


class Commands:
    """Binds the commands to the engine for one connection."""

    def __init__(
        self,
        services: Services,
        files: PaneFiles,
        *others: Mapping[str, Command],
    ) -> None:
        """Binds the services, with `others` as further handlers by command name."""
        self._services = services
        self._files = files
        self._others = others

    def register(self, dispatcher: Dispatcher) -> None:
        """Registers the commands and `textDocumentContent` with `dispatcher`."""
        handlers: dict[str, Command] = {
            "antiphon.health": self.health,
            "antiphon.models": self.models,
            "antiphon.open": lambda params, _: self._files.open(params),
        }
        for others in self._others:
            handlers.update(others)
        for name, handler in handlers.items():
            shape = COMMANDS[name]
            dispatcher.command(
                name,
                typed(handler, shape.load_params, shape.params if shape.is_loaded else None),
                cooperative=shape.cooperative,
                endless=shape.endless,
            )
        dispatcher.request("workspace/textDocumentContent", self.content)

    async def health(self, _: Empty, __: RequestContext) -> HealthResult:
        """Returns the server's own state."""
        return self._services.health()

    async def models(self, params: ModelsParams, _: RequestContext) -> ModelsResult:
        """Lists every model that can be named."""
        return await self._services.models(params)

    async def content(self, raw: Any, _: RequestContext) -> dict[str, Any]:
        """Answers `workspace/textDocumentContent` without waiting for a run."""
        params = ContentParams.model_validate(raw)
        return ContentResult(text=await self._services.text(params.uri)).to_wire()


def checked(command: Command, check: Callable[[Any], Awaitable[None]]) -> Command:
    """Returns a handler that awaits `check` with the params first, which may refuse them."""

    async def call(params: Any, context: RequestContext) -> Any:
        await check(params)
        return await command(params, context)

    return call
