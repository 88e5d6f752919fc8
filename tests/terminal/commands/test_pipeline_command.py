"""`antiphon pipeline` from a terminal, with a real server and the demo's models."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow
_TIMEOUT_S = 60
TEXT = """\
antiphon: pipeline/v1
name: review
steps:
  - id: ask
    type: broadcast
    models: [demo/flood, demo/echo]
    prompt: "Review {{file}}."
    params: {tokensPerSecond: 0, tokens: 30}
    expect: [{contains: x.py, pane: echo}]
  - {id: sum, type: summarize, of: ask, model: demo/flood, params: {tokensPerSecond: 0}}
  - {id: diff, type: compare, left: ask.1, right: ask.2}
"""


@pytest.fixture
def antiphon(environment: dict[str, str], home: Path) -> Antiphon:
    (home / "review.antiphon.yaml").write_text(TEXT, encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", "pipeline", *arguments],
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )

    return run


def test_a_file_runs_with_its_inputs_and_its_rules(antiphon: Antiphon, home: Path) -> None:
    missing = antiphon("run", "review.antiphon.yaml")
    assert (missing.returncode, missing.stderr.splitlines()[0]) == (
        2,
        "Error: The input file is missing.",
    )
    report = home / "report.xml"
    done = antiphon(
        "run", "review.antiphon.yaml", "--input", "file=x.py", "--json", "--junit", str(report)
    )
    assert done.returncode == 0, done.stderr
    *events, result = map(json.loads, done.stdout.splitlines())
    assert [step["status"] for step in result["steps"]] == ["complete"] * 3
    assert {event["type"] for event in events} >= {"step", "start", "token", "final"}
    cases = ET.parse(report).getroot().findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["ask", "ask: rule 1", "sum", "diff"]
    broken = antiphon("run", "review.antiphon.yaml", "--input", "file=y.py", "--repeat", "2")
    assert broken.returncode == 1
    assert broken.stderr.count("expected {'pane': 'echo', 'contains': 'x.py'}") == 2


def test_a_pipeline_is_kept_listed_shared_and_deleted(antiphon: Antiphon, home: Path) -> None:
    saved = antiphon("save", "review.antiphon.yaml", "--name", "careful")
    assert saved.returncode == 0, saved.stderr
    pipeline_id = saved.stdout.split()[0]
    assert antiphon("list").stdout.split()[:2] == [pipeline_id, "careful"]
    assert antiphon("show", "careful").stdout == TEXT.replace("name: review", "name: careful")
    graph = antiphon("show", "careful", "--graph").stdout.splitlines()
    assert graph == ["ask broadcast", "sum summarize ← ask", "diff compare ← ask"]
    shared = antiphon("export", "careful", "-o", "shared.yaml")
    assert shared.returncode == 0, shared.stderr
    refused = antiphon("import", "shared.yaml")
    assert (refused.returncode, "use --yes" in refused.stderr) == (2, True)
    assert antiphon("import", "shared.yaml", "--yes").returncode == 0
    twice = antiphon("show", "careful")
    assert "Several pipelines are called 'careful'" in twice.stderr
    assert antiphon("delete", pipeline_id, "--yes").returncode == 0
    assert antiphon("show", "careful").returncode == 0


def test_what_is_wrong_in_a_file_is_named_as_compilers_do(antiphon: Antiphon, home: Path) -> None:
    (home / "bad.antiphon.yaml").write_text(TEXT.replace("of: ask", "of: asc"), encoding="utf-8")
    checked = antiphon("check", "bad.antiphon.yaml")
    assert checked.returncode == 1
    assert checked.stdout.startswith("bad.antiphon.yaml:10:36: error: There is no step “asc”.")
    (home / "bad.antiphon.yaml").write_text(TEXT.replace("demo/echo", "nobody/x"), encoding="utf-8")
    unknown = antiphon("check", "bad.antiphon.yaml")
    assert unknown.returncode == 1
    assert unknown.stdout.startswith("bad.antiphon.yaml:6:")
    assert "No provider is configured for the model 'nobody/x'" in unknown.stdout
    assert antiphon("run", "bad.antiphon.yaml").returncode == 2
    assert antiphon("check", "review.antiphon.yaml").returncode == 0


def test_several_answers_at_the_end_have_the_titles_of_their_panes(
    antiphon: Antiphon, home: Path
) -> None:
    text = "antiphon: pipeline/v1\nname: x\nsteps:\n"
    step = "  - {id: a, type: broadcast, prompt: Hi, models: [demo/echo, demo/echo]}\n"
    rule = "  - {id: b, type: compare, left: a.1, right: a.2, expect: [{similarity: {max: 0.5}}]}\n"
    (home / "two.antiphon.yaml").write_text(text + step, encoding="utf-8")
    done = antiphon("run", "two.antiphon.yaml")
    assert (done.returncode, done.stdout) == (0, "## echo\n\nHi\n\n## echo#2\n\nHi\n\n")
    (home / "two.antiphon.yaml").write_text(text + step + rule, encoding="utf-8")
    skipped = antiphon("run", "two.antiphon.yaml", "-m", "a.2=demo/refuses")
    assert skipped.returncode == 1
    assert "b · compare · skipped" in skipped.stderr
    assert "expected" not in skipped.stderr


def test_an_answer_that_is_empty_prints_no_blank_line(antiphon: Antiphon) -> None:
    done = antiphon("run", "review.antiphon.yaml", "--input", "file=x.py", "-m", "ask=demo/refuses")
    assert (done.returncode, done.stdout) == (1, "")
    named = antiphon("run", "review", "--input", "file=x.py")
    assert named.returncode == 2
    assert "For the file of this folder, name review.antiphon.yaml." in named.stderr


def test_the_last_two_runs_of_a_file_are_listed_and_compared(antiphon: Antiphon) -> None:
    run = ["run", "review.antiphon.yaml", "--input", "file=x.py", "--json"]
    one = antiphon("drift", "review.antiphon.yaml")
    assert (one.returncode, "no run has ended" in one.stderr) == (2, True)
    ran = [json.loads(antiphon(*run).stdout.splitlines()[-1])["runId"] for _ in range(2)]
    listed = antiphon("runs", "review.antiphon.yaml", "--json")
    runs = json.loads(listed.stdout)["runs"]
    assert [each["runId"] for each in runs] == [*reversed(ran)]
    assert (runs[0]["status"], runs[0]["inputs"]) == ("complete", ["file"])
    lines = antiphon("runs", "review.antiphon.yaml").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [*reversed(ran)]
    assert "demo/flood, demo/echo" in lines[0]
    last_two = antiphon("drift", "review.antiphon.yaml", "--json")
    assert json.loads(last_two.stdout) == json.loads(antiphon("drift", *ran, "--json").stdout)
    unknown = antiphon("runs", "review")
    assert (unknown.returncode, unknown.stdout) == (2, "")


def test_the_example_for_ci_replays_its_recorded_answers(
    environment: dict[str, str], home: Path
) -> None:
    example = Path(__file__).parents[3] / "examples" / "ci"
    shutil.copytree(example, home / "ci")
    command = [sys.executable, "-P", "-m", "antiphon", "pipeline", "run"]
    arguments = ["review.antiphon.yaml", "--input", "topic=a fugue", "--replay", "tape"]
    done = subprocess.run(
        [*command, *arguments, "--repeat", "2"],
        env=environment,
        cwd=home / "ci",
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        capture_output=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("options", [["--json"], []])
def test_a_reader_that_leaves_ends_the_program_quietly(
    antiphon: Antiphon, environment: dict[str, str], home: Path, options: list[str]
) -> None:
    assert antiphon("check", "review.antiphon.yaml").returncode == 0
    reading, writing = os.pipe()
    arguments = ["run", "review.antiphon.yaml", "--input", "file=x.py", *options]
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "antiphon", "pipeline", *arguments],
        env=environment, cwd=home, stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        _, stderr = process.communicate(timeout=_TIMEOUT_S)
    assert b"Traceback" not in stderr
    assert b"Exception" not in stderr
