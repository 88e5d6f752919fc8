"""`antiphon ask` into a pipe, with a real server and its demo models."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

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
    """Runs the command line to its end."""

    def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", *arguments],
            env=environment,
            cwd=home,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            text=True,
            encoding="utf-8",
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )

    return run


def lines_of(done: subprocess.CompletedProcess[str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *events, result = map(json.loads, done.stdout.splitlines())
    return events, result


def test_json_is_an_event_a_line_and_then_the_response(antiphon: Antiphon) -> None:
    done = antiphon("ask", "hi", "-m", "demo/terse", "-m", "demo/poet", "--json", *_QUICK)
    assert done.returncode == 0, done.stderr
    events, result = lines_of(done)
    assert done.stdout.isascii()
    assert result["status"] == "complete"
    for pane in result["panes"]:
        own = [event for event in events if event["paneId"] == pane["id"]]
        assert [event["seq"] for event in own] == list(range(1, len(own) + 1))
        assert (own[0]["type"], own[-1]["type"]) == ("start", "final")
        text = "".join(event["text"] for event in own if event["type"] == "token")
        assert text == own[-1]["content"] != ""


def test_plain_answers_stand_under_headings_and_all_else_is_on_stderr(antiphon: Antiphon) -> None:
    done = antiphon("ask", "hi", "-m", "demo/terse", "-m", "demo/coder", "--plain", *_QUICK)
    assert done.returncode == 0, done.stderr
    assert "## demo/terse: complete\n\n" in done.stdout
    assert "## demo/coder: complete\n\n" in done.stdout
    assert "2 of 2 answered" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_one_answer_in_a_pipe_is_the_answer_alone(antiphon: Antiphon) -> None:
    piped = antiphon("ask", "hi", "-m", "demo/terse", *_QUICK)
    events, _ = lines_of(antiphon("ask", "hi", "-m", "demo/terse", "--json", *_QUICK))
    assert piped.stdout == events[-1]["content"].rstrip("\n") + "\n"
    assert piped.stderr == ""


def test_a_failed_pane_is_exit_code_one_and_says_why(antiphon: Antiphon) -> None:
    done = antiphon("ask", "hi", "-m", "demo/terse", "-m", "demo/refuses", *_QUICK)
    assert done.returncode == 1
    assert "## demo/terse: complete" in done.stdout
    assert "## demo/refuses: failed" in done.stdout
    assert "1 of 2 answered · 1 not complete" in done.stderr


def test_a_follow_up_goes_on_with_every_pane_of_the_last_session(antiphon: Antiphon) -> None:
    _, first = lines_of(
        antiphon("ask", "one", "-m", "demo/terse", "-m", "demo/poet", "--json", *_QUICK)
    )
    events, second = lines_of(antiphon("ask", "two", "--session", "last", "--json"))
    assert second["sessionId"] == first["sessionId"]
    assert [pane["id"] for pane in second["panes"]] == [pane["id"] for pane in first["panes"]]
    assert all(event["append"].startswith("\n") for event in events if event["type"] == "start")


def test_a_follow_up_may_address_one_pane_by_its_title(antiphon: Antiphon) -> None:
    antiphon("ask", "one", "-m", "demo/terse", "-m", "demo/terse", *_QUICK)
    _, result = lines_of(antiphon("ask", "two", "--pane", "terse#2", "--json"))
    assert [pane["title"] for pane in result["panes"]] == ["terse#2"]
    wrong = antiphon("ask", "three", "--pane", "painter")
    assert wrong.returncode == 2
    assert "Panes: terse, terse#2." in wrong.stderr


def test_show_sessions_and_models_say_what_there_is(antiphon: Antiphon) -> None:
    antiphon("ask", "What is a fugue?", "-m", "demo/terse", "-m", "demo/poet", *_QUICK)
    assert "What is a fugue?" in antiphon("sessions").stdout
    listed = json.loads(antiphon("sessions", "--json").stdout)["sessions"]
    assert [pane["title"] for pane in listed[0]["panes"]] == ["terse", "poet"]
    shown = antiphon("show", "last", "--pane", "poet").stdout
    assert shown.startswith("# poet\n\n")
    assert "What is a fugue?" in shown
    opened = json.loads(antiphon("show", listed[0]["id"], "--json", "--pane", "poet").stdout)
    assert [message["role"] for message in opened["messages"]] == ["user", "assistant"]
    assert "demo/terse" in antiphon("models", "terse").stdout
    assert antiphon("models", "no-such-model").stdout == ""


def test_context_reaches_the_prompt(antiphon: Antiphon, home: Path) -> None:
    (home / "poem.txt").write_text("first line\nsecond line\nthird line\n")
    done = antiphon("ask", "hi", "-m", "demo/echo", "--context", "poem.txt:2-2", *_QUICK)
    assert done.returncode == 0, done.stderr
    opened = json.loads(antiphon("show", "--json").stdout)
    (digest,) = opened["messages"][0]["context"]
    assert digest["label"] == "poem.txt, line 2"
    assert digest["bytes"] == len("second line\n")


def test_what_is_piped_in_beside_a_prompt_is_context(antiphon: Antiphon) -> None:
    done = antiphon("ask", "Explain", "-m", "demo/terse", *_QUICK, stdin="a diff\n")
    assert done.returncode == 0, done.stderr
    (digest,) = json.loads(antiphon("show", "--json").stdout)["messages"][0]["context"]
    assert digest["bytes"] == len("a diff\n")


def test_a_pipe_that_stays_silent_is_not_waited_for(
    environment: dict[str, str], home: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "antiphon", "ask", "hi", "-m", "demo/terse", *_QUICK],
        env=environment, cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"I am demo/terse" in process.stdout.read()
        assert b"Nothing arrived on stdin" in process.stderr.read()
        assert process.wait(_TIMEOUT_S) == 0


def test_a_prompt_may_come_from_stdin_or_a_file(antiphon: Antiphon, home: Path) -> None:
    (home / "question.md").write_text("from a file\n")
    antiphon("ask", "-", "-m", "demo/terse", *_QUICK, stdin="from stdin")
    antiphon("ask", "--file", "question.md", "-m", "demo/terse", *_QUICK)
    titles = [one["title"] for one in json.loads(antiphon("sessions", "--json").stdout)["sessions"]]
    assert titles == ["from a file", "from stdin"]


def test_an_estimate_sends_nothing(antiphon: Antiphon) -> None:
    done = antiphon("ask", "hi", "-m", "demo/terse", "--estimate")
    assert done.returncode == 0, done.stderr
    assert "demo/terse" in done.stdout
    assert "Nothing was sent." in done.stdout
    assert json.loads(antiphon("sessions", "--json").stdout)["sessions"] == []


def test_an_empty_list_says_what_to_do_only_where_that_would_fill_it(antiphon: Antiphon) -> None:
    assert antiphon("sessions").stderr == "There is no session yet. Ask something first.\n"
    assert antiphon("sessions", "--tag", "work").stderr == "No session has this tag.\n"
    assert "`antiphon doctor`" in antiphon("models", "no-such-model").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "hi", "-m", "nobody/model"], "nobody/model"),
        (["ask", "hi", "--session", "01ARZ3NDEKTSV4RRFFQ69G5FAV"], "Error: "),
        (["ask", "hi", "--session", "last"], "There is no session yet"),
        (["ask", "hi", "--lineup", "brass"], "There is no lineup 'brass'"),
        (["show"], "There is no session yet"),
        (["sessions", "import", __file__], "`antiphon sessions export` wrote in the format json"),
    ],
)
def test_what_does_not_exist_is_a_sentence_and_exit_code_two(
    antiphon: Antiphon, arguments: list[str], said: str
) -> None:
    done = antiphon(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_finds_a_fresh_installation_sound(antiphon: Antiphon, home: Path) -> None:
    done = antiphon("doctor")
    assert done.returncode == 0, done.stdout
    assert str(home / "history.db") in done.stdout
    assert "antiphon ask" in done.stdout


def test_doctor_names_a_setting_that_was_not_understood(
    antiphon: Antiphon, environment: dict[str, str]
) -> None:
    environment["ANTIPHON_STREAM__FLUSH_MS"] = "soon"
    done = antiphon("doctor")
    assert done.returncode == 1
    assert "flushMs" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_run_and_the_result_still_comes(
    environment: dict[str, str], home: Path, number: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "antiphon", "ask", "hi", "-m", "demo/slow", "--json"],
        env=environment, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = [json.loads(process.stdout.readline())]
        while lines[-1]["type"] != "token":
            lines.append(json.loads(process.stdout.readline()))
        process.send_signal(number)
        lines += map(json.loads, process.stdout)
        assert process.wait(_TIMEOUT_S) == 1
    assert lines[-1]["status"] == "cancelled"
    assert lines[-2]["type"] == "final"
    assert lines[-2]["status"] == "cancelled"
    assert lines[-2]["content"] != ""


@pytest.mark.parametrize("option", ["--json", "--plain"])
def test_a_reader_that_leaves_ends_the_program_quietly(
    environment: dict[str, str], home: Path, option: str
) -> None:
    models = (
        ("-m", "demo/flood") if option == "--json" else ("-m", "demo/terse", "-m", "demo/flood")
    )
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "antiphon", "ask", "hi", *models, option, *_QUICK],
        env=environment, cwd=home, stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        _, stderr = process.communicate(timeout=_TIMEOUT_S)
    assert b"Traceback" not in stderr
    assert b"Exception" not in stderr
