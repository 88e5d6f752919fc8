"""The commands of `workspace/executeCommand`: typed on the way in, JSON on the way out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from antiphon.lsp.context_files import WorkspaceReader
from antiphon.lsp.stream import ProgressStream
from antiphon.lsp.wire import COMMANDS
from antiphon.lsp.work_done import create_work_done
from antiphon.model.commands import BroadcastParams, ContentParams, ContentResult, RegenerateParams

if TYPE_CHECKING:
    from antiphon.engine.broadcast import Broadcaster, Cancellation
    from antiphon.engine.documents import Documents
    from antiphon.engine.ports import Clock, ContextReader, StreamSink
    from antiphon.engine.sessions import Sessions
    from antiphon.lsp.dispatch import Dispatcher, RequestContext
    from antiphon.lsp.language import LanguageHost
    from antiphon.lsp.pane_files import PaneFiles
    from antiphon.lsp.workspace_folders import WorkspaceFolders
    from antiphon.model.commands import (
        CancelParams,
        CancelResult,
        EstimateResult,
        HealthResult,
        ModelsParams,
        ModelsResult,
        Nothing,
        RunResult,
    )

RunParams = TypeVar("RunParams", BroadcastParams, RegenerateParams)
Command = Callable[[Any, "RequestContext"], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Services:
    """What the commands call."""

    broadcaster: Broadcaster
    sessions: Sessions
    documents: Documents
    clock: Clock
    health: Callable[[], HealthResult]
    models: Callable[[ModelsParams], Awaitable[ModelsResult]]


@dataclass(frozen=True, slots=True)
class RequestCaller:
    """The `Caller` of one request."""

    sink: StreamSink
    context: ContextReader
    cancellation: Cancellation


class Commands:
    """Binds the commands to the engine for one connection."""

    def __init__(
        self,
        services: Services,
        language: LanguageHost,
        folders: WorkspaceFolders,
        files: PaneFiles,
    ) -> None:
        self._services = services
        self._language = language
        self._folders = folders
        self._files = files

    def register(self, dispatcher: Dispatcher) -> None:
        """Puts every command of the wire table and `textDocumentContent` into `dispatcher`."""
        sessions = self._services.sessions
        handlers: dict[str, Command] = {
            "antiphon.health": self.health,
            "antiphon.models": self.models,
            "antiphon.estimate": self.estimate,
            "antiphon.broadcast": self.broadcast,
            "antiphon.regenerate": self.regenerate,
            "antiphon.cancel": self.cancel,
            "antiphon.session.list": lambda params, _: sessions.list(params),
            "antiphon.session.open": lambda params, _: sessions.open(params),
            "antiphon.open": lambda params, _: self._files.open(params),
        }
        for name, kind in COMMANDS.items():
            dispatcher.command(name, _typed(name, handlers[name]), cooperative=kind.cooperative)
        dispatcher.request("workspace/textDocumentContent", self.content)

    async def health(self, _: Nothing, __: RequestContext) -> HealthResult:
        """The server's own state."""
        return self._services.health()

    async def models(self, params: ModelsParams, _: RequestContext) -> ModelsResult:
        """Every model that can be named."""
        return await self._services.models(params)

    async def estimate(self, params: BroadcastParams, context: RequestContext) -> EstimateResult:
        """What a broadcast would take."""
        return await self._services.broadcaster.estimate(params, self._caller(None, context))

    async def broadcast(self, params: BroadcastParams, context: RequestContext) -> RunResult:
        """Asks."""
        return await self._run(self._services.broadcaster.broadcast, params, context)

    async def regenerate(self, params: RegenerateParams, context: RequestContext) -> RunResult:
        """Asks again."""
        return await self._run(self._services.broadcaster.regenerate, params, context)

    async def cancel(self, params: CancelParams, _: RequestContext) -> CancelResult:
        """Stops what runs."""
        return self._services.broadcaster.cancel(params)

    async def content(self, raw: Any, _: RequestContext) -> dict[str, Any]:
        """`workspace/textDocumentContent`: read without waiting after the last look at a run."""
        params = ContentParams.model_validate(raw)
        return ContentResult(text=await self._services.documents.text(params.uri)).to_wire()

    async def _run(
        self,
        run: Callable[[RunParams, RequestCaller], Awaitable[RunResult]],
        params: RunParams,
        context: RequestContext,
    ) -> RunResult:
        work_done_token = context.work_done_token
        if work_done_token is None and params.stream_token is None:
            work_done_token = await create_work_done(context)
        stream = ProgressStream(
            context.connection,
            self._services.clock,
            stream_token=params.stream_token,
            work_done_token=work_done_token,
        )
        try:
            return await run(params, self._caller(stream, context))
        finally:
            stream.close()

    def _caller(self, stream: ProgressStream | None, context: RequestContext) -> RequestCaller:
        reader = WorkspaceReader(
            self._folders.roots, self._language.text_of, self._services.documents.text
        )
        return RequestCaller(stream or _NoStream(), reader, context.cancellation)


class _NoStream:
    """The sink of a request that shows nothing."""

    async def room(self) -> None:
        """There is always room."""

    def send(self, events: object) -> None:
        """Nothing is shown."""


def _typed(name: str, command: Command) -> Callable[[Any, RequestContext], Awaitable[Any]]:
    kind = COMMANDS[name].params

    async def handle(raw: Any, context: RequestContext) -> Any:
        result = await command(kind.model_validate(raw), context)
        return result.to_wire()

    return handle
