"""Reads and writes the prompts of promptfoo's configuration."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from antiphon.engine.prompts.formats.draft import Draft, tidy, to_braces
from antiphon.engine.prompts.formats.promptfoo_models import read_provider, write_provider
from antiphon.engine.prompts.formats.promptfoo_rules import read_asserts, write_assert
from antiphon.engine.prompts.formats.scan import ENVIRONMENT, TEMPLATE_CODE, find_active_parts
from antiphon.engine.prompts.formats.source import ForeignSource, pairs_of, text_of
from antiphon.engine.prompts.placeholders import escape_dollars
from antiphon.engine.source_text.yaml_nodes import MappingNode, SequenceNode, to_plain
from antiphon.engine.source_text.yaml_writer import write_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.source_text.yaml_nodes import Node, Pair
    from antiphon.model.conversation.message import Role

_RUNS: Final = frozenset(
    {"env", "extensions", "nunjucksFilters", "hooks", "outputPath", "sharing", "commandLineOptions"}
)
_FILE: Final = re.compile(
    r"\A(?:file|exec|https?|python|golang|huggingface|package):|\.(?:txt|md|json|ya?ml|j2|py|js|ts|csv)\Z"
)
_SPACED: Final = re.compile(
    r"(?<!\{)\{\{(?:[ \t]+(?P<name>[^\W\d][\w-]*)[ \t]*|(?P<end>[^\W\d][\w-]*)[ \t]+)\}\}(?!\})"
)
_ROLES: Final = ("system", "user", "assistant")


def read_promptfoo(text: str) -> Draft:
    """Returns the first prompt of a promptfoo configuration that is written in it."""
    source = ForeignSource(text)
    node = source.read()
    if not isinstance(node, MappingNode):
        raise source.refuse("A configuration is a mapping with `prompts`.")
    draft = Draft()
    for pair in node.pairs:
        _read_field(draft, pair, source)
    if not draft.turns and not draft.system:
        raise source.refuse("No prompt is written in the configuration itself.", node.start)
    return draft


def write_promptfoo(draft: Draft) -> str:
    """Returns the prompt as a promptfoo configuration."""
    kept = dict(draft.kept)
    prompts = [_write_prompt(draft), *kept.pop("prompts", [])]
    providers = [*map(write_provider, draft.models), *kept.pop("providers", [])]
    default = dict(kept.pop("defaultTest", {}))
    values = {name: each["default"] for name, each in draft.inputs.items() if "default" in each}
    rules = [*map(write_assert, draft.expect), *default.pop("assert", [])]
    default = {
        **({"vars": values} if values else {}),
        **({"assert": rules} if rules else {}),
        **default,
    }
    fields: dict[str, Any] = {
        "description": draft.description or draft.name,
        "prompts": prompts,
        "providers": providers or None,
        "defaultTest": default or None,
    }
    return write_yaml(
        {**{key: value for key, value in fields.items() if value is not None}, **kept}
    )


def _read_field(draft: Draft, pair: Pair, source: ForeignSource) -> None:
    line = source.line(pair.key.start)
    value = text_of(pair.value)
    if pair.name in _RUNS:
        draft.ignore(pair.name, line, "runs")
    elif pair.name == "prompts":
        _read_prompts(draft, pair.value, source)
    elif pair.name in {"providers", "targets"}:
        for item in _items(pair.value):
            read_provider(draft, item, source)
    elif pair.name == "defaultTest" and isinstance(pair.value, MappingNode):
        _read_default_test(draft, pair.value, source)
    elif pair.name == "description" and value is not None:
        draft.description = value
    elif value is not None and _FILE.search(value):
        draft.ignore(pair.name, line, "runs")
    else:
        draft.kept[pair.name] = to_plain(pair.value)
        draft.ignore(pair.name, line, "unknown")


def _items(node: Node) -> Sequence[Node]:
    return node.items if isinstance(node, SequenceNode) else (node,)


def _read_prompts(draft: Draft, prompts: Node, source: ForeignSource) -> None:
    others: list[Any] = []
    for item in _items(prompts):
        line = source.line(item.start)
        node = next((pair.value for pair in pairs_of(item) if pair.name == "raw"), item)
        raw = text_of(node)
        if raw is None or _FILE.search(raw.strip()):
            draft.ignore("prompts", line, "runs")
        elif draft.turns or draft.system:
            others.append(to_plain(item))
            draft.ignore("prompts", line, "unknown")
        else:
            first_line, written = source.line(node.start), _close_up(source.written(node))
            for part, below in find_active_parts(written, TEMPLATE_CODE, ENVIRONMENT):
                draft.ignore(part, first_line + below, "runs")
            _read_prompt(draft, _close_up(raw))
    if others:
        draft.kept["prompts"] = others


def _close_up(text: str) -> str:
    """Returns a text with `{{name}}` for `{{ name }}`."""
    return _SPACED.sub(lambda found: f"{{{{{found['name'] or found['end']}}}}}", text)


def _read_prompt(draft: Draft, raw: str) -> None:
    for role, text in _read_chat(raw) or [("user", raw)]:
        draft.add_message(cast("Role", role), escape_dollars(text))


def _read_chat(raw: str) -> list[tuple[str, str]] | None:
    """Returns the messages of a prompt that is a JSON list of them, or `None`."""
    if not raw.lstrip().startswith("["):
        return None
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    messages: list[tuple[str, str]] = []
    for each in cast("list[Any]", found) if isinstance(found, list) else []:
        match each:
            case {"role": str() as role, "content": str() as content} if role in _ROLES:
                messages.append((role, content))
            case _:
                return None
    return messages or None


def _write_prompt(draft: Draft) -> str:
    texts = [(role, to_braces(text)) for role, text in draft.turns]
    if draft.system is None and len(texts) == 1 and texts[0][0] == "user":
        text = texts[0][1]
        if not _FILE.search(text.strip()) and _read_chat(text) is None and tidy(text) == text:
            return text
    system = [("system", to_braces(draft.system))] if draft.system else []
    messages = [{"role": role, "content": text} for role, text in [*system, *texts]]
    return json.dumps(messages, ensure_ascii=False, indent=2)


def _read_default_test(draft: Draft, node: MappingNode, source: ForeignSource) -> None:
    rest: dict[str, Any] = {}
    for pair in node.pairs:
        line = source.line(pair.key.start)
        if pair.name == "vars" and isinstance(pair.value, MappingNode):
            for each in pair.value.pairs:
                value = text_of(each.value)
                if value is None or _FILE.search(value):
                    draft.ignore(each.name, source.line(each.key.start), "runs")
                else:
                    draft.inputs[each.name] = {"default": value}
        elif pair.name == "assert":
            kept = read_asserts(draft, _items(pair.value), source)
            if kept:
                rest["assert"] = kept
        elif pair.name in {"options", "provider", "transform"}:
            draft.ignore(pair.name, line, "runs")
        else:
            rest[pair.name] = to_plain(pair.value)
            draft.ignore(pair.name, line, "unknown")
    if rest:
        draft.kept["defaultTest"] = rest
