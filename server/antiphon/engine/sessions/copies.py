"""Copies sessions under new ids, for forks and imports.

References between copied messages are changed to the new ids. References to anything else stay.
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

Reference = TypeVar("Reference", Provenance, Source)


def with_new_ids(file: SessionFile) -> SessionFile:
    """Returns `file` with new ids everywhere and the current time as its last use.

    An answer that was still streaming becomes `interrupted`.
    """
    session_id = new_id()
    panes = _map_to_new_ids(pane.id for pane in file.session.panes)
    messages = _map_to_new_ids(message.id for message in file.messages)
    runs = _map_to_new_ids(message.run_id for message in file.messages if message.run_id)
    ids = {**panes, **messages, **runs, file.session.id: session_id}
    return SessionFile(
        session=file.session.model_copy(
            update={
                "id": session_id,
                "updated_at": now(),
                "panes": [_copy_pane(pane, session_id, ids) for pane in file.session.panes],
            }
        ),
        messages=[_copy_message(message, ids) for message in file.messages],
        contexts=file.contexts,
    )


def fork_session(file: SessionFile, message_id: str) -> SessionFile:
    """Returns a new session with only the message's pane, up to that message.

    Every copy names its original in its provenance. The originals were paid for once, so the copies
    have no usage, cost or latency of their own.

    Raises `AntiphonError`: `not_found`, or `conflict` if the message is still being written.
    """
    last = next((each for each in file.messages if each.id == message_id), None)
    if last is None:
        raise error("not_found", f"The session has no message {message_id}.", field="$.messageId")
    if last.status == "streaming":
        raise error("conflict", "This answer is still being written.", field="$.messageId")
    before = file.messages[: file.messages.index(last)]
    earlier = [each for each in before if each.pane_id == last.pane_id and not each.superseded]
    pane = next(each for each in file.session.panes if each.id == last.pane_id)
    time, session_id = now(), new_id()
    pane_id = new_id()
    copies = [_fork_message(each, pane, pane_id, time) for each in (*earlier, last)]
    hashes = {item.sha256 for each in copies for item in each.context or ()}
    session = Session(
        id=session_id,
        title=f"{file.session.title} (fork)",
        created_at=time,
        updated_at=time,
        panes=[_copy_pane(pane, session_id, {pane.id: pane_id}, created_at=time)],
        tags=file.session.tags,
    )
    texts = {sha256: text for sha256, text in file.contexts.items() if sha256 in hashes}
    return SessionFile(session=session, messages=copies, contexts=texts)


def _map_to_new_ids(old: Iterable[str]) -> dict[str, str]:
    return {each: new_id() for each in dict.fromkeys(old)}


def _copy_pane(
    pane: Pane, session_id: str, ids: Mapping[str, str], *, created_at: str | None = None
) -> Pane:
    pane_id = ids[pane.id]
    return pane.model_copy(
        update={
            "id": pane_id,
            "session_id": session_id,
            "uri": pane_uri(session_id, pane_id, to_slug(pane.title)),
            "state": "idle",
            "sources": [_update_reference(source, ids) for source in pane.sources],
            "created_at": created_at or pane.created_at,
        }
    )


def _copy_message(message: Message, ids: Mapping[str, str]) -> Message:
    provenance = message.provenance
    copy = message.model_copy(
        update={
            "id": ids[message.id],
            "pane_id": ids[message.pane_id],
            "run_id": ids[message.run_id] if message.run_id else None,
            "provenance": provenance and _update_reference(provenance, ids),
        }
    )
    if copy.status != "streaming":
        return copy
    failure = Failure.of("interrupted", "This answer was still being written when it was exported.")
    return copy.model_copy(update={"status": "interrupted", "error": failure})


def _update_reference(reference: Reference, ids: Mapping[str, str]) -> Reference:
    """Returns `reference` with new ids if the message that it names is copied too."""
    if reference.message_id not in ids:
        return reference
    new_fields = {
        name: ids.get(getattr(reference, name), getattr(reference, name))
        for name in ("session_id", "pane_id", "message_id")
        if name in type(reference).model_fields
    }
    return reference.model_copy(update=new_fields)


def _fork_message(message: Message, pane: Pane, pane_id: str, time: str) -> Message:
    provenance = Provenance(
        session_id=pane.session_id,
        pane_id=pane.id,
        message_id=message.id,
        model=message.model or pane.model,
        via="fork",
        transferred_at=time,
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
