"""Finds the sessions, panes and messages that names on the command line mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from antiphon.model.values.ids import is_id
from antiphon.model.values.uri import MessageAddress, PaneAddress, parse_uri
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.conversation.session import Pane, Session
    from antiphon_client import AntiphonClient


async def require_history(client: AntiphonClient) -> None:
    """Raises `click.ClickException` with the reason if the history is not usable.

    Otherwise an empty list would look as if nothing had ever been asked.
    """
    problem = (await client.health()).history.problem
    if problem is not None:
        raise click.ClickException(clean_line(problem))


_PAGE_SIZE: Final = 500
_MIN_ID_PREFIX: Final = 6
"""The fewest characters of an id's beginning: fewer would be ambiguous."""
_LIST_HINT: Final = "`antiphon sessions` lists them."


class AnswerRef(Struct, frozen=True):
    """A pane, which means its last answer, or one message."""

    pane_id: str | None = None
    message_id: str | None = None


async def find_session(client: AntiphonClient, name: str) -> Session:
    """Finds the session that `name` means: `last`, an id or an id's beginning.

    Raises `click.UsageError` if none or several match.
    """
    wanted = name.strip()
    if wanted == "last":
        sessions = (await client.sessions(limit=1)).sessions
        if not sessions:
            await require_history(client)
            raise click.UsageError("There is no session yet: ask something first.")
        return (await client.open_session(sessions[0].id)).session
    wanted = wanted.upper()
    if is_id(wanted):
        return (await client.open_session(wanted)).session
    if len(wanted) < _MIN_ID_PREFIX:
        raise click.UsageError(f"There is no session {clean_line(name)!r}. {_LIST_HINT}")
    found = [
        session.id for session in await _list_all_sessions(client) if session.id.startswith(wanted)
    ]
    if len(found) > 1:
        raise click.UsageError(
            f"{clean_line(name)!r} begins the ids of several sessions: give more characters."
        )
    if not found:
        await require_history(client)
        raise click.UsageError(f"There is no session {clean_line(name)!r}. {_LIST_HINT}")
    return (await client.open_session(found[0])).session


def find_pane(session: Session, name: str) -> Pane:
    """Finds a pane by id, title, model, number or the beginning of an id.

    The first of these that matches counts. Raises `click.UsageError` if none or several match.
    """
    wanted = name.casefold()
    found: list[Pane] = []
    for attribute in ("id", "title", "model"):
        found = [pane for pane in session.panes if getattr(pane, attribute).casefold() == wanted]
        if found:
            break
    if not found and wanted.isascii() and wanted.isdigit() and len(wanted) < _MIN_ID_PREFIX:
        found = session.panes[int(wanted) - 1 : int(wanted)] if int(wanted) else []
    if not found and len(wanted) >= _MIN_ID_PREFIX:
        found = [pane for pane in session.panes if pane.id.casefold().startswith(wanted)]
    if len(found) == 1:
        return found[0]
    titles = ", ".join(clean_line(pane.title) for pane in session.panes)
    reason = "means several panes" if found else "does not mean a pane"
    raise click.UsageError(f"{clean_line(name)!r} {reason} of this session. Panes: {titles}.")


async def find_panes(client: AntiphonClient, names: tuple[str, ...]) -> list[Pane]:
    """Finds the panes that `names` mean, each once, in order.

    A session's name means all its panes except summaries and merges. Raises like `find_pane`.
    """
    found: dict[str, Pane] = {}
    for name in names:
        found.update({pane.id: pane for pane in await _find_panes(client, name)})
    return list(found.values())


async def find_answer(client: AntiphonClient, name: str) -> AnswerRef:
    """Finds the pane or the message that `name` means. Raises like `find_pane`."""
    match parse_uri(name):
        case PaneAddress(pane_id=pane_id):
            return AnswerRef(pane_id=pane_id)
        case MessageAddress(message_id=message_id):
            return AnswerRef(message_id=message_id)
        case _:
            pass
    bare = name.strip().upper()
    if is_id(bare):
        listed = await _list_all_sessions(client)
        if any(pane.id == bare for session in listed for pane in session.panes):
            return AnswerRef(pane_id=bare)
        if all(session.id != bare for session in listed):
            return AnswerRef(message_id=bare)
    panes = await _find_panes(client, name)
    if len(panes) != 1:
        titles = ", ".join(clean_line(pane.title) for pane in panes)
        raise click.UsageError(f"{clean_line(name)!r} has several panes: name one of {titles}.")
    return AnswerRef(pane_id=panes[0].id)


async def find_message(client: AntiphonClient, name: str) -> str:
    """Finds the id of the message that `name` means: for a pane, its last answer.

    Raises like `find_pane`.
    """
    found = await find_answer(client, name)
    if found.message_id is not None:
        return found.message_id
    [pane] = await find_panes(client, (found.pane_id or "",))
    opened = await client.open_session(pane.session_id)
    answers = [
        message.id
        for message in opened.messages
        if message.pane_id == pane.id and message.role == "assistant" and not message.superseded
    ]
    if not answers:
        raise click.UsageError(f"{clean_line(pane.title)} has no answer yet.")
    return answers[-1]


async def _find_panes(client: AntiphonClient, name: str) -> list[Pane]:
    address = parse_uri(name)
    if isinstance(address, PaneAddress):
        return [find_pane(await find_session(client, address.session_id), address.pane_id)]
    session, slash, pane = name.partition("/")
    if slash and (session == "last" or _may_be_id(session)):
        return [find_pane(await find_session(client, session), pane)]
    if name == "last" or is_id(name.upper()):
        wanted = name.upper()
        for listed in await _list_all_sessions(client) if name != "last" else ():
            if any(each.id == wanted for each in listed.panes):
                return [find_pane(listed, wanted)]
        return _list_chat_panes(await find_session(client, name))
    last = await find_session(client, "last")
    try:
        return [find_pane(last, name)]
    except click.UsageError:
        if not _may_be_id(name):
            raise
    return _list_chat_panes(await find_session(client, name))


def _list_chat_panes(session: Session) -> list[Pane]:
    return [pane for pane in session.panes if pane.type == "chat"] or session.panes


def _may_be_id(name: str) -> bool:
    """Checks whether `name` looks like an id or the beginning of one."""
    return len(name) >= _MIN_ID_PREFIX and is_id(name.upper().ljust(26, "0"))


async def _list_all_sessions(client: AntiphonClient) -> list[Session]:
    found: list[Session] = []
    cursor: str | None = None
    while True:
        page = await client.sessions(limit=_PAGE_SIZE, cursor=cursor)
        found += page.sessions
        cursor = page.next_cursor
        if cursor is None:
            return found
