"""Writes pipelines and bundles of them as texts, and gives a text another name."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.pipelines.source.emit import to_scalar, to_yaml
from antiphon.model.commands.pipelines.steps import FORMAT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.model.commands.pipelines.steps import Pipeline, PipelineStep
    from antiphon.model.commands.prompts import PromptInput

BUNDLE_FORMAT: Final = "pipelines/v1"
_REFERENCES: Final = ("panes", "from", "to", "of")
_NAME: Final = re.compile(r"^name[ ]*:.*(?:\n[ \t]+.*)*", re.MULTILINE)


def write_pipeline(pipeline: Pipeline) -> str:
    """Returns the text of a pipeline, which reads back as the same."""
    value: dict[str, Any] = {"antiphon": FORMAT, "name": pipeline.name}
    if pipeline.description is not None:
        value["description"] = pipeline.description
    if pipeline.inputs:
        value["inputs"] = {each.name: _input(each) for each in pipeline.inputs}
    if pipeline.budget is not None:
        value["budget"] = pipeline.budget
    value["steps"] = [_step(each) for each in pipeline.steps]
    return to_yaml(value)


def write_bundle(texts: Sequence[str]) -> str:
    """Returns the text of a bundle, which holds each pipeline's whole text."""
    return to_yaml({"antiphon": BUNDLE_FORMAT, "pipelines": list(texts)})


def rename(text: str, pipeline: Pipeline, name: str) -> str:
    """Returns the text with another name, and the rest letter for letter if possible."""
    line = f"name: {to_scalar(name)}"
    renamed, count = _NAME.subn(lambda _: line, text, count=1)
    if count:
        return renamed
    return write_pipeline(pipeline.model_copy(update={"name": name}))


def hash_text(text: str) -> str:
    """Returns the hash of a whole text, to which an approval is bound."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _input(each: PromptInput) -> Mapping[str, Any]:
    wire = each.to_wire()
    del wire["name"]
    if each.required == (each.default is None):
        del wire["required"]
    return wire


def _step(step: PipelineStep) -> dict[str, Any]:
    wire = step.to_wire()
    head = {"id": wire.pop("id"), "type": wire.pop("type")}
    for key in _REFERENCES:
        if key in wire and len(wire[key]) == 1:
            wire[key] = wire[key][0]
    return {**head, **wire}
