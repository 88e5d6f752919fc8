"""Keeps the files that repeat the definition of the wire equal to it.

Without an argument it changes nothing, names the files that differ and fails where there are any;
with `--write` it makes them anew.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from protocol_files import hidden_characters
from protocol_files.catalog import read_catalog
from protocol_files.json_schema import write_schema
from protocol_files.lua import write_lua
from protocol_files.pipeline_schema import write_pipeline_schema
from protocol_files.tables import write_tables
from protocol_files.typescript import write_typescript

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = ROOT / "docs" / "protocol.md"
FOLDER: Final = ROOT / "clients" / "protocol"
HIDDEN: Final = ROOT / "clients" / "protocol" / "hidden_characters.json"
PYTHON_TABLE: Final = ROOT / "server" / "antiphon" / "model" / "values" / "hidden_ranges.py"
LUA_TABLE: Final = ROOT / "neovim-plugin" / "lua" / "antiphon" / "ui" / "hidden_ranges.lua"
COMMAND: Final = "make generate"


def generated() -> dict[Path, str]:
    """Every generated file and what must stand in it."""
    catalog = read_catalog()
    hidden = hidden_characters.read_hidden_characters(HIDDEN)
    return {
        FOLDER / "schema.json": write_schema(catalog),
        FOLDER / "pipeline.schema.json": write_pipeline_schema(catalog),
        FOLDER / "protocol.ts": write_typescript(catalog),
        FOLDER / "protocol.lua": write_lua(catalog),
        FOLDER / "hidden_characters.ts": hidden_characters.write_typescript(hidden),
        PYTHON_TABLE: hidden_characters.write_python(hidden),
        LUA_TABLE: hidden_characters.write_lua(hidden),
        DOCUMENT: write_tables(DOCUMENT.read_text(encoding="utf-8"), catalog),
    }


def is_fresh(path: Path, text: str) -> bool:
    """Whether `path` holds `text`."""
    return path.exists() and path.read_text(encoding="utf-8") == text


def main() -> None:
    """Checks, or with `--write` writes."""
    stale = {path: text for path, text in generated().items() if not is_fresh(path, text)}
    if "--write" in sys.argv[1:]:
        for path, text in stale.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {path.relative_to(ROOT)}")
    elif stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        sys.exit(f"Not what the definition of the wire says: {names}. Run `{COMMAND}`.")


if __name__ == "__main__":
    main()
