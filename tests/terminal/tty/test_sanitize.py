"""What a model writes can be read, and can do nothing to the terminal."""

from __future__ import annotations

import random
import re

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon_terminal.tty.sanitize import Sanitizer, clean, clean_line

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PIECES = [
    "\x1b", "\x1b[", "\x1b]0;", "\x1b]52;c;", "\x1bP", "\x1b_", "\x1b\\", "\x07",
    "\x9b", "\x9d", "\x9c", "\x90", "31m", "2J", "?1049h", "?25l", "c", "(0", "#8", "H", "1;1",
    "r", "\r", "\n", "\t", "\x08", "\x0e", "\x18", "\x7f", "\x85", "\u2028", "\u202e",
    "\u200d", "\ufe0f", "😀", "é", " ", "text", "\U000e0041", "\udc80",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text\n\twith a tab", "plain text\n\twith a tab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;c2VjcmV0\x07!", "!"),
        ("\x1bPq#0;2;0\x1b\\after", "after"),
        ("\x1b_Gi=1;AAAA\x1b\\after", "after"),
        ("\x1b^private\x1b\\after", "after"),
        ("\x1bXstart of string\x1b\\after", "after"),
        ("\x9b2Jgone", "gone"),
        ("\x9d0;title\x9cgone", "gone"),
        ("\x90q\x9cgone", "gone"),
        ("\x1b(0lqk", "lqk"),
        ("\x1bcreset", "reset"),
        ("\x1b#8filled", "filled"),
        ("\x1b[\x1b[1mbold", "bold"),
        ("\x1b]0;never closed\nthe next line", "\nthe next line"),
        ("\x1b]0;cancelled\x18text", "text"),
        ("a\x08b\x0ec\x7fd\x00e", "abcde"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one\x85two\u2028three\u2029", "one\ntwo\nthree\n"),
        ("if (\u202e admin \u2066)", "if (<U+202E> admin <U+2066>)"),
        ("hid\u200bden", "hid<U+200B>den"),
        ("tag\U000e0041", "tag<U+E0041>"),
        ("a\u200db", "a<U+200D>b"),
        ("👩\u200d👧 ❤\ufe0f", "👩\u200d👧 ❤\ufe0f"),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
        ("1\ufe0f\u20e3 x\ufe00", "1\ufe0f\u20e3 x<U+FE00>"),
        ("漢\ufe00\ufe01\ufe02", "漢\ufe00<U+FE01><U+FE02>"),
        ("half \ud83d", "half \ufffd"),
        ("[bold]not markup[/bold]", "[bold]not markup[/bold]"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    "sequence", ["\x1b[31;1m", "\x1b]0;t\x1b\\", "\x1bP1$q\x07", "\x9b?25l", "\r\n"]
)
def test_a_sequence_may_be_cut_at_every_offset(sequence: str) -> None:
    text = f"before{sequence}after"
    for at in range(len(text) + 1):
        sanitizer = Sanitizer()
        assert sanitizer.feed(text[:at]) + sanitizer.feed(text[at:]) == clean(text)


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=30), st.data())
def test_cuts_never_change_what_is_shown(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    sanitizer = Sanitizer()
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert "".join(map(sanitizer.feed, parts)) == clean(text)


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=30))
def test_what_is_shown_is_clean_already(pieces: list[str]) -> None:
    shown = clean("".join(pieces))
    assert not _CONTROL.search(shown)
    assert clean(shown) == shown


def test_a_line_is_one_line() -> None:
    assert clean_line(" a\n\tb\x1b[2Jc \r\n d ") == "a bc d"


class _Terminal(pyte.Screen):
    """A terminal that also notes what it was told to answer, or to call itself."""

    def __init__(self) -> None:
        super().__init__(40, 10)
        self.answers: list[str] = []
        self.stream = pyte.Stream(self)
        # In its UTF-8 mode pyte ignores changes of the character set.
        self.stream.use_utf8 = False

    def write_process_input(self, data: str) -> None:
        self.answers.append(data)

    def state(self) -> tuple[object, ...]:
        attributes = self.cursor.attrs._replace(data=" ")
        charsets = self.charset, self.g0_charset, self.g1_charset
        names = self.title, self.icon_name
        modes = self.mode, self.margins, self.tabstops, self.cursor.hidden
        return (attributes, charsets, names, modes, self.savepoints, self.answers)


def test_ten_thousand_random_streams_leave_the_terminal_as_plain_text_does() -> None:
    rng = random.Random(18)
    plain = _Terminal()
    plain.stream.feed("plain text\n")
    for _ in range(10_000):
        text = "".join(
            rng.choice(_PIECES) if rng.random() < 0.7 else chr(rng.randrange(0x100))
            for _ in range(rng.randrange(1, 14))
        )
        at = rng.randrange(len(text) + 1)
        sanitizer = Sanitizer()
        terminal = _Terminal()
        terminal.stream.feed(sanitizer.feed(text[:at]))
        terminal.stream.feed(sanitizer.feed(text[at:]))
        assert terminal.state() == plain.state(), ascii(text)


def test_the_comparison_of_states_would_notice() -> None:
    fresh = _Terminal().state()
    for text in ("\x1b[31m", "\x1b[?25l", "\x1b]0;t\x07", "\x1b(0", "\x1b[2;5r", "\x1b[c", "\x1bH"):
        terminal = _Terminal()
        terminal.stream.feed(text)
        assert terminal.state() != fresh, ascii(text)
