"""`antiphon models`: what can be asked, and what was meant to be and cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

_NOBODY = "http://127.0.0.1:9/v1"


def models(
    *arguments: str, env: dict[str, str], cwd: Path, demo: bool = True
) -> subprocess.CompletedProcess[str]:
    rows = {name: {"type": "openai", "baseUrl": _NOBODY} for name in ("work", "demo")}
    if demo:
        del rows["demo"]
    return subprocess.run(
        [sys.executable, "-P", "-m", "antiphon", "models", *arguments],
        env=env | {"ANTIPHON_PROVIDERS": json.dumps(rows)},
        cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def test_a_provider_that_does_not_answer_is_listed_with_what_to_do(
    environment: dict[str, str], home: Path
) -> None:
    everything = models(env=environment, cwd=home)
    assert everything.returncode == 0
    last = next(line for line in everything.stdout.splitlines() if line.startswith("work/…"))
    assert "refused the connection" in last
    assert "providers.work in the settings" in last
    alone = models("work", env=environment, cwd=home)
    assert (alone.returncode, alone.stdout.count("\n")) == (0, 1)
    listed = json.loads(models("work", "--json", env=environment, cwd=home).stdout)
    (provider,) = listed["providersWithoutModels"]
    assert (provider["name"], provider["available"]) == ("work", False)


def test_the_exit_code_says_whether_anything_of_it_can_be_asked(
    environment: dict[str, str], home: Path
) -> None:
    assert models("terse", env=environment, cwd=home).returncode == 0
    nothing = models("no-such-model", env=environment, cwd=home)
    assert (nothing.returncode, "No model matches" in nothing.stderr) == (0, True)
    assert models(env=environment, cwd=home, demo=False).returncode == 1
