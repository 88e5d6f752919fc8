"""`antiphon prompt`: the library, checks and conversions at the command line."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow


@pytest.fixture
def antiphon(environment: dict[str, str], home: Path) -> Antiphon:
    """Runs the command line to its end."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", "prompt", *arguments],
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            text=True,
            capture_output=True,
            timeout=30,
            check=False,
        )

    return run


def test_the_library_is_listed_with_its_paths(antiphon: Antiphon, home: Path) -> None:
    own = home / ".antiphon" / "prompts"
    own.mkdir(parents=True)
    (own / "sea.antiphon.md").write_text("---\nname: Sea\ndescription: of whales\n---\nWhy?")
    lines = antiphon("list").stdout.splitlines()
    assert lines[:2] == ["Sea (workspace) of whales", f"  {own / 'sea.antiphon.md'}"]
    assert sum("(product)" in line for line in lines) == 5


def test_a_check_names_places_and_ends_in_1_for_what_cannot_be_run(
    antiphon: Antiphon, home: Path
) -> None:
    (home / "a.antiphon.md").write_text("---\nname: x\nname: y\n---\nHi {{z}}")
    done = antiphon("check", "a.antiphon.md")
    assert done.returncode == 1
    assert "a.antiphon.md:3:1: error: The key `name` is written twice." in done.stdout
    (home / "a.antiphon.md").write_text("Hi {{z}}")
    done = antiphon("check", "a.antiphon.md")
    assert (done.returncode, "information" in done.stdout) == (0, True)


def test_a_file_of_another_tool_is_converted_and_back(antiphon: Antiphon, home: Path) -> None:
    (home / "a.prompt.yml").write_text("messages: [{role: user, content: Hi}]\ntools: [x]\n")
    done = antiphon("import", "a.prompt.yml", "-o", "a.antiphon.md")
    assert done.returncode == 0, done.stderr
    assert "Line 2: tools does nothing: it would run or read something." in done.stderr
    assert (home / "a.antiphon.md").read_text().endswith("---\nHi\n")
    done = antiphon("export", "a.antiphon.md", "--format", "prompt.yml")
    assert done.stdout == "messages:\n  - role: user\n    content: Hi\n"
    (home / "b.antiphon.md").write_text("---\nbudget: '1'\n---\nHi")
    done = antiphon("export", "b.antiphon.md", "--format", "prompt.yml")
    assert done.stderr == "Line 2: budget has no place in prompt.yml.\n"
