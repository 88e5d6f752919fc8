"""A whole session as one value: what is exported, imported and copied.

This is the format of export files, version `session/v1`. It is as frozen as the wire: fields may be
added, none changes its meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, cast

from pydantic import Field, ValidationError

from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Session
from antiphon.model.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT: Final = "session/v1"


class SessionFile(Wire):
    """One session with everything that belongs to it."""

    antiphon: Literal["session/v1"] = "session/v1"
    session: Session
    messages: list[Message]
    """In the order in which they were said; superseded ones too."""
    contexts: dict[str, str] = Field(default_factory=dict[str, str])
    """The texts of context items by their SHA-256 (hex)."""


class NoSessionFile(ValueError):  # noqa: N818 - named by the situation
    """A value is not what `SessionFile` says; tells where and why."""


def session_file_of(value: Any) -> SessionFile:
    """The session file that `value`, parsed JSON, stands for; raises `NoSessionFile`."""
    if not isinstance(value, dict) or "antiphon" not in value:
        raise NoSessionFile("The text is no exported session.")
    if cast("dict[str, Any]", value)["antiphon"] != FORMAT:
        raise NoSessionFile(f"The text is not in the format {FORMAT}.")
    try:
        return SessionFile.model_validate(value)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        raise NoSessionFile(f"{_path(first['loc'])}: {first['msg']}.") from None


def _path(location: Iterable[int | str]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part[:40]}" for part in location)
    return "".join(parts).removeprefix(".")
