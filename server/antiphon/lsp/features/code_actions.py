"""Lists code actions: ask, apply code, send and compare panes, correct prompt files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.capabilities import get_capability

from antiphon.lsp.features.language_server.ask_commands import ask_commands
from antiphon.lsp.features.language_server.locations import is_ours, to_position, to_range
from antiphon.lsp.features.language_server.pane_commands import (
    command,
    compare_command,
    list_idle_others,
    send_command,
)
from antiphon.lsp.features.prompt_files.actions import list_corrections
from antiphon.model.commands.code import CodeProposeParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.uri import MessageAddress, PaneAddress, parse_uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.lsp.features.language_server.server import AntiphonServer
    from antiphon.lsp.features.language_server.services import FeatureServices

_OPTIONS = types.CodeActionOptions(
    code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.Refactor]
)


def register(server: AntiphonServer) -> None:
    """Registers the feature."""

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, _OPTIONS)
    async def code_action(
        ls: AntiphonServer, params: types.CodeActionParams
    ) -> list[types.CodeAction | types.Command]:
        """Lists the actions for a selection, or for the code block at the cursor.

        A client that does not declare literals knows commands only, the older form (LSP 3.18). One
        that asks for other kinds alone gets nothing: some carry out an only action by themselves.
        """
        literals = "text_document.code_action.code_action_literal_support"
        has_literals = get_capability(ls.client_capabilities, literals) is not None
        if ls.prompts.is_prompt(params.text_document.uri):
            wanted = _wants(types.CodeActionKind.QuickFix, params.context.only) and has_literals
            return [*(await list_corrections(ls.prompts, params) if wanted else ())]
        if not _wants(types.CodeActionKind.Refactor, params.context.only):
            return []
        commands = await _commands(ls, params)
        if not has_literals:
            return [*commands]
        kind = types.CodeActionKind.Refactor
        return [types.CodeAction(each.title, kind=kind, command=each) for each in commands]


async def _commands(ls: AntiphonServer, params: types.CodeActionParams) -> list[types.Command]:
    address = parse_uri(params.text_document.uri)
    commands: list[types.Command] = []
    if not is_ours(params.text_document.uri):
        return ask_commands(ls, params)
    if not isinstance(address, PaneAddress | MessageAddress):
        return commands
    if get_capability(ls.client_capabilities, "workspace.apply_edit"):
        commands += await _apply_commands(ls.services, params)
    if isinstance(address, PaneAddress) and params.range.start != params.range.end:
        commands += await _selection_commands(ls.services, address, params)
    return commands


def _wants(kind: types.CodeActionKind, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    return not only or any(each in {"", kind.value} for each in only)


async def _apply_commands(
    services: FeatureServices, params: types.CodeActionParams
) -> list[types.Command]:
    """Lists the commands that apply the code block at the cursor to its context."""
    uri, position = params.text_document.uri, to_position(params.range.start)
    try:
        asked = CodeProposeParams(uri=uri, position=position)
        code = await services.code()
        found = await code.propose(asked, services.reader())
    except AntiphonError as problem:
        if problem.failure.kind == "invalid_params":
            return []  # there is no code here
        raise
    commands: list[types.Command] = []
    for proposal in found.proposals:
        if proposal.changes:
            location = {"uri": uri, "position": position.to_wire()}
            argument = {**location, "target": proposal.target.to_wire()}
            title = f"Put this code into {proposal.label}"
            commands.append(command(title, "antiphon.code.apply", argument))
    return commands


async def _selection_commands(
    services: FeatureServices, address: PaneAddress, params: types.CodeActionParams
) -> list[types.Command]:
    """Lists the commands that send the selection to, or compare the pane with, another pane."""
    pane = await services.documents.pane(address)
    source = {"uri": params.text_document.uri, "range": to_range(params.range).to_wire()}
    others = await list_idle_others(services, pane)
    sending = [send_command(f"Send this passage to {each.title}", source, each) for each in others]
    return [*sending, *(compare_command(pane, each) for each in others)]
