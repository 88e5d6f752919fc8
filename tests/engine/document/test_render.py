"""The pane document: appends are the document, blocks are its slices, fences are always closed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.document.render import (
    blocks,
    closing,
    end_position,
    open_fence,
    opening,
    render,
)
from antiphon.model.conversation.events import Position
from antiphon.model.conversation.message import ContextDigest, Message
from antiphon.model.failure import Failure

TEXTS = st.text(
    st.one_of(
        st.sampled_from("`~ \n\r#>a\t"), st.sampled_from("€😀\u2028\u0085\ufeff"), st.characters()
    ),
    max_size=30,
)
LINES = st.lists(
    st.sampled_from(
        ["```", "````", "~~~", "```py", "``` a`b", "   ```", "    ```", "x", "", "```\t"]
    ),
    max_size=8,
)
ENDS = ["complete", "truncated", "filtered", "cancelled", "interrupted", "failed"]
STATUSES = st.sampled_from([*ENDS, "streaming"])
BREAKS = re.compile(r"\r\n|\r|\n")


def message(
    content: str = "", status: str = "complete", role: str = "assistant", **more
) -> Message:
    return Message(
        id="M",
        pane_id="P",
        role=role,
        content=content,
        status=status,
        created_at="now",
        model="p/model" if role == "assistant" else None,
        **more,
    )


MESSAGES = st.builds(
    message,
    TEXTS,
    STATUSES,
    st.sampled_from(["user", "system", "assistant"]),
    notes=st.none() | st.lists(TEXTS.filter(str.strip), min_size=1, max_size=2),
)
ENDED = MESSAGES.filter(lambda each: each.status != "streaming")


def fence_left_open(text: str) -> str:
    """CommonMark 0.31, section 4.5, spelled out: the fence that is open at the end of `text`."""
    char, length = "", 0
    for line in BREAKS.split(text):
        stripped = line.lstrip(" ")
        if len(line) - len(stripped) > 3 or not stripped or stripped[0] not in "`~":
            continue
        run = len(stripped) - len(stripped.lstrip(stripped[0]))
        rest = stripped[run:]
        if char:
            if stripped[0] == char and run >= length and not rest.strip(" \t"):
                char, length = "", 0
        elif run >= 3 and not (stripped[0] == "`" and "`" in rest):
            char, length = stripped[0], run
    return char * length


def test_a_conversation_reads_as_headings_and_texts():
    text = render([message("Be brief.", role="system"), message("Hi", role="user"), message("Yo")])
    assert text == "## System\n\nBe brief.\n\n## You\n\nHi\n\n## model\n\nYo\n"


def test_a_model_whose_name_has_slashes_keeps_them():
    answer = message("x").model_copy(update={"model": "router/meta/llama"})
    assert opening(answer, first=True) == "## meta/llama\n\n"


def test_the_document_of_an_empty_pane_is_empty():
    assert render([]) == ""
    assert blocks([]) == []


@given(st.lists(MESSAGES, max_size=4))
def test_blocks_are_exact_slices_of_the_document(messages):
    text, found = render(messages), blocks(messages)
    assert [block.message for block in found] == messages
    edge = 0
    for block in found:
        assert block.start == edge
        assert text[block.content_start : block.content_end] == block.message.content
        first = block.start == 0
        assert text[block.start : block.content_start] == opening(block.message, first=first)
        assert text[block.content_end : block.end] == closing(block.message)
        edge = block.end
    assert edge == len(text)


@given(st.lists(ENDED, max_size=3), MESSAGES)
def test_what_comes_later_only_appends(before, last):
    assert render([*before, last]).startswith(render(before))


@given(st.lists(ENDED, max_size=2), st.lists(TEXTS, max_size=4), st.sampled_from(ENDS))
def test_opening_texts_and_closing_are_the_block(before, texts, status):
    running = render([*before, message(status="streaming")])
    ended = message("".join(texts), status)
    assert running + "".join(texts) + closing(ended) == render([*before, ended])


@given(ENDED)
def test_a_block_ends_its_last_line(ended):
    assert render([ended]).endswith("\n")


@given(ENDED)
def test_no_answer_leaves_a_code_block_open_behind_it(ended):
    assert fence_left_open(render([ended])) == ""


@given(st.one_of(TEXTS, LINES.map("\n".join), LINES.map("\r".join), LINES.map("\r\n".join)))
def test_an_open_fence_is_found_as_commonmark_says(content):
    assert open_fence(content) == fence_left_open(content)


@pytest.mark.parametrize(
    ("content", "fence"),
    [
        ("```py\nx", "```"),
        ("~~~~\n~~~\n```", "~~~~"),
        ("````\n```\n", "````"),
        ("```\nx\n````", ""),
        ("```\n```py\n", "```"),
        ("    ```\n", ""),
        ("``` `\n", ""),
        ("~~~ `\n", "~~~"),
        ("a ```\n", ""),
    ],
)
def test_which_fence_is_open(content, fence):
    assert open_fence(content) == fence


def test_a_cut_answer_closes_its_code_block_and_then_says_so():
    assert closing(message("```py\nprint(", "cancelled")) == "\n```\n\n> **Stopped.**\n"


def test_an_answer_that_runs_has_no_closing_yet():
    assert closing(message("```", "streaming")) == ""


@pytest.mark.parametrize("status", ENDS[1:])
def test_every_end_but_a_complete_one_is_told(status):
    assert closing(message("x", status)).startswith("\n\n> **")


def test_a_failure_is_told_in_its_own_words_on_one_line():
    failure = Failure.of("server_error", "Boom:\n\n# not a heading", hint="Ask\nagain.")
    assert (
        closing(message("", "failed", error=failure)) == "> **Boom: # not a heading** Ask again.\n"
    )


def test_context_and_notes_are_told_below_the_message_they_belong_to():
    digest = ContextDigest(label="src/app.py, line 3", uri="file:///a", sha256="0", bytes=1)
    assert closing(message("Why?", role="user", context=[digest, digest])) == (
        "\n\n> With src/app.py, line 3, src/app.py, line 3\n"
    )
    assert closing(message("x", "truncated", notes=["one", "two"])) == (
        "\n\n> **Cut at the token limit.** Ask the model to go on, or raise maxTokens.\n"
        ">\n> Note: one\n>\n> Note: two\n"
    )


def test_an_answer_that_we_cut_for_its_size_does_not_blame_the_token_limit():
    assert closing(message("x", "truncated", finish_reason="answer_limit")) == (
        "\n\n> **Cut: the answer grew too long.** Ask the model to go on.\n"
    )


@given(TEXTS)
def test_the_end_of_a_text_is_where_an_editor_puts_it(text):
    lines = BREAKS.split(text)
    units = sum(2 if ord(character) > 0xFFFF else 1 for character in lines[-1])
    assert end_position(text) == Position(line=len(lines) - 1, character=units)
