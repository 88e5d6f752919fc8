"""Reads the text of a pipeline: its value, graph, rules and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import anyio.to_thread
from msgspec import Struct

from antiphon.engine.pipelines.source.check import check_pipeline
from antiphon.engine.pipelines.source.emit import to_yaml
from antiphon.engine.pipelines.source.faults import Faults
from antiphon.engine.pipelines.source.fill import list_texts
from antiphon.engine.pipelines.source.references import list_models
from antiphon.engine.pipelines.source.rules import StepRule, read_step_rules
from antiphon.engine.pipelines.source.shape import declared_inputs, to_pipeline
from antiphon.engine.prompts.inputs import add_used_inputs
from antiphon.engine.prompts.parsing.models import ModelEntry
from antiphon.engine.prompts.placeholders import Placeholder, find_placeholders
from antiphon.engine.prompts.wire import to_wire_input
from antiphon.engine.source_text.decode import check_text
from antiphon.engine.source_text.problems import (
    SourceProblem,
    UnreadableSourceError,
    find_lines,
    refuse_with_problems,
)
from antiphon.engine.source_text.yaml_nodes import MappingNode, Node
from antiphon.engine.source_text.yaml_reader import read_yaml
from antiphon.model.commands.pipelines.library import PipelineProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from antiphon.engine.pipelines.source.graph import Graph
    from antiphon.engine.prompts.inputs import InputField
    from antiphon.model.commands.pipelines.steps import Pipeline

_ON_THE_LOOP: Final = 8_192
"""The most characters that are read without a thread."""


class PipelineText(Struct, frozen=True):
    """A text that may have any fault."""

    text: str
    root: Node
    problems: Sequence[SourceProblem] = ()
    pipeline: Pipeline | None = None
    """`None` if the text has an error of shape."""
    graph: Graph | None = None
    """`None` if the steps cannot be ordered."""
    inputs: Sequence[InputField] = ()
    rules: Sequence[StepRule] = ()

    def to_wire_problems(self) -> list[PipelineProblem]:
        """Returns the problems by line, as commands return them."""
        lines = find_lines(self.text, self.problems)
        found: list[PipelineProblem] = []
        for each in sorted(self.problems, key=lambda problem: problem.start):
            line, column = lines.at(each.start)
            severity = "error" if each.is_error else "warning"
            found.append(
                PipelineProblem(
                    message=each.message, line=line + 1, column=column + 1, severity=severity
                )
            )
        return found


class ReadPipeline(Struct, frozen=True):
    """A text without errors."""

    text: str
    root: Node
    pipeline: Pipeline
    graph: Graph
    inputs: Sequence[InputField]
    rules: Sequence[StepRule]


def to_text(pipeline: str | Mapping[str, Any]) -> str:
    """Returns the text of a pipeline that came as text or as an object."""
    if isinstance(pipeline, str):
        return pipeline
    inputs = pipeline.get("inputs")
    if isinstance(inputs, list):  # as a result has them: a list with names
        rows = [cast("dict[str, Any]", each) for each in cast("list[Any]", inputs)]
        named = {
            str(each.get("name")): {key: value for key, value in each.items() if key != "name"}
            for each in rows
        }
        pipeline = {**pipeline, "inputs": named}
    kept = {key: value for key, value in pipeline.items() if key not in {"id", "sha256"}}
    return to_yaml({"antiphon": "pipeline/v1", **kept})


def read_text(text: str) -> PipelineText:
    """Reads a text with whatever is wrong in it."""
    nothing = MappingNode((), 0, min(1, len(text)))
    try:
        check_text(text)
        body = text.removeprefix("\ufeff")
        root = read_yaml(body, len(text) - len(body))
    except UnreadableSourceError as unreadable:
        return PipelineText(text, nothing, [unreadable.problem])
    if root is None:
        problem = SourceProblem("The text is empty. A pipeline has a `name` and `steps`.", 0, 1)
        return PipelineText(text, nothing, [problem])
    faults = Faults(root)
    pipeline = to_pipeline(faults)
    if pipeline is None:
        return PipelineText(text, root, faults.problems)
    graph = check_pipeline(pipeline, faults)
    rules = read_step_rules(pipeline, faults)
    declared = declared_inputs(Faults(root))
    names = {each.name for each in declared}
    inputs = add_used_inputs(declared, _find_uses(pipeline, names, faults))
    whole = pipeline.model_copy(update={"inputs": [to_wire_input(each) for each in inputs]})
    return PipelineText(text, root, faults.problems, whole, graph, inputs, rules)


def _find_uses(pipeline: Pipeline, declared: set[str], faults: Faults) -> Iterator[Placeholder]:
    """Yields every use of an input, at the text that has it."""
    for index, step in enumerate(pipeline.steps):
        for path, text in list_texts(step):
            start, end = faults.locate(("steps", index, *path))
            for use in find_placeholders(text, declared):
                yield Placeholder(use.name, start, end, use.hint)


def list_model_entries(read: PipelineText) -> Iterator[ModelEntry]:
    """Yields the models that a text itself names, each at its place."""
    faults = Faults(read.root)
    for index, step in enumerate(read.pipeline.steps if read.pipeline is not None else ()):
        for path, model in list_models(step):
            if not any(True for _ in find_placeholders(model)):
                yield ModelEntry(model, *faults.locate(("steps", index, *path)))


async def read_valid(text: str, field: str = "$.text") -> ReadPipeline:
    """Reads a text that must have no error.

    Raises `AntiphonError` (`invalid_params`) with `data.problems`, each with line and column.
    """
    if len(text) <= _ON_THE_LOOP:
        read = read_text(text)
    else:
        read = await anyio.to_thread.run_sync(read_text, text)
    if read.pipeline is None or read.graph is None or any(e.is_error for e in read.problems):
        raise refuse_with_problems(read.problems, find_lines(text, read.problems), field=field)
    return ReadPipeline(text, read.root, read.pipeline, read.graph, read.inputs, read.rules)
