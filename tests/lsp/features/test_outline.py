"""The outline of a pane: where each message and each code block really stands in the document."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.document.render import render
from antiphon.lsp.features.outline import Outliner
from antiphon.model.conversation.message import Message
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import message_uri, pane_uri

SESSION, PANE = new_id(), new_id()
URI = pane_uri(SESSION, PANE, "m")
BREAKS = re.compile(r"\r\n|\r|\n")
CONTENTS = st.lists(
    st.sampled_from(["```", "```py", "~~~", "````", "x", "", "😀 y", "   ```", "``` `"]), max_size=7
).flatmap(lambda lines: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda end: end.join(lines)))
ROLES = st.sampled_from(["user", "system", "assistant"])


class Shown:
    """The documents of one pane."""

    def __init__(self, *messages: Message) -> None:
        self.messages_shown = list(messages)

    async def messages(self, pane_id: str) -> list[Message]:
        assert pane_id == PANE
        return self.messages_shown


def message(role: str, content: str, status: str = "complete", model: str = "p/m") -> Message:
    return Message(
        id=new_id(),
        pane_id=PANE,
        role=role,
        content=content,
        status=status,
        created_at="now",
        model=model if role == "assistant" else None,
    )


async def outline(*messages: Message):
    return list(await Outliner(Shown(*messages)).outline(URI))


async def test_each_message_is_an_entry_that_says_who_and_what():
    spans = await outline(
        message("system", "Be\n  brief."),
        message("user", "Why?"),
        message("assistant", "So.", "cancelled", "router/meta/llama"),
    )
    assert [(span.name, span.detail) for span in spans] == [
        ("Be brief.", "complete"),
        ("Why?", "complete"),
        ("meta/llama", "cancelled"),
    ]
    assert [(span.start_line, span.start_character) for span in spans] == [(0, 0), (5, 0), (9, 0)]


async def test_a_long_prompt_is_named_by_its_beginning():
    (span,) = await outline(message("user", "word " * 50))
    assert len(span.name) == 60
    assert span.name.endswith("…")


@pytest.mark.parametrize(
    "uri",
    [message_uri(SESSION, PANE, new_id(), "m"), "file:///a", "antiphon:/x", ""],
    ids=["a message", "a file", "no address", "nothing"],
)
async def test_only_panes_have_an_outline(uri):
    assert list(await Outliner(Shown(message("user", "x"))).outline(uri)) == []


async def test_an_empty_pane_has_an_empty_outline():
    assert await outline() == []


@given(st.lists(st.builds(message, ROLES, CONTENTS), max_size=3))
async def test_the_entries_follow_each_other_and_begin_with_their_headings(messages):
    spans = await outline(*messages)
    lines = BREAKS.split(render(messages))
    place = (0, 0)
    for span, each in zip(spans, messages, strict=True):
        # Between two entries stands one blank line, which belongs to neither.
        line, character = place
        assert (span.start_line, span.start_character) == (line + bool(line), character)
        heading = lines[span.start_line]
        assert heading == {"user": "## You", "system": "## System"}.get(each.role, "## m")
        place = (span.end_line, span.end_character)
    assert place == (len(lines) - 1, len(lines[-1]))


@given(st.lists(st.builds(message, ROLES, CONTENTS), max_size=3))
async def test_code_blocks_stand_between_two_fences_of_the_document(messages):
    lines = BREAKS.split(render(messages))
    for span in await outline(*messages):
        previous = span.start_line
        for first, last in span.code_blocks:
            assert previous <= first < last <= span.end_line
            opening = re.match(r" {0,3}(`{3,}|~{3,})", lines[first])
            assert opening is not None
            assert re.fullmatch(rf" {{0,3}}{opening[1]}{opening[1][0]}*[ \t]*", lines[last])
            previous = last


BLOCKS = {
    "one": ("a\n```py\nx\n```\nb", [(3, 5)]),
    "two": ("```\n```\n~~~\n~~~", [(2, 3), (4, 5)]),
    "CRLF": ("a\r\n```\r\nx\r\n```", [(3, 5)]),
    "CR": ("a\r```\rx\r```", [(3, 5)]),
    "an info string closes nothing": ("```\n```py\n```", [(2, 4)]),
    "a shorter fence closes nothing": ("````\n```\n````", [(2, 4)]),
    "another fence closes nothing": ("~~~\n```\n~~~", [(2, 4)]),
    "a span of code is no block": ("``` a`b\nx", []),
    "indented code is no fence": ("    ```\n    ```", []),
    "left open, it ends where we close it": ("a\n```py\nx", [(3, 5)]),
}


@pytest.mark.parametrize(("content", "found"), BLOCKS.values(), ids=BLOCKS)
async def test_code_blocks_are_those_of_commonmark(content, found):
    (span,) = await outline(message("assistant", content))
    assert list(span.code_blocks) == found


async def test_a_code_block_that_is_still_being_written_reaches_to_the_end_so_far():
    (span,) = await outline(message("assistant", "```py\nx\ny", "streaming"))
    assert list(span.code_blocks) == [(2, 4)]
