"""YAML is read with the place of every value, and refused with the place of the first reason."""

from __future__ import annotations

import pytest

from antiphon.engine.source_text.problems import UnreadableSourceError
from antiphon.engine.source_text.yaml_nodes import MappingNode, SequenceNode, to_plain
from antiphon.engine.source_text.yaml_reader import MOST_CHARACTERS, read_yaml
from antiphon.model.values.positions import LineStarts


def refusal(text: str) -> tuple[int, int, str]:
    """The line and the column, from zero, of the reason why `text` is refused, and its words."""
    with pytest.raises(UnreadableSourceError) as refused:
        read_yaml(text)
    line, column = LineStarts(text).at(refused.value.problem.start)
    return line, column, str(refused.value)


def test_every_value_has_its_place() -> None:
    text = "name: review\nmodels: [a, 'b c']\n"
    node = read_yaml(text)
    assert isinstance(node, MappingNode)
    name, models = node.pairs
    assert text[name.key.start : name.key.end] == "name"
    assert text[name.value.start : name.value.end] == "review"
    assert isinstance(models.value, SequenceNode)
    assert [text[each.start : each.end] for each in models.value.items] == ["a", "'b c'"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_places_are_right_with_every_line_end_and_beyond_the_first_plane(line_end: str) -> None:
    text = line_end.join(["a: 😀é", "b: [x, y]", "c: end"])
    node = read_yaml(text)
    assert isinstance(node, MappingNode)
    lines = LineStarts(text)
    assert [lines.at(pair.value.start) for pair in node.pairs] == [(0, 3), (1, 3), (2, 3)]
    assert [text[pair.value.start : pair.value.end] for pair in node.pairs] == [
        "😀é",
        "[x, y]",
        "end",
    ]


def test_places_are_those_of_the_file_that_the_text_is_a_part_of() -> None:
    node = read_yaml("a: b", offset=100)
    assert isinstance(node, MappingNode)
    assert (node.pairs[0].value.start, node.pairs[0].value.end) == (103, 104)
    with pytest.raises(UnreadableSourceError) as refused:
        read_yaml("a: *b", offset=100)
    assert refused.value.problem.start == 103


def test_a_plain_scalar_means_what_yaml_1_2_says() -> None:
    text = "[yes, 0777, 12:30, 2026-01-02, 1_000, true, ~, 3, 0x1F, 1.5, .inf, 1e999, '3', <<]"
    node = read_yaml(text)
    assert node is not None
    assert to_plain(node) == [
        *("yes", 777, "12:30", "2026-01-02", "1_000", True, None, 3, 31, 1.5),
        *(".inf", "1e999", "3", "<<"),
    ]


@pytest.mark.parametrize("text", ["", "# a comment\n", "\n\n"])
def test_an_empty_document_has_no_value(text: str) -> None:
    assert read_yaml(text) is None


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: 1\nb: 2\na: 3", 2, 0, "written twice"),
        ("a:\n  b: {c: 1, c: 2}", 1, 12, "written twice"),
        ("a: 1\n1: x\n'1': y", 2, 0, "written twice"),
        ("a:\n\tb: 1", 1, 0, "tab"),
        ("a: 1\n\tb: 2", 1, 0, "tab"),
        ("a: &x 1", 0, 3, "Anchors"),
        ("a: *x", 0, 3, "Aliases"),
        ("a: !!python/object:os.system ls", 0, 3, "Tags"),
        ("a: !include b", 0, 3, "Tags"),
        ("? [a, b]\n: c", 0, 2, "key must be text"),
        ("a: b\n---\nc: d", 1, 0, "second document"),
        ("a: [1, 2", 0, 8, "not valid YAML"),
        ("a: 'b", 0, 5, "not valid YAML"),
        ("a: b: c", 0, 4, "not valid YAML"),
        ("a: é\x07", 0, 4, "control character"),
    ],
)
def test_what_is_not_accepted_is_named_with_its_line_and_column(
    text: str, line: int, column: int, words: str
) -> None:
    found = refusal(text)
    assert found[:2] == (line, column)
    assert words in found[2]


def test_a_million_aliases_are_not_followed() -> None:
    aliases = ", ".join(["*a"] * 40_000)
    assert refusal(f"a: &a [x]\nb: [{aliases}]")[:2] == (0, 3)
    many = ", ".join(["*a"] * 1_000_000)
    assert refusal(f"b: [{many}]") == (
        0,
        0,
        "There are 4,000,003 characters of YAML; 262,144 are read.",
    )


def test_a_document_of_many_levels_values_or_characters_is_refused() -> None:
    assert "deeper than" in refusal("[" * 10_000)[2]
    assert "deeper than" in refusal("".join(f"{' ' * n}a:\n" for n in range(100)))[2]
    assert "values" in refusal("[" + "a," * 100_000 + "]")[2]
    assert "characters" in refusal("a: " + "x" * MOST_CHARACTERS)[2]
