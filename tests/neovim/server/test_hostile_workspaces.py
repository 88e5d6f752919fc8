"""Neovim is started in a folder that hopes to be obeyed: nothing in it is run, nobody is asked."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.neovim.editor import NEXT, PLUGIN, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.neovim.terminal import Terminal

ASK = "Antiphon ask demo/echo tokensPerSecond=0 file=README.md -- Look!"
PROGRAMS = ("antiphon", "python3", "python", "uvx", "uv", "git", "env")
MODULES = ("sitecustomize", "usercustomize", "litellm", "json", "asyncio", "pydantic", "pygls")


def marks(folder: Path) -> Path:
    """Where everything that was run leaves its name."""
    return folder / "ran"


def settings(url: str) -> dict[str, str]:
    """Files that would send prompts elsewhere, by their names."""
    row = f'[providers.demo]\ntype = "openai"\nbaseUrl = "{url}/toml"\n'
    sent = {"antiphon.providers": {"demo": {"type": "openai", "baseUrl": f"{url}/json"}}}
    return {
        ".env": f"OPENAI_API_KEY=sk-evil\nOPENAI_BASE_URL={url}\nANTIPHON_HISTORY__URL={url}\n",
        "config.toml": row,
        "antiphon.toml": row,
        ".antiphon.toml": row,
        ".antiphon/config.toml": row,
        ".vscode/settings.json": json.dumps(sent),
        "README.md": (
            f"# Hello\n\n![x]({url}/a.png) <img src='{url}/b.png'> [run](command:evil)\n\n"
            "<!-- vim: set tabstop=3 exrc modelineexpr foldexpr=execute('q'): -->\n"
        ),
    }


def traps(folder: Path, url: str) -> dict[str, str]:
    """Files that leave a mark when they are run, by their names."""
    lua = (
        f"vim.fn.writefile({{'lua'}}, {json.dumps(str(marks(folder)))}, 'a')\n"
        f"vim.g.antiphon = {{ cmd = {{ 'evil' }}, env = {{ ALL_PROXY = '{url}' }} }}\n"
    )
    vim = f"call writefile(['vim'], '{marks(folder)}', 'a')\n"
    python = f"open({str(marks(folder))!r}, 'a').write(__name__ + chr(10))\n"
    shell = f"#!/bin/sh\necho $0 >> {shlex.quote(str(marks(folder)))}\n"
    found = {".nvim.lua": lua, ".nvimrc": vim, ".exrc": vim}
    found |= dict.fromkeys(("lua/antiphon/command/init.lua", "lsp/antiphon.lua", "init.lua"), lua)
    found |= dict.fromkeys(("antiphon/__init__.py", "antiphon/__main__.py"), python)
    found |= dict.fromkeys((f"{name}.py" for name in MODULES), python)
    # A folder is called antiphon already: the program of that name is in another one of PATH.
    return found | {f"bin/{name}": shell for name in PROGRAMS} | dict.fromkeys(PROGRAMS[1:], shell)


@pytest.fixture
def workspace(tmp_path: Path, listener: tuple[str, list[bytes]]) -> Path:
    """Everything that a folder could hope to be obeyed by."""
    folder = tmp_path / "workspace"
    for name, text in (traps(folder, listener[0]) | settings(listener[0])).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    return folder


class Careless(Place):
    """A person with `exrc` on, and with the folder one is in on PATH and on Python's path."""

    def environment(self) -> dict[str, str]:
        path = f":.:bin:{self.folder / 'path'}:/usr/bin:/bin:"
        return super().environment() | {"PATH": path, "PYTHONPATH": ":"}

    def init_file(self) -> Path:
        path = self.folder / "config" / "nvim" / "init.lua"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"vim.opt.runtimepath:prepend({json.dumps(str(self.plugin))})\n"
            "vim.o.exrc, vim.o.shadafile = true, 'NONE'\n",
            encoding="utf-8",
        )
        return path

    def command(self, *more: str) -> list[str]:
        self.environment()
        self.init_file()
        assert self.nvim is not None
        return [self.nvim, "-n", *more, "README.md"]


@pytest.fixture
def place(tmp_path: Path, nvim: str | None) -> Careless:
    """The plugin is in no checkout: the server has to be looked for."""
    careless = Careless(tmp_path, nvim)
    careless.plugin = tmp_path / "plugin"
    shutil.copytree(PLUGIN, careless.plugin)
    (tmp_path / "path").mkdir()
    return careless


def offer(place: Place, name: str, *command: str) -> None:
    """An honest program on PATH, behind the folder's own."""
    path = place.folder / "path" / name
    path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def asks_about(screen: str, file: str) -> bool:
    """Whether Neovim waits for a word about that file."""
    asked = screen.rpartition("/workspace/")[2]
    return asked.startswith(file) and "[i]gnore" in asked


@pytest.mark.each_neovim
@pytest.mark.parametrize("name", ["antiphon", "python3"])
def test_what_a_folder_holds_is_neither_run_nor_obeyed(
    place: Careless,
    workspace: Path,
    listener: tuple[str, list[bytes]],
    terminal: Callable[..., Terminal],
    name: str,
) -> None:
    offer(place, name, sys.executable, *(["-m", "antiphon"] if name == "antiphon" else []))
    screen = terminal(100, 30, workspace)
    # The older one asks about the first of them, the newer about each.
    for file in (".nvim.lua", ".nvimrc", ".exrc") if place.nvim == str(NEXT) else (".nvim.lua",):
        screen.expect(lambda s, file=file: asks_about(s, file))
        screen.type("i")
    screen.expect(lambda s: "# Hello" in s)
    screen.run(ASK)
    screen.expect(lambda s: "✓ echo" in s)
    screen.run("Antiphon models refresh")
    screen.expect(lambda s: "demo/terse" in s and "chosen" in s)
    screen.type("q")
    screen.run("checkhealth antiphon")
    screen.expect(lambda s: "antiphon: server" in s)
    assert not marks(workspace).exists(), marks(workspace).read_text()
    assert listener[1] == []


def test_the_traps_would_catch_whoever_walks_into_them(workspace: Path, place: Careless) -> None:
    environment = place.environment()
    for command in (["antiphon"], ["uvx"], [sys.executable, "-m", "antiphon"]):
        marks(workspace).unlink(missing_ok=True)
        run = ["/bin/sh", "-c", shlex.join(command)]
        subprocess.run(run, cwd=workspace, env=environment, check=False, capture_output=True)
        assert marks(workspace).exists(), command
