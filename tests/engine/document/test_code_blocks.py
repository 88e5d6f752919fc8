"""The code of an answer, without its fences and their indentation."""

from __future__ import annotations

import pytest

from antiphon.engine.document.code_blocks import all_code_blocks, code_block_at
from antiphon.model.conversation.message import Message
from antiphon.model.failure import AntiphonError


def answer(content: str) -> Message:
    return Message(
        id="M", pane_id="P", role="assistant", content=content, status="complete", created_at="now"
    )


def test_an_answer_may_begin_with_a_block_and_every_block_has_its_number():
    message = answer("```Python\na\n```\n\n~~~\nb\n~~~\n")
    assert [(each.number, each.language_id, each.text) for each in all_code_blocks(message)] == [
        (0, "python", "a\n"),
        (1, None, "b\n"),
    ]


def test_lines_lose_as_much_indentation_as_their_fence_has():
    (block,) = all_code_blocks(answer("  ```\n    a\n  b\n c\n  ```"))
    assert block.text == "  a\nb\nc\n"


@pytest.mark.parametrize("line", [1, 2, 3])
def test_the_fences_of_a_block_belong_to_it(line: int):
    assert code_block_at(answer("Text\n```\na\n```\nText"), line).text == "a\n"


@pytest.mark.parametrize("line", [0, 4])
def test_a_line_beside_a_block_has_no_code(line: int):
    with pytest.raises(AntiphonError) as caught:
        code_block_at(answer("Text\n```\na\n```\nText"), line)
    assert caught.value.field == "$.position"


@pytest.mark.parametrize("line", [0, 1, 2])
def test_an_open_block_has_the_line_after_its_text_where_its_document_closes_it(line: int):
    assert code_block_at(answer("```\na"), line).text == "a"
    with pytest.raises(AntiphonError):
        code_block_at(answer("```\na"), 3)
