"""Makes the settings of the VS Code extension from the server's schema.

    python scripts/generate_vscode_settings.py            ends with 1 where they are not fresh
    python scripts/generate_vscode_settings.py --write    makes them anew

The first group of `contributes.configuration` in package.json is the extension's own and stays as
it is; the others are made here, one for each section of the schema. Their texts go to
package.nls.json, beside those of the rest of the manifest; what nothing uses is dropped there.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

from antiphon.settings.schema.schema import USER_ONLY, Settings

EXTENSION: Final = Path(__file__).parents[1] / "vscode-extension"
MANIFEST: Final = EXTENSION / "package.json"
STRINGS: Final = EXTENSION / "package.nls.json"
# A string that stands for one in package.nls.json.
KEY: Final = re.compile('"%([^"%]+)%"')
KEPT: Final = (
    "type", "enum", "items", "properties", "additionalProperties",
    "minimum", "maximum", "minLength",
)  # fmt: skip

Schema = dict[str, Any]
Strings = dict[str, str]


def configuration() -> list[Schema]:
    """The groups of `contributes.configuration` that mirror the server's settings."""
    schema = Settings.model_json_schema(by_alias=True)
    definitions: dict[str, Schema] = schema["$defs"]
    groups: list[Schema] = []
    for name, section in schema["properties"].items():
        fields = _fields(name, section, definitions)
        properties = {
            f"antiphon.{key}": _setting(field, definitions) for key, field in fields.items()
        }
        groups.append({"title": name.capitalize(), "properties": properties})
    return groups


def updated(manifest: str, strings: str) -> tuple[str, str]:
    """The texts of package.json and package.nls.json with fresh settings."""
    content = json.loads(manifest)
    contributes = content["contributes"]
    contributes["configuration"] = contributes["configuration"][:1]
    own = set(KEY.findall(_json(content)))
    texts: Strings = {key: text for key, text in json.loads(strings).items() if key in own}
    contributes["configuration"] += [_group(group, texts) for group in configuration()]
    return _json(content), _json(texts)


def _group(group: Schema, texts: Strings) -> Schema:
    """The group with keys in place of its texts, which are put into `texts`."""
    name = group["title"].lower()
    texts[f"settings.{name}"] = group["title"]
    properties = {
        key: _keyed(setting, f"setting.{key.removeprefix('antiphon.')}", texts)
        for key, setting in group["properties"].items()
    }
    return {"title": f"%settings.{name}%", "properties": properties}


def _keyed(schema: Schema, key: str, texts: Strings) -> Schema:
    keyed = dict(schema)
    if "markdownDescription" in schema:
        texts[key] = schema["markdownDescription"]
        keyed["markdownDescription"] = f"%{key}%"
    if "properties" in schema:
        keyed["properties"] = {
            name: _keyed(field, f"{key}.{name}", texts)
            for name, field in schema["properties"].items()
        }
    for inner in ("items", "additionalProperties"):
        if isinstance(schema.get(inner), dict):
            keyed[inner] = _keyed(schema[inner], f"{key}.each", texts)
    return keyed


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _fields(name: str, section: Schema, definitions: dict[str, Schema]) -> dict[str, Schema]:
    """A section's settings by their dotted names; a mapping is one setting."""
    target = definitions.get(section.get("$ref", "").removeprefix("#/$defs/"))
    if target is None:
        return {name: section}
    return {f"{name}.{field}": schema for field, schema in target["properties"].items()}


def _setting(field: Schema, definitions: dict[str, Schema]) -> Schema:
    setting = _plain(field, definitions)
    description = setting.pop("markdownDescription", "")
    scope = "machine" if field.get(USER_ONLY) else "window"
    # Only what a person has set goes to the server, so a default is shown and never sent.
    default: Any = {} if setting.get("type") == "object" else field.get("default")
    return {**setting, "default": default, "scope": scope, "markdownDescription": description}


def _plain(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """The schema without references and without the keywords that the editor has no use for."""
    schema = _resolved(schema, definitions)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        schema = {**_joined([_resolved(choice, definitions) for choice in choices]), **schema}
    plain: Schema = {key: schema[key] for key in KEPT if key in schema}
    if "properties" in plain:
        plain["properties"] = {
            name: _plain(field, definitions)
            for name, field in plain["properties"].items()
            if not _is_key(field)
        }
    for inner in ("items", "additionalProperties"):
        if isinstance(plain.get(inner), dict):
            plain[inner] = _plain(plain[inner], definitions)
    if "description" in schema:
        plain["markdownDescription"] = schema["description"]
    return plain


def _resolved(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    if "$ref" not in schema:
        return schema
    return {**definitions[schema["$ref"].removeprefix("#/$defs/")], **schema}


def _joined(choices: list[Schema]) -> Schema:
    """Alternatives that differ in their types only, as one schema with several types."""
    merged: Schema = {}
    types: list[str] = []
    for choice in choices:
        merged |= {key: value for key, value in choice.items() if key != "type"}
        types.append(choice["type"])
    return {**merged, "type": types[0] if len(types) == 1 else types}


def _is_key(field: Schema) -> bool:
    """Keys have no place in a settings file: the editor keeps them in its secret store."""
    return any(choice.get("writeOnly") for choice in field.get("anyOf", [field]))


def main() -> int:
    """Writes or checks; returns the exit code."""
    files = (MANIFEST, STRINGS)
    there = tuple(file.read_text(encoding="utf-8") for file in files)
    fresh = updated(*there)
    if "--write" in sys.argv[1:]:
        for file, text in zip(files, fresh, strict=True):
            file.write_text(text, encoding="utf-8")
        return 0
    if fresh != there:
        print("The settings of vscode-extension/package(.nls).json are not those of the schema.")
        print("Make them anew: python scripts/generate_vscode_settings.py --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
