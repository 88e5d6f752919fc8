"""Finds what looks like a key in the user's own texts, with few false alarms.

A rule is a literal that is searched first, which costs almost nothing, and a pattern for the key
around it. Placeholders of documentation are not keys.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACEHOLDER: Final = re.compile(
    r"(?i)example|placeholder|your|dummy|redacted|changeme|replace|insert|secret[-_]?key|"
    r"x{6}|\*{4}|\.{3}"
)
_COUNTED: Final = re.compile(r"(?i)1234567890|abcdefgh|(.)\1{5}")
"""Sequences and repetitions: after a vendor's own prefix they may be a key all the same."""
_LEAST_DIFFERENT: Final = 8
_LONGEST: Final = 512
GENERAL: Final = "a secret"
"""The name of a value that only its variable's name marks as a secret."""


class KeyShape(Struct, frozen=True):
    """One kind of key."""

    name: str
    literal: str
    pattern: str
    """Matches the whole key, which begins at most `before` characters ahead of the literal."""
    before: int = 0
    is_certain: bool = False
    """Nothing else looks like this, so it is not required to look random."""


class FoundShape(Struct, frozen=True):
    """Text that looks like a key: its position and its name."""

    start: int
    end: int
    name: str


_TOKEN: Final = r"[A-Za-z0-9_-]"  # noqa: S105 - a pattern
_ASSIGNED: Final = (
    r"[A-Za-z0-9_]{0,60}(?:_KEY|_TOKEN|_SECRET|_PASSWORD)[\"']?[ \t]*[=:][ \t]*[\"']?"
)
_SHAPES: Final = (
    KeyShape("an Anthropic key", "sk-ant-", rf"sk-ant-{_TOKEN}{{16,}}"),
    KeyShape("an OpenRouter key", "sk-or-", rf"sk-or-{_TOKEN}{{20,}}"),
    KeyShape("an OpenAI key", "sk-", rf"sk-(?!ant-|or-){_TOKEN}{{20,}}"),
    KeyShape("a Groq key", "gsk_", r"gsk_[A-Za-z0-9]{20,}"),
    KeyShape("a Google key", "AIza", rf"AIza{_TOKEN}{{30,}}"),
    KeyShape("an xAI key", "xai-", r"xai-[A-Za-z0-9]{20,}"),
    KeyShape("a Hugging Face token", "hf_", r"hf_[A-Za-z0-9]{20,}"),
    KeyShape("a Perplexity key", "pplx-", r"pplx-[A-Za-z0-9]{20,}"),
    KeyShape("a Cerebras key", "csk-", r"csk-[A-Za-z0-9]{20,}"),
    KeyShape("an NVIDIA key", "nvapi-", rf"nvapi-{_TOKEN}{{20,}}"),
    KeyShape("a Replicate token", "r8_", r"r8_[A-Za-z0-9]{20,}"),
    KeyShape("a Together key", "tgp_v1_", rf"tgp_v1_{_TOKEN}{{20,}}"),
    KeyShape("a GitHub token", "gh", r"gh[pousr]_[A-Za-z0-9]{30,}"),
    KeyShape("a GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{30,}"),
    KeyShape("a GitLab token", "glpat-", rf"glpat-{_TOKEN}{{20,}}"),
    KeyShape("an npm token", "npm_", r"npm_[A-Za-z0-9]{30,}"),
    KeyShape("a Slack token", "xox", r"xox[abposr]-[A-Za-z0-9-]{20,}"),
    KeyShape("a Stripe key", "k_live_", r"[sr]k_live_[A-Za-z0-9]{16,}", before=1),
    KeyShape("an AWS key", "AKIA", r"AKIA[0-9A-Z]{16}(?![0-9A-Za-z])"),
    KeyShape("an AWS key", "ASIA", r"ASIA[0-9A-Z]{16}(?![0-9A-Za-z])"),
    KeyShape("a bearer token", "Bearer ", r"Bearer +[A-Za-z0-9+/=._~-]{24,}"),
    KeyShape("a JSON Web Token", "eyJ", r"eyJ[\w-]{8,1024}\.eyJ[\w-]{8,1024}\.[\w-]{8,}"),
    KeyShape("a private key", "PRIVATE KEY-----", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\r\n\\]",
             before=30, is_certain=True),
    *(
        KeyShape(GENERAL, f"_{word}", rf"{_ASSIGNED}[A-Za-z0-9+/_-]{{20,}}", before=40)
        for word in ("KEY", "TOKEN", "SECRET", "PASSWORD")
    ),
)  # fmt: skip
_VALUE: Final = re.compile(rf"{_ASSIGNED}|Bearer +|-----BEGIN ")


def find_shapes(text: str) -> Iterator[FoundShape]:
    """Yields what looks like a key in `text`, rule by rule, so ranges may overlap."""
    for shape in _SHAPES:
        at = text.find(shape.literal)
        while at >= 0:
            found = _match_at(shape, text, at)
            if found is not None:
                yield found
            at = text.find(shape.literal, at + 1 if found is None else found.end)


def _match_at(shape: KeyShape, text: str, literal_at: int) -> FoundShape | None:
    pattern = _compiled(shape.pattern)
    for start in range(max(0, literal_at - shape.before), literal_at + 1):
        if start and text[start - 1].isascii() and text[start - 1].isalnum():
            continue  # the middle of a word: `task-…` is not `sk-…`
        found = pattern.match(text, start)
        if found is None:
            continue
        value = _VALUE.sub("", found[0], count=1)
        is_counted = shape.name == GENERAL and _COUNTED.search(value) is not None
        if shape.is_certain or (_looks_random(value) and not is_counted):
            return FoundShape(start, found.end(), shape.name)
        return None
    return None


def _looks_random(value: str) -> bool:
    """Checks whether a value looks random, and not like words or a placeholder."""
    has_digit = any(letter.isdigit() for letter in value)
    has_letter = any(letter.isalpha() for letter in value)
    varied = len(set(value)) >= _LEAST_DIFFERENT
    return has_digit and has_letter and varied and _PLACEHOLDER.search(value) is None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Bounded, so that in a text of repeated prefixes (`sk-sk-sk-…`) no match scans to its end.
    return re.compile(pattern.replace(",}", f",{_LONGEST}}}"))
