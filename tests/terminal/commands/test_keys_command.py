"""`antiphon keys`: a key is pasted unseen, and kept where the next server finds it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import SUPPORT
from support.canaries.canary import canary
from support.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable

    Antiphon = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow

_TIMEOUT_S = 30
CANARY = canary("sk-terminal")


@pytest.fixture
def keyring(environment: dict[str, str], home: Path) -> Path:
    """The file of a keyring that this machine has now."""
    path = home / "keyring.json"
    paths = [str(SUPPORT / "keyring"), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    environment["PYTHON_KEYRING_BACKEND"] = "file_keyring.FileKeyring"
    environment["FILE_KEYRING"] = str(path)
    return path


@pytest.fixture
def keys(environment: dict[str, str], home: Path) -> Antiphon:
    """Runs `antiphon keys` to its end."""

    def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", "keys", *arguments],
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


def test_a_key_from_stdin_is_kept_shown_as_kept_and_deleted(keys: Antiphon, keyring: Path) -> None:
    done = keys("set", "mistral", "--stdin", stdin=f"{CANARY}\n")
    assert done.returncode == 0, done.stderr
    assert "https://api.mistral.ai and nothing else" in done.stdout
    assert json.loads(keyring.read_text()) == {
        "antiphon mistral@https://api.mistral.ai": CANARY,
    }
    status = keys("status")
    [line] = [line for line in status.stdout.splitlines() if line.startswith("mistral")]
    assert "the keyring" in line
    [mistral] = [
        each
        for each in json.loads(keys("status", "--json").stdout)["providers"]
        if each["name"] == "mistral"
    ]
    assert mistral["source"] == "keyring"
    assert "was deleted" in keys("delete", "mistral").stdout
    assert "nothing to delete" in keys("delete", "mistral").stdout
    assert json.loads(keyring.read_text()) == {}
    assert CANARY not in f"{done} {status}".replace("input=", "")


def test_a_pasted_key_is_never_on_the_screen(
    environment: dict[str, str], home: Path, keyring: Path
) -> None:
    with Program("keys", "set", "openai", env=environment, cwd=home) as program:
        program.wait_for(lambda screen: "Key of openai (not shown)" in "\n".join(screen.rows))
        program.press(f"{CANARY}\n".encode())
        assert program.wait_to_end() == 0
        shown = "\n".join(program.screen.scrollback)
    assert CANARY not in shown
    assert CANARY in keyring.read_text()


def test_a_key_on_the_command_line_is_refused_and_not_repeated(
    keys: Antiphon, keyring: Path
) -> None:
    done = keys("set", "openai", CANARY)
    assert done.returncode == 2
    assert "shell's history" in done.stderr
    assert CANARY not in done.stderr
    assert not keyring.exists()


def test_without_a_terminal_the_key_is_not_waited_for(keys: Antiphon) -> None:
    done = keys("set", "openai")
    assert done.returncode == 2
    assert "--stdin" in done.stderr


def test_without_a_keyring_the_line_for_the_shells_profile_is_told(keys: Antiphon) -> None:
    done = keys("set", "groq", "--stdin", stdin=CANARY)
    assert done.returncode == 1
    assert "has no keyring" in done.stderr
    assert "export GROQ_API_KEY=" in done.stderr
    assert CANARY not in done.stderr


def test_without_a_keyring_there_is_nothing_to_delete_and_the_variable_is_named(
    keys: Antiphon, environment: dict[str, str]
) -> None:
    environment["XAI_API_KEY"] = CANARY
    done = keys("delete", "xai")
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing to delete" in done.stdout
    assert "XAI_API_KEY: unset it there" in done.stdout
    assert "has no keyring" in done.stdout
    assert CANARY not in done.stdout


def test_what_counts_before_the_keyring_is_said(
    keys: Antiphon, keyring: Path, environment: dict[str, str]
) -> None:
    environment["XAI_API_KEY"] = "xai-older"
    done = keys("set", "xai", "--stdin", stdin=CANARY)
    assert done.returncode == 0
    assert "XAI_API_KEY in the environment overrides it" in done.stderr
    assert "still has a key" in keys("delete", "xai").stderr


@pytest.mark.parametrize(
    ("provider", "key", "said"),
    [("nobody", CANARY, "No provider has that name"), ("openai", "a b", "has a space in it")],
)
def test_bad_usage_is_a_sentence(
    keys: Antiphon, keyring: Path, provider: str, key: str, said: str
) -> None:
    done = keys("set", provider, "--stdin", stdin=key)
    assert done.returncode == 2
    assert said in done.stderr
    assert not keyring.exists()
