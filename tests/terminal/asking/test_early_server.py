"""The server that is started before its command is known to be right: it never outlives it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from antiphon_client.started_server import EarlyServer
from antiphon_terminal.asking.early_server import start_early_server

_TIMEOUT_S = 30
_PATIENCE_S = 10

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


def antiphon(*arguments: str, env: dict[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "antiphon", *arguments],
        env=env,
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def servers_of(home: Path) -> list[int]:
    """The processes of servers whose history would be in `home`."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"serve" in words and os.fsencode(home) in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
    return found


def wait_for_servers(home: Path, count: int) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while len(servers_of(home)) != count:
        assert time.monotonic() < ends, f"{servers_of(home)} instead of {count} servers"
        time.sleep(0.01)


@pytest.mark.parametrize(
    "arguments",
    [[], ["--help"], ["--version"], ["ask", "--help"], ["show", "-h"], ["doctor"], ["serve"],
     ["no-such-command"], ["--no-such-option", "ask"]],
)  # fmt: skip
def test_no_server_is_started_where_none_is_needed(arguments: list[str]) -> None:
    assert start_early_server(arguments, {}) is None


@pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="POSIX only")
@pytest.mark.parametrize("arguments", [["ask", "hi"], ["models"], ["sessions"], ["show", "last"]])
def test_one_is_started_for_commands_that_ask_it(
    arguments: list[str], environment: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(home)
    started = start_early_server(arguments, {})
    assert isinstance(started, EarlyServer)
    started.discard()


@pytest.mark.parametrize(
    "line",
    ["antiphon ", "antiphon as", "antiphon ask ", "antiphon ask --mo", "antiphon ask hi -",
     "antiphon doctor -x "],
)  # fmt: skip
def test_no_server_is_started_for_a_tab_that_the_command_line_answers(line: str) -> None:
    for instruction in ("bash_complete", "bash_source"):
        environ = {"_ANTIPHON_COMPLETE": instruction, "COMP_LINE": line}
        assert start_early_server([], environ) is None


@pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="POSIX only")
@pytest.mark.parametrize("line", ["antiphon ask -m ", "antiphon ask -m demo/t", "antiphon show "])
@pytest.mark.parametrize("name", ["COMP_LINE", "COMP_WORDS"])
def test_one_is_started_for_a_tab_that_asks_it(
    line: str,
    name: str,
    environment: dict[str, str],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(home)
    started = start_early_server([], {"_ANTIPHON_COMPLETE": "zsh_complete", name: line})
    assert isinstance(started, EarlyServer)
    started.discard()


@linux_only
@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "hi", "--no-such-option"],
        ["ask", "hi", "--file", "missing.txt"],
        ["ask", "hi", "--param", "temperature=hot"],
        ["sessions", "--limit", "0"],
        ["show", "one", "two"],
    ],
)
def test_bad_usage_leaves_no_server_and_no_session(
    arguments: list[str], environment: dict[str, str], home: Path
) -> None:
    with antiphon(*arguments, env=environment, cwd=home) as wrong:
        _, said = wrong.communicate(timeout=_TIMEOUT_S)
        assert servers_of(home) == []
        assert wrong.returncode == 2, said
    with antiphon("sessions", "--json", env=environment, cwd=home) as sessions:
        listed, _ = sessions.communicate(timeout=_TIMEOUT_S)
    assert json.loads(listed)["sessions"] == []
    assert servers_of(home) == []


@linux_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_a_client_that_is_ended_while_it_reads_its_prompt_leaves_no_server(
    number: signal.Signals, environment: dict[str, str], home: Path
) -> None:
    with antiphon("ask", "-", env=environment, cwd=home) as waiting:
        wait_for_servers(home, 1)
        # Python drops an interrupt that meets a callback of the import system; a person who sees
        # that nothing happened presses the keys again.
        until = time.monotonic() + _TIMEOUT_S
        while waiting.poll() is None and time.monotonic() < until:
            waiting.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                waiting.wait(2)
        assert waiting.returncode is not None
        wait_for_servers(home, 0)


@linux_only
def test_a_server_that_dies_while_its_client_reads_is_reported_like_any_other(
    environment: dict[str, str], home: Path
) -> None:
    with antiphon("ask", "-", "-m", "demo/terse", env=environment, cwd=home) as waiting:
        wait_for_servers(home, 1)
        os.kill(servers_of(home)[0], signal.SIGKILL)
        _, said = waiting.communicate(b"hello", timeout=_TIMEOUT_S)
    assert waiting.returncode == 1
    assert b"The server ended with exit code -9." in said
    assert b"Traceback" not in said


@linux_only
def test_an_answered_question_leaves_no_server(environment: dict[str, str], home: Path) -> None:
    arguments = ["ask", "hi", "-m", "demo/terse", "--json", "--param", "tokensPerSecond=0"]
    with antiphon(*arguments, env=environment, cwd=home) as asked:
        written, said = asked.communicate(timeout=_TIMEOUT_S)
        assert servers_of(home) == []
    assert asked.returncode == 0, said
    assert json.loads(written.splitlines()[-1])["status"] == "complete"
