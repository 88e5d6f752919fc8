"""What cannot be done is said in a sentence, with what to do instead, and nothing is changed."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from support.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.faults.client import FaultServer

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow

_QUICK = ("--param", "tokensPerSecond=0")
_GONE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
_REFUSED: dict[tuple[str, ...], str] = {
    ("compare", "1", "1"): "Both sides are terse.",
    ("compare", "1", "3"): "has no text to compare",
    ("compare", "1", _GONE): "no message",
    ("consensus", "1"): "two are needed",
    ("send", "1", "--to", "1"): "wrote this message itself",
    ("send", "1", "--to", _GONE): "There is no session",
    ("send", "3", "--to", "1"): "no text",
    ("summarize", "3", "-m", "demo/terse"): "text",
    ("search", ""): "There is no word in the query.",
    ("search", "\U0001f600"): "There is no word in the query.",
    ("apply", "2", "--yes", "--block", "9"): "blocks of code",
    ("sessions", "fork", _GONE): "message",
    ("sessions", "delete", _GONE, "--yes"): "session",
}
_PLAIN_WORDS = ('"unbalanced', "AND", "'; DROP TABLE messages;--")
_HOSTILE: dict[str, bytes] = {
    "no text": b"\xff\xfe\x00",
    "no JSON": b"{",
    "another version": b'{"antiphon": "session/v999"}',
    "too deep": b"[" * 200_000,
}


@pytest.fixture
def antiphon(environment: dict[str, str], home: Path) -> Antiphon:
    """Runs the command line to its end, after two models have answered and one has failed."""

    def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", *arguments],
            env=environment, cwd=home, input=stdin, capture_output=True, timeout=30, check=False,
        )  # fmt: skip
        texts = done.stdout.decode(), done.stderr.decode()
        return subprocess.CompletedProcess(done.args, done.returncode, *texts)

    models = ("-m", "demo/terse", "-m", "demo/coder", "-m", "demo/refuses")
    assert run("ask", "Why?", *models, "--plain", *_QUICK).returncode == 1
    return run


def kept(antiphon: Antiphon) -> tuple[Any, str]:
    """All that the history holds."""
    stats = json.loads(antiphon("history", "stats", "--json").stdout)
    counts = {name: stats[name] for name in ("sessions", "panes", "messages", "contexts")}
    return counts, antiphon("sessions", "export", "last", "--format", "json").stdout


def test_what_makes_no_sense_is_refused_with_a_reason_and_changes_nothing(
    antiphon: Antiphon,
) -> None:
    before = kept(antiphon)
    with ThreadPoolExecutor(3) as pool:
        done = dict(zip(_REFUSED, pool.map(lambda each: antiphon(*each), _REFUSED), strict=True))
    for arguments, said in _REFUSED.items():
        found = done[arguments]
        assert (found.returncode, found.stdout) == (2, ""), (arguments, found.stderr)
        assert said in found.stderr, (arguments, found.stderr)
        assert "$." not in found.stderr
    for query in _PLAIN_WORDS:
        found = antiphon("search", query)
        assert (found.returncode, "Error" in found.stderr) == (0, False), found.stderr
    for name, data in _HOSTILE.items():
        found = antiphon("sessions", "import", "-", stdin=data)
        assert found.returncode == 2, (name, found.stderr)
        assert found.stderr.count("Error: ") == 1, (name, found.stderr)
    assert kept(antiphon) == before


def test_a_pane_that_streams_is_compared_and_takes_nothing_else(
    environment: dict[str, str], home: Path, antiphon: Antiphon, fault_server: FaultServer
) -> None:
    row = {"type": "openai", "baseUrl": fault_server.base_url}
    environment["ANTIPHON_PROVIDERS"] = json.dumps({"f": row})
    asked = ("ask", "hi", "-m", "f/gate-6-12", "--session", "last")
    with Program(*asked, env=environment, cwd=home) as program:
        program.wait_for(lambda screen: "t5" in "\n".join(screen.rows))
        found = json.loads(antiphon("compare", "4", "1", "--json").stdout)
        assert found["left"]["status"] == "streaming"
        refused = antiphon("send", "1", "--to", "4")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "gate-6-12" in refused.stderr
        fault_server.release()
        assert program.wait_to_end() == 0
    messages = json.loads(antiphon("show", "--pane", "4", "--json").stdout)["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant"]
