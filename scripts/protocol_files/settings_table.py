"""Writes the table of settings from the JSON Schema that the settings give of themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from antiphon.settings.schema.schema import USER_ONLY, Settings
from protocol_files.markdown import cell, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the schema describes it."""

    name: str
    type: str
    default: str
    """As JSON; empty where there is none."""
    meaning: str
    user_only: bool

    @property
    def shown_default(self) -> str:
        """The default as Markdown."""
        return f"`{cell(self.default)}`" if self.default else ""


def settings_table() -> str:
    """One row a setting, by its dotted name."""
    rows = (
        [f"`{each.name}`", f"`{cell(each.type)}`", each.shown_default, _words(each)]
        for each in settings()
    )
    return table(["setting", "type", "default", "meaning"], rows)


def settings() -> Iterator[Setting]:
    """Every setting; in its name `<name>` stands for a name of the person's choice."""
    schema = Settings.model_json_schema()
    return _rows(schema, "", user_only=False, sections=schema["$defs"])


def _rows(
    section: Schema, prefix: str, *, user_only: bool, sections: Mapping[str, Schema]
) -> Iterator[Setting]:
    for name, each in section["properties"].items():
        path = f"{prefix}{name}"
        own = user_only or bool(each.get(USER_ONLY))
        values = each.get("additionalProperties", {})
        if target := _section_of(each, sections):
            yield from _rows(target, f"{path}.", user_only=own, sections=sections)
        elif target := _section_of(values, sections):
            yield from _rows(target, f"{path}.<name>.", user_only=own, sections=sections)
        elif target := _section_of(each.get("items", {}), sections):
            yield from _rows(target, f"{path}[].", user_only=own, sections=sections)
        else:
            yield _row(path, each, user_only=own, sections=sections)


def _section_of(schema: Schema | bool, sections: Mapping[str, Schema]) -> Schema | None:
    if isinstance(schema, bool):
        return None
    target = schema.get("$ref", "").removeprefix("#/$defs/")
    return sections.get(target)


def _row(path: str, each: Schema, *, user_only: bool, sections: Mapping[str, Schema]) -> Setting:
    default = each.get("default")
    shown = "" if default in (None, []) else json.dumps(default)
    return Setting(path, _type(each, sections), shown, each["description"], user_only)


def _words(setting: Setting) -> str:
    restriction = " The user's own settings only." if setting.user_only else ""
    return cell(setting.meaning + restriction)


def _type(each: Schema, sections: Mapping[str, Schema]) -> str:
    if "enum" in each:
        return " | ".join(json.dumps(value) for value in each["enum"])
    if choices := each.get("anyOf") or each.get("oneOf"):
        members = (_type(member, sections) for member in choices if member.get("type") != "null")
        return " | ".join(members)
    if target := _section_of(each, sections):
        return f"{{{', '.join(target['properties'])}}}"
    match each["type"]:
        case "array":
            element = _type(each["items"], sections)
            return f"({element})[]" if "|" in element else f"{element}[]"
        case "object":
            return f"Record<string, {_type(each['additionalProperties'], sections)}>"
        case name:
            return str(name)
