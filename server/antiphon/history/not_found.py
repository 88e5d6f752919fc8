"""Builds the errors for unknown ids: the id, its likely meaning, where to look.

An id is repeated as the user typed it, escaped and cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from antiphon.model.failure import error

if TYPE_CHECKING:
    from antiphon.model.failure import AntiphonError

Kind = Literal["session", "pane", "message", "run"]

_LISTS: Final[dict[Kind, str]] = {
    "session": "`antiphon sessions` (antiphon.session.list) lists those that there are.",
    "pane": "`antiphon show SESSION` (antiphon.session.open) lists the panes of a session.",
    "message": "`antiphon show SESSION` (antiphon.session.open) lists the messages of a session.",
    "run": "The result of the command that began a run names it.",
}
LONGEST_ID: Final = 40
"""Characters of an id that are shown; one with more is not looked for either."""


def not_found_error(
    kind: Kind,
    wanted: str,
    *,
    other: Kind | None = None,
    nearest: str | None = None,
    field: str | None = None,
) -> AntiphonError:
    """Builds the `not_found` error for an unknown id.

    `other` is what the id does name, and `nearest` the known id that looks most like it.
    """
    hint = _LISTS[kind]
    if other:
        hint = f"That is the id of a {other}. {hint}"
    elif nearest:
        hint = f"Did you mean {nearest}? {hint}"
    return error("not_found", f"There is no {kind} {shown(wanted)}.", hint=hint, field=field)


def session_deleted_error(session_id: str) -> AntiphonError:
    """Builds the `not_found` error for a session that was deleted after work on it began."""
    return error(
        "not_found",
        f"The session {shown(session_id)} has been deleted meanwhile. Nothing was sent or stored.",
        hint="Ask in a new session; `antiphon sessions` lists those that there are.",
    )


def shown(wanted: str) -> str:
    """Formats an id for a sentence."""
    if wanted.isascii() and wanted.isalnum() and len(wanted) <= LONGEST_ID:
        return wanted
    text = ascii(wanted[:LONGEST_ID])
    return text if len(wanted) <= LONGEST_ID else f"{text[:-1]}…{text[-1]}"
