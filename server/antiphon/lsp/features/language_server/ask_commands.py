"""Builds commands that ask models about any document, for editors with code actions only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from antiphon.lsp.features.language_server.locations import to_range
from antiphon.lsp.features.language_server.pane_commands import command
from antiphon.model.values.ids import split_model_id
from antiphon.model.values.positions import Position, Range, cut_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.lsp.features.language_server.server import AntiphonServer

_PROMPT: Final = (
    "If the text above asks a question or gives a task, answer it. Otherwise explain what it does, "
    "and name what is wrong with it."
)
_CONFIRM_ABOVE: Final = "0.10"
"""US dollars: the user is asked before a run that is likely to cost more."""
_MOST_NAMED: Final = 3


def ask_commands(ls: AntiphonServer, params: types.CodeActionParams) -> list[types.Command]:
    """Lists the commands that ask the models of `models.default` about a document of the user.

    Our plugins get none, since they have a composer, nor do editors that ask at every move of the
    cursor, since they would show a mark.
    """
    automatic = params.context.trigger_kind is types.CodeActionTriggerKind.Automatic
    if automatic or ls.services.files.client_has_composer:
        return []
    uri, selected = params.text_document.uri, to_range(params.range)
    item: dict[str, Any] = {"uri": uri}
    document = ls.workspace.text_documents.get(uri)
    text = document.source if document is not None else None
    is_selection = params.range.start != params.range.end
    if is_selection:
        item["range"] = selected.to_wire()
    if text is not None and not uri.startswith("file:"):  # nobody else can read it
        item["text"] = cut_range(text, selected) if is_selection else text
    names = _list_names(ls.services.default_models())
    shared = {"open": True, "background": True, "confirmAbove": _CONFIRM_ABOVE}
    about = {"prompt": _PROMPT, "context": [item], **shared}
    commands = [command(f"Ask models about this{names}", "antiphon.broadcast", about)]
    prompt = _find_prompt(text or "", selected)
    if prompt:
        verbatim = {"prompt": prompt, **shared}
        title = f"Ask models this, word for word{names}"
        commands.append(command(title, "antiphon.broadcast", verbatim))
    return commands


def _find_prompt(text: str, selected: Range) -> str:
    """Returns the selection, or without one the line of the cursor."""
    start, end = selected.start, selected.end
    if start == end:
        start = Position(line=start.line, character=0)
        end = Position(line=start.line + 1, character=0)
    return cut_range(text, Range(start=start, end=end)).strip()


def _list_names(model_ids: Sequence[str]) -> str:
    if not model_ids:
        return ""
    names = [split_model_id(each)[1] or each for each in model_ids[:_MOST_NAMED]]
    if more := len(model_ids) - len(names):
        names.append(f"{more} more")
    return f": {', '.join(names)}"
