"""What was stopped stays, and says that it was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.neovim.editor import Editor


@pytest.mark.each_neovim
def test_one_pane_is_stopped_and_its_neighbour_goes_on(gated: FaultServer, editor: Editor) -> None:
    editor.do("Antiphon ask gate/gate-2-4 gate/gate-3-5 -- Count.")
    gated.wait_held(2)
    editor.expect(lambda: [p["text"].endswith(("t1 ", "t2 ")) for p in editor.panes()], [True] * 2)
    editor.keys("<C-c>")
    editor.expect_states("cancelled", "streaming")
    gated.release()
    first, second = editor.finished()
    assert first["text"].endswith("t0 t1 \n\n> **Stopped.**\n")
    assert second["text"].endswith("t0 t1 t2 t3 t4 \n")
    assert second["state"] == "complete"
    assert [editor.document(pane["uri"]) for pane in (first, second)] == [
        first["text"],
        second["text"],
    ]


def test_everything_can_be_stopped_from_anywhere(gated: FaultServer, editor: Editor) -> None:
    editor.do("Antiphon ask gate/gate-2-4 gate/stall-headers -- Count.")
    gated.wait_held(1)
    editor.do("tabfirst")
    editor.do("Antiphon stop")
    panes = editor.finished()
    assert [pane["state"] for pane in panes] == ["cancelled", "cancelled"]
    assert editor.events("AntiphonDone")[0]["status"] == "cancelled"


def test_stopping_where_nothing_runs_only_says_so(editor: Editor) -> None:
    editor.do("Antiphon stop")
    assert editor.lua("return _G.told") == ["Antiphon: nothing is running"]


def test_a_closed_pane_that_goes_on_is_listed_and_comes_back(
    gated: FaultServer, editor: Editor
) -> None:
    editor.lua("""vim.ui.select = function(items, options, done)
      _G.listed = vim.tbl_map(options.format_item, items)
      done(items[#items], #items)
    end""")
    editor.do("Antiphon ask gate/gate-30-60 gate/gate-3-6 -- Count.")
    gated.wait_held(2)
    editor.expect_states("streaming", "streaming")
    editor.do(f"bdelete {editor.panes()[1]['buffer']}")
    assert "goes on answering" in editor.lua("return _G.told")[-1]
    editor.do("Antiphon panes")
    assert editor.lua("return _G.listed")[1].endswith("streaming, closed")
    editor.expect(lambda: len(editor.panes()), 2)
    gated.release()
    editor.finished()
    editor.expect(lambda: editor.panes()[1]["text"].endswith("t5 \n"), True)
