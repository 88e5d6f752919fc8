"""Shows above a prompt file what a run would ask and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from antiphon.model.values import number_format

if TYPE_CHECKING:
    from antiphon.engine.prompts.checks.analysis import PromptAnalysis
    from antiphon.lsp.features.prompt_files.documents import PromptDocuments


async def list_prompt_lenses(documents: PromptDocuments, uri: str) -> list[types.CodeLens]:
    """Returns the lens of an open prompt file."""
    document = await documents.find(uri)
    if document is None:
        return []
    title = lens_title(await documents.analyse(document))
    top = types.Position(0, 0)
    command = types.Command(title, "antiphon.prompt.run", arguments=[{"uri": uri}])
    return [types.CodeLens(types.Range(top, top), command)]


def lens_title(analysis: PromptAnalysis) -> str:
    """Returns `Broadcast to 4 models · about 1,204 tokens · unpriced · needs: file`."""
    count = len(analysis.models)
    models = f"Broadcast to {count:,} {'model' if count == 1 else 'models'}"
    parts = [models if count else "Name a model to broadcast to"]
    parts.append(f"about {number_format.format_tokens(analysis.tokens)}")
    cost = ""
    if analysis.cost is not None:
        cost = number_format.format_cost_range(analysis.cost.likely, analysis.cost.max)
    if analysis.unpriced:
        more = f"{analysis.unpriced:,} {number_format.UNPRICED}"
        cost = f"{cost} + {more}" if cost else number_format.UNPRICED
    parts.append(cost)
    if analysis.missing:
        parts.append(f"needs: {', '.join(analysis.missing)}")
    return number_format.join_parts(parts)
