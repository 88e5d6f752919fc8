"""Builds the errors that several commands give for conflicts and for what others share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.failure import AntiphonError


def still_answering(title: str | None, *, field: str | None = None) -> AntiphonError:
    """Builds the `conflict` error for a pane that is answering, in any server.

    Without a `title` some pane of a session is.
    """
    pane = "A pane of this session" if title is None else f"The pane {title}"
    return error(
        "conflict",
        f"{pane} is still answering.",
        hint="Wait until it ends, or stop it first; it may be open in another editor.",
        field=field,
    )


def shared_by_another(*, field: str | None = None) -> AntiphonError:
    """Builds the `permission` error for a change of a session that another user shares."""
    return error(
        "permission",
        "This session is shared by another user, and only its owner changes it.",
        hint="Fork a message of it, and go on in your own copy.",
        field=field,
    )


def named_twice(what: str, field: str) -> AntiphonError:
    """Builds the `invalid_params` error for something that is named twice."""
    return error(
        "invalid_params",
        f"This {what} is named twice.",
        hint=f"Name each {what} once.",
        field=field,
    )


def refuse_repeats(what: str, ids: Sequence[str], field: str) -> None:
    """Raises the error of `named_twice` for the first id that has come before."""
    for index, each in enumerate(ids):
        if each in ids[:index]:
            raise named_twice(what, f"{field}[{index}]")
