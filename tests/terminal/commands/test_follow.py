"""`antiphon follow`: a session in a terminal of its own, whichever program runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from support.terminal.program import CTRL_C, Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from support.faults.client import FaultServer
    from support.terminal.emulator import Emulator

pytestmark = pytest.mark.slow

GATED = "gate/gate-3-6"


@pytest.fixture
def gated(environment: dict[str, str], fault_server: FaultServer) -> dict[str, str]:
    """An environment with a provider whose streams wait in the middle until they are released."""
    row = {"type": "openai", "baseUrl": fault_server.base_url, "maxConcurrency": 16}
    return environment | {"ANTIPHON_PROVIDERS": json.dumps({"gate": row})}


@pytest.fixture
def opened(gated: dict[str, str], home: Path) -> Callable[..., AbstractContextManager[Program]]:
    """Starts `antiphon` in a terminal of its own."""
    return lambda *arguments: Program(*arguments, env=gated, cwd=home)


@pytest.fixture
def asking(
    opened: Callable[..., AbstractContextManager[Program]], fault_server: FaultServer
) -> Iterator[Program]:
    """A terminal whose answer is held in the middle, after three tokens."""
    with opened("ask", "Count.", "-m", GATED) as program:
        fault_server.wait_held()
        program.wait_for(lambda screen: "t2" in printed(screen))
        yield program


def printed(screen: Emulator) -> str:
    return "\n".join(screen.scrollback)


def run(*arguments: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "antiphon", *arguments],
        env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
        check=False,
    )  # fmt: skip


@pytest.mark.usefixtures("asking")
def test_an_answer_that_runs_in_another_terminal_streams_here_until_it_is_complete(
    opened: Callable[..., AbstractContextManager[Program]], fault_server: FaultServer
) -> None:
    with opened("follow", "--until-complete") as follower:
        follower.wait_for(lambda screen: "t0 t1 t2" in printed(screen))
        assert "t3" not in printed(follower.screen)
        fault_server.release()
        assert follower.wait_to_end() == 0
        text = printed(follower.screen)
    assert [text.count(each) for each in ("Count.", "t0", "t2", "t3", "t5")] == [1] * 5


def test_the_text_goes_on_and_none_is_doubled_where_the_server_dies(
    asking: Program,
    opened: Callable[..., AbstractContextManager[Program]],
    fault_server: FaultServer,
) -> None:
    with opened("follow") as follower:
        follower.wait_for(lambda screen: "t0 t1 t2" in printed(screen))
        os.kill(follower.server_pid, signal.SIGKILL)
        follower.wait_for(lambda screen: "The server ended." in printed(screen))
        fault_server.release()
        follower.wait_for(lambda screen: "t5" in printed(screen))
        assert asking.wait_to_end() == 0
        follower.press(CTRL_C)
        follower.wait_to_end()
        text = printed(follower.screen)
    assert [text.count(each) for each in ("Count.", "t0", "t2", "t3", "t5")] == [1] * 5


def test_json_is_one_event_a_line_and_an_answer_that_failed_is_an_exit_code(
    gated: dict[str, str], home: Path
) -> None:
    assert run("ask", "Hello.", "-m", "gate/s401", env=gated, cwd=home).returncode == 1
    followed = run("follow", "--json", "--until-complete", env=gated, cwd=home)
    events: list[dict[str, Any]] = [json.loads(line) for line in followed.stdout.splitlines()]
    assert [(each["type"], each["sessionSeq"]) for each in events] == [("snapshot", 1)]
    assert (followed.returncode, followed.stderr) == (1, "")


def test_a_session_that_is_deleted_ends_what_follows_it(
    gated: dict[str, str],
    home: Path,
    opened: Callable[..., AbstractContextManager[Program]],
) -> None:
    assert run("ask", "Hello.", "-m", "gate/ok", env=gated, cwd=home).returncode == 0
    with opened("follow", "last") as follower:
        follower.wait_for(lambda screen: "Hello." in printed(screen))
        assert run("sessions", "delete", "last", "--yes", env=gated, cwd=home).returncode == 0
        assert follower.wait_to_end() == 0
        assert "The session was deleted." in printed(follower.screen)


def test_nothing_to_follow_is_said(gated: dict[str, str], home: Path) -> None:
    followed = run("follow", env=gated, cwd=home)
    assert (followed.returncode, followed.stdout) == (2, "")
    assert "There is no session yet" in followed.stderr
