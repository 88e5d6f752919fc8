"""The Lua modules that need no editor, tested in Neovim's own Lua."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.neovim.editor import Place


@pytest.mark.each_neovim
def test_the_lua_units(place: Place) -> None:
    assert place.nvim is not None
    script = str(Path(__file__).with_name("unit") / "run.lua")
    done = subprocess.run(
        [place.nvim, "--clean", "-l", script],
        env=place.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    problems = {each["name"]: each["problem"] for each in results if "problem" in each}
    assert problems == {}
    assert done.returncode == 0, done.stderr
    assert len(results) > 25
