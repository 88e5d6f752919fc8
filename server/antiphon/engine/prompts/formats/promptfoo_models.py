"""Translates promptfoo's providers to models, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.prompts.formats.params import to_our_params, to_snake_params
from antiphon.engine.prompts.formats.source import ForeignSource, mapping_of, pairs_of, text_of
from antiphon.engine.source_text.yaml_nodes import MappingNode, to_plain

if TYPE_CHECKING:
    from antiphon.engine.prompts.formats.draft import Draft
    from antiphon.engine.source_text.yaml_nodes import Node

_ID: Final = re.compile(
    r"(?P<provider>[a-z][\w-]*):(?:(?:chat|messages|responses|completion):)?(?P<model>[^:\s][^\s]*)"
)
_NOT_MODELS: Final = frozenset(
    {
        "file",
        "exec",
        "python",
        "golang",
        "ruby",
        "http",
        "https",
        "ws",
        "package",
        "mcp",
        "promptfoo",
    }
)


def read_provider(draft: Draft, item: Node, source: ForeignSource) -> None:
    """Adds the model of a provider to `draft`, or names why it is not one."""
    line = source.line(item.start)
    name = text_of(item)
    fields = {pair.name: pair.value for pair in pairs_of(item)}
    if "id" in fields:
        name = text_of(fields["id"])
    found = _ID.fullmatch(name or "")
    if found is None or found["provider"] in _NOT_MODELS:
        reaches_out = found is not None or (name or "").startswith(tuple(_NOT_MODELS))
        _leave_out(draft, item, line, runs=reaches_out)
        return
    model = f"{found['provider']}/{found['model']}"
    choice: dict[str, Any] = {"model": model}
    if label := (text_of(fields["label"]) if "label" in fields else None):
        choice["title"] = label
    config = fields.get("config")
    if isinstance(config, MappingNode):
        params, reaching, kept = to_our_params(mapping_of(config))
        choice |= {"params": params} if params else {}
        for key in (*reaching, *kept):
            line = source.line_of_key(config, key)
            draft.ignore(key, line, "runs" if key in reaching else "unknown")
    draft.models.append(choice if len(choice) > 1 else model)


def write_provider(model: str | dict[str, Any]) -> Any:
    """Returns the provider of a model."""
    if isinstance(model, str):
        return _to_id(model)
    config = to_snake_params(model.get("params", {}))
    fields = {"id": _to_id(model["model"]), "label": model.get("title"), "config": config}
    return {key: value for key, value in fields.items() if value}


def _to_id(model: str) -> str:
    provider, _, name = model.partition("/")
    return f"{provider}:{name}" if name else model


def _leave_out(draft: Draft, item: Node, line: int, *, runs: bool) -> None:
    draft.ignore("providers", line, "runs" if runs else "unknown")
    if not runs:
        draft.kept.setdefault("providers", []).append(to_plain(item))
