"""Copies of sessions under new ids: what a fork and an import store.

References between the copied messages follow them to their new ids; those to anything else stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from antiphon.model.conversation.message import Provenance
from antiphon.model.conversation.session import Session, Source, to_slug
from antiphon.model.conversation.session_file import SessionFile
from antiphon.model.failure import Failure, error
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now
from antiphon.model.values.uri import pane_uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane

W = TypeVar("W", Provenance, Source)


def with_new_ids(file: SessionFile) -> SessionFile:
    """`file` with new ids everywhere, used now; an answer that still ran is `interrupted`."""
    session_id = new_id()
    panes = _new_ids(pane.id for pane in file.session.panes)
    messages = _new_ids(message.id for message in file.messages)
    runs = _new_ids(message.run_id for message in file.messages if message.run_id)
    ids = {**panes, **messages, **runs, file.session.id: session_id}
    return SessionFile(
        session=file.session.model_copy(
            update={
                "id": session_id,
                "updated_at": now(),
                "panes": [_pane(pane, session_id, ids) for pane in file.session.panes],
            }
        ),
        messages=[_message(message, ids) for message in file.messages],
        contexts=file.contexts,
    )


def fork_session(file: SessionFile, message_id: str) -> SessionFile:
    """A new session with the message's pane alone, as it was when that message was its last.

    Every message says which one it is a copy of. What the copies took was paid for once: they have
    no usage, cost or latency of their own.

    Raises `AntiphonError`: `not_found`, or `conflict` where the message is still being written.
    """
    last = next((each for each in file.messages if each.id == message_id), None)
    if last is None:
        raise error("not_found", f"The session has no message {message_id}.", field="$.messageId")
    if last.status == "streaming":
        raise error("conflict", "This answer is still being written.", field="$.messageId")
    before = file.messages[: file.messages.index(last)]
    kept = [each for each in before if each.pane_id == last.pane_id and not each.superseded]
    pane = next(each for each in file.session.panes if each.id == last.pane_id)
    moment, session_id = now(), new_id()
    pane_id = new_id()
    copies = [_copy(each, pane, pane_id, moment) for each in (*kept, last)]
    hashes = {item.sha256 for each in copies for item in each.context or ()}
    session = Session(
        id=session_id,
        title=f"{file.session.title} (fork)",
        created_at=moment,
        updated_at=moment,
        panes=[_pane(pane, session_id, {pane.id: pane_id}, created_at=moment)],
        tags=file.session.tags,
    )
    texts = {sha256: text for sha256, text in file.contexts.items() if sha256 in hashes}
    return SessionFile(session=session, messages=copies, contexts=texts)


def _new_ids(old: Iterable[str]) -> dict[str, str]:
    return {each: new_id() for each in dict.fromkeys(old)}


def _pane(
    pane: Pane, session_id: str, ids: Mapping[str, str], *, created_at: str | None = None
) -> Pane:
    pane_id = ids[pane.id]
    return pane.model_copy(
        update={
            "id": pane_id,
            "session_id": session_id,
            "uri": pane_uri(session_id, pane_id, to_slug(pane.title)),
            "state": "idle",
            "sources": [_followed(source, ids) for source in pane.sources],
            "created_at": created_at or pane.created_at,
        }
    )


def _message(message: Message, ids: Mapping[str, str]) -> Message:
    provenance = message.provenance
    copy = message.model_copy(
        update={
            "id": ids[message.id],
            "pane_id": ids[message.pane_id],
            "run_id": ids[message.run_id] if message.run_id else None,
            "provenance": provenance and _followed(provenance, ids),
        }
    )
    if copy.status != "streaming":
        return copy
    failure = Failure.of("interrupted", "This answer was still being written when it was exported.")
    return copy.model_copy(update={"status": "interrupted", "error": failure})


def _followed(reference: W, ids: Mapping[str, str]) -> W:
    """`reference` with the new ids of what it names, where that is copied along."""
    if reference.message_id not in ids:
        return reference
    named = {
        name: ids.get(getattr(reference, name), getattr(reference, name))
        for name in ("session_id", "pane_id", "message_id")
        if name in type(reference).model_fields
    }
    return reference.model_copy(update=named)


def _copy(message: Message, pane: Pane, pane_id: str, moment: str) -> Message:
    provenance = Provenance(
        session_id=pane.session_id,
        pane_id=pane.id,
        message_id=message.id,
        model=message.model or pane.model,
        via="fork",
        transferred_at=moment,
    )
    return message.model_copy(
        update={
            "id": new_id(),
            "pane_id": pane_id,
            "run_id": None,
            "superseded": None,
            "provenance": provenance,
            "usage": None,
            "cost": None,
            "latency": None,
        }
    )
