"""Reads and writes GitHub's `.prompt.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.prompts.formats.draft import Draft, to_braces
from antiphon.engine.prompts.formats.params import to_our_params
from antiphon.engine.prompts.formats.scan import ENVIRONMENT, TEMPLATE_CODE, find_active_parts
from antiphon.engine.prompts.formats.source import ForeignSource, mapping_of, pairs_of, text_of
from antiphon.engine.prompts.placeholders import escape_dollars
from antiphon.engine.source_text.yaml_nodes import MappingNode, SequenceNode, to_plain
from antiphon.engine.source_text.yaml_writer import write_yaml

if TYPE_CHECKING:
    from antiphon.engine.source_text.yaml_nodes import Node, Pair
    from antiphon.model.conversation.message import Role

_ROLES: Final[dict[str, Role]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
}
_RUNS: Final = frozenset({"tools", "functions", "uses", "evals", "mcp"})
_PARAMETERS: Final = "modelParameters"


def read_prompt_yml(text: str) -> Draft:
    """Returns the prompt in a `.prompt.yml` file."""
    source = ForeignSource(text)
    node = source.read()
    if not isinstance(node, MappingNode):
        raise source.refuse("A .prompt.yml file is a mapping with `messages`.")
    draft = Draft()
    for pair in node.pairs:
        _read_field(draft, pair, source)
    if not draft.turns and not draft.system:
        raise source.refuse("There are no `messages`.", node.start)
    return draft


def write_prompt_yml(draft: Draft) -> str:
    """Returns the prompt as a `.prompt.yml` file."""
    texts = [("system", draft.system or ""), *draft.turns]
    messages = [{"role": role, "content": to_braces(text)} for role, text in texts if text]
    names = [each if isinstance(each, str) else each["model"] for each in draft.models]
    kept = dict(draft.kept)
    parameters = {**draft.params, **kept.pop(_PARAMETERS, {})}
    fields: dict[str, Any] = {
        "name": draft.name,
        "description": draft.description,
        "model": names[0] if names else kept.pop("model", None),
        _PARAMETERS: parameters or None,
        "messages": messages,
    }
    return write_yaml(
        {**{key: value for key, value in fields.items() if value is not None}, **kept}
    )


def _read_field(draft: Draft, pair: Pair, source: ForeignSource) -> None:
    line = source.line(pair.key.start)
    value = text_of(pair.value)
    if pair.name in _RUNS:
        draft.ignore(pair.name, line, "runs")
    elif pair.name == "messages" and isinstance(pair.value, SequenceNode):
        for item in pair.value.items:
            _read_message(draft, item, source)
    elif pair.name == _PARAMETERS and isinstance(pair.value, MappingNode):
        draft.params, reaching, kept = to_our_params(mapping_of(pair.value))
        for name in reaching:
            draft.ignore(name, source.line_of_key(pair.value, name), "runs")
        if kept:
            draft.kept[_PARAMETERS] = kept
            draft.ignore(_PARAMETERS, line, "unknown")
    elif value is not None and pair.name == "name":
        draft.name = value
    elif value is not None and pair.name == "description":
        draft.description = value
    elif value is not None and pair.name == "model" and "/" in value:
        draft.models.append(value)
    else:
        draft.kept[pair.name] = to_plain(pair.value)
        draft.ignore(pair.name, line, "unknown")


def _read_message(draft: Draft, item: Node, source: ForeignSource) -> None:
    fields = {pair.name: pair.value for pair in pairs_of(item)}
    role = text_of(fields["role"]) if "role" in fields else None
    content = text_of(fields["content"]) if "content" in fields else None
    if role not in _ROLES or content is None:
        raise source.refuse("A message has a `role` and a `content`.", item.start)
    written = source.written(fields["content"])  # a value does not know on which line it begins
    first_line = source.line(fields["content"].start)
    for part, line in find_active_parts(written, TEMPLATE_CODE, ENVIRONMENT):
        draft.ignore(part, first_line + line, "runs")
    draft.add_message(_ROLES[role], escape_dollars(content))
