"""Shows one user's part of an engine: their history, and documents that they may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.engine.sessions.shown_messages import ShownMessages
from antiphon.engine.virtual_documents import VirtualDocuments

if TYPE_CHECKING:
    from antiphon.app.clients import Clients
    from antiphon.engine.code.apply import CodeApplier
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.history.store import SqlHistory


class UserView:
    """What all clients of one user have together.

    `user` is `None` for that of this machine.
    """

    def __init__(
        self, history: SqlHistory, runs: ActiveRuns, clients: Clients, user: str | None
    ) -> None:
        self.user = user
        self.history = history.for_user(user)
        self.shown = ShownMessages(self.history, runs, user)
        self.documents = VirtualDocuments(self.shown, self.code)
        self.changed = clients.notifier(user)
        """Notifies the user's clients, and of shared sessions those who may read them."""
        self._code: CodeApplier | None = None

    async def code(self) -> CodeApplier:
        """Returns the code applier, imported in a thread at the first use."""
        if self._code is None:
            make = await anyio.to_thread.run_sync(_import_code)
            self._code = self._code or make(self.history, self.shown)
        return self._code


def _import_code() -> type[CodeApplier]:
    from antiphon.engine.code.apply import CodeApplier  # noqa: PLC0415 - see `UserView.code`

    return CodeApplier
