"""Edits of files: exactly what was agreed to, all or nothing."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

from antiphon_terminal.files.edit import FileEdit

if TYPE_CHECKING:
    from pathlib import Path


def change(first: tuple[int, int], last: tuple[int, int], text: str) -> dict[str, Any]:
    ends = ({"line": line, "character": at} for line, at in (first, last))
    start, end = ends
    return {"range": {"start": start, "end": end}, "newText": text}


def edit(path: Path, *changes: dict[str, Any]) -> str | None:
    return FileEdit(path, path.as_uri())({"changes": {path.as_uri(): list(changes)}})


def test_a_part_is_replaced_and_the_rest_stays_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"\xef\xbb\xbfa\r\n\xf0\x9f\x98\x80b\r\nc")
    assert edit(path, change((1, 2), (1, 3), "x")) is None
    assert path.read_bytes() == b"\xef\xbb\xbfa\r\n\xf0\x9f\x98\x80x\r\nc"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="modes and links are POSIX's")
def test_the_mode_and_a_link_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "run.sh", tmp_path / "link.sh"
    path.write_text("a\n")
    path.chmod(0o755)
    link.symlink_to(path)
    assert edit(link, change((0, 0), (1, 0), "b\n")) is None
    assert link.is_symlink()
    assert path.read_text() == "b\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_another_file_than_the_agreed_one_is_refused(tmp_path: Path) -> None:
    path, other = tmp_path / "a.py", tmp_path / "b.py"
    path.write_text("a\n")
    other.write_text("b\n")
    changes = {other.as_uri(): [change((0, 0), (1, 0), "")]}
    assert (
        FileEdit(path, path.as_uri())({"changes": changes}) == "Only an edit of a.py was confirmed."
    )
    both = {path.as_uri(): [], **changes}
    assert FileEdit(path, path.as_uri())({"changes": both}) is not None
    assert (path.read_text(), other.read_text()) == ("a\n", "b\n")


def test_what_cannot_be_written_is_a_reason_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    assert edit(path, change((0, 0), (0, 0), "x")) == "a.py: No such file or directory."
    path.write_bytes(b"\xff\n")
    assert edit(path, change((0, 0), (0, 0), "x")) == "a.py is not UTF-8 text."
    path.write_bytes(b"a\n")
    assert (
        edit(path, {"range": {}, "newText": "x"})
        == "The edit has a form that this client does not know."
    )
    assert path.read_bytes() == b"a\n"
    assert [*tmp_path.iterdir()] == [path]
