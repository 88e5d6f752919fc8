"""Reads the YAML of another tool's file, with the line of each key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.engine.source_text.decode import check_text
from antiphon.engine.source_text.problems import UnreadableSourceError
from antiphon.engine.source_text.yaml_nodes import MappingNode, ScalarNode, to_plain
from antiphon.engine.source_text.yaml_reader import read_yaml
from antiphon.model.failure import AntiphonError, Failure
from antiphon.model.values.positions import LineStarts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.engine.source_text.yaml_nodes import Node, Pair


class ForeignSource:
    """The text of a file of another tool."""

    def __init__(self, text: str) -> None:
        """Raises `AntiphonError` (`invalid_params`) for a text that cannot be read."""
        self.text = text
        try:
            check_text(text)
        except UnreadableSourceError as unreadable:
            raise self._refuse(unreadable) from None
        self._lines = LineStarts(text)

    def read(self, start: int = 0, end: int | None = None) -> Node | None:
        """Returns the YAML between two places of the text.

        Raises `AntiphonError` (`invalid_params`) with the line of what cannot be read.
        """
        try:
            return read_yaml(self.text[start:end], start)
        except UnreadableSourceError as unreadable:
            raise self._refuse(unreadable) from None

    def line(self, offset: int) -> int:
        """Returns the line of an offset, from one."""
        return self._lines.at(offset)[0] + 1

    def line_of_key(self, node: MappingNode, name: str) -> int:
        """Returns the line of a key, or of its mapping if it is not there."""
        pair = node.find(name)
        return self.line(node.start if pair is None else pair.key.start)

    def written(self, node: Node) -> str:
        """Returns a value as it is written, whose lines are those of the file."""
        return self.text[node.start : node.end]

    def refuse(self, message: str, offset: int = 0) -> AntiphonError:
        """Returns the error for a file that does not have the shape of its format."""
        return self._refuse(UnreadableSourceError(message, offset))

    def _refuse(self, unreadable: UnreadableSourceError) -> AntiphonError:
        line, column = LineStarts(self.text[: unreadable.problem.start + 1]).at(
            unreadable.problem.start
        )
        message = f"Line {line + 1}: {unreadable}"
        problem = {"message": str(unreadable), "line": line + 1, "column": column + 1}
        failure = Failure.of("invalid_params", message, hint="Correct the file, then import it.")
        return AntiphonError(failure, field="$.text", details={"problems": [problem]})


def pairs_of(node: Node | None) -> Iterator[Pair]:
    """Yields the pairs of a mapping, and nothing for any other value."""
    if isinstance(node, MappingNode):
        yield from node.pairs


def text_of(node: Node) -> str | None:
    """Returns the text of a scalar that has a value."""
    return node.text if isinstance(node, ScalarNode) and node.value is not None else None


def mapping_of(node: Node) -> dict[str, Any]:
    """Returns a mapping without places, empty for any other value."""
    return to_plain(node) if isinstance(node, MappingNode) else {}
