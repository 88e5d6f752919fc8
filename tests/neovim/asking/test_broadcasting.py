"""One question, a split for each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.neovim.editor import Editor

FAST = "tokensPerSecond=0"
MODELS = {
    1: ["demo/terse"],
    3: ["demo/terse", "demo/coder", "demo/unicode"],
    8: [
        "demo/terse",
        "demo/chatty",
        "demo/poet",
        "demo/coder",
        "demo/unicode",
        "demo/echo",
        "demo/terse",
        "demo/slow",
    ],
}


@pytest.mark.each_neovim
@pytest.mark.parametrize("count", MODELS)
def test_every_split_shows_what_the_server_has(editor: Editor, count: int) -> None:
    editor.do(f"Antiphon ask {' '.join(MODELS[count])} {FAST} -- What is an antiphon? 😀")
    panes = editor.finished()
    assert [pane["model"] for pane in panes] == MODELS[count]
    assert {pane["state"] for pane in panes} == {"complete"}
    for pane in panes:
        assert "What is an antiphon? 😀" in pane["text"]
        assert editor.buffer_text(pane["uri"]) == editor.document(pane["uri"]) == pane["text"]
        assert pane["window"] > 0
