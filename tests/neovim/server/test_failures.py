"""What goes wrong is said where it matters, with what to do about it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from support.neovim.editor import PLUGIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place


def told(editor: Editor, words: str) -> None:
    editor.expect(lambda: " ".join(editor.lua("return _G.told")), lambda text: words in text)


@pytest.mark.each_neovim
def test_a_wrong_key_is_explained_in_its_pane(gated: FaultServer, editor: Editor) -> None:
    editor.do("Antiphon ask gate/s401 demo/terse tokensPerSecond=0 -- Hello.")
    refused, answered = editor.finished()
    assert (refused["state"], answered["state"]) == ("failed", "complete")
    assert refused["note"] == "authentication"
    assert "key" in refused["text"].splitlines()[-1]
    assert "test-key" not in refused["text"]
    bar = editor.lua("return vim.wo[...].winbar", refused["window"])
    assert "authentication" in bar
    assert len(gated.requests("s401")) == 1


@pytest.mark.each_neovim
def test_where_no_model_can_be_asked_the_reason_is_said(
    place: Place, start: Callable[..., Editor]
) -> None:
    row = {"type": "openai", "baseUrl": "https://localhost:1/v1", "apiKeyEnv": "NO_SUCH_KEY"}
    place.settings = {"providers": {"demo": row}}
    editor = start()
    editor.do("Antiphon ask")
    told(editor, "no model can be asked: ")
    assert editor.lua("return #vim.api.nvim_list_wins()") == 1


def test_where_a_model_has_no_provider_nothing_opens(editor: Editor) -> None:
    editor.do("Antiphon ask nowhere/model -- Hello.")
    told(editor, "nowhere")
    editor.expect(lambda: editor.lua("return #vim.api.nvim_list_tabpages()"), 1)
    assert editor.panes() == []


def test_an_unknown_line_up_is_named(editor: Editor) -> None:
    editor.do("Antiphon ask fastest -- Hello.")
    told(editor, "no line-up called fastest")


def test_a_missing_server_says_how_to_install_it(
    place: Place, start: Callable[..., Editor]
) -> None:
    place.plugin = place.folder / "plugin"
    shutil.copytree(PLUGIN, place.plugin)
    editor = start()
    editor.lua("""vim.g.antiphon = {}
      vim.env.PATH = '/nonexistent'""")
    editor.do("Antiphon ask demo/terse -- Hello.")
    told(editor, "run `make install`")
    assert editor.lua("return #vim.api.nvim_list_tabpages()") == 1


def test_a_server_that_ends_at_once_is_no_riddle(
    place: Place, start: Callable[..., Editor]
) -> None:
    place.options = {"cmd": ["false"]}
    editor = start()
    editor.do("Antiphon ask demo/terse -- Hello.")
    told(editor, "ended while it was starting")


def test_a_retry_is_shown_while_it_waits(editor: Editor) -> None:
    editor.do("Antiphon ask demo/flaky tokensPerSecond=0 -- Hello.")
    pane = editor.finished()[0]
    assert pane["state"] == "complete"
    assert pane["text"] == editor.document(pane["uri"])


def test_wrong_options_are_named_and_the_rest_counts(
    place: Place, start: Callable[..., Editor]
) -> None:
    place.options = {"layout": {"mode": "circle", "min_width": 50}, "colour": "blue"}
    editor = start()
    config = editor.lua("return require('antiphon.config').get().layout")
    assert (config["mode"], config["min_width"]) == ("grid", 50)
    problems = editor.lua("""return vim.tbl_map(function(problem) return problem.text end,
      require('antiphon.config.check').problems(vim.g.antiphon))""")
    assert problems == [
        "colour is not an option",
        "layout.mode must be one of grid, columns, rows, tabs, beside",
    ]
