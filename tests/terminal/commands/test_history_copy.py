"""`antiphon history copy` and `backup`: what is printed, what is refused, and with which code."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.history.whole_history import add_session, read_everything, run_statement

from antiphon.history import open_history
from antiphon.model.values.ids import new_id
from antiphon_terminal.output.copy_progress import CopyProgress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

_TIMEOUT_S = 60


@pytest.fixture
def antiphon(environment: dict[str, str], home: Path) -> Antiphon:
    """Runs `antiphon history …` to its end."""

    def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", "history", *arguments],
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
            **options,
        )

    return run


@pytest.fixture
def own(home: Path) -> Path:
    """The history of the settings, with one session."""
    path = home / "history.db"
    asyncio.run(_fill(path, "A word"))
    return path


async def _fill(path: Path, text: str) -> None:
    history = await open_history(path, server_id=new_id())
    await add_session(history, text)
    await history.aclose()


@pytest.mark.slow
def test_a_history_is_copied_and_what_happened_is_said(
    antiphon: Antiphon, own: Path, home: Path
) -> None:
    target = home / "copy.db"
    look = antiphon("copy", "--to", str(target), "--dry-run")
    expected = f"1 session with 5 messages from {own} to {target}.\n"
    assert (look.returncode, look.stdout) == (0, f"Would copy {expected}")

    copied = antiphon("copy", "--to", f"sqlite:///{target}")

    first, last = copied.stdout.splitlines(keepends=True)
    assert (copied.returncode, first) == (0, f"Copied {expected}")
    assert last.startswith("Equal in ")
    assert copied.stderr.splitlines() == [
        "Copying: 5 of 5 messages",
        "Checking: 5 of 5 messages",
    ]
    assert read_everything(target) == read_everything(own)
    again = json.loads(antiphon("copy", "--from", "history.db", "--to", "copy.db", "--json").stdout)
    assert (again["sessions"], again["skipped"]) == (0, 1)
    assert last.rstrip().endswith(again["digest"])


@pytest.mark.slow
def test_a_history_goes_to_postgresql(antiphon: Antiphon, own: Path, postgresql_url: str) -> None:
    copied = antiphon("copy", "--to", postgresql_url)

    assert copied.returncode == 0, copied.stderr
    assert "Copied 1 session with 5 messages" in copied.stdout
    assert "?host" not in copied.stdout  # no parameters, which may have a password
    assert read_everything(postgresql_url) == read_everything(own)


@pytest.mark.slow
def test_what_is_wrong_is_refused_with_a_code(antiphon: Antiphon, own: Path, home: Path) -> None:
    antiphon("copy", "--to", "copy.db")
    run_statement(home / "copy.db", "UPDATE sessions SET title = 'Mine'")
    cases = {
        ("copy", "--to", "copy.db"): (1, "with other values"),
        ("copy", "--to", str(own)): (2, "are the same history"),
        ("copy", "--to", "mysql://me:secret@host/db"): (2, "the scheme 'mysql'"),
        ("copy", "--from", "none.db", "--to", "new.db"): (2, "There is no history"),
        ("backup", "copy.db"): (1, "exists already"),
    }
    for arguments, (code, words) in cases.items():
        done = antiphon(*arguments)
        assert (done.returncode, words in done.stderr) == (code, True), done.stderr
        assert (done.stdout, "secret" in done.stderr, "Traceback" in done.stderr) == (
            "",
            False,
            False,
        )
    assert not (home / "new.db").exists()


@pytest.mark.slow
def test_a_backup_is_made_or_leaves_nothing(antiphon: Antiphon, own: Path, home: Path) -> None:
    (home / "kept").mkdir()

    def allow_little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    full = antiphon("backup", "kept/a.db", preexec_fn=allow_little)
    assert full.returncode == 1
    assert "Error: " in full.stderr
    assert "Traceback" not in full.stderr
    assert [*(home / "kept").iterdir()] == []

    made = antiphon("backup", "kept/a.db")

    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("kept/a.db: 1 session with 5 messages, ")
    assert read_everything(home / "kept" / "a.db") == read_everything(own)


def test_progress_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    progress = CopyProgress()
    for done in range(0, 10_001, 10):
        progress("copy", done, 10_000)
    progress("verify", 0, 0)
    progress.end()

    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Copying: 10 of 10,000 messages"
    assert lines[-1] == "Copying: 10,000 of 10,000 messages"
    assert len(lines) == 11
