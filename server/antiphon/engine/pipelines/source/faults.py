"""Collects what is wrong in a pipeline, each problem at its place in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.source_text.problems import SourceProblem
from antiphon.engine.source_text.yaml_nodes import MappingNode, ScalarNode, SequenceNode
from antiphon.model.closest_names import closest_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.engine.pipelines.source.references import Path
    from antiphon.engine.source_text.problems import Severity
    from antiphon.engine.source_text.yaml_nodes import Node
    from antiphon.model.failure import FailureKind

_LIKENESS: Final = 0.6
_SHOWN: Final = 60


class Faults:
    """The problems of one document, whose values are found by their paths."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.problems: list[SourceProblem] = []

    def add(
        self,
        path: Path,
        message: str,
        *,
        kind: FailureKind = "invalid_params",
        severity: Severity = "error",
        at_key: bool = False,
        replacements: Iterable[str] = (),
    ) -> None:
        """Adds a problem of the value at `path`, or of its key."""
        start, end = self.locate(path, at_key=at_key)
        self.problems.append(
            SourceProblem(message, start, end, kind, severity, replacements=tuple(replacements))
        )

    def add_unknown_key(self, path: Path, key: str, known: Iterable[str]) -> None:
        """Adds an error about a key that means nothing, with the nearest that does."""
        near = closest_names(key[:100], known, likeness=_LIKENESS)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        message = f"The key {quoted(key)} means nothing here.{hint}"
        self.add((*path, key), message, at_key=True, replacements=near)

    @property
    def has_errors(self) -> bool:
        """Whether the document cannot be used before it is corrected."""
        return any(each.is_error for each in self.problems)

    def locate(self, path: Path, *, at_key: bool = False) -> tuple[int, int]:
        """Returns the range of the value at `path`, or of the nearest one above it."""
        node, key = self.root, None
        for part in path:
            match node:
                case MappingNode() if (pair := node.find(str(part))) is not None:
                    node, key = pair.value, pair.key
                case SequenceNode() if isinstance(part, int) and part < len(node.items):
                    node, key = node.items[part], None
                case _:
                    break
        if key is not None and (at_key or not isinstance(node, ScalarNode)):
            return key.start, key.end
        return _first_line(node)


def _first_line(node: Node) -> tuple[int, int]:
    """Returns the place of a value, or that of its first part."""
    match node:
        case MappingNode() if node.pairs:
            return node.pairs[0].key.start, node.pairs[0].key.end
        case SequenceNode() if node.items:
            return _first_line(node.items[0])
        case _:
            return node.start, max(node.end, node.start + 1)


def quoted(text: str) -> str:
    """Returns a foreign text for a sentence: on one line, cut, in quotes."""
    line = "".join(each if each.isprintable() else "?" for each in text[: _SHOWN + 1])
    return f"“{line if len(line) <= _SHOWN else line[:_SHOWN] + '…'}”"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Returns ` Did you mean …?` with the known name most like `name`, or nothing."""
    near = closest_names(name[:100], known, likeness=_LIKENESS)
    return f" Did you mean {quoted(near[0])}?" if near else ""
