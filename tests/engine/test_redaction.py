"""What one part learns is a secret, no other part lets out."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from antiphon.engine.redaction import Redactor, format_exception_safely
from antiphon.model.failure import Failure
from antiphon.model.values.model_info import ProviderStatus

SECRET = "tenant:bluebird-77/very-secret"


def redactor() -> Redactor:
    made = Redactor()
    made.learn(SECRET, None, "", "ollama")
    return made


def test_a_learned_secret_is_hidden_in_every_form():
    text = f"{SECRET} {base64.b64encode(b'a' + SECRET.encode()).decode()} {SECRET[::-1]}"
    cleaned = redactor().clean(text)
    assert "bluebird" not in cleaned
    assert cleaned.count("[key]") == 3


def test_a_form_is_hidden_whole_though_a_part_of_it_is_one_too():
    ends_oddly = "plain-words-and-then:/+&%="
    clean = redactor()
    clean.learn(ends_oddly)
    for form in (ends_oddly, quote(ends_oddly, safe=""), ends_oddly.replace("&", "&amp;")):
        assert clean.clean(f"it is {form.upper()}!") == "it is [key]!"


def test_a_name_with_a_secret_in_it_is_known_as_such():
    assert redactor().holds(f"models/{SECRET.upper()}")
    assert not redactor().holds("models/hf-0123456789abcdef")


def test_a_short_value_is_a_word_and_stays():
    assert redactor().clean("ask ollama") == "ask ollama"
    assert list(redactor().known) == [SECRET]


@pytest.mark.parametrize(
    "edges", ['"{}"', "'{}'", " {} ", '" {}"\n', "\u201c{}\u201d", "\t`{}`", "{}'"]
)
def test_a_secret_is_known_without_the_quotes_and_blanks_around_it(edges):
    clean = Redactor()
    clean.learn(edges.format(SECRET))
    coded = base64.b64encode(SECRET.encode()).decode().rstrip("=")
    for form in (SECRET, SECRET[::-1], quote(SECRET, safe=""), edges.format(SECRET), coded):
        assert "bluebird" not in clean.clean(f"it is {form}!")
        assert "[key]" in clean.clean(f"it is {form}!")
    assert SECRET in clean.known


def test_quotes_around_a_word_make_no_secret_of_it():
    clean = Redactor()
    clean.learn('"ollama"', "''")
    assert clean.clean("ask ollama, it''s here") == "ask ollama, it''s here"


def test_a_failure_is_told_without_secrets_and_is_the_same_where_there_are_none():
    clean = redactor()
    failure = Failure.of("bad_request", f"no {SECRET}", hint=f"not {SECRET}", http_status=400)
    told = clean.clean_failure(failure)
    assert (told.message, told.hint, told.http_status) == ("no [key]", "not [key]", 400)
    assert clean.clean_failure(told) is told


def test_all_strings_of_a_json_value_are_cleaned():
    value = {"a": [SECRET, {"b": f"x {SECRET}"}], "n": 1, "none": None}
    assert redactor().clean_json(value) == {"a": ["[key]", {"b": "x [key]"}], "n": 1, "none": None}


def test_a_reason_is_cleaned():
    status = ProviderStatus(name="p", available=False, reason=f"bad {SECRET}")
    assert redactor().clean_reason(status).reason == "bad [key]"


def test_an_exception_is_described_by_types_and_frames_through_groups_and_circles():
    def fail() -> None:
        raise ExceptionGroup(SECRET, [OSError(SECRET)]) from ValueError(SECRET)

    with pytest.raises(ExceptionGroup) as caught:
        fail()
    assert caught.value.__cause__ is not None
    caught.value.__cause__.__cause__ = caught.value
    told = format_exception_safely(caught.value)
    assert "bluebird" not in told
    for word in ("ExceptionGroup", "OSError", "ValueError", "in fail", "caused by"):
        assert word in told
