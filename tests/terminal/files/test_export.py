"""Exports as files: new ones, whole ones, or none."""

from __future__ import annotations

import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from antiphon_terminal.files.export import write_export

if TYPE_CHECKING:
    from pathlib import Path


def test_an_export_is_a_new_file_that_nobody_else_may_read(tmp_path: Path) -> None:
    file = tmp_path / "out.md"
    write_export(file, "text\r\n")
    assert file.read_bytes() == b"text\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(click.UsageError, match="exists already"):
        write_export(file, "other")
    with pytest.raises(click.UsageError, match="cannot be written: No such file"):
        write_export(tmp_path / "missing" / "out.md", "text")
    assert file.read_bytes() == b"text\r\n"


def test_a_full_disk_leaves_no_half_of_an_export(tmp_path: Path) -> None:
    program = "from pathlib import Path\nfrom antiphon_terminal.files.export import write_export\n"
    program += "write_export(Path('out.md'), 'x' * 100_000)"
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 1; exec "$@"', "sh", sys.executable, "-c", program],
        cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert "out.md could not be written: File too large." in done.stderr
    assert list(tmp_path.iterdir()) == []
