"""Everything that a client can meet is described; what there is comes from the code."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.lsp import capabilities
from antiphon.lsp.commands.table import COMMANDS
from antiphon.model.failure import FAILURE_KINDS
from antiphon.settings.schema.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS_OF_A_SECTION = ("Params: ", "Result: ", "Errors", "**Why it exists**: ", "```json\n")


@pytest.fixture(scope="module")
def document(root: Path) -> str:
    return (root / "docs" / "protocol.md").read_text(encoding="utf-8")


def sections(document: str) -> dict[str, str]:
    """The text under each heading, down to the next one of whatever level."""
    pieces = re.split(r"^#{2,4} (.+)$", document, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def setting_names(schema: dict[str, Any], section: dict[str, Any], prefix: str) -> Iterator[str]:
    for name, each in section["properties"].items():
        extra = each.get("additionalProperties", {})
        target, level = (each, ".") if "$ref" in each else (extra, ".<name>.")
        if "$ref" in each.get("items", {}):
            target, level = each["items"], "[]."
        if "$ref" in target:
            below = schema["$defs"][target["$ref"].rpartition("/")[2]]
            yield from setting_names(schema, below, f"{prefix}{name}{level}")
        else:
            yield f"{prefix}{name}"


def test_the_server_announces_the_commands_that_it_has() -> None:
    assert sorted(capabilities.COMMANDS) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_section_with_all_its_parts(command: str, document: str) -> None:
    text = sections(document)[f"`{command}`"]
    assert [part for part in PARTS_OF_A_SECTION if part not in text] == []


def test_the_table_of_commands_has_every_command(document: str) -> None:
    table = sections(document)["Commands"]
    assert re.findall(r"^\| \[`(.+?)`\]", table, flags=re.MULTILINE) == list(COMMANDS)


def test_every_type_of_the_wire_has_a_section(root: Path, document: str) -> None:
    schema = json.loads((root / "clients" / "protocol" / "schema.json").read_text(encoding="utf-8"))
    assert set(schema["$defs"]) - set(sections(document)) == set()


def test_every_kind_of_failure_is_listed(document: str) -> None:
    table = sections(document)["FailureKind"]
    assert [kind for kind in FAILURE_KINDS if f"| `{kind}` |" not in table] == []


def test_every_setting_is_listed(document: str) -> None:
    schema = Settings.model_json_schema()
    names = list(setting_names(schema, schema, ""))
    assert len(names) > 20
    assert [name for name in names if f"| `{name}` |" not in sections(document)["Settings"]] == []


def test_every_link_within_the_document_has_a_target(document: str) -> None:
    targets = {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", document, flags=re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", document)) - targets == set()


def test_the_examples_are_json(document: str) -> None:
    """An ellipsis stands for what is left out; arrows say who speaks."""
    for block in re.findall(r"```json\n(.*?)```", document, flags=re.DOTALL):
        for text in re.split(r"^[→←] ", block, flags=re.MULTILINE):
            if text.strip():
                json.loads(text)
