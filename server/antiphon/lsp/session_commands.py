"""The commands that change, copy and move sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.engine.sessions import SessionDesk
    from antiphon.lsp.commands import Command


def session_commands(desk: SessionDesk) -> dict[str, Command]:
    """The handlers, by the commands' names."""
    return {
        "antiphon.session.rename": lambda params, _: desk.rename(params),
        "antiphon.session.tag": lambda params, _: desk.tag(params),
        "antiphon.session.delete": lambda params, _: desk.delete(params),
        "antiphon.session.fork": lambda params, _: desk.fork(params),
        "antiphon.session.export": lambda params, _: desk.export(params),
        "antiphon.session.import": lambda params, _: desk.import_(params),
    }
