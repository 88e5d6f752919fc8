"""`-m @PRESET`, `--lineup` and `--context @diff` at the command line, with a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.lsp.git_folder import GitFolder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow

PROGRAM = "import sys; sys.argv[0] = 'antiphon'; import antiphon.__main__ as it; it.main()"
SETTINGS = """
[models.presets.brief]
model = "demo/terse"
system = "Be brief."
params = { maxTokens = 40 }
[models.presets.long]
model = "demo/terse"
title = "Long one"
[models.lineups]
both = ["@brief", { model = "demo/terse", title = "Plain", params = { temperature = 1 } }]
"""


@pytest.fixture
def workspace(home: Path) -> GitFolder:
    folder = GitFolder(home / "work")
    folder.write(**{"a.txt": "changed\n"})
    return folder


@pytest.fixture
def antiphon(environment: dict[str, str], home: Path, workspace: GitFolder) -> Antiphon:
    config = home / "config" / "antiphon" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(SETTINGS)
    config.chmod(0o600)

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-c", PROGRAM, *arguments],
            env=environment | more, cwd=workspace.path, stdin=subprocess.DEVNULL,
            text=True, encoding="utf-8", capture_output=True, timeout=30, check=False,
        )  # fmt: skip

    return run


def test_presets_and_a_lineup_of_them_are_asked_by_name(antiphon: Antiphon) -> None:
    quick = ("--json", "--param", "tokensPerSecond=0")
    done = antiphon("ask", "hi", "-m", "@brief", "-m", "@long", "--lineup", "both", *quick)
    assert done.returncode == 0, done.stderr
    panes = json.loads(done.stdout.splitlines()[-1])["panes"]
    assert [pane["title"] for pane in panes] == ["brief", "Long one", "brief#2", "Plain"]
    assert {pane["model"] for pane in panes} == {"demo/terse"}
    assert panes[0]["params"]["system"] == "Be brief."


def test_an_estimate_names_the_presets_of_one_model(antiphon: Antiphon) -> None:
    rows = antiphon("ask", "hi", "-m", "@brief", "-m", "@long", "-m", "demo/terse", "--estimate")
    names = [line.split("  ")[0] for line in rows.stdout.splitlines()]
    assert names[:4] == ["brief (demo/terse)", "Long one (demo/terse)", "demo/terse", "total"]


def test_an_unknown_preset_is_refused_with_the_nearest(antiphon: Antiphon) -> None:
    done = antiphon("ask", "hi", "-m", "@breif")
    assert done.returncode == 2
    assert "There is no preset '@breif'" in done.stderr
    assert "@brief" in done.stderr


def test_models_lists_presets_and_what_lineups_hold(antiphon: Antiphon) -> None:
    shown = antiphon("models", "terse").stdout
    assert 'preset @brief: demo/terse, maxTokens=40, system "Be brief."' in shown
    assert 'preset @long: demo/terse, "Long one"' in shown
    assert "lineup both: @brief, demo/terse (Plain, temperature=1.0)" in shown


def test_presets_are_offered_at_tab(antiphon: Antiphon) -> None:
    def offered(line: str) -> list[str]:
        done = antiphon(
            _ANTIPHON_COMPLETE="bash_complete",
            COMP_WORDS=line,
            COMP_CWORD=str(len(line.split(" ")) - 1),
        )
        return [each.partition(",")[2] for each in done.stdout.splitlines()]

    assert offered("antiphon ask hi -m @") == ["@brief", "@long"]
    assert offered("antiphon ask hi -m @l") == ["@long"]


def test_the_diff_of_the_current_folder_is_context(
    antiphon: Antiphon, workspace: GitFolder
) -> None:
    ask = ("ask", "Review.", "-m", "demo/echo", "--param", "tokensPerSecond=0")
    done = antiphon(*ask, "--context", "@diff")
    assert done.returncode == 0, done.stderr
    assert "+changed" in done.stdout
    refused = antiphon(*ask, "--context", "@staged")
    assert refused.returncode == 2
    assert "No changes are staged." in refused.stderr
