"""The help and the code name the same things: nothing is missing, nothing is made up."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from support.neovim.editor import NVIM, PLUGIN

if TYPE_CHECKING:
    from pathlib import Path

    from support.neovim.editor import Editor, Place

HELP = (PLUGIN / "doc" / "antiphon.txt").read_text(encoding="utf-8")
README = (PLUGIN / "README.md").read_text(encoding="utf-8")

COMMANDS = "return vim.tbl_keys(require('antiphon.command').subcommands)"
HIGHLIGHTS = "return vim.tbl_keys(require('antiphon.ui.highlight').GROUPS)"
FUNCTIONS = "return vim.tbl_keys(require('antiphon'))"
PLUGS = """local names = {}
  for _, where in ipairs({ 'pane', 'document', 'composer' }) do
    for _, key in ipairs(require('antiphon.command.keymaps.' .. where)) do
      names[key.plug] = true
    end
  end
  for _, map in ipairs(vim.api.nvim_get_keymap('n')) do
    local name = map.lhs:match('^<Plug>%(antiphon%-(.+)%)$')
    if name then
      names[name] = true
    end
  end
  return vim.tbl_keys(names)"""
WORDS = """local name = ...
  local complete = require('antiphon.command').subcommands[name].complete
  return complete and complete('', 'Antiphon ' .. name .. ' ') or {}"""


def tags(pattern: str) -> list[str]:
    """What the help has tags for, in their order."""
    return sorted(re.findall(rf"(?:^|\s)\*{pattern}\*(?=\s)", HELP))


def annotated(file: str, pattern: str) -> list[str]:
    """The names in annotations of a file."""
    text = (PLUGIN / "lua" / "antiphon" / file).read_text(encoding="utf-8")
    return sorted(re.findall(pattern, text, re.MULTILINE))


def sections() -> dict[str, str]:
    """What the help says of each subcommand."""
    pieces = re.split(r"\*:Antiphon-(\w+)\*", HELP.split("\n3. Panes")[0])
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def test_every_subcommand_has_its_tag_and_there_are_no_others(editor: Editor) -> None:
    assert tags(r":Antiphon-(\w+)") == sorted(editor.lua(COMMANDS))


def test_every_word_that_is_completed_is_explained(editor: Editor) -> None:
    unexplained = {
        name: [
            word
            for word in editor.lua(WORDS, name)
            if re.split("[=:]", word)[0] not in text and "/" not in word and word != "--"
        ]
        for name, text in sections().items()
    }
    assert {name: words for name, words in unexplained.items() if words} == {}


def test_every_subcommand_that_is_named_anywhere_exists(editor: Editor) -> None:
    named = re.findall(r":Antiphon!? (\w+)", HELP + README)
    named += re.findall(r"^:(?:\[range\])?Antiphon(?:\[?!\]?)? (\w+)", HELP, re.MULTILINE)
    assert len(named) > 30
    assert sorted(set(named) - set(editor.lua(COMMANDS))) == []


def test_every_mapping_has_its_tag_and_there_are_no_others(editor: Editor) -> None:
    assert tags(r"<Plug>\(antiphon-([\w-]+)\)") == sorted(editor.lua(PLUGS))


def test_every_default_key_is_the_one_that_the_help_names(editor: Editor) -> None:
    keys = editor.lua("""local found = {}
      for _, where in ipairs({ 'pane', 'document', 'composer' }) do
        for _, key in ipairs(require('antiphon.command.keymaps.' .. where)) do
          found[key.plug] = key.keys[1]
        end
      end
      return found""")
    named = re.findall(r"^(\S+)\t<Plug>\(antiphon-([\w-]+)\)", HELP, re.MULTILINE)
    assert {plug: key for key, plug in named} == keys


def test_every_highlight_has_its_tag_and_there_are_no_others(editor: Editor) -> None:
    assert tags(r"hl-(\w+)") == sorted(editor.lua(HIGHLIGHTS))


def test_every_function_has_its_tag_and_there_are_no_others(editor: Editor) -> None:
    assert tags(r"antiphon\.(\w+)\(\)") == sorted(editor.lua(FUNCTIONS))


def test_every_event_and_option_has_its_tag_and_there_are_no_others() -> None:
    assert tags(r"(Antiphon[A-Z]\w+)") == annotated("server/autocmds.lua", r'---\| "(\w+)"')
    options = annotated("config/meta.lua", r"^---@field (\w+)")
    layout = {"mode", "min_width", "min_height"}
    limits = {"limit", "within_ms"}
    server = {"shared", "address", "token_file", "tls_ca"}
    assert tags(r"antiphon-option-(\w+)") == sorted(set(options) - layout - limits - server)


def test_the_help_builds(place: Place, tmp_path: Path) -> None:
    assert NVIM is not None
    doc = tmp_path / "doc"
    shutil.copytree(PLUGIN / "doc", doc, ignore=shutil.ignore_patterns("tags"))
    command = [NVIM, "--clean", "--headless", "-c", f"helptags {doc}", "-c", "quit"]
    done = subprocess.run(command, env=place.environment(), capture_output=True, check=True)
    assert done.stderr == b""
    assert "antiphon.txt\t" in (doc / "tags").read_text(encoding="utf-8")
