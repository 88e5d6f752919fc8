"""How far a token and a broadcast go through Antiphon, in frames and files: never in time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def figures() -> dict[str, dict[str, int]]:
    """Returns the figures of both ways, in a server of its own."""
    script = ROOT / "scripts" / "trace_token.py"
    done = subprocess.run(
        [sys.executable, script, "--json"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_lone_token_passes_few_frames_and_modules(figures: dict[str, dict[str, int]]) -> None:
    token = figures["token"]
    assert 0 < token["our_frames"] <= 49, token
    assert 0 < token["modules"] <= 12, token


def test_a_lone_token_goes_to_the_database_before_it_goes_to_the_client(
    figures: dict[str, dict[str, int]],
) -> None:
    assert figures["token"]["threads"] == 2, "the loop's thread and the database's"


def test_a_broadcast_can_be_followed_by_opening_few_files(
    figures: dict[str, dict[str, int]],
) -> None:
    assert 0 < figures["broadcast"]["modules"] <= 40, figures["broadcast"]
