"""The process that runs the tests says which changes are noticed, and outlives what hangs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONFTEST = "from hypothesis import settings\nsettings.register_profile('antiphon', deadline=None)\n"
TESTS = "from bounds import least\n\ndef test_it():\n    assert least(3, 4) == 3\n"
CODE = "def least(a, b):\n    return a if a < b else b\n"

if TYPE_CHECKING:
    Run = Callable[..., dict[str, Any]]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A module with a gap in its tests: none has two equal numbers."""
    for name, text in (("conftest", CONFTEST), ("test_bounds", TESTS), ("bounds", CODE)):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    # Its names of tests begin here, wherever the checkout is.
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(package: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs the package's tests on its module as it is on disk."""
    command = [sys.executable, "-B", "-m", "scripts.mutate.python.fork_server"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    server = subprocess.Popen(command, cwd=root, text=True, **pipes)
    assert server.stdin is not None
    assert server.stdout is not None
    temporary = tmp_path_factory.mktemp("fork-server")

    def ask(limit_s: float = 60.0, **more: str) -> dict[str, Any]:
        request = {
            "files": [str(package / "test_bounds.py")],
            "limit_s": limit_s,
            "temporary": str(temporary / "tests"),
            "log": str(temporary / "log"),
            **more,
        }
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        return json.loads(server.stdout.readline())

    yield ask
    server.communicate(timeout=30)


def test_a_gap_leaves_a_survivor_and_what_is_noticed_names_its_test(
    package: Path, run: Run
) -> None:
    module = package / "bounds.py"
    assert run()["outcome"] == "passed"
    module.write_text(CODE.replace("<", "<="), encoding="utf-8")
    assert run()["outcome"] == "passed"
    module.write_text(CODE.replace("<", ">="), encoding="utf-8")
    noticed = run()
    assert (noticed["outcome"], noticed["by"]) == ("failed", "test_bounds.py::test_it")


def test_what_never_ends_is_too_slow_and_the_next_run_goes_on(package: Path, run: Run) -> None:
    module = package / "bounds.py"
    module.write_text(CODE.replace("return", "while True: a\n    return"), encoding="utf-8")
    assert run(limit_s=3.0)["outcome"] == "too slow"
    module.write_text(CODE, encoding="utf-8")
    assert run()["outcome"] == "passed"


def test_a_clean_run_notes_which_test_is_run_and_how_it_ended(
    package: Path, run: Run, tmp_path: Path
) -> None:
    record = tmp_path / "record.json"
    run(record=str(record))
    assert package.exists()
    tests = json.loads(record.read_text(encoding="utf-8"))["tests"]
    assert {name: each["passed"] for name, each in tests.items()} == {
        "test_bounds.py::test_it": True
    }
