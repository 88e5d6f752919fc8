"""Shows code lenses on a pane's first line: its figures and its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from antiphon.engine.document.last_answer import last_own_answer
from antiphon.lsp.features.language_server.locations import is_ours
from antiphon.lsp.features.language_server.pane_commands import (
    command,
    compare_command,
    list_idle_others,
    send_command,
)
from antiphon.lsp.features.prompt_files.lens import list_prompt_lenses
from antiphon.model.values import number_format
from antiphon.model.values.uri import PaneAddress, parse_uri

if TYPE_CHECKING:
    from antiphon.lsp.features.language_server.server import AntiphonServer
    from antiphon.lsp.features.language_server.services import FeatureServices
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane

_MOST_OFFERED: Final = 3
"""Other panes that lenses name; more would make the first line a list."""


def register(server: AntiphonServer) -> None:
    """Registers the feature."""

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(ls: AntiphonServer, params: types.CodeLensParams) -> list[types.CodeLens]:
        """Lists the lenses of a pane or a prompt file."""
        uri = params.text_document.uri
        address = parse_uri(uri)
        if not isinstance(address, PaneAddress):
            return [] if is_ours(uri) else await list_prompt_lenses(ls.prompts, uri)
        top = types.Position(0, 0)
        commands = await _commands(ls.services, address)
        return [types.CodeLens(types.Range(top, top), each) for each in commands]


async def _commands(services: FeatureServices, address: PaneAddress) -> list[types.Command]:
    pane = services.runs.pane_as_it_is(await services.documents.pane(address))
    shown = await services.documents.messages(pane.id)
    answer = last_own_answer(shown)
    if answer is None:
        return []
    commands = [types.Command(_figures(pane, answer), "")]
    if pane.state != "idle":
        return [*commands, command("Stop", "antiphon.cancel", {"paneId": pane.id})]
    if answer.content:
        others = (await list_idle_others(services, pane))[:_MOST_OFFERED]
        source = {"messageIds": [answer.id]}
        commands += [send_command(f"Send to {each.title}", source, each) for each in others]
        commands += [compare_command(pane, each) for each in others]
        argument: dict[str, Any] = {"paneIds": [pane.id], "format": "bullets"}
        if services.files.opens_documents:
            argument |= {"open": True, "background": True}
        commands.append(command("Summarize", "antiphon.summarize", argument))
    if answer is shown[-1]:
        commands.append(command("Regenerate", "antiphon.regenerate", {"messageId": answer.id}))
    return commands


def _figures(pane: Pane, answer: Message) -> str:
    parts = [pane.model, pane.state if pane.state != "idle" else answer.status]
    if answer.usage is not None:
        written = number_format.count_written_tokens(answer.usage)
        parts.append(number_format.format_tokens(written))
        parts.append(number_format.format_cost(answer.cost.amount if answer.cost else None))
    if answer.latency is not None:
        parts.append(number_format.format_speed(answer.latency.tokens_per_second))
    return number_format.join_parts(parts)
