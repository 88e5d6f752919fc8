"""`--context FILE[:START-END]` counts lines as people do, the protocol as LSP does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from antiphon_terminal.options.context import parse_context, parse_context_item

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a file.py").write_text("one\ntwo\nthree\n")
    (tmp_path / "odd:3").write_text("its name ends like a line\n")
    return tmp_path


def test_a_whole_file_is_its_address(in_a_folder: Path) -> None:
    item = parse_context_item("a file.py")
    assert item.uri == (in_a_folder / "a file.py").as_uri()
    assert item.range is None


@pytest.mark.parametrize(
    ("value", "first", "end"),
    [("a file.py:2-3", 1, 3), ("a file.py:2", 1, 2), ("a file.py:1-1", 0, 1)],
)
def test_lines_become_a_range_that_ends_before_the_next_line(
    value: str, first: int, end: int
) -> None:
    found = parse_context_item(value).range
    assert found is not None
    assert (found.start.line, found.start.character) == (first, 0)
    assert (found.end.line, found.end.character) == (end, 0)


def test_a_file_whose_name_looks_like_lines_is_that_file() -> None:
    assert parse_context_item("odd:3").uri.endswith("odd%3A3")


@pytest.mark.parametrize(
    "value", ["nothing.py", "nothing.py:1-2", ".", "a file.py:0-2", "a file.py:3-2"]
)
def test_what_is_no_file_or_no_lines_is_refused(value: str) -> None:
    with pytest.raises(click.BadParameter):
        parse_context_item(value)


def test_lines_after_the_last_one_are_left_out_of_the_range() -> None:
    found = parse_context_item("a file.py:2-40").range
    assert found is not None
    assert (found.start.line, found.end.line) == (1, 3)


def test_lines_that_the_file_does_not_have_are_refused_with_how_many_it_has() -> None:
    with pytest.raises(click.BadParameter, match="has only 3 lines"):
        parse_context_item("a file.py:10-40")


def test_lines_end_as_in_lsp_whatever_the_encoding(in_a_folder: Path) -> None:
    (in_a_folder / "odd.txt").write_bytes(b"a\r\nb\x85\xff\rc\nd")
    found = parse_context_item("odd.txt:1-9").range
    assert found is not None
    assert found.end.line == 4


def test_the_first_line_of_an_empty_file_can_be_named(in_a_folder: Path) -> None:
    (in_a_folder / "empty.py").touch()
    assert parse_context_item("empty.py:1").range is not None


def test_diffs_are_named_behind_an_at_and_files_of_such_names_by_their_path(
    in_a_folder: Path,
) -> None:
    (in_a_folder / "@diff").write_text("a file\n")
    assert parse_context("@diff").to_wire() == {"uri": "git:diff"}
    assert parse_context("@staged").to_wire() == {"uri": "git:staged"}
    assert parse_context("./@diff").uri == (in_a_folder / "@diff").as_uri()
    with pytest.raises(click.BadParameter, match="there is no file '@commit'"):
        parse_context("@commit")
