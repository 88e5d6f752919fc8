"""Reads VS Code's `.prompt.md` and agent skills (`SKILL.md`), and writes the latter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.prompts.formats.draft import Draft, tidy
from antiphon.engine.prompts.formats.scan import (
    COMMANDS,
    ENVIRONMENT,
    TEMPLATE_CODE,
    VARIABLES,
    find_active_parts,
)
from antiphon.engine.prompts.formats.source import ForeignSource, pairs_of, text_of
from antiphon.engine.prompts.parsing.front_matter import split_document
from antiphon.engine.prompts.placeholders import escape_dollars, rewrite_placeholders
from antiphon.engine.source_text.yaml_nodes import to_plain
from antiphon.engine.source_text.yaml_writer import write_yaml

if TYPE_CHECKING:
    from antiphon.engine.source_text.yaml_nodes import Pair

_RUNS: Final = frozenset(
    {
        *("tools", "agent", "mode", "mcp-servers", "handoffs"),
        *("allowed-tools", "hooks", "shell", "context", "mcp", "disallowed-tools"),
    }
)
_FILE_LINK: Final = re.compile(
    r"\]\((?![a-z][a-z0-9+.-]*:|#)[^()\s]+\)|(?<!\S)@(?:[\w~.-]*/[\w./-]+|[\w-]+\.[a-z]{1,5}\b)"
)
_ARGUMENTS: Final = re.compile(r"\$ARGUMENTS\b(?!\[)")
ARGUMENTS: Final = "arguments"


def read_prompt_md(text: str) -> Draft:
    """Returns the prompt in a `.prompt.md` file."""
    return _read(text, arguments=False)


def read_skill(text: str) -> Draft:
    """Returns the prompt in a `SKILL.md` file, with `$ARGUMENTS` as an input."""
    return _read(text, arguments=True)


def write_skill(draft: Draft) -> str:
    """Returns the prompt as a `SKILL.md` file, its turns joined to one text."""
    fields: dict[str, Any] = {
        "name": draft.name,
        "description": draft.description,
        "argument-hint": draft.argument_hint,
    }
    present = {key: value for key, value in fields.items() if value is not None}
    texts = [draft.system or "", *(text for _, text in draft.turns)]
    body = "\n\n".join(text for text in texts if text)
    body = rewrite_placeholders(body, _to_argument, lambda escaped: escaped)
    return f"---\n{write_yaml({**present, **draft.kept})}---\n\n{body}\n"


def _read(text: str, *, arguments: bool) -> Draft:
    source = ForeignSource(text)
    split = split_document(text)
    draft = Draft()
    if split.problem is not None:
        raise source.refuse(split.problem.message, split.problem.start)
    if split.has_front_matter:
        for pair in pairs_of(source.read(split.yaml_start, split.yaml_end)):
            _read_field(draft, pair, source.line(pair.key.start))
    body = text[split.body_start :]
    first_line = source.line(split.body_start)
    patterns = (COMMANDS, VARIABLES, TEMPLATE_CODE, ENVIRONMENT, _FILE_LINK)
    for part, line in find_active_parts(body, *patterns):
        draft.ignore(part, first_line + line, "runs")
    # Braces mean nothing to these tools, and `${input:…}` to VS Code alone.
    body = tidy(body).replace("{{", "\\{{")
    body = escape_dollars(body) if arguments else body
    if arguments and _ARGUMENTS.search(body):
        body = _ARGUMENTS.sub("{{arguments}}", body)
        draft.inputs[ARGUMENTS] = {"required": False}
    if body:
        draft.turns.append(("user", body))
    return draft


def _to_argument(name: str) -> str | None:
    return "$ARGUMENTS" if name == ARGUMENTS else None


def _read_field(draft: Draft, pair: Pair, line: int) -> None:
    value = text_of(pair.value)
    if pair.name in _RUNS:
        draft.ignore(pair.name, line, "runs")
    elif value is not None and pair.name == "name":
        draft.name = value
    elif value is not None and pair.name == "description":
        draft.description = value
    elif value is not None and pair.name == "argument-hint":
        draft.argument_hint = value
    elif value is not None and pair.name == "model" and "/" in value:
        draft.models.append(value)
    else:
        draft.kept[pair.name] = to_plain(pair.value)
        draft.ignore(pair.name, line, "unknown")
