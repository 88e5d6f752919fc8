"""Lists, opens, changes, copies, exports and imports sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio.to_thread

from antiphon.engine.ports.sessions import EVERYBODY
from antiphon.engine.sessions.copies import fork_session, with_new_ids
from antiphon.engine.sessions.export import to_json, to_markdown
from antiphon.engine.sessions.import_file import read_import
from antiphon.model.commands.sessions import (
    SessionExportResult,
    SessionListResult,
    SessionOpenResult,
    SessionResult,
    SessionShareResult,
)
from antiphon.model.conflicts import still_answering
from antiphon.model.failure import error
from antiphon.model.wire import Empty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.ports import History
    from antiphon.engine.ports.clients import ChangeNotifier
    from antiphon.engine.ports.sessions import SessionStore
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.model.commands.sessions import (
        SessionDeleteParams,
        SessionExportParams,
        SessionForkParams,
        SessionImportParams,
        SessionListParams,
        SessionOpenParams,
        SessionRenameParams,
        SessionShareParams,
        SessionTagParams,
    )
    from antiphon.model.conversation.message import Message

_PAGE_SIZE: Final = 50
_LONGEST_TITLE: Final = 200
_LONGEST_TAG: Final = 64
_MAX_TAGS: Final = 32


def _notify_nobody(session_id: str, readers: frozenset[str]) -> None:
    """Notifies nobody: a server for one user has no other readers."""


class SessionReader:
    """Reads sessions, with the live state of what is running."""

    def __init__(self, history: History, runs: ActiveRuns, documents: ShownMessages) -> None:
        self._history = history
        self._runs = runs
        self._documents = documents

    async def list(self, params: SessionListParams) -> SessionListResult:
        """Returns a page of sessions, the most recently used first."""
        found, cursor = await self._history.sessions(
            limit=params.limit or _PAGE_SIZE, cursor=params.cursor, tag=params.tag
        )
        sessions = [self._runs.with_live_state(session) for session in found]
        return SessionListResult(sessions=sessions, next_cursor=cursor)

    async def open(self, params: SessionOpenParams) -> SessionOpenResult:
        """Returns a session with the messages of all its panes, the oldest first."""
        session = await self._history.session(params.session_id)
        messages: list[Message] = []
        for pane in session.panes:
            messages += await self._documents.messages(pane.id)
        messages.sort(key=lambda message: message.id)
        return SessionOpenResult(session=self._runs.with_live_state(session), messages=messages)


class SessionEditor:
    """Changes whole sessions, and notifies `changed` of each."""

    def __init__(
        self,
        history: History,
        library: SessionStore,
        runs: ActiveRuns,
        changed: ChangeNotifier,
        unshared: Callable[[str, frozenset[str]], None] = _notify_nobody,
    ) -> None:
        """Binds the history, with `unshared` to notify users who may read a session no more."""
        self._unshared = unshared
        self._history = history
        self._library = library
        self._runs = runs
        self._changed = changed

    async def rename(self, params: SessionRenameParams) -> SessionResult:
        """Changes the title of a session, as one line.

        Raises `AntiphonError`: `invalid_params` for an empty or a long title, `not_found`.
        """
        title = _one_line(params.title, _LONGEST_TITLE, "$.title", "A title")
        await self._library.rename(params.session_id, title)
        return await self._result(params.session_id)

    async def tag(self, params: SessionTagParams) -> SessionResult:
        """Replaces a session's tags, without duplicates.

        Raises `AntiphonError`: `invalid_params` for an empty or a long tag, `not_found`.
        """
        tags = [
            _one_line(tag, _LONGEST_TAG, f"$.tags[{index}]", "A tag")
            for index, tag in enumerate(params.tags)
        ]
        unique = list(dict.fromkeys(tags))
        if len(unique) > _MAX_TAGS:
            message = f"A session has at most {_MAX_TAGS} tags."
            raise error("invalid_params", message, hint="Use fewer tags.", field="$.tags")
        await self._library.tag(params.session_id, unique)
        return await self._result(params.session_id)

    async def list_pane_uris(self, session_id: str) -> list[str]:
        """Returns the URIs of a session's panes. Raises `AntiphonError` (`not_found`)."""
        return [pane.uri for pane in (await self._history.session(session_id)).panes]

    async def delete(self, params: SessionDeleteParams) -> Empty:
        """Deletes a session with everything in it.

        Raises `AntiphonError`: `conflict` while one of its panes is answering, `not_found`.
        """
        session = await self._history.session(params.session_id)
        self._check_idle([pane.id for pane in session.panes])
        await self._library.delete(params.session_id)
        self._changed(("session", params.session_id))
        return Empty()

    async def share(self, params: SessionShareParams) -> SessionShareResult:
        """Replaces the users who may read a session besides its owner.

        Raises `AntiphonError`: `permission` for a session that another user shares, `not_found`.
        """
        before = self._library.readers(params.session_id)
        names = [EVERYBODY] if params.with_ == "all" else sorted(set(params.with_))
        await self._library.share(params.session_id, names)
        self._changed(("session", params.session_id))
        lost = before - set(names)
        if lost and EVERYBODY not in names:
            self._unshared(params.session_id, lost)
        shared = "all" if EVERYBODY in names else names
        return SessionShareResult.model_validate({"sessionId": params.session_id, "with": shared})

    async def fork(self, params: SessionForkParams) -> SessionResult:
        """Stores and returns a new session with a pane's messages up to one of them.

        Raises `AntiphonError`: `conflict` if the message is still being written, `not_found`.
        """
        message = await self._history.message(params.message_id)
        if message.status == "streaming":
            await self._history.recover()
        pane = await self._history.pane(message.pane_id)
        file = fork_session(await self._library.whole(pane.session_id), message.id)
        await self._library.add(file)
        return await self._result(file.session.id)

    async def export(self, params: SessionExportParams) -> SessionExportResult:
        """Returns a whole session as one text.

        Raises `AntiphonError`: `not_found`, or `unsupported` if it is too large to be imported.
        """
        file = await self._library.whole(params.session_id)
        write = to_json if params.format == "json" else to_markdown
        return SessionExportResult(text=await anyio.to_thread.run_sync(write, file))

    async def import_(self, params: SessionImportParams) -> SessionResult:
        """Stores an exported session as a new one, and names those that are the same.

        Raises `AntiphonError` of kind `invalid_params` for any other text. Nothing is stored then.
        """
        read = await anyio.to_thread.run_sync(read_import, params.text)
        copies = await self._library.list_created_at(read.session.created_at)
        if params.only_new and copies:
            result = await self._result(copies[-1])
        else:
            file = with_new_ids(read)
            await self._library.add(file)
            result = await self._result(file.session.id)
        return result.model_copy(update={"copies": copies or None})

    def _check_idle(self, pane_ids: Sequence[str]) -> None:
        if any(map(self._runs.busy, pane_ids)):
            raise still_answering(None, field="$.sessionId")

    async def _result(self, session_id: str) -> SessionResult:
        self._changed(("session", session_id))
        session = await self._history.session(session_id)
        return SessionResult(session=self._runs.with_live_state(session))


def _one_line(text: str, longest: int, field: str, what: str) -> str:
    """Returns `text` without line ends and control characters.

    Raises `AntiphonError` (`invalid_params`) if it is empty or has more than `longest` characters.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not line:
        raise error(
            "invalid_params", f"{what} must not be empty.", hint="Enter some text.", field=field
        )
    if len(line) > longest:
        message = f"{what} has at most {longest} characters."
        raise error("invalid_params", message, hint="Enter a shorter one.", field=field)
    return line
