"""Budgets as a person in Neovim meets them: a warning, a refusal, a cut answer, a statusline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place

STATUS = "return require('antiphon').status()"
ANSWERING = """_G.prompts, _G.say = {}, ...
  vim.ui.select = function(items, options, done)
    table.insert(_G.prompts, options.prompt)
    done(items[_G.say], _G.say)
  end"""
DECLINE, GO_OVER = 2, 1


@pytest.fixture
def spender(
    place: Place, fault_server: FaultServer, start: Callable[..., Editor]
) -> Callable[..., Editor]:
    """A Neovim with budgets of the day, whose models cost a dollar a token."""

    def begin(*budgets: dict[str, Any], price: str = "1000000") -> Editor:
        models = ("ok", "gate-30-60", "gate-2000-2100")
        row = {
            "type": "openai",
            "baseUrl": fault_server.base_url,
            "apiKey": "test-key",
            "prices": {name: {"input": price, "output": price} for name in models},
        }
        place.settings = {"providers": {"paid": row}, "budgets": list(budgets)}
        place.options = {"confirm_above": 1e9}
        editor = start()
        editor.lua(ANSWERING, DECLINE)
        return editor

    return begin


def told(editor: Editor, words: str) -> list[str]:
    """What the person was told with these words in it."""
    return [text for text in editor.lua("return _G.told") if words in text]


def ask(editor: Editor, model: str) -> None:
    editor.do(f"Antiphon ask paid/{model} -- Hello.")


def test_a_warning_is_said_once_and_not_at_every_answer(spender: Callable[..., Editor]) -> None:
    editor = spender({"scope": "day", "limit": "100000", "warnAt": "0.0000001", "action": "warn"})
    for number in (1, 2, 3):
        ask(editor, "ok")
        editor.finished(number)
    warnings = editor.expect(lambda: told(editor, "is nearly used up"), lambda found: found)
    assert len(warnings) == 1
    assert warnings[0].startswith("Antiphon: The day's budget of $100,000.00 is nearly used up")


@pytest.mark.each_neovim
def test_what_a_budget_does_not_allow_is_refused_with_what_to_do(
    spender: Callable[..., Editor],
) -> None:
    editor = spender({"scope": "day", "limit": "1"})
    ask(editor, "ok")
    editor.finished()
    (prompt,) = editor.lua("return _G.prompts")
    assert "Nothing was sent. Go over the budget?" in prompt
    (refusal,) = told(editor, "Nothing was sent")
    assert "raise `budgets` in the settings" in refusal
    assert editor.panes() == []
    editor.lua(ANSWERING, GO_OVER)
    ask(editor, "ok")
    assert editor.finished(2)[0]["state"] == "complete"
    assert len(told(editor, "is used up")) == 1


@pytest.mark.each_neovim
def test_an_answer_that_outgrows_a_budget_is_cut_and_says_by_what(
    spender: Callable[..., Editor],
) -> None:
    editor = spender({"scope": "day", "limit": "600"})
    ask(editor, "gate-2000-2100")
    # It waits in the middle of its answer, and is cut there.
    pane = editor.finished()[0]
    assert pane["state"] == "truncated"
    assert pane["note"] == "cut by a budget"
    assert "t29" in pane["text"]
    assert "Raise `budgets` in the settings" in pane["text"]
    bar = editor.lua("return vim.api.nvim_eval_statusline(vim.wo.winbar, {}).str")
    assert "◐ gate-2000-2100 · cut by a budget" in bar
    assert editor.document(pane["uri"]) == pane["text"]


@pytest.mark.each_neovim
def test_the_statusline_has_what_is_spent_and_what_is_held(
    spender: Callable[..., Editor], fault_server: FaultServer
) -> None:
    used_up = {"scope": "month", "limit": "0.005", "action": "warn", "provider": "paid"}
    editor = spender({"scope": "day", "limit": "100000"}, used_up, price="1000")
    assert editor.lua(STATUS) == ""
    ask(editor, "ok")
    editor.finished()
    editor.expect(lambda: editor.lua(STATUS), lambda text: " spent of $0.005 this month" in text)
    ask(editor, "gate-30-60")
    fault_server.wait_held(1)
    line = editor.expect(
        lambda: editor.lua(STATUS), lambda text: "held of $0.005 this month · paid" in text
    )
    assert line.startswith("0/1 · ")
    fault_server.release()
    editor.finished(2)
    editor.expect(lambda: editor.lua(STATUS), lambda text: "held" not in text)
    editor.do("Antiphon meter")
    editor.expect(
        lambda: editor.lua("return vim.api.nvim_buf_get_lines(0, 0, 2, false)"),
        lambda found: "$0.00 of $0.005 left" in found[1] and "warns" in found[1],
    )
