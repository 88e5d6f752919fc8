"""Handles the commands that search, change and maintain the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.lsp.client.progress_stream import request_document_refresh

if TYPE_CHECKING:
    from antiphon.engine.ports.sessions import Maintenance
    from antiphon.engine.sessions.search import Searcher
    from antiphon.engine.sessions.sessions import SessionEditor, SessionReader
    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.rpc.router import RequestContext
    from antiphon.model.commands.sessions import SessionDeleteParams
    from antiphon.model.wire import Empty


def search_commands(searcher: Searcher, upkeep: Maintenance) -> dict[str, Command]:
    """Returns the handlers by command name."""
    return {
        "antiphon.history.search": lambda params, _: searcher.search(params),
        "antiphon.history.stats": lambda _, __: upkeep.stats(),
        "antiphon.history.vacuum": lambda _, __: upkeep.vacuum(),
        "antiphon.history.verify": lambda _, __: upkeep.verify(),
    }


def session_commands(reader: SessionReader, desk: SessionEditor) -> dict[str, Command]:
    """Returns the handlers by command name."""

    async def delete(params: SessionDeleteParams, context: RequestContext) -> Empty:
        uris = await desk.list_pane_uris(params.session_id)
        result = await desk.delete(params)
        request_document_refresh(context.connection, *uris)  # open panes show the deletion
        return result

    return {
        "antiphon.session.list": lambda params, _: reader.list(params),
        "antiphon.session.open": lambda params, _: reader.open(params),
        "antiphon.session.rename": lambda params, _: desk.rename(params),
        "antiphon.session.tag": lambda params, _: desk.tag(params),
        "antiphon.session.delete": delete,
        "antiphon.session.share": lambda params, _: desk.share(params),
        "antiphon.session.fork": lambda params, _: desk.fork(params),
        "antiphon.session.export": lambda params, _: desk.export(params),
        "antiphon.session.import": lambda params, _: desk.import_(params),
    }
