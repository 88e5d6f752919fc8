"""Where the server is looked for: PATH, a Python that has it, uvx, and never unasked."""

from __future__ import annotations

import shlex
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from support.neovim.editor import PLUGIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.neovim.editor import Editor, Place

ASK = "Antiphon ask demo/terse tokensPerSecond=0 -- Hello."


def program(folder: Path, name: str, *command: str) -> None:
    """A command of that name which becomes another one."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """All that is on PATH."""
    return tmp_path / "path"


@pytest.fixture
def bare(place: Place, start: Callable[..., Editor], path: Path) -> Editor:
    """A Neovim with the plugin outside of any checkout, and with nothing on PATH yet."""
    place.plugin = place.folder / "plugin"
    shutil.copytree(PLUGIN, place.plugin)
    editor = start()
    editor.lua("vim.g.antiphon, vim.env.PATH = {}, ...", str(path))
    return editor


def found(editor: Editor) -> str:
    return editor.lua("return (require('antiphon.server.locate').find() or {}).from or 'nowhere'")


def test_antiphon_on_path_is_what_runs(bare: Editor, path: Path) -> None:
    program(path, "antiphon", sys.executable, "-m", "antiphon")
    bare.do(ASK)
    assert bare.finished()[0]["state"] == "complete"
    assert found(bare) == "`antiphon` on PATH"


@pytest.mark.parametrize("name", ["python3", "python"])
def test_a_python_that_has_the_module_runs_it(bare: Editor, path: Path, name: str) -> None:
    program(path, name, sys.executable)
    bare.do(ASK)
    assert bare.finished()[0]["state"] == "complete"
    assert found(bare) == f"`{name} -m antiphon`"


def test_a_python_without_the_module_is_passed_over(bare: Editor, path: Path) -> None:
    program(path, "python3", "false")
    assert found(bare) == "nowhere"


def test_uvx_runs_the_server_once_the_person_allows_it(bare: Editor, path: Path) -> None:
    program(path, "uvx", sys.executable, "-m")
    bare.lua("""vim.ui.select = function(items, options, done)
        _G.asked = (_G.asked or '') .. options.prompt
        done(items[1], 1)
      end""")
    bare.do(ASK)
    assert bare.finished()[0]["state"] == "complete"
    assert bare.lua("return _G.asked").count("Run it with uvx, from PyPI?") == 1
    assert found(bare) == "`uvx antiphon`"


def test_uvx_runs_nothing_that_was_not_allowed(bare: Editor, path: Path, tmp_path: Path) -> None:
    program(path, "uvx", "/usr/bin/touch", str(tmp_path / "ran"))
    bare.lua("vim.ui.select = function(_, _, done) done(nil, nil) end")
    bare.do(ASK)
    bare.expect(lambda: " ".join(bare.lua("return _G.told")), lambda text: "make install" in text)
    assert not (tmp_path / "ran").exists()
