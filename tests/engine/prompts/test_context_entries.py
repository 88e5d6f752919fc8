"""Entries of a context name files relative to the prompt file, lines of them, and diffs."""

from __future__ import annotations

from pathlib import Path

from antiphon.engine.prompts.context_entries import (
    ContextEntry,
    FileLocation,
    find_place,
)

HERE = FileLocation(Path("/w/prompts"), [Path("/w"), Path("/v")])


def path(entry: str, location: FileLocation = HERE, filled: str | None = None) -> str | None:
    place = find_place(entry, location, filled)
    return None if place is None else place.path.as_posix()


def test_a_path_is_relative_to_the_prompt_file() -> None:
    assert path("a.py") == "/w/prompts/a.py"
    assert path("../src/a.py") == "/w/src/a.py"
    assert path("/x/a.py") == "/x/a.py"


def test_a_document_that_is_not_a_file_is_relative_to_the_workspace() -> None:
    assert path("a.py", FileLocation(None, [Path("/w")])) == "/w/a.py"
    assert path("a.py", FileLocation(None)) is None


def test_a_path_that_is_an_input_is_relative_to_the_workspace() -> None:
    assert path("{{file}}", filled="src/a.py") == "/w/src/a.py"
    assert path("{{name}}.md", filled="x.md") == "/w/prompts/x.md"


def test_lines_are_counted_from_one_and_their_end_is_included() -> None:
    place = find_place("a.py:3-9", HERE)
    assert place is not None
    assert place.range is not None
    assert (place.range.start.line, place.range.end.line, place.range.end.character) == (2, 9, 0)
    assert place.to_item().uri == Path("/w/prompts/a.py").as_uri()
    one = find_place("a.py:3", HERE)
    assert one is not None
    assert one.range is not None
    assert (one.range.start.line, one.range.end.line) == (2, 3)


def test_the_selection_and_the_diffs_are_special() -> None:
    assert [ContextEntry(text, 0, 0).is_special for text in ("@selection", "@diff", "a@b")] == [
        *(True, True, False)
    ]
    assert ContextEntry("{{file}}", 0, 0).has_inputs
    assert ContextEntry("{{file}}.py", 0, 0).filled({"file": "{{x}}"}) == "{{x}}.py"
