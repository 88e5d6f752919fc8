"""Sessions get titles and tags, are forked, deleted, exported and imported again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.neovim.editor import Editor

SESSION = """local answer
require('antiphon.server.client').command('antiphon.session.list', {}, function(_, result)
  answer = result.sessions
end)
vim.wait(8000, function() return answer ~= nil end, 10)
return vim.tbl_map(function(session)
  return { id = session.id, title = session.title, tags = session.tags, panes = #session.panes }
end, answer)"""


def sessions(editor: Editor) -> list[dict[str, Any]]:
    return editor.lua(SESSION)


@pytest.fixture
def asked(editor: Editor) -> Editor:
    """One session of two panes."""
    editor.do("Antiphon ask demo/terse demo/echo tokensPerSecond=0 -- Name three primes.")
    editor.finished()
    return editor


def test_a_session_gets_another_title_and_tags(asked: Editor) -> None:
    asked.do("Antiphon sessions rename Primes, three of them")
    asked.expect(lambda: sessions(asked)[0]["title"], "Primes, three of them")
    asked.do("Antiphon sessions tag maths, for Ada")
    asked.expect(lambda: sessions(asked)[0]["tags"], ["maths", "for Ada"])
    asked.lua(
        "vim.ui.select = function(items, options) _G.label = options.format_item(items[1]) end"
    )
    asked.do("Antiphon sessions tag:maths")
    label = asked.expect(lambda: asked.lua("return _G.label"), lambda text: text)
    assert "#maths #for Ada" in label


@pytest.mark.each_neovim
def test_a_session_is_forked_at_the_message_under_the_cursor(asked: Editor) -> None:
    asked.do("normal! gg")
    asked.do("Antiphon sessions fork")
    asked.expect(lambda: len(asked.events("AntiphonSessionOpened")), 1)
    assert [name for name, *_ in asked.windows()] == ["terse"]
    forked = asked.panes()[-1]
    assert forked["text"].startswith("## You\n\nName three primes.\n")
    assert "## terse" not in forked["text"]
    assert len(sessions(asked)) == 2


def test_a_session_is_deleted_only_after_a_yes(asked: Editor) -> None:
    asked.lua("vim.ui.select = function(items, _, done) done(items[1], 1) end")
    asked.do("Antiphon sessions delete")
    assert len(sessions(asked)) == 1
    asked.lua("vim.ui.select = function(items, _, done) done(items[2], 2) end")
    asked.do("Antiphon sessions delete")
    asked.expect(lambda: sessions(asked), [])
    asked.expect(asked.panes, [])


@pytest.mark.each_neovim
def test_what_was_exported_can_be_imported_again(asked: Editor) -> None:
    path = asked.place.folder / "primes.json"
    asked.do(f"Antiphon sessions export {path}")
    asked.expect(path.exists, True)
    asked.expect(lambda: path.read_text(encoding="utf-8"), lambda text: text.rstrip()[-1:] == "}")
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text(encoding="utf-8"))["antiphon"] == "session/v1"
    before = asked.panes()
    asked.do("%bwipeout!")
    asked.do(f"Antiphon sessions import {path}")
    asked.expect(lambda: len(asked.events("AntiphonSessionOpened")), 1)
    after = asked.expect_states("complete", "complete")
    assert [pane["text"] for pane in after] == [pane["text"] for pane in before]
    assert len(sessions(asked)) == 2
    assert "was here already: there are two now" in asked.lua("return _G.told")[-1]


def test_a_file_is_replaced_only_when_told_so(asked: Editor) -> None:
    path = asked.place.folder / "primes.md"
    path.write_text("mine", encoding="utf-8")
    asked.do(f"Antiphon sessions export {path}")
    asked.expect(
        lambda: asked.lua("return _G.told"), lambda told: any("there already" in t for t in told)
    )
    assert path.read_text(encoding="utf-8") == "mine"
    asked.do(f"Antiphon! sessions export {path}")
    asked.expect(
        lambda: path.read_text(encoding="utf-8"), lambda text: text.startswith("# Name three")
    )


def test_what_is_no_export_is_refused_and_changes_nothing(asked: Editor) -> None:
    path = asked.place.folder / "evil.json"
    path.write_text("[" * 5000, encoding="utf-8")
    asked.do(f"Antiphon sessions import {path}")
    asked.expect(lambda: len(asked.lua("return _G.told")), 1)
    asked.do("Antiphon sessions import /nowhere/at/all.json")
    asked.expect(lambda: len(asked.lua("return _G.told")), 2)
    assert len(sessions(asked)) == 1
