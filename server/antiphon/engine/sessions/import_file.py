"""Reads an exported session from an untrusted source, and checks everything in it.

An import may hold all that an export holds, so that a session survives both unchanged. The limits
allow every session that `antiphon.session.export` returns, and it refuses to export a larger one.
Ids only tell what belongs together, and are replaced by new ones.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.sessions.bounded_json import JsonLimitExceeded, parse
from antiphon.model.conversation.param_rules import find_reaching_name
from antiphon.model.conversation.session_file import InvalidSessionFile, parse_session_file
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.ids import is_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session_file import SessionFile

_HINT: Final = "Import a file that `antiphon.session.export` wrote in the format json."
_AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,18})?")


def read_import(text: str) -> SessionFile:
    """Returns the session in `text` after all checks, with the ids that it has there.

    Raises `AntiphonError` of kind `invalid_params` that names the first error. A large text takes
    long, so this must not run on the event loop.
    """
    try:
        value = parse(text)
    except JsonLimitExceeded as invalid:
        raise _invalid(f"The text {invalid}.") from None
    except (ValueError, RecursionError):
        raise _invalid("The text is not valid JSON.") from None
    try:
        file = parse_session_file(value)
    except InvalidSessionFile as invalid:
        raise _invalid(str(invalid)) from None
    _check(file)
    used = {item.sha256 for message in file.messages for item in message.context or ()}
    texts = {sha256: text for sha256, text in file.contexts.items() if sha256 in used}
    return file.model_copy(update={"contexts": texts})


def _check(file: SessionFile) -> None:
    _check_ids(file)
    for path, time in _list_times(file):
        if not _is_time(time):
            raise _invalid(f"{path} is not a valid time.")
    for number, message in enumerate(file.messages):
        amount = message.cost.amount if message.cost is not None else None
        if amount is not None and not _AMOUNT.fullmatch(amount):
            raise _invalid(f"messages[{number}].cost.amount is not a decimal number.")
    for number, pane in enumerate(file.session.panes):
        _check_params(pane.params.model_extra or {}, f"session.panes[{number}].params")
    for sha256, text in file.contexts.items():
        if hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() != sha256:
            raise _invalid(f"contexts.{sha256[:64]} is not the hash of its text.")
    _check_chains({message.id: message for message in file.messages})


def _check_ids(file: SessionFile) -> None:
    for path, value in _list_ids(file):
        if not is_id(value):
            raise _invalid(f"{path} is not a valid id.")
    panes = {pane.id for pane in file.session.panes}
    ids = {file.session.id, *panes, *(message.id for message in file.messages)}
    if len(ids) < 1 + len(file.session.panes) + len(file.messages):
        raise _invalid("Two entries have the same id.")
    for number, message in enumerate(file.messages):
        if message.pane_id not in panes:
            raise _invalid(
                f"messages[{number}].paneId names a pane that the session does not have."
            )


def _list_ids(file: SessionFile) -> Iterable[tuple[str, str]]:
    yield "session.id", file.session.id
    for number, pane in enumerate(file.session.panes):
        yield f"session.panes[{number}].id", pane.id
        for index, source in enumerate(pane.sources):
            at = f"session.panes[{number}].sources[{index}]"
            yield f"{at}.paneId", source.pane_id
            yield f"{at}.messageId", source.message_id
    for number, message in enumerate(file.messages):
        at = f"messages[{number}]"
        yield f"{at}.id", message.id
        yield f"{at}.paneId", message.pane_id
        if message.run_id is not None:
            yield f"{at}.runId", message.run_id
        if message.provenance is not None:
            yield f"{at}.provenance.sessionId", message.provenance.session_id
            yield f"{at}.provenance.paneId", message.provenance.pane_id
            yield f"{at}.provenance.messageId", message.provenance.message_id


def _list_times(file: SessionFile) -> Iterable[tuple[str, str]]:
    yield "session.createdAt", file.session.created_at
    for number, pane in enumerate(file.session.panes):
        yield f"session.panes[{number}].createdAt", pane.created_at
    for number, message in enumerate(file.messages):
        yield f"messages[{number}].createdAt", message.created_at
        if message.provenance is not None:
            yield f"messages[{number}].provenance", message.provenance.transferred_at


def _is_time(text: str) -> bool:
    """Checks whether `text` is a time in the form that can be compared as text."""
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007 - the Z says UTC
    except ValueError:
        return False
    return len(text) == len("2026-11-22T14:02:03.004Z")


def _check_params(params: Mapping[str, Any], path: str) -> None:
    reaching = find_reaching_name(params)
    if reaching is not None:
        raise _invalid(f"{path}: {reaching[:40]!r} may not be imported.")


def _check_chains(messages: Mapping[str, Message]) -> None:
    """Raises `AntiphonError` if a message is, through others, its own source."""
    checked: set[str] = set()
    for start in messages:
        chain: set[str] = set()
        at = start
        while at in messages and at not in checked:
            if at in chain:
                raise _invalid("The provenance of a message leads back to itself.")
            chain.add(at)
            provenance = messages[at].provenance
            at = provenance.message_id if provenance is not None else ""
        checked |= chain


def _invalid(message: str) -> AntiphonError:
    return error("invalid_params", message, hint=_HINT, field="$.text")
