"""Several answers become one: a summary, or the best of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.canaries.canary import USED

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place


@pytest.fixture
def asked(editor: Editor) -> Editor:
    """Three panes, one of which has failed."""
    editor.do("Antiphon ask demo/terse demo/poet demo/refuses tokensPerSecond=0 -- Why?")
    editor.finished()
    editor.lua(
        "vim.g.antiphon = vim.tbl_extend('force', vim.g.antiphon,"
        " { params = { tokensPerSecond = 0 } })"
    )
    return editor


@pytest.mark.each_neovim
def test_a_summary_streams_into_a_new_pane_and_names_what_it_used(asked: Editor) -> None:
    asked.do("Antiphon summarize bullets all model=demo/echo -- Be brief.")
    pane = asked.finished(2)[3]
    assert pane["title"] == "summary"
    assert pane["state"] == "complete"
    assert pane["window"] > 0
    # Its end may be known before its last lines are drawn.
    asked.expect(lambda: asked.panes()[3]["text"], asked.document(pane["uri"]))
    assert any("used 2 of 3; left out: refuses" in text for text in asked.lua("return _G.told"))
    assert "2 of 3" in asked.lua("return vim.wo.winbar")
    asked.do("Antiphon reply Shorter.")
    assert asked.finished(3)[3]["text"].count("Shorter.") >= 1


def test_panes_and_the_kind_are_asked_for(asked: Editor) -> None:
    asked.lua("vim.ui.select = function(items, _, done) done(items[2]) end")
    asked.do("Antiphon summarize model=demo/echo")
    asked.expect(lambda: asked.lua("return vim.bo.filetype"), "antiphon-panes")
    asked.keys("jj<Space><CR>")
    pane = asked.finished(2)[3]
    assert pane["title"] == "summary"
    assert any("used 2 of 2" in text for text in asked.lua("return _G.told"))


def test_each_pane_can_have_a_summary_of_its_own(asked: Editor) -> None:
    asked.do("Antiphon summarize executive each terse poet model=demo/echo")
    panes = asked.finished(2)
    assert [pane["state"] for pane in panes[3:]] == ["complete", "complete"]
    assert len({pane["title"] for pane in panes[3:]}) == 2


@pytest.mark.each_neovim
def test_answers_are_merged_into_one(asked: Editor) -> None:
    asked.do("Antiphon merge terse poet model=demo/echo -- Keep it short.")
    pane = asked.finished(2)[3]
    assert (pane["title"], pane["state"]) == ("merge", "complete")
    # Its end may be known before its last lines are drawn.
    asked.expect(lambda: asked.panes()[3]["text"], asked.document(pane["uri"]))


def test_all_are_the_answers_and_no_summary_of_them_unless_it_is_named(asked: Editor) -> None:
    asked.do("Antiphon summarize bullets all model=demo/echo")
    asked.finished(2)
    asked.do("Antiphon merge all model=demo/echo")
    merged = asked.finished(3)[4]
    text = asked.document(merged["uri"])
    assert "answer 2" in text
    assert "answer 3" not in text
    asked.do("Antiphon merge terse summary model=demo/echo")
    named = asked.finished(4)[5]
    assert "answer 2, by echo" in asked.document(named["uri"])


@pytest.mark.each_neovim
def test_a_costly_summary_is_asked_about_before_it_is_paid_for(
    place: Place, fault_server: FaultServer, start: Callable[..., Editor]
) -> None:
    row = {
        "type": "openai",
        "baseUrl": fault_server.base_url,
        "apiKey": USED,
        "prices": {"ok": {"input": "0", "output": "1000"}},
    }
    place.settings = {"providers": {"paid": row}}
    editor = start()
    editor.lua("""vim.ui.select = function(items, options, done)
      _G.asked = options.prompt
      done(items[2], 2)
    end""")
    editor.do("Antiphon ask demo/terse demo/poet tokensPerSecond=0 -- Why?")
    editor.finished()
    editor.do("Antiphon merge terse poet model=paid/ok")
    editor.expect(lambda: "by paid/ok · about " in (editor.lua("return _G.asked") or ""), True)
    assert len(editor.panes()) == 2
    assert fault_server.requests("ok") == []


def test_panes_that_all_failed_are_not_summed_up(editor: Editor) -> None:
    editor.do("Antiphon ask demo/refuses demo/refuses -- Why?")
    editor.finished()
    editor.do("Antiphon summarize bullets all")
    editor.finished(2)
    editor.expect(lambda: len(editor.panes()), 2)
    assert len(editor.windows()) == 2
    assert editor.lua("return _G.told")
