"""What the words mean with which providers end an answer: one table for every adapter.

A word is looked up as it is; one that is not in the table is judged by what it is made of, so that
`upstream_error` is a failure although nobody has listed it. What is left is not known: an adapter
says whether such a word is a good end (`strict=False`) or none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

if TYPE_CHECKING:
    from antiphon.model.failure import FailureKind

Outcome = Literal["complete", "truncated", "filtered", "failed"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word says of the answer that it ends."""

    outcome: Outcome
    kind: FailureKind = "server_error"
    """Of the failure, if no text came; after text it is `interrupted`."""
    tool: bool = False
    """The model asked for a tool."""


_GOOD: Final = Meaning("complete")
_TOOL: Final = Meaning("complete", tool=True)
_TRUNCATED: Final = Meaning("truncated")
_FILTERED: Final = Meaning("filtered")
_FAILED: Final = Meaning("failed")
_OVERLOADED: Final = Meaning("failed", "overloaded")
_MODELS_FAULT: Final = Meaning("failed", "interrupted")
"""The provider works, the model went wrong: nothing that the next request must wait for."""

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
"""Letters of a word that a note repeats."""


@dataclass(frozen=True, slots=True)
class Word:
    """A finish reason and what comes with it, as the provider sent them."""

    reason: str
    native: str = ""
    """The word of the vendor behind a gateway."""
    error: Any = None
    """An error in the choice that ends."""
    sentence: str = ""
    """Why, in a sentence."""
    strict: bool = False
    """A word that is not known is a failure, not a good end."""
    blocked: bool = False
    """It is the word of a filter that stopped the prompt."""


@dataclass(frozen=True, slots=True)
class End:
    """How a provider says that an answer has ended."""

    reason: str
    """The provider's own word, verbatim."""
    meaning: Meaning
    known: bool = True
    cause: Any = ""
    """Of a failure: the error that the provider sent beside the word, else words."""

    @property
    def failed(self) -> bool:
        """The answer did not come to its end."""
        return self.meaning.outcome == "failed"

    @property
    def outcome(self) -> Literal["complete", "truncated", "filtered"]:
        """Of an end that is no failure."""
        found = self.meaning.outcome
        return "complete" if found == "failed" else found

    @property
    def note(self) -> str | None:
        """The note on a word whose meaning is not known."""
        if self.known or self.failed:
            return None
        shown = self.reason if len(self.reason) <= _SHOWN else f"{self.reason[: _SHOWN - 1]}…"
        return f'the provider ended the answer with "{shown}", a word that is not known here'


def reason_in(value: object) -> str:
    """The word in a finish reason; empty if there is none. Some vendors send an object."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        value = fields.get("type") or fields.get("reason")
    if not isinstance(value, str) or _plain(value) in _NO_REASON:
        return ""
    return value


def end_of(word: Word) -> End:
    """Judges a word together with what comes with it."""
    found = _FILTERED if word.blocked else _meaning_of(word.reason)
    beneath = _meaning_of(word.native) if word.native else None
    meaning = found or (_MODELS_FAULT if word.strict else _GOOD)
    if beneath is not None and _says_more(beneath, meaning):
        meaning = beneath
    if word.error and meaning.outcome != "failed":
        meaning = _FAILED
    cause = (word.native if beneath != _GOOD else "") or word.reason
    if word.sentence:
        cause = f"{cause}: {word.sentence}"
    return End(word.reason, meaning, known=found is not None, cause=word.error or cause)


def _says_more(beneath: Meaning, meaning: Meaning) -> bool:
    """Whether the word beneath is the one to go by: gateways know few words, and prefer `stop`."""
    if meaning.outcome == "complete":
        return beneath.outcome != "complete" or beneath.tool
    return meaning == _FAILED and beneath.outcome == "failed"


def _meaning_of(reason: str) -> Meaning | None:
    word = _plain(reason)
    known = _WORDS.get(word)
    if known is not None:
        return known
    return next((meaning for stem, meaning in _STEMS if stem.search(word)), None)


def _plain(word: str) -> str:
    """A word as the table has it; what follows a colon explains it and is left out."""
    head = word.partition(":")[0].strip()[:200]
    return _BREAKS.sub("_", _CAMEL.sub("_", head)).lower()
