"""What a model thought folds by itself, exactly where it stands in the document."""

from __future__ import annotations

import pytest
from lsprotocol import types

from antiphon.engine.document.render import render
from antiphon.lsp.features.outline import Outliner
from antiphon.lsp.features.symbols import folds_of
from antiphon.model.conversation.message import Message
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import pane_uri

SESSION, PANE = new_id(), new_id()


def answer(content: str, reasoning: str | None, status: str = "complete") -> Message:
    return Message(
        id=new_id(),
        pane_id=PANE,
        role="assistant",
        content=content,
        status=status,
        created_at="now",
        model="p/m",
        reasoning=reasoning,
    )


class Shown:
    def __init__(self, *messages: Message) -> None:
        self._messages = list(messages)

    async def messages(self, pane_id: str) -> list[Message]:
        return self._messages


async def outline(*messages: Message):
    return await Outliner(Shown(*messages)).outline(pane_uri(SESSION, PANE, "m"))


@pytest.mark.parametrize("reasoning", ["Let me\nsee.", "Let me\r\nsee.\r\n", "Hm.\n", "Hm"])
@pytest.mark.parametrize(("content", "status"), [("Four.", "complete"), ("", "streaming")])
async def test_the_fold_is_the_quote_and_nothing_else(content, status, reasoning):
    first, second = answer("One.", None), answer(content, reasoning, status)
    lines = render([first, second]).replace("\r\n", "\n").split("\n")
    one, two = await outline(first, second)
    assert one.thinking is None
    start, end = two.thinking
    assert lines[start] == "> **Thinking**"
    assert all(line.startswith(">") for line in lines[start : end + 1])
    assert not lines[start - 1]
    assert not "".join(lines[end + 1 : end + 2])
    (fold,) = [each for each in folds_of([two]) if each.kind == types.FoldingRangeKind.Comment]
    assert (fold.start_line, fold.end_line) == two.thinking


async def test_code_below_thinking_folds_at_its_own_place():
    message = answer("x\n```\ncode\n```\n", "Hm\n```\nno code of the answer")
    lines = render([message]).split("\n")
    (span,) = await outline(message)
    ((first, last),) = span.code_blocks
    assert lines[first : last + 1] == ["```", "code", "```"]
