"""Defines a whole session as one value, which is exported, imported and copied.

This is the format of export files, version `session/v1`. It is as stable as the wire: fields may be
added, none changes its meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, cast

from pydantic import Field, ValidationError

from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Session
from antiphon.model.json_path import json_path
from antiphon.model.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT: Final = "session/v1"


class SessionFile(Wire):
    """One session with everything that belongs to it."""

    antiphon: Literal["session/v1"] = "session/v1"
    session: Session
    messages: list[Message]
    """In the order in which they were created; superseded ones too."""
    contexts: dict[str, str] = Field(default_factory=dict[str, str])
    """The texts of context items by their SHA-256 (hex)."""


class InvalidSessionFile(ValueError):  # noqa: N818 - named by the situation
    """A value that is not a valid `SessionFile`: names the field and the error."""


def parse_session_file(value: Any) -> SessionFile:
    """Parses the JSON `value` as a session file, or raises `InvalidSessionFile`."""
    if not isinstance(value, dict) or "antiphon" not in value:
        raise InvalidSessionFile("The text is not an exported session.")
    if cast("dict[str, Any]", value)["antiphon"] != FORMAT:
        raise InvalidSessionFile(f"The text is not in the format {FORMAT}.")
    try:
        return SessionFile.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InvalidSessionFile(f"{_place(first['loc'])}: {first['msg']}.") from None


def _place(location: Iterable[int | str]) -> str:
    """Returns the path of the field at fault, with long names cut.

    A name in a foreign file may be of any length.
    """
    short = (part[:40] if isinstance(part, str) else part for part in location)
    return json_path(short).removeprefix(".")
