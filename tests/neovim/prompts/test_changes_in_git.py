"""What has changed in git goes along as a file does."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.neovim.editor import Editor


@pytest.fixture
def changed(editor: Editor, tmp_path: Path) -> Editor:
    """An editor in a repository with one staged and one other change."""
    folder = tmp_path / "repository"
    folder.mkdir()
    note = folder / "note.txt"

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    note.write_text("first\n", encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "first")
    note.write_text("staged line\n", encoding="utf-8")
    git("add", ".")
    note.write_text("loose line\n", encoding="utf-8")
    editor.do(f"cd {folder}")
    return editor


@pytest.mark.parametrize(("word", "line"), [("@diff", "+loose line"), ("@staged", "+staged line")])
def test_changes_go_along_with_a_question(changed: Editor, word: str, line: str) -> None:
    changed.do(f"Antiphon ask demo/echo file={word} tokensPerSecond=0 -- What is new?")
    panes = changed.finished()
    assert panes, changed.lua("return _G.told")
    assert line in panes[0]["text"]


def test_changes_are_completed_like_files(changed: Editor) -> None:
    completed = changed.lua("return vim.fn.getcompletion('Antiphon ask file=@', 'cmdline')")
    assert completed == ["file=@diff", "file=@staged"]


def test_the_composer_adds_changes_and_leaves_them_out_again(changed: Editor) -> None:
    changed.lua("vim.ui.input = function(_, done) done('@diff') end")
    changed.do("Antiphon compose demo/terse --")
    changed.keys("ga")

    def bar() -> str:
        return changed.lua("return vim.wo.winbar")

    changed.expect(bar, lambda text: "with @diff" in text)
    changed.keys("ga")
    changed.expect(bar, lambda text: "with @diff" not in text)
