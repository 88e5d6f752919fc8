"""A secret is taken out of a text in whatever form it stands there."""

from __future__ import annotations

import base64
import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.model.secrets.redaction import (
    HIDDEN,
    encoded_variants,
    group_by_marker,
    remove_key_patterns,
    remove_secrets,
)
from support.canaries.canary import canary, texts_of, traces

SECRET = "Pa55-w0rd/with+odd\"letters'and=more"
FORMS = {
    "plain": SECRET,
    "url": urllib.parse.quote(SECRET, safe=""),
    "form": urllib.parse.quote_plus(SECRET),
    "hex": SECRET.encode().hex(),
    "HEX": SECRET.encode().hex().upper(),
    "json": json.dumps(SECRET)[1:-1],
    "repr": repr(SECRET)[1:-1],
    "backwards": SECRET[::-1],
    "head": SECRET[:-8],
    "tail": SECRET[8:],
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_hidden(form):
    cleaned = remove_secrets(f"before {FORMS[form]} after", encoded_variants(SECRET))
    assert cleaned == f"before {HIDDEN} after"


@pytest.mark.parametrize("form", texts_of(""))
def test_no_form_that_the_tests_look_for_is_left(form):
    key = canary("model")
    assert traces(remove_secrets(f"Ā{texts_of(key)[form]} İ", encoded_variants(key)).encode()) == []


def test_a_text_that_becomes_longer_in_lower_case_loses_the_secret_and_nothing_else():
    assert remove_secrets(f"İİ{SECRET.upper()}İ", encoded_variants(SECRET)) == f"İİ{HIDDEN}İ"


def test_a_secret_that_stands_in_what_hides_it_is_hidden_all_the_same():
    assert (
        remove_secrets("the key, the KEY", encoded_variants("key")) == f"the {HIDDEN}, the {HIDDEN}"
    )


def test_forms_are_grouped_by_a_letter_that_each_has_and_parts_come_last():
    groups = group_by_marker(encoded_variants(SECRET))
    assert {form for group in groups.values() for form in group} == set(encoded_variants(SECRET))
    assert all(mark in form for mark, group in groups.items() for form in group)
    assert [*groups][-1] == ""
    assert SECRET.lower() in groups["="]


@given(
    st.binary(max_size=9),
    st.text(min_size=12, max_size=60),
    st.binary(max_size=9),
    st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]),
)
def test_base64_is_hidden_wherever_in_a_longer_text_it_begins(before, secret, after, encode):
    raw = secret.encode("utf-8", "replace")
    encoded = encode(before + raw + after).decode()
    cleaned = remove_secrets(encoded, encoded_variants(secret))
    assert HIDDEN in cleaned
    # At most a letter and a half at each edge depends on the neighbours too.
    assert len(encoded) - len(cleaned.replace(HIDDEN, "")) >= len(encode(raw).rstrip(b"=")) - 5


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect key: sk-ab********wxyz", "Bearer abcdefgh12345678", "basic dXNlcjpwYXNz",
        "GET /v1/models?key=whatever-it-is", "postgres://ada:lovelace@host/db",
        "hf_abcdefghijkl", "AKIAQ7Z3MXJ5N2RVP4TW", "x-api-key=1;token=abc",
        "-----BEGIN PRIVATE KEY-----\nMIIE\nMIIE\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMIIE and cut",
    ],
)  # fmt: skip
def test_what_looks_like_anybodys_key_is_hidden(text):
    cleaned = remove_key_patterns(text)
    assert HIDDEN in cleaned
    assert not {"wxyz", "12345678", "lovelace", "MIIE", "whatever"} & set(cleaned.split())
    assert "lovelace" not in cleaned
    assert "MIIE" not in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "File key_chain.py, line 3, in key_of_client", "risk-free, key-value, docs/sk.",
        "the basic idea", "https://example.org/path?keyword=a&tokens=3", "3 tokens=5",
    ],
)  # fmt: skip
def test_ordinary_words_are_left_alone(text):
    assert remove_key_patterns(text) == text
