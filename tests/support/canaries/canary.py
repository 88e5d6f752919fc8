"""A key that must not be found, and the forms in which it would be.

All canaries have the same middle, so one search finds each of them, also with an end cut off. It
has letters that most encodings change. The forms are written down anew, apart from the product's.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import os
import urllib.parse
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

# Put together here, so that a clone of the tests' own source holds no canary.
CORE: Final = "Canary/9+Zq7x" + ":=K3&v>>>W8"
WATCHED: Final = "CANARY_TAP" in os.environ
"""Whether this run of the tests is watched; see `canary_watch`."""


def canary(place: str) -> str:
    """A key of its own for a place where a key can stand."""
    return f"{place}-{CORE}-pLm4T8wz"


USED: Final = canary("used")
"""The key of the providers that tests ask, in a run that watches."""
BYSTANDER: Final = canary("bystander")
"""A key of a vendor that nobody asks: it stands in every environment, and nothing may use it."""


def _spelled(text: str, form: str, letters: str | None = None) -> str:
    """The text with these of its letters, or all, in another form."""
    chosen = text if letters is None else letters
    return "".join(form.format(ord(each)) if each in chosen else each for each in text)


def texts_of(key: str) -> dict[str, str]:
    """By their names, the texts in which a key may come back."""
    quoted = urllib.parse.quote(key, safe="")
    return {
        "as it is": key,
        "in lower case": key.lower(),
        "in upper case": key.upper(),
        # As promised: some have turned a key round to get it past a filter.
        "backwards": key[::-1],
        "percent": quoted,
        "percent in lower case": _spelled(key, "%{:02x}", "/+:=&>"),
        "percent, twice": urllib.parse.quote(quoted, safe=""),
        "percent, but the slash": urllib.parse.quote(key),
        "percent, every letter": _spelled(key, "%{:02X}"),
        "percent in lower case, every letter": _spelled(key, "%{:02x}"),
        "hex": key.encode().hex(),
        "HEX": key.encode().hex().upper(),
        "escaped bytes": _spelled(key, "\\x{:02x}"),
        "JSON, every letter": _spelled(key, "\\u{:04x}"),
        "JSON in upper case, every letter": _spelled(key, "\\u{:04X}"),
        "JSON for HTML": _spelled(key, "\\u{:04x}", "&>"),
        "JSON of PHP": key.replace("/", "\\/"),
        "HTML": html.escape(key),
        "HTML, decimal": _spelled(key, "&#{};"),
        "HTML, hexadecimal": _spelled(key, "&#x{:x};"),
        "quoted-printable": _spelled(key, "={:02X}", "="),
        "quoted-printable, every letter": _spelled(key, "={:02X}"),
        "base64": base64.b64encode(key.encode()).decode(),
        "base64url": base64.urlsafe_b64encode(key.encode()).decode(),
        "base64 of a header": base64.b64encode(f"Bearer {key}\n".encode()).decode(),
        "base64 of a password": base64.b64encode(f"ada:{key}".encode()).decode(),
    }


def _forms() -> Iterator[tuple[str, bytes]]:
    for name, text in texts_of(CORE).items():
        if not name.startswith("base64"):
            yield name, text.encode()
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le"):
        yield encoding, CORE.encode(encoding)
    # A group of letters at each end depends on the neighbours, and on where the key begins.
    for ahead in range(3):
        encoded = base64.b64encode(b"\0" * ahead + CORE.encode())[4:-4]
        yield f"base64 at {ahead}", encoded
        yield f"base64url at {ahead}", encoded.replace(b"+", b"-").replace(b"/", b"_")
    for ahead in range(5):
        yield f"base32 at {ahead}", base64.b32encode(b"\0" * ahead + CORE.encode())[8:-8]


FORMS: Final = dict(_forms())
"""By their names, the bytes that would betray a canary."""
LONGEST: Final = max(map(len, FORMS.values()))


def traces(data: bytes) -> list[str]:
    """The names of the forms that `data` holds, in the open or compressed as a whole."""
    return [name for name, form in FORMS.items() if form in data] + _packed(data)


def _packed(data: bytes) -> list[str]:
    try:
        if data.startswith(b"\x1f\x8b"):
            return [f"{name}, in gzip" for name in traces(gzip.decompress(data))]
        if data.startswith((b"\x78\x01", b"\x78\x9c", b"\x78\xda")):
            return [f"{name}, in zlib" for name in traces(zlib.decompress(data))]
        if data.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = [archive.read(name) for name in archive.namelist()]
            return [f"{name}, in zip" for member in members for name in traces(member)]
    except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile):
        return []  # it only began like a packed file
    return []


def traces_in(folder: Path, allowed: Collection[str] = ()) -> list[tuple[str, str]]:
    """The files below `folder` that hold a form, and its name; `allowed` are names of files."""
    return [
        (str(path.relative_to(folder)), name)
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name not in allowed
        for name in traces(path.read_bytes())
    ]
