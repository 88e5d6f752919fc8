"""Keys are read when needed and never shown."""

from __future__ import annotations

import base64
import urllib.parse

import pytest
from pydantic import SecretStr

from antiphon.engine.ports.deltas import ProviderError
from antiphon.providers.http.api_key import ApiKey

KEY = "c4nary/Key+0123=ÿ"


@pytest.mark.parametrize("odd", [" ", "\n", "\t", "\x00", "\x7f", "€", "\u2028", "\xa0"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(odd: str) -> None:
    key = f"canary{odd}"
    with pytest.raises(ProviderError) as caught:
        ApiKey(lambda: key).read("local")
    failure = caught.value.failure
    assert failure.kind == "authentication"
    assert caught.value.wait_hint == "never"
    assert "canary" not in failure.message + failure.hint + repr(caught.value)


def test_a_key_is_read_anew_for_each_request() -> None:
    keys = iter(["first", "second"])
    key = ApiKey(lambda: next(keys))
    assert [key.read("local"), key.read("local")] == ["first", "second"]


def test_a_secret_value_and_no_key_at_all_are_taken_too() -> None:
    assert ApiKey(SecretStr(KEY)).read("local") == KEY
    assert ApiKey(None).read("local") is None
    assert ApiKey(lambda: "").read("local") is None


def test_a_key_hides_in_its_repr() -> None:
    assert KEY not in repr(ApiKey(lambda: KEY)) + str(ApiKey(SecretStr(KEY)))


def test_the_key_is_scrubbed_in_every_encoding_in_which_it_may_come_back() -> None:
    raw = KEY.encode()
    forms = [
        KEY,
        urllib.parse.quote(KEY, safe=""),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        raw.hex(),
    ]
    for form in forms:
        scrubbed = ApiKey(lambda: KEY).scrub(f"you sent {form}, which is wrong")
        assert form.rstrip("=") not in scrubbed
        assert scrubbed.startswith("you sent [key]")


def test_the_values_of_secret_headers_are_scrubbed() -> None:
    assert "tenant-secret" not in ApiKey(None, ["tenant-secret"]).scrub("bad tenant-secret!")


@pytest.mark.parametrize(
    "shape",
    [
        "sk-proj-abcDEF123456789",
        "sk-abcd********wxyz",
        "gsk_abcDEF123456789",
        "AIzaSyA1234567890abcdefghijk",
        "xai-abcdefgh12345",
        "hf_abcdefghijkl",
        "Bearer abcdefgh12345678",
        "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",
    ],
)
def test_what_looks_like_a_key_is_scrubbed(shape: str) -> None:
    assert shape not in ApiKey(None).scrub(f"Incorrect API key provided: {shape}.")


def test_ordinary_words_are_left_alone() -> None:
    text = "The model `gpt-5-mini` does not support key-value tasks; risk-free, see docs/sk."
    assert ApiKey(lambda: KEY).scrub(text) == text


@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", "`{}`", '"{}', "{}'", "\u201c{}\u201d"])
def test_a_key_with_a_quote_around_it_is_refused_and_known_without_it(quoted: str) -> None:
    key = ApiKey(lambda: quoted.format("canary-0123456789"))
    with pytest.raises(ProviderError) as caught:
        key.read("local")
    failure = caught.value.failure
    assert failure.kind == "authentication"
    assert "quote" in failure.message
    assert "canary" not in failure.message + failure.hint + repr(caught.value)
    assert "canary" not in key.scrub("you sent canary-0123456789, which is wrong")
    assert "canary" not in key.scrub(f"you sent {quoted.format('canary-0123456789')}")
