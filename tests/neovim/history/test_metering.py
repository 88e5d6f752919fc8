"""Meters, budgets, keys and the log: exact figures, and secrets that nobody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place

CANARY = "sk-canary-7f3a9c1e5b2d8046"
ASK = "Antiphon ask demo/terse demo/echo tokensPerSecond=0 -- What is an antiphon?"

METER = """local group, answer = ..., nil
require('antiphon.server.client').command('antiphon.meter', { groupBy = group }, function(_, result)
  answer = result
end)
vim.wait(8000, function() return answer ~= nil end, 10)
return answer"""


def lines(editor: Editor) -> list[str]:
    return editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")


@pytest.mark.each_neovim
def test_the_meter_shows_the_servers_figures_by_model_and_by_day(editor: Editor) -> None:
    editor.do(ASK)
    editor.finished()
    editor.do("Antiphon meter")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-meter")
    text = lines(editor)
    figures = editor.lua(METER, "model")
    assert len(figures["rows"]) == 2
    for row in figures["rows"]:
        line = next(line for line in text if line.startswith(f" {row['key']} "))
        cells = line.split()
        assert cells[1] == str(row["answers"])
        assert cells[2].removeprefix("≈") == str(row["usage"]["inputTokens"])
        out = text[0].split().index("out")
        assert cells[out].removeprefix("≈") == str(row["usage"]["outputTokens"])
    editor.keys("d")
    day = editor.lua(METER, "day")["rows"][0]["key"]
    editor.expect(lambda: lines(editor), lambda found: any(day in line for line in found))
    editor.keys("q")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-answer")


def budget(place: Place, limit: str, fault_server: FaultServer) -> None:
    """A priced model and a budget for the day."""
    row = {
        "type": "openai",
        "baseUrl": fault_server.base_url,
        "apiKey": "test-key",
        "prices": {"ok": {"input": "100", "output": "100"}},
    }
    place.settings = {
        "providers": {"paid": row},
        "budgets": [{"scope": "day", "limit": limit}],
    }


def test_budgets_show_what_is_left_before_and_after(
    place: Place, fault_server: FaultServer, start: Callable[..., Editor]
) -> None:
    budget(place, "1000.00", fault_server)
    editor = start()
    editor.do("Antiphon compose paid/ok --")
    editor.keys("iHello there.<Esc>")
    editor.expect(
        lambda: editor.lua("return vim.wo.winbar"), lambda bar: "of $1,000.00 left today" in bar
    )
    editor.do("Antiphon meter")
    editor.expect(
        lambda: lines(editor), lambda found: "of $1,000.00 left" in found[0] and "today" in found[0]
    )


@pytest.mark.each_neovim
def test_going_over_a_budget_is_asked_about(
    place: Place, fault_server: FaultServer, start: Callable[..., Editor]
) -> None:
    budget(place, "0.000001", fault_server)
    place.options = {"confirm_above": 1e9}
    editor = start()
    editor.lua("""_G.prompts, _G.say = {}, 2
      vim.ui.select = function(items, options, done)
        table.insert(_G.prompts, options.prompt)
        done(items[_G.say], _G.say)
      end""")
    editor.do("Antiphon ask paid/ok -- Hello.")
    editor.expect(lambda: len(editor.lua("return _G.prompts")), 1)
    editor.finished()
    editor.expect(editor.panes, [])
    editor.lua("_G.say = 1")
    editor.do("Antiphon ask paid/ok -- Hello.")
    pane = editor.finished(2)[0]
    assert pane["state"] == "complete"
    assert "Go over the budget?" in editor.lua("return _G.prompts[2]")


EVERYWHERE = """local found = {}
  for _, kind in ipairs({ 'cmd', 'search', 'expr', 'input', 'debug' }) do
    for number = 1, vim.fn.histnr(kind) do
      found[#found + 1] = vim.fn.histget(kind, number)
    end
  end
  found[#found + 1] = vim.fn.execute('messages')
  vim.list_extend(found, _G.told)
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    vim.list_extend(found, vim.api.nvim_buf_get_lines(buffer, 0, -1, false))
  end
  for _, register in ipairs({ '"', ':', '.', '/', '-' }) do
    found[#found + 1] = vim.fn.getreg(register)
  end
  return table.concat(found, '\\n')"""


def files_with(place: Place, secret: str) -> list[str]:
    """The files of the person's home that have these bytes in them."""
    return [
        str(path)
        for path in place.folder.rglob("*")
        if path.is_file() and secret.encode() in path.read_bytes()
    ]


@pytest.mark.each_neovim
def test_a_key_is_given_and_taken_away_and_stands_nowhere(editor: Editor) -> None:
    editor.lua("vim.lsp.log.set_level('trace')")
    editor.keys(":Antiphon keys set groq<CR>")
    editor.keys(f"{CANARY}<CR>")
    editor.expect(
        lambda: editor.lua("return _G.told"), lambda told: any("is in use" in t for t in told)
    )
    editor.do("Antiphon keys")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-keys")
    row = next(line for line in lines(editor) if line.startswith(" groq "))
    assert "client" in row
    assert CANARY not in editor.lua(EVERYWHERE)
    editor.keys("q")
    editor.do("Antiphon keys delete groq")
    editor.expect(
        lambda: editor.lua("return _G.told"), lambda told: any("is deleted" in t for t in told)
    )
    assert files_with(editor.place, CANARY) == []
    assert editor.lua("return vim.lsp.log.get_level()") == 0


def test_a_key_on_the_command_line_is_refused_and_forgotten(editor: Editor) -> None:
    editor.keys(f":Antiphon keys set groq {CANARY}<CR>")
    editor.expect(
        lambda: editor.lua("return _G.told"), lambda told: any("command line" in t for t in told)
    )
    assert CANARY not in editor.lua(EVERYWHERE)


def test_the_log_is_opened(editor: Editor) -> None:
    editor.do(ASK)
    editor.finished()
    editor.do("tabnew")
    editor.do("Antiphon log")
    name = editor.expect(
        lambda: editor.lua("return vim.api.nvim_buf_get_name(0)"),
        lambda name: name.endswith(".log"),
    )
    assert "What is an antiphon?" not in editor.buffer_text(name)
    editor.do("Antiphon! log")
    assert editor.lua("return vim.api.nvim_buf_get_name(0)").endswith("lsp.log")


def test_the_log_has_every_decision_at_the_level_that_is_set(
    place: Place, start: Callable[..., Editor]
) -> None:
    place.settings = {"log": {"level": "debug"}}
    editor = start()
    editor.do(ASK)
    editor.finished()
    editor.do("Antiphon log")
    name = editor.expect(
        lambda: editor.lua("return vim.api.nvim_buf_get_name(0)"),
        lambda name: name.endswith("antiphon.log"),
    )
    shown = editor.buffer_text(name)
    assert "the request is sent to demo/" in shown
    assert "setting log.level: from initializationOptions" in shown
    assert "What is an antiphon?" not in shown


@pytest.mark.each_neovim
def test_a_prompt_with_a_key_in_it_is_asked_about_before_it_leaves(editor: Editor) -> None:
    key = "sk-proj-" + "A1b2C3d4E5f6G7h8" * 3 + "T3BlbkFJ" + "Z9y8X7w6V5u4T3s2"
    editor.lua("""_G.asked = {}
      vim.ui.select = function(items, options, done)
        table.insert(_G.asked, options.prompt)
        done(items[2], 2)
      end""")
    editor.do(f"Antiphon ask demo/echo tokensPerSecond=0 -- Use {key} please.")
    asked: list[Any] = editor.expect(lambda: editor.lua("return _G.asked"), lambda found: found)
    assert "looks like a key" in asked[0]
    assert key not in asked[0]
    editor.finished()
    assert not any("## echo" in pane["text"] for pane in editor.panes())
