"""`antiphon ask review.antiphon.md`: a prompt file from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow

FILE = """\
---
models: [demo/echo]
params: {tokensPerSecond: 0}
inputs: {file: {description: which file}}
context: ["{{file}}"]
expect: [contains: Read x.py]
---
Read {{file}}.
"""


@pytest.fixture
def antiphon(environment: dict[str, str], home: Path) -> Antiphon:
    """Runs the command line to its end, in a folder with a prompt file and a source file."""
    (home / "review.antiphon.md").write_text(FILE)
    (home / "x.py").write_text("whale = 1\n")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", *arguments],
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            text=True,
            capture_output=True,
            timeout=30,
            check=False,
        )

    return run


def test_a_prompt_file_runs_with_its_inputs_and_says_whether_its_rules_are_kept(
    antiphon: Antiphon,
) -> None:
    done = antiphon("ask", "review.antiphon.md", "--input", "file=x.py", "--json")
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["status"] == "complete"
    assert [pane["model"] for pane in result["panes"]] == ["demo/echo"]
    assert [each["ok"] for each in result["expect"]] == [True]
    assert done.returncode == 0, done.stderr


def test_a_rule_that_an_answer_does_not_keep_is_named_and_ends_in_exit_code_1(
    antiphon: Antiphon, home: Path
) -> None:
    (home / "sea.antiphon.md").write_text("---\nexpect: [contains: shark]\n---\nHi")
    done = antiphon("ask", "sea.antiphon.md", "-m", "demo/terse", "--param", "tokensPerSecond=0")
    assert done.returncode == 1
    assert "terse does not keep the rule contains 'shark'" in done.stderr


def test_an_input_that_is_missing_is_bad_usage_where_nobody_can_be_asked(
    antiphon: Antiphon,
) -> None:
    done = antiphon("ask", "review.antiphon.md")
    assert done.returncode == 2
    assert "--input file=VALUE (which file)" in done.stderr
    wrong = antiphon("ask", "review.antiphon.md", "--input", "file=x.py", "--input", "fiel=y")
    assert wrong.returncode == 2
    assert "Did you mean file?" in wrong.stderr


def test_a_key_that_means_nothing_is_named_and_one_that_is_broken_ends_the_run(
    antiphon: Antiphon, home: Path
) -> None:
    (home / "sea.antiphon.md").write_text("---\nbudgt: 1\nmodels: [none/such]\n---\nHi")
    done = antiphon("ask", "sea.antiphon.md", "-m", "demo/echo")
    assert (done.returncode, done.stdout.strip()) == (0, "Hi")
    warning = "sea.antiphon.md:2:1: warning: The key `budgt` means nothing here."
    assert done.stderr.splitlines()[0].startswith(warning)
    assert "none/such" not in done.stderr  # other models were named
    (home / "sea.antiphon.md").write_text("---\nmodels: [a\nbudget: much\n---\nHi")
    broken = antiphon("ask", "sea.antiphon.md", "--input", "x=y", "-m", "demo/echo")
    assert (broken.returncode, broken.stdout) == (2, "")
    assert "sea.antiphon.md:3:7: error: This is not valid YAML" in broken.stderr


def test_a_misspelt_input_is_named_before_the_one_that_is_missing(antiphon: Antiphon) -> None:
    done = antiphon("ask", "review.antiphon.md", "--input", "fiel=y")
    assert done.returncode == 2
    assert "The prompt file has no input 'fiel'. Did you mean file?" in done.stderr


def test_a_prompt_of_the_library_is_asked_by_its_name(antiphon: Antiphon) -> None:
    named = ("--prompt", "Find the cause", "--input", "error=It hangs.")
    done = antiphon("ask", *named, "-m", "demo/echo", "--param", "tokensPerSecond=0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("This goes wrong:\n\nIt hangs.\n")
    twice = antiphon("ask", "Hi", "--prompt", "Find the cause")
    assert (twice.returncode, "Give one prompt" in twice.stderr) == (2, True)


def test_an_input_is_for_prompt_files_alone(antiphon: Antiphon) -> None:
    done = antiphon("ask", "hi", "--input", "a=b")
    assert done.returncode == 2
    assert "--input is for prompt files" in done.stderr


def test_an_estimate_of_a_prompt_file_sends_nothing(antiphon: Antiphon) -> None:
    done = antiphon("ask", "review.antiphon.md", "--input", "file=x.py", "--estimate", "--json")
    assert done.returncode == 0, done.stderr
    assert [pane["model"] for pane in json.loads(done.stdout)["panes"]] == ["demo/echo"]


def test_a_user_at_a_terminal_is_asked_for_an_input(
    antiphon: Antiphon, environment: dict[str, str], home: Path
) -> None:
    with Program("ask", "review.antiphon.md", "--plain", env=environment, cwd=home) as program:
        program.wait_for(lambda screen: "file (which file):" in "\n".join(screen.rows))
        program.press(b"x.py\r")
        program.wait_to_end()
        assert "Read x.py." in "\n".join(program.screen.scrollback + program.screen.rows)
