"""Reads YAML by PyYAML's events, so that every value has its place.

No object is constructed. PyYAML is imported at the first document. A document may not hold what
makes YAML dangerous or surprising: anchors, aliases, tags, keys that are written twice, tabs as
indentation. Reading stops at the first of them, so a million aliases cost no more than one.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.source_text.problems import UnreadableSourceError
from antiphon.engine.source_text.yaml_nodes import (
    MappingNode,
    Node,
    Pair,
    ScalarNode,
    SequenceNode,
)
from antiphon.engine.source_text.yaml_scalars import resolve_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CHARACTERS: Final = 256 * 1024
MOST_VALUES: Final = 10_000
DEEPEST: Final = 32
_LIBYAML: Final = "?"
"""What PyYAML calls the encoding if libyaml has read the text."""
_TAB: Final = "A tab cannot be used here: YAML is indented with spaces."


def read_yaml(text: str, offset: int = 0, *, most_values: int = MOST_VALUES) -> Node | None:
    """Returns the one document in `text`, or `None` if it is empty.

    `offset` is added to every place: the characters before `text` in the file that it is a part of.
    `most_values` limits scalars, lists and mappings together: reading ten thousand takes a tenth of
    a second. Raises `UnreadableSourceError` with the place of the first thing that is not accepted.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"There are {len(text):,} characters of YAML; {MOST_CHARACTERS:,} are read."
        raise UnreadableSourceError(message, offset)
    import yaml  # noqa: PLC0415 - at the first document

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parse: Any = getattr(yaml, "parse")  # noqa: B009 - it has no types
    try:
        return _Composer(parse(text, Loader=loader), offset, most_values).document()
    except yaml.reader.ReaderError as problem:
        raise _unreadable_character(text, offset, problem) from None
    except yaml.MarkedYAMLError as problem:
        raise _syntax_error(text, offset, problem) from None


class _Composer:
    """Makes nodes of events."""

    def __init__(self, events: Iterator[Any], offset: int, most_values: int) -> None:
        self._events = events
        self._offset = offset
        self._most_values = most_values
        self._values = 0

    def document(self) -> Node | None:
        """Returns the value of the only document."""
        found: Node | None = None
        documents = 0
        for event in self._events:
            kind = _kind(event)
            if kind == "DocumentStart":
                documents += 1
                if documents > 1:
                    raise self._refuse(event, "There is a second document; one is read.")
            elif kind not in {"StreamStart", "StreamEnd", "DocumentEnd"}:
                found = self._node(event, 1)
        return found

    def _node(self, event: Any, depth: int) -> Node:
        self._check(event, depth)
        kind = _kind(event)
        start = self._offset + event.start_mark.index
        if kind == "Scalar":
            return self._scalar(event)
        if kind == "SequenceStart":
            items: list[Node] = []
            while _kind(following := next(self._events)) != "SequenceEnd":
                items.append(self._node(following, depth + 1))
            return SequenceNode(tuple(items), start, self._offset + following.end_mark.index)
        pairs: dict[str, Pair] = {}
        while _kind(following := next(self._events)) != "MappingEnd":
            pair = self._pair(following, depth, pairs)
            pairs[pair.name] = pair
        end = self._offset + following.end_mark.index
        return MappingNode(tuple(pairs.values()), start, end)

    def _pair(self, event: Any, depth: int, known: dict[str, Pair]) -> Pair:
        self._check(event, depth)
        if _kind(event) != "Scalar":
            raise self._refuse(event, "A key must be text.")
        key = self._scalar(event)
        if key.text in known:
            raise self._refuse(event, f"The key `{_shorten(key.text)}` is written twice.")
        return Pair(key, self._node(next(self._events), depth + 1))

    def _scalar(self, event: Any) -> ScalarNode:
        text: str = event.value
        value = resolve_plain(text) if event.implicit[0] else text
        start, end = event.start_mark.index, event.end_mark.index
        return ScalarNode(value, text, self._offset + start, self._offset + end)

    def _check(self, event: Any, depth: int) -> None:
        if _kind(event) == "Alias":
            raise self._refuse(event, "Aliases (`*name`) are not read: write the value out.")
        if event.anchor is not None:
            raise self._refuse(event, "Anchors (`&name`) are not read: write the value out.")
        if event.tag is not None:
            raise self._refuse(event, "Tags (`!name`) are not read.")
        if depth > DEEPEST:
            raise self._refuse(event, f"This is nested deeper than {DEEPEST} levels.")
        self._values += 1
        if self._values > self._most_values:
            raise self._refuse(event, f"There are more than {self._most_values:,} values.")

    def _refuse(self, event: Any, message: str) -> UnreadableSourceError:
        start, end = event.start_mark.index, event.end_mark.index
        return UnreadableSourceError(
            message, self._offset + start, self._offset + max(end, start + 1)
        )


@cache
def _name_of(kind: type) -> str:
    return kind.__name__.removesuffix("Event")


def _kind(event: object) -> str:
    return _name_of(type(event))


def _shorten(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"


def _syntax_error(text: str, offset: int, problem: Any) -> UnreadableSourceError:
    mark = problem.problem_mark or problem.context_mark
    at = min(mark.index, len(text)) if mark is not None else 0
    if "\t" in text[at : at + 1] or _is_tab_before(text, at):
        return UnreadableSourceError(_TAB, offset + at)
    words = ", ".join(filter(None, (problem.problem, problem.context)))
    return UnreadableSourceError(f"This is not valid YAML: {words}.", offset + at)


def _is_tab_before(text: str, at: int) -> bool:
    """Checks whether the line is indented with a tab up to `at`."""
    indentation = text[max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1 : at]
    return "\t" in indentation and not indentation.strip()


def _unreadable_character(text: str, offset: int, problem: Any) -> UnreadableSourceError:
    """Returns the error for a control character, which libyaml counts in bytes."""
    at: int = problem.position
    if not text.isascii() and problem.encoding == _LIBYAML:
        at = len(text.encode()[:at].decode(errors="ignore"))
    return UnreadableSourceError("A control character is not text.", offset + min(at, len(text)))
