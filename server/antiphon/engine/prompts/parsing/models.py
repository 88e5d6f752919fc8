"""Reads the models that a document names, and their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.source_text.yaml_fields import FieldReader
from antiphon.engine.source_text.yaml_nodes import MappingNode, ScalarNode, describe_node, to_plain
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.conversation.param_rules import find_param_problems
from antiphon.model.conversation.session import Params

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.source_text.problems import SourceProblem
    from antiphon.engine.source_text.yaml_nodes import Node

CHOICE_KEYS: Final = ("model", "title", "params")


class ModelEntry(Struct, frozen=True):
    """One model of a document, with a title and parameters of its own."""

    model: str
    start: int
    end: int
    """The place of the id."""
    title: str | None = None
    params: Params | None = None

    def to_choice(self) -> str | ModelChoice:
        """Returns the model as a broadcast names it."""
        if self.title is None and self.params is None:
            return self.model
        return ModelChoice(model=self.model, title=self.title, params=self.params)


class LineupName(Struct, frozen=True):
    """The name of a line-up, at its place."""

    name: str
    start: int
    end: int


def read_models(items: Sequence[Node], problems: list[SourceProblem]) -> list[ModelEntry]:
    """Returns the models of a list, without those that are wrong."""
    found = [_read_model(item, problems) for item in items]
    return [entry for entry in found if entry is not None]


def read_params(node: MappingNode | None, problems: list[SourceProblem]) -> Params | None:
    """Returns the parameters in a mapping, without those that are wrong."""
    if node is None:
        return None
    reader = FieldReader(node, problems)
    plain = to_plain(node)
    for name, message in find_param_problems(plain).items():
        pair = node.find(name)
        reader.note(pair.value if pair else node, message)
        plain.pop(name, None)
    return Params.model_validate(plain)


def _read_model(item: Node, problems: list[SourceProblem]) -> ModelEntry | None:
    if isinstance(item, ScalarNode) and item.value is not None and item.text.strip():
        return ModelEntry(item.text.strip(), item.start, item.end)
    reader = FieldReader(
        item if isinstance(item, MappingNode) else MappingNode((), item.start, item.end), problems
    )
    if not isinstance(item, MappingNode):
        reader.note(item, f"A model is an id or a mapping, not {describe_node(item)}.")
        return None
    reader.check_keys(CHOICE_KEYS)
    model = reader.scalar("model")
    if model is None or not model.text.strip():
        reader.note(item, "A model needs its id: `model: openai/gpt-5`.")
        return None
    return ModelEntry(
        model.text.strip(),
        model.start,
        model.end,
        title=reader.text("title"),
        params=read_params(reader.mapping("params"), problems),
    )
