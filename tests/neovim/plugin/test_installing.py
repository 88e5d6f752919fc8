"""The ways of installing that the README names, followed as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from support.neovim.editor import NEXT, PLUGIN, SERVER, Editor, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

README = (PLUGIN / "README.md").read_text(encoding="utf-8")
LAZY = os.environ.get("ANTIPHON_TEST_LAZY", "")
"""A clone of lazy.nvim."""


def snippet(words: str) -> str:
    """The README's Lua that has these words in it."""
    blocks = re.findall(r"```lua\n(.*?)```", README, re.DOTALL)
    return next(block for block in blocks if words in block)


class Installed(Place):
    """A home whose init.lua is what the person wrote, beside the server's command."""

    written = ""

    def init_file(self) -> Path:
        path = super().init_file()
        words = ", ".join(repr(word) for word in SERVER)
        path.write_text(f"vim.g.antiphon = {{ cmd = {{ {words} }} }}\n{self.written}")
        return path


@pytest.fixture
def place(tmp_path: Path, nvim: str | None) -> Installed:
    return Installed(tmp_path, nvim)


def has_all(editor: Editor) -> bool:
    """Nothing is loaded; the command asks; the help is found."""
    loaded: list[Any] = editor.lua(
        "return vim.tbl_filter(function(name) return vim.startswith(name, 'antiphon') end,"
        " vim.tbl_keys(package.loaded))"
    )
    editor.do("Antiphon ask demo/terse demo/poet tokensPerSecond=0 -- Hello.")
    states = [pane["state"] for pane in editor.finished()]
    editor.do("help :Antiphon-ask")
    return (loaded, states) == ([], ["complete", "complete"])


@pytest.mark.each_neovim
def test_by_hand_as_a_native_package(place: Installed, start: Callable[..., Editor]) -> None:
    package = place.folder / "data" / "nvim" / "site" / "pack" / "antiphon" / "start" / "antiphon"
    copy_plugin(place.folder / "clone")
    package.parent.mkdir(parents=True)
    package.symlink_to(place.folder / "clone" / "neovim-plugin")
    place.written = "vim.o.packpath = vim.fn.stdpath('data') .. '/site,' .. vim.o.packpath"
    editor = start()
    editor.do("helptags ALL")
    assert has_all(editor)


@pytest.mark.skipif(not NEXT.exists(), reason="vim.pack came with Neovim 0.12")
@pytest.mark.parametrize("nvim", [str(NEXT)])
def test_by_vim_pack(place: Installed, start: Callable[..., Editor]) -> None:
    repository = place.folder / "repository"
    copy_plugin(repository)
    git = ["git", "-C", str(repository), "-c", "user.name=x", "-c", "user.email=x@x"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All"]):
        subprocess.run([*git, *command], check=True, env=place.environment())
    given = snippet("vim.pack.add").replace("<this repository>", repository.as_uri())
    place.written = given.replace("}, {\n  load", "}, {\n  confirm = false,\n  load")
    editor = start()
    # It answers while it still clones.
    editor.expect(lambda: editor.lua("return vim.fn.exists(':Antiphon')"), 2)
    editor.do("helptags ALL")
    assert has_all(editor)


@pytest.mark.skipif(not LAZY, reason="ANTIPHON_TEST_LAZY names no clone of lazy.nvim")
@pytest.mark.each_neovim
def test_by_lazy_nvim(place: Installed, start: Callable[..., Editor]) -> None:
    copy_plugin(place.folder / "antiphon")
    spec = snippet("lazy = false")
    place.written = f"vim.opt.runtimepath:prepend('{LAZY}')\nrequire('lazy').setup({{ {spec} }})"
    editor = start()
    editor.do("helptags ALL")
    assert has_all(editor)


def copy_plugin(folder: Path) -> None:
    """The repository, as far as the plugin goes: help tags must not be written into this one."""
    ignored = "--exclude=doc/tags"
    folder.mkdir()
    packed = subprocess.run(
        ["tar", "-C", str(PLUGIN.parent), ignored, "-c", PLUGIN.name],
        check=True,
        capture_output=True,
    ).stdout
    subprocess.run(["tar", "-C", str(folder), "-x"], input=packed, check=True)
