"""A pane's file is whole at every moment, whoever writes it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from antiphon.lsp.client.file_names import replace_file

if TYPE_CHECKING:
    from pathlib import Path


def test_several_may_write_one_file_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "panes" / "terse.md"
    texts = [f"{number}\n" * 20_000 for number in range(64)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: replace_file(path, text), texts))
    assert path.read_text() in texts
    assert [each.name for each in path.parent.iterdir()] == ["terse.md"]
    assert path.stat().st_mode & 0o777 == 0o600
