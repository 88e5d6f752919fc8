"""From a bare Neovim and this plugin's README alone to the first three answers, to the letter."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.neovim.editor import NEXT, PLUGIN, ROOT, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.neovim.terminal import Terminal

README = (PLUGIN / "README.md").read_text(encoding="utf-8")
FOR_REAL = "ANTIPHON_TEST_INSTALL" in os.environ
"""`make install` fetches everything, as it does for people; else this checkout's own is taken."""
INSTALL_LIMIT_S = 600

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="there is nothing to clone")


class Newcomer(Place):
    """An empty home, and nothing but git, make, Python and Neovim."""

    written = ""

    def environment(self) -> dict[str, str]:
        given = super().environment()
        kept = {name: value for name, value in given.items() if not name.startswith("XDG_")}
        programs = self.folder / "programs"
        return kept | {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin"}

    def command(self, *more: str) -> list[str]:
        return ["nvim", *more]

    def write_init(self, text: str) -> None:
        """The person's first init.lua."""
        path = self.folder / ".config" / "nvim" / "init.lua"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")

    def follow(self, script: str) -> None:
        """Types the lines of a shell's block."""
        for line in script.replace("<this repository>", str(ROOT)).splitlines():
            installs = line.startswith("make -C ")
            linked = f"ln -s {ROOT / '.venv'} {line.split()[2]}/.venv"
            subprocess.run(
                ["/bin/sh", "-c", linked if installs and not FOR_REAL else line],
                env=self.environment(),
                cwd=self.folder,
                check=True,
                capture_output=True,
                timeout=INSTALL_LIMIT_S,
            )


@pytest.fixture
def place(tmp_path: Path, nvim: str | None) -> Newcomer:
    assert nvim is not None
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "nvim").symlink_to(nvim)
    return Newcomer(tmp_path, nvim)


def block(language: str, words: str) -> str:
    """The README's block with these words in it."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return next(each for each in blocks if words in each)


def quick_start(screen: Terminal) -> None:
    """What the README says to do first, and what it says will be seen."""
    checked, asked = re.findall(r"^\d\. `:(.+?)`", README, re.MULTILINE)[:2]
    screen.run(checked)
    screen.expect(lambda s: "antiphon: server" in s and "ERROR" not in s)
    screen.run(asked)
    screen.expect(lambda s: "terse ·" in s and "chatty ·" in s and "poet ·" in s)
    screen.expect(lambda s: s.count("✓") >= 3 and "✓ chatty" in s and "✓ poet" in s)
    screen.type("g", "?")
    screen.expect(lambda s: "reply in all panes" in s)
    # A key close behind Escape, as on a busy machine, would mean Alt with that key.
    screen.type("Escape")
    screen.expect(lambda s: "reply in all panes" not in s)
    screen.type("Enter")
    screen.expect(lambda s: "Reply to" in s)
    screen.type("Escape")
    screen.expect(lambda s: "Reply to" not in s)
    screen.type("q")
    screen.expect(lambda s: "✓" not in s)
    screen.run("Antiphon sessions")
    screen.expect(lambda s: "What is an antiphon?" in s)


def test_by_hand(place: Newcomer, terminal: Callable[..., Terminal]) -> None:
    place.follow(block("sh", "git clone"))
    place.follow(block("sh", "helptags ALL"))
    screen = terminal(120, 36)
    quick_start(screen)
    screen.run("quitall!")


@pytest.mark.skipif(not NEXT.exists(), reason="vim.pack came with Neovim 0.12")
@pytest.mark.parametrize("nvim", [str(NEXT)])
def test_by_vim_pack(place: Newcomer, terminal: Callable[..., Terminal]) -> None:
    place.write_init(block("lua", "vim.pack.add").replace("<this repository>", ROOT.as_uri()))
    first = terminal(120, 36)
    first.expect(lambda s: "install" in s.lower() and "antiphon" in s)
    first.type("y")
    cloned = place.folder / ".local/share/nvim/site/pack/core/opt/antiphon"
    first.expect(lambda _: (cloned / "neovim-plugin").exists())
    place.follow(f"make -C {cloned} install")
    first.expect(lambda s: "[No Name]" in s or "NVIM" in s)
    quick_start(first)
