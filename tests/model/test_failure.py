"""Every kind of failure says what happened, and what to do next."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from antiphon.model import failure
from antiphon.model.failure import (
    FAILURE_KINDS,
    RETRYABLE,
    AntiphonError,
    Failure,
    error,
    hint_for,
    message_for,
)

# The table of errors of the protocol, version 1: clients switch on these words.
PROTOCOL_KINDS = [
    "invalid_params",
    "not_found",
    "authentication",
    "permission",
    "model_not_found",
    "bad_request",
    "context_length",
    "content_filter",
    "rate_limited",
    "quota",
    "overloaded",
    "server_error",
    "timeout_connect",
    "timeout_first_token",
    "timeout_idle",
    "timeout_total",
    "network",
    "malformed_stream",
    "interrupted",
    "budget",
    "secrets",
    "conflict",
    "unsupported",
    "storage",
    "internal",
    "replay_miss",
]


def test_the_kinds_are_those_of_the_protocol():
    assert sorted(FAILURE_KINDS) == sorted(PROTOCOL_KINDS)


@pytest.mark.parametrize("kind", FAILURE_KINDS)
def test_every_kind_has_a_sentence_and_a_hint(kind):
    for text in (message_for(kind), hint_for(kind)):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "\n" not in text
    assert message_for(kind) != hint_for(kind)


def test_no_two_kinds_say_the_same():
    assert len({message_for(kind) for kind in FAILURE_KINDS}) == len(FAILURE_KINDS)


def test_the_tree_in_the_docstring_names_every_kind_once():
    tree = re.findall(r"\b[a-z_]+\b(?= ·|$)|(?<=· )\b[a-z_]+\b", failure.__doc__, re.MULTILINE)
    assert sorted(set(tree) & set(FAILURE_KINDS)) == sorted(FAILURE_KINDS)


@pytest.mark.parametrize("kind", FAILURE_KINDS)
def test_a_bare_failure_speaks_for_itself(kind):
    assert Failure.of(kind).to_wire() == {
        "kind": kind,
        "message": message_for(kind),
        "hint": hint_for(kind),
        "retryable": kind in RETRYABLE,
    }


def test_what_is_known_more_precisely_replaces_the_kinds_own_words():
    known = Failure.of(
        "rate_limited", "Slow down.", hint="Wait.", provider="p", http_status=429, retry_after_ms=0
    )
    assert known.to_wire() == {
        "kind": "rate_limited",
        "message": "Slow down.",
        "hint": "Wait.",
        "retryable": True,
        "provider": "p",
        "httpStatus": 429,
        "retryAfterMs": 0,
    }


def test_a_providers_empty_message_does_not_silence_the_failure():
    assert Failure.of("quota", "").message == message_for("quota")


def test_nothing_that_a_person_must_change_first_is_called_retryable():
    assert not RETRYABLE & {
        "invalid_params",
        "authentication",
        "permission",
        "model_not_found",
        "bad_request",
        "context_length",
        "content_filter",
        "quota",
        "budget",
        "secrets",
    }


def test_an_unknown_kind_is_no_failure():
    with pytest.raises(ValidationError):
        Failure(kind="gone_fishing", message="x", hint="y", retryable=False)


def test_an_error_for_a_whole_command_carries_its_failure_and_the_field():
    problem = error("invalid_params", "Empty.", hint="Write.", field="$.prompt")
    assert isinstance(problem, AntiphonError)
    assert str(problem) == "Empty."
    assert (problem.failure.kind, problem.failure.hint) == ("invalid_params", "Write.")
    assert problem.field == "$.prompt"
    assert error("not_found").field is None
