"""Removes keys, and what looks like one, from texts that somebody else wrote.

For what is logged, shown or stored of failures: hiding too much is better than leaking a key. The
user's own texts, for which that would be a false alarm, are checked by
`antiphon.engine.planning.secret_scan`.
"""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HIDDEN: Final = "[key]"
"""What a secret is replaced with."""

EDGES: Final = "\"'`\u201c\u201d\u2018\u2019\u201e\u201a\u00ab\u00bb"
"""Quotes, which shells and editors put around a key and which are not part of it."""
_TRIMMED: Final = 8
"""Vendors cut this many letters off a key's end or beginning before they quote it."""
_LEAST: Final = 12
"""A part of a key that has fewer letters may be a word."""
_MARKS: Final = ("%", "&", "\\", "=")

_ANCHORS: Final = (
    *("earer ", "asic ", "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "gsk_", "gsk-", "xai-", "xai_"),
    *("pplx-", "pplx_", "csk-", "csk_", "tgp_", "tgp-", "nvapi", "key-", "key_", "hf_", "hf-"),
    *("r8_", "r8-", "glpat", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "npm_", "fw_"),
    *("aiza", "akia", "asia", "xox", "eyj", "private key", "key=", "token=", "secret=", "://"),
)
_WITH_DIGIT: Final = r"(?=[A-Za-z_.*-]*[0-9*])"
"""Words that people write with hyphens have no digit, and what a vendor masks has asterisks."""
_SHAPES: Final = (
    r"(?i:bearer|basic)\s+[A-Za-z0-9+/=._~*-]{8,}"
    r"|\b(?:sk|gsk|xai|pplx|csk|tgp|nvapi|glpat|gh[pousr]|github_pat|npm)[-_][A-Za-z0-9*_.-]{8,}"
    rf"|\b(?:pk|rk|key|hf|r8|fw)[-_]{_WITH_DIGIT}[A-Za-z0-9*_.-]{{8,}}"
    r"|\bhf_[A-Za-z0-9*]{8,}"
    r"|\bAIza[A-Za-z0-9*_-]{16,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}"
    r"|\bxox[abposr]-[A-Za-z0-9*-]{8,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?<=[?&;])(?i:api[-_]?key|key|access[-_]?token|token|client[-_]?secret|secret)=[^&\s\"'#]+"
    r"|(?<=://)[^/\s:@\"']+:[^/\s@\"']+(?=@)"
)


def remove_key_patterns(text: str) -> str:
    """Returns `text` without anything that looks like a key."""
    lower = text.lower()
    if not any(anchor in lower for anchor in _ANCHORS):
        return text
    return _shapes().sub(HIDDEN, text)


def remove_secrets(text: str, forms: Iterable[str]) -> str:
    """Returns `text` without `forms`, which are in lower case, the longest first.

    The case of the text's letters does not matter.
    """
    lower = _lower(text)
    for form in forms:
        if form not in lower:
            continue
        at = lower.find(form)
        while at >= 0:
            text = f"{text[:at]}{HIDDEN}{text[at + len(form) :]}"
            lower = f"{lower[:at]}{HIDDEN}{lower[at + len(form) :]}"
            at = lower.find(form, at + len(HIDDEN))
    return text


def encoded_variants(secret: str) -> tuple[str, ...]:
    """Returns the forms in which `secret` may come back, in lower case, the longest first.

    As it is, for URLs, in hexadecimal, escaped as in JSON, in HTML or in mail, backwards, with its
    end or its beginning cut off as vendors do, and in Base64 at any offset of a longer text; all of
    this with the quotes and blanks around it and without.
    """
    forms = _forms(secret)
    inner = bare(secret)
    if inner != secret and len(inner) >= _TRIMMED:
        forms |= _forms(inner)
    return tuple(sorted({_lower(form) for form in forms if form}, key=len, reverse=True))


def _forms(secret: str) -> set[str]:
    raw = secret.encode("utf-8", "replace")
    forms = {
        secret,
        secret[::-1],
        *_for_urls(secret),
        raw.hex(),
        *_escaped(secret),
        *_in_base64(raw),
    }
    for form in ("%{:02x}", "={:02x}", "\\x{:02x}", "\\u{:04x}", "&#{};", "&#x{:x};"):
        forms.add("".join(map(form.format, raw)))
    forms.update(part for part in (secret[:-_TRIMMED], secret[_TRIMMED:]) if len(part) >= _LEAST)
    return forms


def bare(secret: str) -> str:
    """Returns `secret` without the quotes and blanks around it, as a vendor may repeat it."""
    while (inner := secret.strip().strip(EDGES)) != secret:
        secret = inner
    return secret


def group_by_marker(forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Groups the forms by a character that they contain, the longest first.

    So most texts are compared only with the few forms that have no such character (`""`). These
    come last, since they may be parts of others.
    """
    marks: dict[str, list[str]] = {mark: [] for mark in (*_MARKS, "")}
    for form in sorted(forms, key=len, reverse=True):
        marks[next((mark for mark in _MARKS if mark in form), "")].append(form)
    return {mark: tuple(group) for mark, group in marks.items() if group}


def _lower(text: str) -> str:
    """Returns `text` in lower case, with every letter at the same index."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(each.lower() if each.isascii() else each for each in text)


def _for_urls(secret: str) -> Iterator[str]:
    whole = quote(secret, safe="")
    yield from (whole, quote(secret), quote(whole, safe=""), quote_plus(secret))


def _escaped(secret: str) -> Iterator[str]:
    as_json = json.dumps(secret)[1:-1]
    yield from (as_json, as_json.replace("/", "\\/"), repr(secret)[1:-1])
    yield "".join(f"\\u{ord(each):04x}" if each in "<>&'" else each for each in as_json)
    yield secret.replace("=", "=3D")
    in_html = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield from (in_html, in_html.replace('"', "&quot;").replace("'", "&#x27;"))


def _in_base64(raw: bytes) -> Iterator[str]:
    """Yields the Base64 letters that depend on `raw` only.

    There are three forms, one for each offset in a group of three bytes.
    """
    for before, letters in ((0, 0), (1, 2), (2, 3)):
        padded = b"\0" * before + raw
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(padded).decode()
            whole = encoded.rstrip("=")
            certain = whole[letters : len(whole) - bool(len(padded) % 3)]
            if len(certain) >= _TRIMMED:
                yield certain


@cache
def _shapes() -> re.Pattern[str]:
    # Compiled when something looks like a key, since compiling would make the start slower.
    return re.compile(_SHAPES)
