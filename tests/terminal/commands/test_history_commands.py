"""Searching, moving and looking after sessions from a terminal, with a real server."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.search import SearchHit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

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


def ask(antiphon: Antiphon, prompt: str) -> str:
    """Asks one model; the session's id."""
    done = antiphon("ask", prompt, "-m", "demo/terse", "--json", *_QUICK)
    return json.loads(done.stdout.splitlines()[-1])["sessionId"]


@pytest.mark.slow
def test_what_is_found_can_be_shown_from_its_line(antiphon: Antiphon) -> None:
    ask(antiphon, "First line.\n\nWhere is the xylophone?")

    found = antiphon("search", "xylophone", "--role", "user")

    assert found.returncode == 0, found.stderr
    head, snippet, where = found.stdout.splitlines()
    assert "First line." in head
    assert snippet.strip() == "First line. Where is the xylophone?"
    reference = where.split()[-1]
    assert reference.endswith("#5")
    assert antiphon("show", reference).stdout.startswith("Where is the xylophone?\n")
    hits = json.loads(antiphon("search", "xylo*", "--json").stdout)["hits"]
    assert [hit["role"] for hit in hits] == ["user"]
    assert antiphon("search", "nothing").stderr == "Nothing matches.\n"
    assert antiphon("search", "*").returncode == 2
    assert antiphon("show", "last#0").returncode == 2
    assert antiphon("show", "last#5").stdout.startswith("# terse\n\nWhere is")


@pytest.mark.slow
def test_a_session_is_renamed_tagged_forked_exported_imported_and_deleted(
    antiphon: Antiphon, home: Path
) -> None:
    session_id = ask(antiphon, "Why?")
    assert "Because" in antiphon("sessions", "rename", "last", "Because").stdout
    assert antiphon("sessions", "tag", session_id, "a", "b").stdout.endswith("a, b\n")
    assert "#a #b" in antiphon("sessions", "--tag", "a").stdout
    shown = json.loads(antiphon("show", session_id, "--json").stdout)
    forked = antiphon("sessions", "fork", shown["messages"][0]["id"])
    assert "Because (fork)" in forked.stdout
    by_pane = antiphon("sessions", "fork", f"{session_id}/terse")
    assert "Because (fork)" in by_pane.stdout

    exported = antiphon("sessions", "export", session_id, "--format", "json", "-o", "out.json")
    assert exported.returncode == 0, exported.stderr
    file = home / "out.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 or sys.platform == "win32"
    again = antiphon("sessions", "export", session_id, "-o", "out.json")
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    assert antiphon("sessions", "export", session_id).stdout.startswith("# Because\n")
    imported = antiphon("sessions", "import", "-", stdin=file.read_text())
    assert "Because" in imported.stdout
    assert f"It was here already, as {session_id}" in imported.stderr
    known = antiphon("sessions", "import", "-", "--only-new", stdin=file.read_text())
    assert "nothing was stored" in known.stderr
    refused = antiphon("sessions", "import", "-", stdin="{}")
    assert (refused.returncode, "not an exported session" in refused.stderr) == (2, True)

    assert antiphon("sessions", "delete", session_id).returncode == 2
    assert antiphon("sessions", "delete", session_id, "--yes").stdout.endswith("deleted\n")
    left = [each["id"] for each in json.loads(antiphon("sessions", "--json").stdout)["sessions"]]
    assert left == [each.stdout.split()[0] for each in (imported, by_pane, forked)]


@pytest.mark.slow
def test_the_history_is_counted_packed_and_proved(antiphon: Antiphon) -> None:
    ask(antiphon, "Why?")
    assert "messages      2" in antiphon("history", "stats").stdout
    assert json.loads(antiphon("history", "stats", "--json").stdout)["sessions"] == 1
    assert "now." in antiphon("history", "vacuum").stdout
    verified = antiphon("history", "verify")
    assert (verified.returncode, verified.stdout) == (
        0,
        "Nothing is wrong. Checked: pages, references, counts, search index.\n",
    )


def test_highlights_survive_what_is_hidden_from_a_terminal() -> None:
    from antiphon_terminal.commands.search import _highlight

    hit = SearchHit(
        session_id="s", pane_id="p", message_id="m", model="demo/a", role="user", created_at="x",
        snippet="a\x1b[2J needle\u202e b", highlights=[[6, 12]], uri="u", line=0, title="t",
        pane_title="a", status="complete", field="content",
    )  # fmt: skip

    text = _highlight(hit)

    assert text.plain == "a needle<U+202E> b"
    [span] = text.spans
    assert text.plain[span.start : span.end] == "needle"
