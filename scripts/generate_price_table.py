"""Keeps the shipped price table equal to that of the LiteLLM which the lock file names.

Without an argument it changes nothing and fails where the table is another one; with `--write` it
makes it anew. The copy has the rows of models that can be asked and the fields that are read.
"""

from __future__ import annotations

import gzip
import json
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

from antiphon.providers.models.price_facts import FIELDS
from antiphon.providers.models.price_files import SHIPPED, installed_table
from antiphon.providers.models.price_table import CHATS, HEADER

ROOT: Final = Path(__file__).resolve().parent.parent
COMMAND: Final = "make generate"


def header() -> dict[str, str]:
    """Where the table comes from, by the lock file."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    litellm = next(package for package in lock["package"] if package["name"] == "litellm")
    uploaded = litellm["sdist"]["upload-time"]
    date = uploaded if isinstance(uploaded, str) else uploaded.isoformat()
    return {"source": "litellm", "version": litellm["version"], "date": date[:10]}


def condensed(table: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows and fields that are used, in order."""
    return {
        key: {name: row[name] for name in sorted(row) if FIELDS.fullmatch(name)}
        for key, row in sorted(table.items())
        if row.get("mode") in CHATS
    }


def generated() -> bytes:
    """What must stand in the shipped file, unpacked."""
    path = installed_table()
    if path is None:
        sys.exit("litellm is not installed. Run `make develop`.")
    table = json.loads(path.read_text(encoding="utf-8"))
    rows = {HEADER: header(), **condensed(table)}
    return json.dumps(rows, separators=(",", ":")).encode()


def main() -> None:
    """Checks, or with `--write` writes."""
    wanted = generated()
    if SHIPPED.exists() and gzip.decompress(SHIPPED.read_bytes()) == wanted:
        return
    if "--write" not in sys.argv[1:]:
        sys.exit(f"Not the table of the locked litellm: {SHIPPED.name}. Run `{COMMAND}`.")
    SHIPPED.write_bytes(gzip.compress(wanted, mtime=0))
    print(f"wrote {SHIPPED.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
