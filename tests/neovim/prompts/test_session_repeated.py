"""A session made by hand is a pipeline: shared, run again elsewhere, and compared with itself."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from support.neovim.editor import Editor, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASK = "Antiphon ask demo/terse demo/echo demo/poet tokensPerSecond=0 -- What is an antiphon?"
AGREE = """_G.choices = {}
vim.ui.select = function(items, options, done)
  table.insert(_G.choices, options.prompt)
  done(items[1], 1)
end"""
SIDES = """return vim.tbl_map(function(window)
  local buffer = vim.api.nvim_win_get_buf(window)
  return { vim.wo[window].diff, table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) }
end, vim.api.nvim_tabpage_list_wins(0))"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Editor]:
    """A Neovim of another user, whose history is empty."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    other = Editor(Place(folder))
    other.do(f"cd {folder}")
    yield other
    other.close()


def run_in_a_terminal(place: Place, *arguments: str) -> dict[str, Any]:
    """Runs the pipeline `review` beside that user's Neovim; its result."""
    command = [sys.executable, "-P", "-m", "antiphon", "pipeline", "run", "review", "--json"]
    done = subprocess.run(
        [*command, "--input", "topic=a fugue", *arguments],
        env=place.environment(),
        cwd=place.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout.splitlines()[-1])


def make_session(editor: Editor) -> None:
    """Broadcasts to three, sends one answer to another, and sums all of them up."""
    editor.do(ASK)
    terse = editor.finished()[0]
    editor.lua("vim.api.nvim_set_current_win(...)", terse["window"])
    editor.do("Antiphon send ask poet -- Is this right?")
    editor.finished(2)
    editor.do("Antiphon summarize bullets all model=demo/terse")
    assert [pane["state"] for pane in editor.finished(3)] == ["complete"] * 4


def expect_told(editor: Editor, text: str) -> None:
    editor.expect(lambda: editor.lua("return _G.told"), lambda told: f"Antiphon: {text}" in told)


def export_session(editor: Editor, path: Path) -> str:
    """Saves the session here as the pipeline `review` and exports it; its text."""
    editor.do("Antiphon pipeline record review -- topic=an antiphon")
    expect_told(editor, "`:w` saves this pipeline")
    editor.do("write")
    expect_told(editor, "the pipeline review is saved")
    editor.do(f"Antiphon pipeline export review {path}")
    expect_told(editor, f"written to {path}")
    return path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_session_is_recorded_shared_replayed_offline_and_its_drift_is_a_diff(
    editor: Editor, elsewhere: Editor, tmp_path: Path
) -> None:
    shared, place = tmp_path / "shared.antiphon.yaml", elsewhere.place
    make_session(editor)
    text = export_session(editor, shared)
    kinds = [line.split()[-1] for line in text.splitlines() if "type: " in line]
    assert kinds == ["broadcast", "send", "summarize"], text
    assert "What is {{topic}}?" in text
    elsewhere.lua(AGREE)
    elsewhere.do(f"Antiphon pipeline import {shared}")
    expect_told(elsewhere, "imported: review")
    elsewhere.do("Antiphon pipeline run review topic=a_canon -- ask.2=demo/chatty")
    panes = elsewhere.finished()
    assert [pane["model"] for pane in panes][1] == "demo/chatty"
    [run] = elsewhere.events("AntiphonDone")
    assert run["status"] == "complete"
    tape = str(place.folder / "tape")
    first = run_in_a_terminal(place, "--record", tape)
    again = run_in_a_terminal(place, "--replay", tape)
    assert [step["status"] for step in again["steps"]] == ["complete"] * len(first["steps"])
    elsewhere.do(f"Antiphon pipeline drift {run['runId']} {again['runId']}")
    elsewhere.expect(lambda: elsewhere.lua("return vim.bo.filetype"), "antiphon-drift")
    lines = elsewhere.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
    assert "demo/chatty → demo/echo" in lines[1]
    elsewhere.keys("2G<CR>")
    sides = elsewhere.expect(
        lambda: elsewhere.lua(SIDES), lambda found: len(found) == 2 and all(t for _, t in found)
    )
    assert [is_diff for is_diff, _ in sides] == [True, True]
    assert "a fugue" in sides[1][1]
    assert "a fugue" not in sides[0][1]
