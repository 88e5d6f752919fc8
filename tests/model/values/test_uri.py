"""Addresses: whatever a pane is called, its address leads back to it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.model.values.uri import MessageAddress, PaneAddress, message_uri, pane_uri, parse_uri

# The same in every process: they are in the names of tests.
SESSION, PANE, MESSAGE = (f"01K0ANTPH0N00000000000000{last}" for last in "ABC")
SLUGS = st.text(
    st.one_of(st.sampled_from("/?#%. \\:@"), st.characters(exclude_categories=["Cs"])), max_size=20
)


@given(SLUGS)
def test_a_panes_address_leads_back_to_it_whatever_its_name(slug):
    assert parse_uri(pane_uri(SESSION, PANE, slug)) == PaneAddress(SESSION, PANE)


@given(SLUGS)
def test_a_messages_address_leads_back_to_it_whatever_its_name(slug):
    uri = message_uri(SESSION, PANE, MESSAGE, slug)
    assert parse_uri(uri) == MessageAddress(SESSION, PANE, MESSAGE)


@given(SLUGS)
def test_an_address_is_a_uri_of_plain_ascii_whose_path_is_all_of_it(slug):
    uri = pane_uri(SESSION, PANE, slug)
    parts = urlsplit(uri)
    assert uri.isascii()
    assert uri.isprintable()
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("antiphon", "", "", "")


@pytest.mark.parametrize("root", ["antiphon:/", "antiphon:///"])
@pytest.mark.parametrize("end", ["", "/", "/gpt-5", "/a%2Fb", "/a/b/c"])
def test_one_slash_or_three_and_any_name_are_the_same(root, end):
    assert parse_uri(f"{root}pane/{SESSION}/{PANE}{end}") == PaneAddress(SESSION, PANE)


def test_an_address_that_an_editor_has_encoded_is_understood():
    uri = f"antiphon:/pane%2F{SESSION}%2F{PANE}%2Fgpt-5"
    assert parse_uri(uri) == PaneAddress(SESSION, PANE)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "antiphon",
        "antiphon:",
        "antiphon:/",
        "antiphon:/pane",
        f"antiphon:/pane/{SESSION}",
        f"antiphon:/pane/{SESSION}/",
        f"antiphon:/pane/{SESSION}/../{PANE}",
        f"antiphon:/pane/{SESSION.lower()}/{PANE}/x",
        f"antiphon:pane/{SESSION}/{PANE}/x",
        f"antiphon:/message/{SESSION}/{PANE}",
        f"antiphon:/message/{SESSION}/{PANE}/gpt-5",
        f"antiphon:/panes/{SESSION}/{PANE}/x",
        f"antiphonal:/pane/{SESSION}/{PANE}/x",
        f"file:///pane/{SESSION}/{PANE}/x",
    ],
)
def test_what_is_no_address_leads_nowhere(uri):
    assert parse_uri(uri) is None


@given(st.text())
def test_no_text_at_all_breaks_the_parser(text):
    parse_uri(text)
    parse_uri("antiphon:/" + text)
