"""Maps the finish reasons of all providers to meanings, in one table.

A reason is looked up as it is. One that is not in the table is judged by its parts, so that
`upstream_error` is a failure although it is not listed. Any other is unknown: the adapter decides
whether an unknown reason is a good end (`strict=False`) or a failure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from msgspec import Struct

if TYPE_CHECKING:
    from antiphon.model.failure import FailureKind

Outcome = Literal["complete", "truncated", "filtered", "failed"]


class Meaning(Struct, frozen=True):
    """What a finish reason means for its answer."""

    outcome: Outcome
    kind: FailureKind = "server_error"
    """Of the failure, if no text arrived. After text it is `interrupted`."""
    tool: bool = False
    """The model asked for a tool."""


_GOOD: Final = Meaning("complete")
_TOOL: Final = Meaning("complete", tool=True)
_TRUNCATED: Final = Meaning("truncated")
_FILTERED: Final = Meaning("filtered")
_FAILED: Final = Meaning("failed")
_OVERLOADED: Final = Meaning("failed", "overloaded")
_MODELS_FAULT: Final = Meaning("failed", "interrupted")
"""The model failed but its provider works, so the next request need not wait."""

_ROWS: Final[tuple[tuple[Meaning, str], ...]] = (
    (
        _GOOD,
        (
            "stop stopped end end_turn end_of_turn eos eos_token eos_found stop_sequence "
            "stop_token stop_string complete completed done finished finish normal success"
        ),
    ),
    (_TOOL, "tool_calls tool_call tool_use function_call function_calls"),
    (
        _TRUNCATED,
        (
            "length max_tokens max_output_tokens max_new_tokens max_length model_length "
            "token_limit context_full context_length context_window continuation pause_turn "
            "error_limit"
        ),
    ),
    (
        _FILTERED,
        (
            "safety refusal sensitive recitation blocklist blocked spii copyright censored "
            "error_toxic guardrail_intervened"
        ),
    ),
    (
        _FAILED,
        (
            "error failed failure abort aborted cancel cancelled canceled user_cancel interrupted "
            "timeout timed_out network_error malformed_response"
        ),
    ),
    (_OVERLOADED, "insufficient_system_resource overloaded unavailable preempted"),
    (Meaning("failed", "rate_limited"), "rate_limit rate_limited rate_limit_exceeded"),
    (
        _MODELS_FAULT,
        (
            "malformed_function_call unexpected_tool_call too_many_tool_calls malformed_tool_use "
            "malformed_model_output missing_thought_signature no_image image_other language"
        ),
    ),
)
_WORDS: Final = {word: meaning for meaning, words in _ROWS for word in words.split()}

_STEMS: Final[tuple[tuple[re.Pattern[str], Meaning], ...]] = (
    (
        re.compile(
            "filter|safety|refus|sensitiv|moderat|prohibited|guardrail|toxic|policy|recitation"
        ),
        _FILTERED,
    ),
    (
        re.compile(
            r"(?:context|prompt)_?(?:length|window|size|limit)|max_\w*(?:tokens|length)"
            r"|token_?limit|length_?limit"
        ),
        _TRUNCATED,
    ),
    (re.compile("overload|insufficient|unavailable|capacity"), _OVERLOADED),
    (re.compile("rate_?limit"), Meaning("failed", "rate_limited")),
    (re.compile("malformed|unexpected|invalid"), _MODELS_FAULT),
    (
        re.compile(
            r"error|fail|abort|cancel|crash|time_?out|timed_out|exception|interrupt|disconnect"
            r"|network|upstream|lost|killed|out_of_memory|(?:^|_)oom(?:_|$)"
        ),
        _FAILED,
    ),
)

_NO_REASON: Final = frozenset({"", "null", "none", "finish_reason_unspecified", "unspecified"})
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BREAKS: Final = re.compile(r"[\s\-.]+")
_SHOWN: Final = 80
"""Letters of a finish reason that a note repeats."""


class Word(Struct, frozen=True):
    """A finish reason and the fields beside it, as the provider sent them."""

    reason: str
    native: str = ""
    """The finish reason of the vendor behind a gateway."""
    error: Any = None
    """An error in the choice that has the finish reason."""
    sentence: str = ""
    """The provider's explanation."""
    strict: bool = False
    """An unknown reason is a failure, not a good end."""
    blocked: bool = False
    """It is from a filter that stopped the prompt."""


class End(Struct, frozen=True):
    """How an answer has ended, by its provider's finish reason."""

    reason: str
    """The provider's own finish reason, verbatim."""
    meaning: Meaning
    known: bool = True
    cause: Any = ""
    """Of a failure: the error that the provider sent beside the reason, else a text."""

    @property
    def failed(self) -> bool:
        """Whether the answer failed before its end."""
        return self.meaning.outcome == "failed"

    @property
    def outcome(self) -> Literal["complete", "truncated", "filtered"]:
        """The outcome of an end that is not a failure."""
        found = self.meaning.outcome
        return "complete" if found == "failed" else found

    @property
    def note(self) -> str | None:
        """The note on a finish reason with an unknown meaning, or `None`."""
        if self.known or self.failed:
            return None
        shown = self.reason if len(self.reason) <= _SHOWN else f"{self.reason[: _SHOWN - 1]}…"
        return f'the provider ended the answer with "{shown}", a finish reason that is not known'


def parse_reason(value: object) -> str:
    """Returns the text of a finish reason, or an empty one without it.

    Some vendors send an object.
    """
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        value = fields.get("type") or fields.get("reason")
    if not isinstance(value, str) or _normalize(value) in _NO_REASON:
        return ""
    return value


def classify_end(word: Word) -> End:
    """Returns how an answer ended, by its finish reason and the fields beside it."""
    found = _FILTERED if word.blocked else _find_meaning(word.reason)
    native = _find_meaning(word.native) if word.native else None
    meaning = found or (_MODELS_FAULT if word.strict else _GOOD)
    if native is not None and _is_more_exact(native, meaning):
        meaning = native
    if word.error and meaning.outcome != "failed":
        meaning = _FAILED
    cause = (word.native if native != _GOOD else "") or word.reason
    if word.sentence:
        cause = f"{cause}: {word.sentence}"
    return End(word.reason, meaning, known=found is not None, cause=word.error or cause)


def _is_more_exact(native: Meaning, meaning: Meaning) -> bool:
    """Checks whether the vendor's own reason is more exact than its gateway's.

    Gateways know few reasons, and prefer `stop`.
    """
    if meaning.outcome == "complete":
        return native.outcome != "complete" or native.tool
    return meaning == _FAILED and native.outcome == "failed"


def _find_meaning(reason: str) -> Meaning | None:
    word = _normalize(reason)
    known = _WORDS.get(word)
    if known is not None:
        return known
    return next((meaning for stem, meaning in _STEMS if stem.search(word)), None)


def _normalize(word: str) -> str:
    """Returns a reason in the table's spelling, without an explanation after a colon."""
    head = word.partition(":")[0].strip()[:200]
    return _BREAKS.sub("_", _CAMEL.sub("_", head)).lower()
