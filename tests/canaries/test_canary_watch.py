"""A run that is watched fails where a key escapes, and says from which test, where and how."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import SUPPORT, TESTS
from support.canaries.canary import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAKS = SUPPORT / "canaries" / "leaking_tests.py"
WHERE = {
    "test_a_write_ahead_log": r"as it is in history\.db-wal",
    "test_a_packed_file": r"as it is, in zip in export\.zip",
    "test_a_print": r"as it is in \d+\.tap",
    "test_an_error_message": r"as it is in \d+\.tap",
    "test_a_write_to_a_descriptor": r"as it is in \d+\.tap",
    "test_a_write_to_a_copy_of_a_descriptor": r"as it is in \d+\.tap",
    "test_two_writes": r"as it is in \d+\.tap",
    "test_a_screen_that_breaks_it_in_two": r"as it is in \d+\.screens",
    "test_a_body": r"as it is in \d+\.requests",
    "test_a_query": r"as it is in \d+\.requests",
    "test_a_header": r"as it is in \d+\.requests",
    "test_a_key_of_somebody_else": r"as it is in \d+\.requests",
    "test_a_key_at_another_origin": r"as it is in \d+\.requests",
    **{f"test_a_file[{form}]": re.escape(f"{form} in log.1") for form in FORMS},
}


@pytest.fixture
def apart() -> Iterator[Path]:
    """A folder that is not searched where this run is watched too."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.slow
def test_every_leak_fails_its_test_and_is_named(apart: Path) -> None:
    path = str(TESTS)
    options = (
        "-p",
        "support.canaries.canary_watch",
        "-p",
        "no:cacheprovider",
        "-q",
        "--tb=short",
        "-rN",
    )
    temporary = f"--basetemp={apart / 'run'}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, temporary, "--rootdir", apart, LEAKS],
        env={**os.environ, "PYTHONPATH": path},
        cwd=apart,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    told = dict(re.findall(r"A key escaped from \S*?::(.+):\n((?:.+ in \S+\n)+)", done.stdout))
    end = done.stdout.partition("A key escaped by the end of the run:\n")[2]
    assert "as it is in editor0/state.vscdb" in end, done.stdout
    assert set(told) == set(WHERE)
    for test, where in WHERE.items():
        assert re.search(rf"^{where}$", told[test], re.MULTILINE), (test, told[test])
