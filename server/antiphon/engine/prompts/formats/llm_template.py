"""Reads templates of the command line tool `llm`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from antiphon.engine.prompts.formats.draft import Draft
from antiphon.engine.prompts.formats.params import to_our_params
from antiphon.engine.prompts.formats.source import ForeignSource, mapping_of, text_of
from antiphon.engine.prompts.placeholders import escape_placeholders
from antiphon.engine.source_text.yaml_nodes import MappingNode, ScalarNode, to_plain

if TYPE_CHECKING:
    from antiphon.engine.source_text.yaml_nodes import Pair

_RUNS: Final = frozenset(
    {
        *("tools", "functions", "fragments", "system_fragments", "attachments"),
        *("attachment_types", "system_attachments", "plugins"),
    }
)
_VARIABLE: Final = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<bare>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)\})"
)


def read_llm_template(text: str) -> Draft:
    """Returns the prompt in a template of `llm`: `$input` is the input `input`."""
    source = ForeignSource(text)
    node = source.read()
    draft = Draft()
    if isinstance(node, ScalarNode) and node.value is not None:
        draft.add_message("user", _to_our_inputs(node.text))
        return draft
    if not isinstance(node, MappingNode):
        raise source.refuse("A template has `prompt`, `system` or both.")
    for pair in node.pairs:
        _read_field(draft, pair, source)
    if not draft.turns:
        if not draft.system:
            raise source.refuse("A template has `prompt`, `system` or both.", node.start)
        draft.turns.append(("user", "{{input}}"))
    return draft


def _read_field(draft: Draft, pair: Pair, source: ForeignSource) -> None:
    line = source.line(pair.key.start)
    value = text_of(pair.value)
    if pair.name in _RUNS:
        draft.ignore(pair.name, line, "runs")
    elif value is not None and pair.name in {"prompt", "system"}:
        draft.add_message("user" if pair.name == "prompt" else "system", _to_our_inputs(value))
    elif pair.name == "defaults" and isinstance(pair.value, MappingNode):
        for name, default in mapping_of(pair.value).items():
            draft.inputs[name] = {"default": default if isinstance(default, str) else str(default)}
    elif pair.name == "options" and isinstance(pair.value, MappingNode):
        draft.params, reaching, kept = to_our_params(mapping_of(pair.value))
        for name in reaching:
            draft.ignore(name, source.line_of_key(pair.value, name), "runs")
        if kept:
            draft.kept["options"] = kept
            draft.ignore("options", line, "unknown")
    elif value is not None and pair.name == "name":
        draft.name = value
    elif value is not None and pair.name == "model" and "/" in value:
        draft.models.append(value)
    else:
        draft.kept[pair.name] = to_plain(pair.value)
        draft.ignore(pair.name, line, "unknown")


def _to_our_inputs(text: str) -> str:
    """Returns a text with `{{name}}` for `$name`, and `$` for `$$`."""

    def replace(found: re.Match[str]) -> str:
        return "$" if found["dollar"] else f"{{{{{found['bare'] or found['braced']}}}}}"

    return _VARIABLE.sub(replace, escape_placeholders(text))
