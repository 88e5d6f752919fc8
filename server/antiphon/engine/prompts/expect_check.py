"""Checks an answer against the rules of a prompt file or a pipeline."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from antiphon.engine.prompts.foreign_patterns import (
    PatternError,
    matches_pattern,
    validate_schema,
)

if TYPE_CHECKING:
    from antiphon.engine.prompts.expect import Rule

Got = str | int | float | None
_FENCED: Final = re.compile(
    r"\s*(`{3,}|~{3,})[^\r\n]*\r?\n(?P<code>.*?)\r?\n[ ]{0,3}\1\s*", re.DOTALL
)
_LONGEST_GOT: Final = 200


class CheckedAnswer(Struct, frozen=True):
    """What rules look at."""

    content: str
    cost: str | None = None
    """US dollars as a decimal string, or `None` if the price is not known."""
    total_ms: int = 0
    similarity: float | None = None
    """How much of the text is shared with what it is compared with, from 0 to 1."""


class Outcome(Struct, frozen=True):
    """Whether an answer keeps a rule, and what was found."""

    ok: bool
    got: Got = None


def check_rule(rule: Rule, answer: CheckedAnswer) -> Outcome:
    """Returns whether `answer` keeps `rule`.

    What cannot be known, the cost of a model without a price, does not keep its rule. No answer
    keeps a rule that cannot be used.
    """
    try:
        return _check(rule, answer)
    except PatternError as problem:
        return Outcome(ok=False, got=_shorten(f"`{rule.kind}` cannot be used: {problem}."))


def _check(rule: Rule, answer: CheckedAnswer) -> Outcome:
    content, value = answer.content, rule.value
    match rule.kind:
        case "contains":
            return Outcome(value in content, _shorten(content))
        case "notContains":
            return Outcome(value not in content, _shorten(content))
        case "equals":
            return Outcome(content.strip() == value.strip(), _shorten(content))
        case "matches":
            return Outcome(matches_pattern(value, content), _shorten(content))
        case "schema":
            return _check_schema(value, content)
        case "maxCost":
            kept = answer.cost is not None and Decimal(answer.cost) <= Decimal(value)
            return Outcome(kept, answer.cost)
        case "maxTimeMs":
            return Outcome(answer.total_ms <= value, answer.total_ms)
        case "similarity":
            got = answer.similarity
            low, high = value.get("min", 0.0), value.get("max", 1.0)
            return Outcome(got is not None and low <= got <= high, got)


def _check_schema(schema: object, content: str) -> Outcome:
    """Checks an answer that is JSON, or one block of code with JSON in it."""
    fenced = _FENCED.fullmatch(content)
    text = fenced["code"] if fenced else content
    try:
        value = msgspec.json.decode(text)
    except (ValueError, RecursionError) as problem:
        return Outcome(ok=False, got=_shorten(f"This is not JSON: {problem}"))
    problem = validate_schema(schema, value)
    return Outcome(problem is None, None if problem is None else _shorten(problem))


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_GOT else text[: _LONGEST_GOT - 1] + "…"
