"""Writes the tables of docs/protocol.md between their markers; the prose around them is by hand.

A marker is `<!-- generated:begin NAME -->`, closed by `<!-- generated:end -->`. NAME is that of a
type, or `commands`, `failures` or `settings`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from antiphon.model.failure import FAILURE_KINDS, RETRYABLE, hint_for, message_for
from protocol_files.markdown import cell, table
from protocol_files.settings_table import settings_table
from protocol_files.shapes import Record
from protocol_files.typescript import type_of

if TYPE_CHECKING:
    from antiphon.model.failure import FailureKind
    from protocol_files.shapes import Catalog, Definition

BLOCK: Final = re.compile(
    r"(?P<begin><!-- generated:begin (?P<name>\S+) -->\n).*?(?P<end><!-- generated:end -->)",
    re.DOTALL,
)


def write_tables(document: str, catalog: Catalog) -> str:
    """`document` with everything between its markers made anew."""
    blocks = {each.name: _type(each) for each in catalog.definitions}
    blocks["commands"] = _commands(catalog)
    blocks["failures"] = _failures()
    blocks["settings"] = settings_table()
    return BLOCK.sub(lambda found: found["begin"] + blocks[found["name"]] + found["end"], document)


def _type(definition: Definition) -> str:
    doc = f"\n{definition.doc.strip()}\n" if definition.doc else ""
    if not isinstance(definition, Record):
        return f"{doc}\n`{type_of(definition.shape)}`\n\n"
    rows = [
        [f"`{each.name}{'?' if each.optional else ''}`", _code(type_of(each.shape)), cell(each.doc)]
        for each in definition.properties
    ]
    return doc + (table(["field", "type", "meaning"], rows) if rows else "\n")


def _code(text: str) -> str:
    return f"`{cell(text)}`"


def _commands(catalog: Catalog) -> str:
    rows = [
        [
            f"[`{each.name}`](#{each.name.replace('.', '').lower()})",
            _code(each.params),
            _code(each.result),
        ]
        for each in catalog.commands
    ]
    return table(["command", "argument", "result"], rows)


def _failures() -> str:
    return table(["kind", "sentence", "hint", "retryable"], map(_failure, FAILURE_KINDS))


def _failure(name: str) -> list[str]:
    kind = cast("FailureKind", name)
    retryable = "yes" if kind in RETRYABLE else "no"
    return [_code(kind), cell(message_for(kind)), cell(hint_for(kind)), retryable]
