"""Pulls the client's configuration after `initialized`, and when it changes.

It may come from the opened folder, so the settings ignore every value in it that names an
address, a program, a file or a key (`antiphon.settings.sources.load`).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, cast

import anyio

from antiphon.lsp.rpc.jsonrpc import ResponseError, is_object

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.lsp.rpc.peer import Peer
    from antiphon.lsp.rpc.router import Dispatcher

_log = logging.getLogger(__name__)

_SECTION: Final = "antiphon"
_WARNING: Final = 2
_QUIET_S: Final = 1.0
_PATIENCE_S: Final = 10.0


class Configuration:
    """Keeps the settings up to date with one client.

    `configure` adopts the client's section and returns the problems found in it; `problems`
    returns those that are known already. `warm_up` is called once, a second after `initialized`, so
    that it does not compete with a first broadcast.
    """

    def __init__(
        self,
        connection: Peer,
        configure: Callable[[object], Sequence[str]],
        problems: Callable[[], Sequence[str]],
        warm_up: Callable[[], Awaitable[None]],
    ) -> None:
        self._connection = connection
        self._configure = configure
        self._problems = problems
        self._warm_up = warm_up
        self._told: set[str] = set()
        self._section: object = None

    def register(self, dispatcher: Dispatcher) -> None:
        """Handles `initialized` and `workspace/didChangeConfiguration`."""
        dispatcher.notification("initialized", self._initialized)
        dispatcher.notification("workspace/didChangeConfiguration", self._changed)

    async def _initialized(self, _: Any) -> None:
        if self._can_ask:
            self._take(await self._pull())
        else:  # the settings that were just read include this client's
            self._show(self._problems())
        await anyio.sleep(_QUIET_S)
        await self._warm_up()

    async def _changed(self, params: Any) -> None:
        _log.debug(
            "the client's configuration changed; %s", "asking" if self._can_ask else "taken as sent"
        )
        if self._can_ask:
            self._take(await self._pull())
        elif is_object(params) and is_object(settings := params.get("settings")):
            self._take(settings.get(_SECTION))
        else:  # the notification has no settings: the user's own file may have changed
            self._take(self._section)

    @property
    def _can_ask(self) -> bool:
        return bool(self._connection.client_capability("workspace", "configuration"))

    async def _pull(self) -> object:
        """Pulls the client's section, or returns the last one if the client does not answer."""
        if not self._can_ask:
            return self._section
        answer: object = None
        with anyio.move_on_after(_PATIENCE_S):
            try:
                params = {"items": [{"section": _SECTION}]}
                answer = await self._connection.request("workspace/configuration", params)
            except ResponseError as problem:
                _log.warning("the client gave no configuration: %s", problem.code)
        if answer is None:
            _log.debug("the client did not answer; the last configuration is kept")
        if isinstance(answer, list) and answer:
            return cast("list[object]", answer)[0]
        return self._section

    def _take(self, section: object) -> None:
        self._section = section
        self._show(self._configure(section))

    def _show(self, problems: Sequence[str]) -> None:
        for problem in problems:
            if problem not in self._told:
                message = {"type": _WARNING, "message": f"Antiphon: {problem}"}
                self._connection.notify("window/showMessage", message)
        self._told = set(problems)
