"""Prompt files and pipelines are read whole and as they are, or refused before anything starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from antiphon.engine.source_text.decode import MOST_BYTES as MOST_BYTES_OF_THE_SERVER
from antiphon_terminal.commands.ask import command as ask
from antiphon_terminal.commands.pipeline import command as pipeline
from antiphon_terminal.files.source import MOST_BYTES, read_source

if TYPE_CHECKING:
    from pathlib import Path


def test_a_byte_order_mark_is_left_out_and_line_ends_stay(tmp_path: Path) -> None:
    file = tmp_path / "a.antiphon.md"
    file.write_bytes(b"\xef\xbb\xbfa\r\nb\r\n")
    assert read_source(file) == "a\r\nb\r\n"


def test_bytes_that_are_not_utf_8_are_refused_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "a.antiphon.md"
    file.write_bytes(b"---\n---\ncaf\xe9\n")
    with pytest.raises(click.UsageError, match=r"a\.antiphon\.md:3: This is not UTF-8 text"):
        read_source(file)


def test_a_file_that_the_server_would_refuse_is_not_even_read(tmp_path: Path) -> None:
    assert MOST_BYTES == MOST_BYTES_OF_THE_SERVER
    file = tmp_path / "a.antiphon.md"
    with file.open("wb") as sparse:
        sparse.truncate(50_000_000)
    with pytest.raises(click.UsageError, match="has 50,000,000 bytes; at most 1,048,576"):
        read_source(file)


def test_a_name_that_is_nearly_right_is_suggested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "review.antiphon.md").write_text("Hi")
    (tmp_path / "review.antiphon.yaml").write_text("x: 1")
    asked = CliRunner().invoke(ask, ["reviw.antiphon.md", "-m", "demo/terse"])
    assert asked.exit_code == 2
    assert "There is no prompt file reviw.antiphon.md. Did you mean review" in asked.output
    checked = CliRunner().invoke(pipeline, ["check", "revew.antiphon.yaml"])
    assert checked.exit_code == 2
    assert "No such file or directory. Did you mean review.antiphon.yaml?" in checked.output


def test_a_folder_that_does_not_exist_has_no_names_to_suggest(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match=r"No such file or directory\.$"):
        read_source(tmp_path / "none" / "a.antiphon.md")
