"""Holds what one client needs: its connection, folders, open documents, commands and streams."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from antiphon.app.client_services import ClientServices
from antiphon.app.command_groups import command_groups, pipeline_group
from antiphon.app.language_features import create_language_host
from antiphon.lsp.client.configuration import Configuration
from antiphon.lsp.client.pane_files import PaneFiles
from antiphon.lsp.client.prompts import ask_for_key
from antiphon.lsp.commands.code import CodeCommands
from antiphon.lsp.commands.meter import show_warning
from antiphon.lsp.commands.registry import Commands, Services
from antiphon.lsp.commands.settings import config_commands
from antiphon.lsp.commands.streaming import StreamingCommands
from antiphon.lsp.rpc.connection import Connection
from antiphon.lsp.rpc.router import Dispatcher
from antiphon.settings.paths import pane_folder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.app.engine import Engine
    from antiphon.app.settings import CurrentSettings
    from antiphon.model.commands.budget import BudgetWarning


class ClientConnection:
    """One client of an engine, bound to its commands."""

    def __init__(
        self,
        engine: Engine,
        current: CurrentSettings,
        initialize_params: dict[str, Any],
        *,
        on_close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Binds a client, by its `current` settings, for its `connection` to be served.

        `on_close` ends what is to end with this client, such as the engine of its process.
        """
        self._engine = engine
        self._current = current
        self._on_close = on_close
        dispatcher = Dispatcher()
        self.connection = Connection(
            dispatcher, on_close=self._close, clean=current.redactor.clean_json
        )
        self.services = ClientServices(engine, current, self)
        self._adopt()
        view = self.services.view
        self._files = PaneFiles(self.connection, view.history, view.shown, engine.runs, pane_folder)
        language = create_language_host(
            initialize_params,
            view.history,
            shown=view.shown,
            documents=view.documents,
            runs=engine.runs,
            code=view.code,
            files=self._files,
            default_models=lambda: self.services.models.default,
            prompts=lambda: self.services.prompts,
            prompt_folder=lambda: current.prompt_folder,
            peer=self.connection,
        )
        self._language, self._reader, self._prompts, self._folders = language
        self._language.register(dispatcher)
        self.connection.alongside(partial(self._language.run, initialize_params))
        self._register_commands(dispatcher)
        Configuration(
            self.connection, self._configure, lambda: current.problems, self._warm_up
        ).register(dispatcher)
        engine.clients.add(self, current.user)

    def changed(self, *changes: tuple[str, str]) -> None:
        """Reports changes to this client."""
        params = {"changes": [{"type": kind, "id": key} for kind, key in changes]}
        self.connection.notify("antiphon/didChange", params)
        for kind, key in changes if self._files.opened else ():
            if kind == "session":
                self._files.session_changed(key)

    def warn(self, warning: BudgetWarning) -> None:
        """Shows the user of this client that a budget is nearly spent."""
        show_warning(self.connection, warning)

    async def key(self, provider: str, base_url: str | None) -> str | None:
        """Returns the key that this client keeps for `provider`."""
        return await ask_for_key(self.connection, provider, base_url)

    def _register_commands(self, dispatcher: Dispatcher) -> None:
        client, view = self.services, self.services.view
        self.connection.alongside(self._files.keep_current)
        self.connection.alongside(self._files.show_wanted)
        runner = StreamingCommands(self._reader, time.perf_counter, self._files.show_soon)
        services = Services(
            text=lambda uri: view.documents.text(uri, self._reader()),
            health=lambda: client.health.report(self._current.problems),
            models=client.models.find,
        )
        others = [
            CodeCommands(view.code, self._reader).commands(),
            config_commands(self._current.report),
            *command_groups(client, runner, self._reader, self._prompts),
            pipeline_group(client, runner, self._folders, self._language),
        ]
        Commands(services, self._files, *others).register(dispatcher)

    def _configure(self, workspace: object) -> Sequence[str]:
        """Adopts the client's configuration and returns the problems found in it."""
        self._current.reload(workspace)
        self.services.apply(self._current.settings)
        self._adopt()
        return self._current.problems

    def _adopt(self) -> None:
        """Applies the settings to the engine, if they are those of the process."""
        if self._current.of_process:
            self._engine.apply(self._current.settings)

    async def _warm_up(self) -> None:
        """Imports what the first answers and language features will need, one after the other."""
        await self.services.warm_up()
        await self.connection.idle()
        self._language.load_early()

    async def _close(self) -> None:
        self._engine.clients.remove(self)
        try:
            if self._on_close is not None:
                await self._on_close()
        finally:
            await self.services.aclose()
