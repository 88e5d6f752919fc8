"""Every place that shows text from outside follows `clients/protocol/hidden_characters.json`."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from pathlib import Path

import pytest

from antiphon.engine.document.escape import code_span, escape_markdown
from antiphon.engine.document.hidden_characters import find_hidden_characters
from antiphon.logs.formats import HumanFormatter
from antiphon.model.values import hidden_ranges
from antiphon_terminal.tty.sanitize import clean

TABLE: dict[str, dict] = json.loads(
    (Path(__file__).parents[3] / "clients/protocol/hidden_characters.json").read_text("utf-8")
)


def characters(*without: str) -> list[str]:
    """The first and the last character of every range of the classes but `without`."""
    ends = {
        chr(int(end, 16))
        for name, each in TABLE.items()
        if name not in without
        for text in each["ranges"]
        for end in text.split("-")
    }
    return sorted(ends)


def written_out(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def logged(text: str) -> str:
    record = logging.LogRecord("antiphon", logging.INFO, "", 0, text, None, None)
    return HumanFormatter().format(record)


def test_the_patterns_hold_the_ranges_of_the_table_and_nothing_else():
    pattern = re.compile(f"[{hidden_ranges.HIDDEN}]")
    inside = set[int]()
    for name, each in TABLE.items():
        for text in each["ranges"] if name != "layout" else ():
            first, _, last = text.partition("-")
            inside.update(range(int(first, 16), int(last or first, 16) + 1))
    found = {code for code in range(0x110000) if pattern.match(chr(code))}
    assert found == inside


def test_no_character_is_in_two_classes():
    codes = [
        code
        for each in TABLE.values()
        for text in each["ranges"]
        for code in range(int(text.split("-")[0], 16), int(text.split("-")[-1], 16) + 1)
    ]
    assert len(codes) == len(set(codes))


def test_all_format_characters_that_unicode_calls_invisible_are_in_the_table():
    pattern = re.compile(f"[{hidden_ranges.HIDDEN}]")
    # Those that are drawn: signs before numbers in Arabic, Syriac, Kaithi, Egyptian, shorthand.
    drawn = re.compile(
        "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
        "\U00013430-\U0001343f\U0001bca0-\U0001bca3]"
    )
    missing = [
        f"{code:04X}"
        for code in range(0x110000)
        if unicodedata.category(chr(code)) == "Cf"
        and not pattern.match(chr(code))
        and not drawn.match(chr(code))
    ]
    assert missing == []


@pytest.mark.parametrize("character", characters("layout"), ids=ascii)
def test_code_that_hides_a_character_is_reported(character):
    (found,) = find_hidden_characters(f"name_{character}x")
    assert found.code_point == f"U+{ord(character):04X}"


@pytest.mark.parametrize("character", characters("layout"), ids=ascii)
def test_a_hover_writes_a_hidden_character_out_or_makes_it_a_space(character):
    assert code_span(f"name{character}x") in {f"`name{written_out(character)}x`", "`name x`"}
    assert character not in escape_markdown(f"name{character}x")


@pytest.mark.parametrize("character", characters("layout", "joiner", "selector"), ids=ascii)
def test_a_log_line_writes_a_hidden_character_out(character):
    assert logged(f"name{character}x").endswith(f"name{written_out(character)}x")


def test_a_log_line_leaves_the_joiners_of_a_script_and_breaks_no_line_at_a_return():
    text = "\u0645\u06cc\u200c\u062e\u0648 ❤\ufe0f"
    assert logged(text).endswith(text)
    assert logged("one\rtwo").endswith("one<U+000D>two")


@pytest.mark.parametrize("character", characters("layout", "control", "separator"), ids=ascii)
def test_the_terminal_writes_a_hidden_character_out(character):
    # After a Latin letter a joiner has no effect, and after a control a selector has none.
    before = "\n" if re.match(f"[{hidden_ranges.SELECTOR}]", character) else "x"
    assert clean(f"{before}{character}y") == f"{before}{written_out(character)}y"


@pytest.mark.parametrize("character", characters("layout"), ids=ascii)
def test_the_terminal_gets_no_control_and_no_separator(character):
    shown = clean(f"x{character}y")
    assert not re.search(f"[{hidden_ranges.CONTROL}{hidden_ranges.SEPARATOR}]", shown)
