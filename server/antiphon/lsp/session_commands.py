"""The commands that change, copy and move sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.lsp.stream import pull_again

if TYPE_CHECKING:
    from antiphon.engine.sessions import SessionDesk
    from antiphon.lsp.commands import Command
    from antiphon.lsp.requests import RequestContext
    from antiphon.model.commands import Nothing
    from antiphon.model.session_commands import SessionDeleteParams


def session_commands(desk: SessionDesk) -> dict[str, Command]:
    """The handlers, by the commands' names."""

    async def delete(params: SessionDeleteParams, context: RequestContext) -> Nothing:
        uris = await desk.documents_of(params.session_id)
        result = await desk.delete(params)
        pull_again(context.connection, *uris)  # an open pane learns that it is gone
        return result

    return {
        "antiphon.session.rename": lambda params, _: desk.rename(params),
        "antiphon.session.tag": lambda params, _: desk.tag(params),
        "antiphon.session.delete": delete,
        "antiphon.session.fork": lambda params, _: desk.fork(params),
        "antiphon.session.export": lambda params, _: desk.export(params),
        "antiphon.session.import": lambda params, _: desk.import_(params),
    }
