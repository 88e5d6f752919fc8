"""Explains a model, an input or a key of a prompt file."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from antiphon.engine.document.escape import code_span, escape_markdown
from antiphon.lsp.features.language_server.locations import lsp_range, to_position
from antiphon.lsp.features.prompt_files.links import find_input_at
from antiphon.model.values import number_format
from antiphon.model.values.positions import offset_at

if TYPE_CHECKING:
    from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
    from antiphon.engine.prompts.inputs import InputField
    from antiphon.lsp.features.prompt_files.documents import PromptDocument, PromptDocuments
    from antiphon.model.values.model_info import ModelInfo

KEY_DOCS: Final = MappingProxyType(
    {
        "antiphon": "The format of this file: `prompt/v1`.",
        "name": "What the library calls this prompt.",
        "description": "What it is for, in one line.",
        "argument-hint": "What to give it, for lists that show a hint.",
        "models": "The models to ask: ids, `@preset`, or `{model, title, params}`.",
        "lineup": "A line-up of the settings whose models are asked.",
        "system": "The system prompt.",
        "params": "Parameters for every model: `temperature`, `maxTokens` …",
        "inputs": "What a run needs values for, used as `{{name}}`.",
        "context": "Files, `path:from-to`, `@selection`, `@diff` or `@staged` before the prompt.",
        "budget": "US dollars that one run may cost.",
        "expect": "Rules that every answer has to keep.",
    }
)


async def hover_prompt(
    documents: PromptDocuments, uri: str, position: types.Position
) -> types.Hover | None:
    """Returns the card of the model, the input or the key at a position."""
    document = await documents.find(uri)
    if document is None:
        return None
    offset = offset_at(document.text, to_position(position))
    check = (await documents.reader()).check
    for text, start, end in _cards(document, check, offset):
        contents = types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.Hover(contents, lsp_range(document.lines.range(start, end)))
    return None


def _cards(
    document: PromptDocument, check: CatalogCheck, offset: int
) -> list[tuple[str, int, int]]:
    file = document.file
    found = [
        (describe_choice(entry.model, check), entry.start, entry.end)
        for entry in file.models
        if entry.start <= offset <= entry.end
    ]
    if file.lineup is not None and file.lineup.start <= offset <= file.lineup.end:
        names = check.lineups().get(file.lineup.name, ())
        listed = [each if isinstance(each, str) else each.model for each in names]
        text = "\n".join(f"- {code_span(name)}" for name in listed) or "No setting defines it."
        found.append((text, file.lineup.start, file.lineup.end))
    field = find_input_at(document, offset)
    if field is not None:
        found.append((describe_input(field), offset, offset))
    found.extend(
        (KEY_DOCS[pair.name], pair.key.start, pair.key.end)
        for pair in (file.fields.pairs if file.fields is not None else ())
        if pair.name in KEY_DOCS and pair.key.start <= offset <= pair.key.end
    )
    return found


def describe_choice(name: str, check: CatalogCheck) -> str:
    """Returns the card of a model or of a preset's model, as Markdown."""
    model = check.model_id(name)
    if model is None:
        return f"The preset {code_span(name)} is not known here."
    preset = f"{code_span(name)} is {code_span(model)}\n\n" if name != model else ""
    return preset + describe_model(check.providers.model_info(model))


def describe_model(model: ModelInfo) -> str:
    """Returns the card of a model as Markdown."""
    lines = [f"**{code_span(model.id)}**"]
    figures = number_format.join_parts([summarize_model(model), ", ".join(model.capabilities)])
    if figures:
        lines.append(figures)
    if model.description:
        lines.append(escape_markdown(model.description))
    if not model.available:
        reason = escape_markdown(model.reason) if model.reason else "it cannot be asked now"
        lines.append(f"Not available: {reason}.")
    return "\n\n".join(lines)


def summarize_model(model: ModelInfo) -> str:
    """Returns a model's window and price: `128k tokens · $1.25 in, $10.00 out`."""
    window = f"{number_format.format_tokens(model.context_window)}" if model.context_window else ""
    price = number_format.UNPRICED
    if model.input_cost_per_m_tok is not None and model.output_cost_per_m_tok is not None:
        read = number_format.format_money(model.input_cost_per_m_tok)
        written = number_format.format_money(model.output_cost_per_m_tok)
        price = f"{read} in, {written} out per MTok"
    return number_format.join_parts([window, price])


def describe_input(field: InputField) -> str:
    """Returns what is known about an input, as Markdown."""
    lines = [f"**{code_span(field.name)}**" + ("" if field.is_declared else " (not declared)")]
    if field.description:
        lines.append(escape_markdown(field.description))
    if field.default is not None:
        lines.append(f"Default: {code_span(field.default)}")
    if field.enum:
        lines.append("One of " + ", ".join(map(code_span, field.enum)))
    if field.default is None and field.required:
        lines.append("A run needs a value for it.")
    return "\n\n".join(lines)
