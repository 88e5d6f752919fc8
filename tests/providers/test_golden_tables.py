"""A table of faults holds only what differs from its base, and reads as a whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.providers.fault_matrix import read_golden, write_golden

if TYPE_CHECKING:
    from pathlib import Path

BASE = {"cut": {"state": "interrupted"}, "ok": {"state": "complete"}, "rst": {"state": "failed"}}
OWN = {"cut": {"state": "complete"}, "ok": {"state": "complete"}, "new": {"state": "failed"}}


def test_a_table_over_a_base_reads_as_it_was_written_and_holds_the_differences(
    tmp_path: Path,
) -> None:
    base, own = tmp_path / "base.json", tmp_path / "own.json"
    write_golden(base, BASE)
    own.write_text(json.dumps({"base": "base.json"}), "utf-8")
    write_golden(own, OWN)
    assert (read_golden(base), read_golden(own)) == (BASE, OWN)
    assert json.loads(own.read_text("utf-8")) == {
        "base": "base.json",
        "cut": {"state": "complete"},
        "new": {"state": "failed"},
        "rst": None,
    }
