"""The command line, run as a program: bad usage is a sentence and exit code 2."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT_S = 30


def antiphon(
    *arguments: str, env: dict[str, str], cwd: Path, stdin: bytes | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "antiphon", *arguments],
        env=env,
        cwd=cwd,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask"], "The prompt is empty"),
        (["ask", "  \n"], "The prompt is empty"),
        (["ask", "hi", "--file", "missing.txt"], "does not exist"),
        (["ask", "hi", "--context", "missing.txt"], "there is no file 'missing.txt'"),
        (["ask", "hi", "--param", "temperature=hot"], "temperature"),
        (["ask", "hi", "--no-such-option"], "No such option"),
        (["no-such-command"], "No such command"),
        (["sessions", "--limit", "0"], "0 is not in the range"),
        (["serve", "--port", "1"], "No such option"),
    ],
)
def test_bad_usage_is_a_sentence_and_exit_code_two(
    arguments: list[str], said: str, environment: dict[str, str], home: Path
) -> None:
    done = antiphon(*arguments, env=environment, cwd=home)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_prompt_that_is_no_text_is_refused(environment: dict[str, str], home: Path) -> None:
    done = antiphon("ask", "-", env=environment, cwd=home, stdin=b"\xff\xfe\x00")
    assert done.returncode == 2
    assert "stdin is not text: it has NUL bytes" in done.stderr


def test_bytes_that_are_not_utf_8_are_replaced_with_a_warning(
    environment: dict[str, str], home: Path
) -> None:
    (home / "latin.txt").write_bytes("Größe\nWeiß\n".encode("latin-1"))
    quick = ["-m", "demo/terse", "--param", "tokensPerSecond=0", "--context", "latin.txt:2"]
    diff = b"+ caf\xe9\n- cafe\n"
    done = antiphon("ask", "What changed?", *quick, env=environment, cwd=home, stdin=diff)
    assert done.returncode == 0
    assert "1 byte is not UTF-8 in stdin" in done.stderr
    assert "3 bytes are not UTF-8 in latin.txt" in done.stderr
    export = ["sessions", "export", "last", "--format", "json"]
    shown = antiphon(*export, env=environment, cwd=home).stdout
    assert "+ caf\ufffd" in shown
    assert "Wei\ufffd" in shown
    assert "Gr\ufffd" not in shown


def test_help_and_version_need_no_server(environment: dict[str, str], home: Path) -> None:
    done = antiphon("--help", env=environment, cwd=home)
    assert done.returncode == 0
    for name in ("ask", "models", "sessions", "show", "doctor", "serve"):
        assert f"\n  {name} " in done.stdout
        assert antiphon(name, "--help", env=environment, cwd=home).returncode == 0
    assert antiphon("--version", env=environment, cwd=home).stdout.startswith("antiphon ")


def test_neither_the_start_nor_json_output_load_the_screen(
    environment: dict[str, str], home: Path
) -> None:
    program = (
        "import sys, antiphon_terminal.cli, antiphon_terminal.commands.ask, "
        "antiphon_terminal.output.json_lines, antiphon_terminal.output.plain; "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in {'rich', 'pygls', 'aiohttp'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment, cwd=home, capture_output=True, timeout=_TIMEOUT_S, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == b"[]"
