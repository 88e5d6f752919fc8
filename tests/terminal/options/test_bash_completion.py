"""Tab in a real bash: words with colons and other breaks are completed whole."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from antiphon_terminal.options.bash_completion import kept_by_bash
from support.providers.model_servers import ModelServer, listed, model
from support.terminal import program as program_in_terminal
from support.terminal.program import Program

if TYPE_CHECKING:
    from pathlib import Path

BREAKS = " \t\n\"'@><=;|&(:"


class Bash(Program):
    """An interactive bash without anybody's settings."""

    command = ("bash", "--norc", "--noprofile", "-i")


COMPLETED = {
    "-m ollama/gemma3:1": "-m ollama/gemma3:1b ",
    "-m ollama/gemma3:": "-m ollama/gemma3:1b ",
    "--model=ollama/gemma3:1": "--model=ollama/gemma3:1b ",
    "--model ollama/q=a:4": "--model ollama/q=a:4bit:v2 ",
    "-m ollama/@cf/ll": "-m ollama/@cf/llama:8b ",
    "-m 'ollama/gemma3:1": "-m 'ollama/gemma3:1b' ",
    '-m "ollama/@cf': '-m "ollama/@cf/llama:8b" ',
    "-m demo/terse -m ollama/gemma3:1": "-m demo/terse -m ollama/gemma3:1b ",
}
PROGRAM = """\
#!{python} -P
import sys

sys.argv[0] = "antiphon"
from antiphon.__main__ import main

main()
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_a_word_with_breaks_is_completed_whole(
    environment: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_in_terminal, "WAIT_S", 60.0)
    models = ["gemma3:1b", "q=a:4bit:v2", "@cf/llama:8b"]
    said = listed(*(model(name, "library") for name in models))
    program = home / "antiphon"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    with ModelServer(said) as server:
        row = {"type": "openai", "baseUrl": f"http://127.0.0.1:{server.port}/v1"}
        env = environment | {
            "ANTIPHON_PROVIDERS": json.dumps({"ollama": row}),
            "PATH": f"{home}:{environment['PATH']}",
        }
        with Bash(env=env, cwd=home, columns=120) as bash:
            press_tab_after_each(bash)


def press_tab_after_each(bash: Bash) -> None:
    bash.press(b'eval "$(_ANTIPHON_COMPLETE=bash_source antiphon)"; echo re""ady\n')
    bash.wait_for(lambda screen: "ready" in "\n".join(screen.rows))
    for typed, completed in COMPLETED.items():
        bash.press(f"antiphon ask hi {typed}\tEND".encode())
        expected = f"antiphon ask hi {completed}END"
        bash.wait_for(lambda screen, it=expected: it in "\n".join(screen.rows))
        bash.press(b"\x15\x0c")  # Ctrl-U and Ctrl-L: an empty line on an empty screen
        bash.wait_for(lambda screen: "END" not in "\n".join(screen.rows))


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("antiphon ask -m ollama/gemma3:1", "ollama/gemma3:"),
        ("antiphon ask -m ollama/gemma3", ""),
        ("antiphon ask --model=ollama/gemma3:1", "--model=ollama/gemma3:"),
        ("antiphon ask -m 'ollama/gemma3:1", ""),
        ('antiphon ask -m x:"y:z', "x:"),
        ("antiphon ask -m a\\:b", ""),
        ("antiphon ask -m a:b ", ""),
        ("antiphon ask -m a@b=c", "a@b="),
        ("antiphon ask -m a=b@c", "a=b"),
        ("antiphon ask 'a:b c' d", ""),
    ],
)
def test_what_bash_keeps_of_a_word_ends_at_its_last_break(line: str, kept: str) -> None:
    assert kept_by_bash(line, BREAKS) == len(kept)


def test_without_breaks_bash_keeps_nothing() -> None:
    assert kept_by_bash("antiphon ask -m ollama/gemma3:1", " \t\n") == 0
