"""What a hover shows of names and notes is text: no image, no link, no command, no HTML."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from antiphon.engine.document.escape import code_span, escape_markdown

TARGETS = [
    "https://evil.example/x.png?q=secret", "//evil.example/x", "command:antiphon.keys.set",
    "vscode://file/etc/passwd", "file:///etc/passwd", "data:text/html;base64,PHNjcmlwdD4=",
    "javascript:alert(1)",
]  # fmt: skip
SHAPES = [
    "![a]({0})", "[a]({0})", "<{0}>", "{0}", '<img src="{0}">', '<a href="{0}">a</a>',
    "![a][r]\n\n[r]: {0}", "[a][r]\n\n[r]: {0}", "[![a]({0})]({0})", '[a](<{0}> "t")',
]  # fmt: skip
PAYLOADS = [
    *(shape.format(target) for shape, target in itertools.product(SHAPES, TARGETS)),
    "<script>x</script>", "<!-- -->", "<svg/onload=x>", "`` ![a](https://evil.example) ``",
    "` ![a](https://evil.example)", "```\n![a](https://evil.example)", "\\`![a](https://e.example)",
    "# heading", "- item", "> quote", "| a |\n|---|\n| b |", "**bold**", "$(alert)", "&lt;img&gt;",
    "a\r\n\r\n![a](https://evil.example)", "\u202e![a](https://evil.example)", "***", "1. one",
]  # fmt: skip
HARMLESS = {"text", "code_inline", "softbreak"}


def kinds(markdown: str) -> set[str]:
    """The kinds of inline tokens; HTML and tables count as such."""
    tokens = (
        MarkdownIt("commonmark", {"html": True}).enable("table").parse(f"from {markdown} · end")
    )
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return {child.type for child in tokens[1].children or ()}


def test_the_corpus_is_large_enough_and_would_be_noticed():
    assert len(PAYLOADS) >= 60
    assert "image" in kinds("![a](https://evil.example)")
    assert "html_inline" in kinds("<img src=x>")


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("written", [escape_markdown, code_span])
def test_nothing_of_a_payload_becomes_markup(written, payload):
    assert kinds(written(payload)) <= HARMLESS


@given(st.text(max_size=40) | st.text(alphabet="`![]()<>\\ \n:a*_", max_size=30))
def test_no_text_becomes_markup(text):
    assert kinds(escape_markdown(text)) <= HARMLESS
    assert kinds(code_span(text)) <= HARMLESS


def test_what_cannot_be_seen_is_written_out():
    assert code_span("a\u202eb") == "`a<U+202E>b`"
    assert escape_markdown("a\u200bb") == "a\\<U\\+200B\\>b"
