"""`antiphon token`, and the commands that use a server on the network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Callable[..., Any]:
    """Runs a command line to its end."""

    def command(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "antiphon", *arguments],
            check=False,
            env=environment | more,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    return command


def test_a_token_is_printed_once_and_its_hash_is_kept_in_a_private_file(
    run: Callable[..., Any], home: Path
) -> None:
    added = run("token", "add", "ada")
    token = added.stdout.strip()
    assert (added.returncode, len(token)) == (0, 43)
    file = home / "config" / "antiphon" / "tokens.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert token not in file.read_text()
    assert file.read_text().startswith('ada = "sha256:')
    again = run("token", "add", "ada")
    assert (again.returncode, again.stdout) == (1, "")
    assert "ada has a token already" in again.stderr
    assert file.read_text().count("\n") == 1


def test_comments_and_other_users_outlive_a_removal(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("# the team")  # without a line break at its end
    for name, *days in (("ada",), ("ada-2", "--days", "3"), ("bob",)):
        assert run("token", "add", name, *days, "--tokens", str(file)).returncode == 0
    assert run("token", "remove", "ada", "--tokens", str(file)).returncode == 0
    listed = json.loads(run("token", "list", "--json", "--tokens", str(file)).stdout)["tokens"]
    assert [each["user"] for each in listed] == ["ada-2", "bob"]
    assert "expires" in listed[0]
    assert file.read_text().startswith("# the team\n")


@pytest.mark.parametrize(
    ("arguments", "problem", "code"),
    [
        (("add", "a b"), "is not a user's name", 2),
        (("add", "eve", "--days", "0"), "--days", 2),
        (("remove", "eve"), "eve has no token", 1),
        (("list", "--tokens", "broken.toml"), "not a valid tokens file", 1),
        (("add", "eve", "--tokens", "broken.toml"), "not a valid tokens file", 1),
        (("add", "eve", "--tokens", "/dev/null/tokens.toml"), "Not a directory", 1),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    arguments: tuple[str, ...], problem: str, code: int, run: Callable[..., Any], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('ada = "md5:1"\n')
    done = run("token", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert problem in done.stderr
    assert "Traceback" not in done.stderr
    assert broken.read_text() == 'ada = "md5:1"\n'


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The line of a server with a history of its own."""
    history = {"ANTIPHON_HISTORY__URL": f"sqlite:///{tmp_path / 'served.db'}"}
    command = [sys.executable, "-m", "antiphon", "serve", "--ws", "127.0.0.1:0"]
    with subprocess.Popen(command, env=environment | history, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()


@pytest.mark.slow
def test_a_named_server_answers_and_keeps_the_session(
    server: dict[str, str], run: Callable[..., Any]
) -> None:
    named = ("--server", server["listening"], "--token-file", server["tokenFile"])
    asked = run("ask", *named, "-m", "demo/terse", "Hello")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "You asked “Hello”" in asked.stdout
    token = {"ANTIPHON_TOKEN": Path(server["tokenFile"]).read_text()}
    here = run("sessions", "--json")
    assert json.loads(here.stdout)["sessions"] == []
    there = run("sessions", *named, "--json")
    assert len(json.loads(there.stdout)["sessions"]) == 1
    models = run("models", "demo/poet", "--json", *named[:2], **token)
    assert json.loads(models.stdout)["models"]


@pytest.mark.slow
def test_a_session_is_shared_with_users_with_all_and_with_nobody(
    environment: dict[str, str], run: Callable[..., Any], tmp_path: Path
) -> None:
    file = str(tmp_path / "team.toml")
    ada, ben = (run("token", "add", name, "--tokens", file).stdout.strip() for name in ("ada", "b"))
    command = [sys.executable, "-m", "antiphon", "serve", "--ws", "127.0.0.1:0", "--tokens", file]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        named = ("--server", json.loads(process.stdout.readline())["listening"])
        run("ask", *named, "-m", "demo/echo", "For Ben.", ANTIPHON_TOKEN=ada)
        for who, answer in ((("b",), "b"), (("--all",), "all users"), (("--nobody",), "nobody")):
            shared = run("sessions", *named, "share", "last", *who, ANTIPHON_TOKEN=ada)
            assert (shared.returncode, shared.stderr) == (0, "")
            assert shared.stdout.endswith(f"shared with {answer}\n")
            shown = run("follow", "last", "--until-complete", *named, ANTIPHON_TOKEN=ben)
            is_read = shown.returncode == 0 and "For Ben." in shown.stdout
            assert is_read == (answer != "nobody"), shown.stderr
        process.terminate()


def test_who_may_read_a_session_has_to_be_named(run: Callable[..., Any]) -> None:
    for who in ((), ("ben", "--all"), ("--all", "--nobody")):
        done = run("sessions", "share", "last", *who)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Name users, or use either --all or --nobody." in done.stderr


@pytest.mark.parametrize(
    ("url", "token", "problem", "code"),
    [
        ("ws://127.0.0.1:1", "", "needs your token", 2),
        ("ws://127.0.0.1:1", "t", "cannot be reached", 1),
        ("ws://models.example", "t", "in clear", 1),
        ("http://models.example", "t", "is not an address such as", 1),
    ],
)
def test_a_server_that_cannot_be_used_is_one_line(
    url: str, token: str, problem: str, code: int, run: Callable[..., Any]
) -> None:
    done = run("models", "--server", url, **({"ANTIPHON_TOKEN": token} if token else {}))
    assert done.returncode == code
    assert problem in done.stderr
    assert "Traceback" not in done.stderr
    assert "report it" not in done.stderr
