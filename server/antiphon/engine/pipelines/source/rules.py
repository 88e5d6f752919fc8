"""Reads the rules that the answers of a pipeline are expected to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.engine.pipelines.source.faults import quoted
from antiphon.engine.pipelines.source.references import parse_reference
from antiphon.engine.prompts.expect import PIPELINE_RULES, Rule, read_rules
from antiphon.engine.source_text.yaml_nodes import MappingNode, Node, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.pipelines.source.faults import Faults
    from antiphon.engine.pipelines.source.references import Path
    from antiphon.model.commands.pipelines.steps import Pipeline


class StepRule(Struct, frozen=True):
    """A rule about the answers of a step, or of one of its panes."""

    step_id: str
    rule: Rule
    reference: str
    """The step's id, or a reference to one of its panes."""


def read_step_rules(pipeline: Pipeline, faults: Faults) -> list[StepRule]:
    """Returns the rules of a pipeline and its steps, and notes their faults."""
    found: list[StepRule] = []
    ids = [step.id for step in pipeline.steps]
    for index, step in enumerate(pipeline.steps):
        path: Path = ("steps", index, "expect")
        for rule in _read(path, ("pane",), faults):
            pane = rule.pane
            inside = pane is None or parse_reference(pane).step == step.id
            reference = step.id if pane is None else pane if inside else f"{step.id}.{pane}"
            found.append(StepRule(step.id, rule, reference))
    for rule in _read(("expect",), ("step", "pane"), faults):
        reference = rule.pane or rule.step or ""
        step_id = parse_reference(reference).step
        if step_id not in ids:
            message = f"A rule names a step or a pane that there is; {quoted(reference)} is not."
            faults.add(("expect",), message)
        else:
            found.append(StepRule(step_id, rule, reference))
    return found


def _read(path: Path, targets: Sequence[str], faults: Faults) -> list[Rule]:
    node: Node | None = faults.root
    for part in path:
        match node:
            case MappingNode() if (pair := node.find(str(part))) is not None:
                node = pair.value
            case SequenceNode() if isinstance(part, int) and part < len(node.items):
                node = node.items[part]
            case _:
                return []
    if not isinstance(node, SequenceNode):
        faults.add(path, "`expect` is a list of rules.")
        return []
    return read_rules(node.items, faults.problems, kinds=PIPELINE_RULES, targets=targets)
