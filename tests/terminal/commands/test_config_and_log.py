"""`antiphon config` and `antiphon log`: what is set, what is wrong, what happened."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from antiphon_terminal.reports.log_lines import format_line, parse_level
from support.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

KEY = "gsk_Zx81kQp0LmN7vTr3WsYd5GbH2"


@pytest.fixture
def config(home: Path) -> Path:
    path = home / "config" / "antiphon" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def antiphon(environment: dict[str, str], home: Path) -> Antiphon:
    """Runs a command to its end."""

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", *arguments],
            env=environment | environ,
            cwd=home,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            capture_output=True,
            timeout=30,
            check=False,
        )

    return run


def test_a_sound_configuration_is_said_to_be_sound(antiphon: Antiphon, config: Path) -> None:
    done = antiphon("config", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No problem" in done.stdout
    assert "does not exist" in done.stdout
    assert antiphon("config", "path").stdout == f"{config}\n"


def test_every_problem_is_named_with_its_file_and_field(antiphon: Antiphon, config: Path) -> None:
    config.write_text("[timeouts]\nidleMs = 'soon'\n[retries]\nmaxAttempts = 2\n")
    done = antiphon("config", "check", ANTIPHON_LOG__LEVEL="loud")
    assert (done.returncode, done.stderr) == (1, "")
    problems = sorted(done.stdout.splitlines())
    assert len(problems) == 3
    assert problems[0].startswith(f"{config}: error: antiphon.timeouts.idleMs: ")
    assert problems[1].startswith(f"{config}: warning: antiphon.retries: ")
    assert problems[2].startswith("the environment: error: antiphon.log.level: ")


def test_the_origin_of_each_value_is_shown_and_no_secret(antiphon: Antiphon, config: Path) -> None:
    config.write_text(f"[timeouts]\nidleMs = 1000\n[providers.a]\napiKey = '{KEY}'\n")
    config.chmod(0o600)
    done = antiphon("config", "show", "--origin", ANTIPHON_TIMEOUTS__IDLE_MS="2000")
    place = f"over config.toml ({config})"
    expected = f"timeouts.idleMs = 2000    # the environment (ANTIPHON_TIMEOUTS__IDLE_MS), {place}"
    assert expected in done.stdout.splitlines()
    assert KEY not in done.stdout + done.stderr
    assert 'providers.a.apiKey = "********"' in done.stdout
    below = antiphon("config", "show", "retry", "--json")
    names = [each["name"] for each in json.loads(below.stdout)["settings"]]
    assert names == ["retry.maxAttempts", "retry.baseDelayMs", "retry.maxDelayMs"]
    assert antiphon("config", "show", "nothing").returncode == 2


def test_the_log_says_how_answers_ended_and_nothing_that_was_said(antiphon: Antiphon) -> None:
    assert antiphon("ask", "words-of-the-prompt", "-m", "demo/terse").returncode == 0
    done = antiphon("log", "--level", "info")
    assert "an answer ended: model demo/terse, status complete" in done.stdout
    assert "words-of-the-prompt" not in done.stdout
    records = [json.loads(line) for line in antiphon("log", "--json").stdout.splitlines()]
    [end] = [each for each in records if each.get("model") == "demo/terse"]
    assert {"request", "session", "run", "pane", "totalMs", "firstTokenMs"} <= end.keys()
    assert antiphon("log", "--level", "error").stdout == ""
    assert antiphon("log", "-n", "1").stdout.count("\n") == 1
    assert antiphon("log", ANTIPHON_LOG__FILE="-").returncode == 2


@pytest.mark.slow
def test_following_shows_what_is_logged_from_then_on(
    antiphon: Antiphon, environment: dict[str, str], home: Path
) -> None:
    antiphon("ask", "one", "-m", "demo/terse")
    command = [sys.executable, "-P", "-m", "antiphon", "log", "--follow"]
    with subprocess.Popen(command, env=environment, cwd=home, stdout=subprocess.PIPE) as following:
        assert following.stdout is not None
        while b"an answer ended" not in following.stdout.readline():
            pass
        antiphon("ask", "two", "-m", "demo/poet")
        while b"demo/poet" not in following.stdout.readline():
            pass
        following.terminate()


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 1)])
def test_a_person_at_a_terminal_is_asked_about_keys(
    answer: str, code: int, environment: dict[str, str], home: Path
) -> None:
    with Program(
        "ask", f"is {KEY} good?", "-m", "demo/terse", env=environment, cwd=home
    ) as program:
        program.wait_for(lambda screen: "Send it all the same?" in "\n".join(screen.rows))
        program.press(answer.encode())
        assert program.wait_to_end() == code


def test_without_a_terminal_the_option_is_named(antiphon: Antiphon) -> None:
    arguments = ("ask", f"is {KEY} good?", "-m", "demo/terse")
    done = antiphon(*arguments)
    assert done.returncode == 1
    assert "--allow-secrets" in done.stderr
    assert KEY not in done.stderr
    assert antiphon(*arguments, "--allow-secrets").returncode == 0


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ('{"level":"error"}', "error"),
        ("2026-01-01 10:00:00.000 WARNING a b", "warning"),
        ("  a frame", None),
        ("{broken", None),
        ("[1]", None),
    ],
)
def test_the_level_of_a_line(line: str, level: str | None) -> None:
    assert parse_level(line) == level


def test_a_line_is_told_in_words_and_drives_nothing() -> None:
    record = {"time": "no time", "level": "info", "logger": "antiphon.a", "message": "a\x1b[31mb",
              "pane": "01KAPXYZ123456", "exception": "T\n  frame"}  # fmt: skip
    assert format_line(json.dumps(record)) == "? INFO    a: ab  [pane 123456]\n  T\n    frame"
    assert format_line("plain \x1b[2Jtext") == "plain text"
