"""Neovim's server keeps its history in PostgreSQL: nothing is different to the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.history.postgresql import query

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Editor, Place


def test_a_session_in_postgresql_is_found_and_brought_back_in_another_neovim(
    place: Place, start: Callable[..., Editor], postgresql_url: str
) -> None:
    place.settings = {"history": {"url": postgresql_url}}
    first = start()
    first.do("Antiphon ask demo/echo demo/terse tokensPerSecond=0 -- The zebra crosses.")
    before = first.finished()
    first.close()
    assert query(postgresql_url, "SELECT count(*) FROM messages") == [(4,)]

    second = start()
    second.lua("vim.ui.select = function(items, _, done) done(items[1]) end")
    second.do("Antiphon search zebra role:assistant model:demo/echo")
    second.expect(
        lambda: second.lua("return vim.api.nvim_get_current_line()"), "The zebra crosses."
    )
    second.do("%bwipeout!")
    second.do("Antiphon sessions")
    after = second.expect_states("complete", "complete")
    assert [pane["text"] for pane in after] == [pane["text"] for pane in before]
