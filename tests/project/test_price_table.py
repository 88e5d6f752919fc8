"""The shipped price table is that of the LiteLLM which the lock file names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess


def test_the_shipped_table_is_fresh(run: Callable[..., CompletedProcess[str]]) -> None:
    done = run("scripts/generate_price_table.py")
    assert done.returncode == 0, done.stderr


def test_a_stale_table_is_named_together_with_the_command_that_mends_it(
    tmp_path: Path, run: Callable[..., CompletedProcess[str]]
) -> None:
    script = (
        "import sys, pathlib; sys.path.insert(0, 'scripts'); import generate_price_table as g\n"
        f"g.SHIPPED = pathlib.Path({str(tmp_path)!r}) / 'prices.json.gz'; g.main()"
    )
    done = run("-c", script)
    assert done.returncode == 1
    assert "prices.json.gz. Run `make generate`." in done.stderr
