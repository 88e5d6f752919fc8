"""A list of more models than a screen is good for: shown in part to people, whole to programs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.providers.model_servers import ModelServer, listed, model
from support.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture
def gateway(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    with ModelServer(listed(*(model(f"m{n}", "o") for n in range(600)))) as server:
        row = {"type": "openai", "baseUrl": f"http://127.0.0.1:{server.port}/v1"}
        yield environment | {"ANTIPHON_PROVIDERS": json.dumps({"gate": row})}


def piped(*arguments: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "antiphon", "models", *arguments],
        env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def test_a_terminal_is_shown_a_part_and_how_many_are_hidden(
    gateway: dict[str, str], home: Path
) -> None:
    with Program("models", "--provider", "gate", env=gateway, cwd=home, columns=120) as program:
        assert program.wait_to_end() == 0
        shown = "\n".join(program.screen.scrollback)
    assert "100 more: `antiphon models QUERY`, `--provider NAME`, or `--all`." in shown
    assert "gate/m499" in shown
    assert "gate/m500" not in shown


def test_a_pipe_gets_every_model_and_a_provider_alone(gateway: dict[str, str], home: Path) -> None:
    lines = piped("--provider", "gate", env=gateway, cwd=home).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [f"gate/m{n}" for n in range(600)]
    narrowed = piped("m59", "-p", "gate", env=gateway, cwd=home).stdout.splitlines()
    assert len(narrowed) == 11
    unknown = piped("--provider", "gat", env=gateway, cwd=home)
    assert unknown.returncode == 2
    assert "There is no provider 'gat'" in unknown.stderr
