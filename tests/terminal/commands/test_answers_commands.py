"""Comparing, sending, summing up and applying from a terminal, with a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow
_TIMEOUT_S = 30
_QUICK = ("--param", "tokensPerSecond=0")


@pytest.fixture
def antiphon(environment: dict[str, str], home: Path) -> Antiphon:
    """Runs the command line to its end, after two models have answered."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", *arguments],
            env=environment | more,
            cwd=home,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )

    (home / "app.py").write_text("def f():\n    return 1\n")
    models = ("-m", "demo/terse", "-m", "demo/coder")
    done = run("ask", "Why?", *models, "-c", "app.py", "--plain", *_QUICK)
    assert done.returncode == 0, done.stderr
    return run


def test_two_answers_are_compared_by_any_of_their_names(antiphon: Antiphon) -> None:
    plain = antiphon("compare", "terse", "last/2", "--plain")
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.startswith("--- terse\n+++ coder\n-I am demo/terse")
    assert "\x1b" not in plain.stdout
    assert "% alike" in plain.stdout.splitlines()[-1]
    result = json.loads(antiphon("compare", "demo/terse", "coder", "--json").stdout)
    uri = result["right"]["uri"]
    pane_id, message_id = uri.split("/")[3:5]
    for name in (pane_id, message_id, uri):
        again = antiphon("compare", "1", name, "--json")
        assert json.loads(again.stdout) == result, again.stderr
    file = json.loads(antiphon("compare", "app.py:1-1", "coder", "--json").stdout)
    assert file["left"]["label"] == "app.py, line 1"


def test_what_cannot_be_named_or_compared_is_bad_usage(antiphon: Antiphon) -> None:
    for names in (("terse", "terse"), ("terse", "nobody"), ("terse", "last"), ("terse", "last/9")):
        done = antiphon("compare", *names)
        assert (done.returncode, done.stdout) == (2, ""), names
        assert "Error: " in done.stderr
        assert "Traceback" not in done.stderr


def test_what_answers_say_together_is_printed(antiphon: Antiphon) -> None:
    shown = antiphon("consensus")
    assert shown.stdout.startswith("# What 2 answers say\n"), shown.stderr
    assert json.loads(antiphon("consensus", "terse", "coder", "--json").stdout)["compared"] == 2
    in_place = antiphon("consensus", "--in-place").stdout.splitlines()
    assert "# terse" in in_place
    assert any(line.startswith("1   ```python") for line in in_place)
    assert antiphon("consensus", "terse").returncode == 2


def test_an_answer_is_sent_on_as_context_and_as_a_question(antiphon: Antiphon) -> None:
    put = antiphon("send", "terse", "--to", "coder", "--note", "see")
    assert put.stdout.startswith("1 message to coder"), put.stderr
    assert "> From terse, " in antiphon("show", "last", "--pane", "coder").stdout
    lines = antiphon("show", "last", "--pane", "terse").stdout.splitlines()[2:]
    at = str(lines.index("## terse") + 3)
    part = antiphon("send", "terse", "--lines", at, "--to", "coder")
    assert part.stdout.startswith("1 message to coder"), part.stderr
    assert antiphon("send", "terse", "--lines", "9-1", "--to", "coder").returncode == 2
    asked = antiphon("send", "coder", "-m", "demo/poet", "--prompt", "Good?", "--json", *_QUICK)
    lines = [json.loads(line) for line in asked.stdout.splitlines()]
    assert (lines[0]["type"], lines[-2]["type"]) == ("start", "final")
    assert lines[-1]["messages"][0]["provenance"]["model"] == "demo/coder"
    for arguments in (("terse",), ("terse", "--to", "terse"), ("nobody", "--to", "coder")):
        assert antiphon("send", *arguments).returncode == 2


def test_answers_are_summed_up_and_merged(antiphon: Antiphon) -> None:
    summed = antiphon("summarize", "-m", "demo/poet", "--plain", *_QUICK)
    assert summed.returncode == 0, summed.stderr
    assert "demo/poet" in summed.stdout
    assert summed.stderr.startswith("demo/poet reads 2 answers · ")
    assert summed.stderr.splitlines()[0].endswith(" in · $0.00")
    merged = antiphon("merge", "terse", "coder", "-m", "demo/terse", "--json", *_QUICK)
    result = json.loads(merged.stdout.splitlines()[-1])
    assert (result["coverage"]["used"], result["panes"][0]["type"]) == (2, "merge")
    assert antiphon("merge", "terse", "-m", "nobody/x").returncode == 2
    session = ("--session", "last", "--plain", *_QUICK)
    assert antiphon("ask", "x", "-m", "demo/refuses", *session).returncode == 1
    partly = antiphon("summarize", "-m", "demo/terse", "--plain", *_QUICK)
    assert "Used 2 of 3 answers.\n  refuses: its answer is failed" in partly.stderr


def test_code_goes_into_its_file_when_the_person_agrees(antiphon: Antiphon, home: Path) -> None:
    file = home / "app.py"
    before = file.read_text()
    nobody = antiphon("apply", "coder")
    assert (nobody.returncode, file.read_text()) == (2, before)
    none = antiphon("apply", "terse", "--yes")
    assert (none.returncode, "no block of code" in none.stderr) == (2, True)
    done = antiphon("apply", "coder", "--yes", "--plain")
    assert done.returncode == 0, done.stderr
    assert "-def f():" in done.stdout
    assert done.stdout.endswith("app.py is written.\n")
    assert file.read_text().startswith("import asyncio\n")
    again = antiphon("apply", "coder", "--yes", "--to", "app.py")
    assert again.stdout == "app.py has this code already.\n"
    late = antiphon("apply", "coder", "--yes", "--plain", "--to", "app.py:1-2")
    assert (late.returncode, "not what the model was shown" in late.stderr) == (1, True)
    assert "--force" in late.stderr
    assert file.read_text().count("import asyncio") == 1
    forced = antiphon("apply", "coder", "--yes", "--plain", "--to", "app.py:1-2", "--force")
    assert forced.returncode == 0
    outside = antiphon("apply", "coder", "--yes", "--to", "data")
    assert outside.returncode == 2
