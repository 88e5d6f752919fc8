"""Where a planted key shows: in which files, and in which form.

The forms are written down here anew, apart from the product's own list of them.
"""

from __future__ import annotations

import base64
import urllib.parse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


def forms_of_canary(key: str) -> dict[str, bytes]:
    """By their names, the bytes that would betray `key`."""
    raw = key.encode()
    forms = {
        "raw": raw,
        "url": urllib.parse.quote(key, safe="").encode(),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "utf-16": key.encode("utf-16-le"),
        "backwards": raw[::-1],
        "without its end": raw[:-8],
        "without its beginning": raw[8:],
    }
    for ahead in range(3):
        # Three letters at each end depend on the neighbours.
        encoded = base64.b64encode(b"\0" * ahead + raw)[4:-4]
        forms[f"base64 at {ahead}"] = encoded
        forms[f"base64url at {ahead}"] = encoded.replace(b"+", b"-").replace(b"/", b"_")
    return forms


def traces_in(
    folder: Path, forms: Mapping[str, bytes], allowed: Collection[str] = ()
) -> list[tuple[str, str]]:
    """The files below `folder` that hold a form, and its name; `allowed` are names of files."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in allowed]
    return [
        (str(path.relative_to(folder)), name)
        for path in files
        for name in traces(path.read_bytes(), forms)
    ]


def traces(data: bytes, forms: Mapping[str, bytes]) -> list[str]:
    """The names of the forms that `data` holds."""
    return [name for name, form in forms.items() if form in data]
