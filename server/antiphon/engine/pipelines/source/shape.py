"""Converts the values of a text to a pipeline, or notes what does not fit.

A text may name one reference where a list is meant, and has its inputs by name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from antiphon.engine.pipelines.source.faults import quoted, suggestion
from antiphon.engine.prompts.inputs import read_inputs
from antiphon.engine.prompts.wire import to_wire_input
from antiphon.engine.source_text.yaml_nodes import MappingNode, to_plain
from antiphon.model.commands.pipelines.steps import (
    FORMAT,
    AskStep,
    BroadcastStep,
    CompareStep,
    ConsensusStep,
    MergeStep,
    Pipeline,
    SendStep,
    SummarizeStep,
)
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.validation import validate
from antiphon.model.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.pipelines.source.faults import Faults
    from antiphon.engine.pipelines.source.references import Path
    from antiphon.engine.prompts.inputs import InputField
    from antiphon.model.commands.pipelines.steps import PipelineStep

_Kind = TypeVar("_Kind", bound=Wire)

STEP_TYPES: Final[Mapping[str, type[PipelineStep]]] = {
    "broadcast": BroadcastStep,
    "ask": AskStep,
    "send": SendStep,
    "summarize": SummarizeStep,
    "merge": MergeStep,
    "compare": CompareStep,
    "consensus": ConsensusStep,
}
REFERENCE_LISTS: Final = ("panes", "from", "to", "of")
_VERSION: Final = re.compile(r"pipeline/v(\d{1,6})")
_WORDS: Final = {
    "missing": "is missing",
    "string_type": "is text: write it in quotes",
    "model_type": "is a mapping",
    "dict_type": "is a mapping",
    "list_type": "is a list",
    "too_short": "must not be empty",
}


def keys_of(kind: type[Wire]) -> list[str]:
    """Returns the keys that a mapping of this kind may have in a text."""
    return [info.alias or name for name, info in kind.model_fields.items()]


PIPELINE_KEYS: Final = ("antiphon", *keys_of(Pipeline))


def to_pipeline(faults: Faults) -> Pipeline | None:
    """Converts the document of `faults`, and adds to it what is wrong with the shape."""
    root = faults.root
    if not isinstance(root, MappingNode):
        faults.add((), "A pipeline is a mapping: `antiphon`, `name`, `steps`.")
        return None
    fields: dict[str, Any] = to_plain(root)
    if not _check_format(fields, faults):
        return None
    _check_keys(fields, PIPELINE_KEYS, (), faults)
    if "name" not in fields:
        faults.add((), "A pipeline needs a `name`.")
    if isinstance(fields.get("budget"), int | float):
        fields["budget"] = str(fields["budget"])
    fields["steps"] = _steps(fields.get("steps"), faults)
    fields["inputs"] = [to_wire_input(each) for each in declared_inputs(faults)]
    if faults.has_errors:
        return None
    return _validated(Pipeline, fields, (), faults)


def declared_inputs(faults: Faults) -> list[InputField]:
    """Returns the inputs that the document declares, and notes what is wrong with them."""
    pair = faults.root.find("inputs") if isinstance(faults.root, MappingNode) else None
    if pair is None:
        return []
    if not isinstance(pair.value, MappingNode):
        faults.add(("inputs",), "`inputs` is a mapping of names.")
        return []
    return read_inputs(pair.value, faults.problems)


def _check_format(fields: Mapping[str, Any], faults: Faults) -> bool:
    """Checks the version that a text declares, and whether this server can read it."""
    declared = fields.get("antiphon")
    if declared == FORMAT:
        return True
    if "antiphon" not in fields:
        faults.add((), f"The format is not declared. Begin with `antiphon: {FORMAT}`.")
        return False
    found = _VERSION.fullmatch(str(declared))
    if found and int(found[1]) > 1:
        message = f"{declared} is newer than {FORMAT}, which this Antiphon reads. Update Antiphon."
        faults.add(("antiphon",), message, kind="unsupported")
    else:
        message = f"{quoted(str(declared))} is not the format of a pipeline. Write {FORMAT}."
        faults.add(("antiphon",), message, replacements=[FORMAT])
    return False


def _steps(value: Any, faults: Faults) -> list[PipelineStep]:
    if value is None:
        faults.add((), "A pipeline needs `steps`.")
        return []
    if not isinstance(value, list):
        faults.add(("steps",), "`steps` is a list.")
        return []
    items = cast("list[Any]", value)
    if not items:
        faults.add(("steps",), "A pipeline has at least one step.")
    found = (_step(each, ("steps", index), faults) for index, each in enumerate(items))
    return [each for each in found if each is not None]


def _step(value: Any, path: Path, faults: Faults) -> PipelineStep | None:
    if not isinstance(value, dict):
        faults.add(path, "A step is a mapping: `id`, `type` and more.")
        return None
    fields = cast("dict[str, Any]", value)
    name = fields.get("type")
    kind = STEP_TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        _add_unknown_type(fields, path, faults)
        return None
    _check_keys(fields, keys_of(kind), path, faults)
    for key in REFERENCE_LISTS:
        if isinstance(fields.get(key), str):
            fields[key] = [fields[key]]
    models = fields.get("models")
    for index, each in enumerate(cast("list[Any]", models) if isinstance(models, list) else ()):
        if isinstance(each, dict):
            choice = cast("dict[str, Any]", each)
            _check_keys(choice, keys_of(ModelChoice), (*path, "models", index), faults)
    return _validated(kind, fields, path, faults)


def _add_unknown_type(fields: Mapping[str, Any], path: Path, faults: Faults) -> None:
    known = ", ".join(STEP_TYPES)
    if "type" not in fields:
        faults.add(path, f"A step needs a `type`: one of {known}.")
        return
    name = str(fields["type"])
    near = suggestion(name, STEP_TYPES) or f" Use one of: {known}."
    faults.add((*path, "type"), f"There is no type of step {quoted(name)}.{near}")


def _check_keys(
    fields: Mapping[str, Any], known: Sequence[str], path: Path, faults: Faults
) -> None:
    for key in fields:
        if key not in known:
            faults.add_unknown_key(path, key, known)


def _validated(
    kind: type[_Kind], fields: Mapping[str, Any], path: Path, faults: Faults
) -> _Kind | None:
    made = validate(kind, {key: each for key, each in fields.items() if each is not None})
    if not isinstance(made, list):
        return made
    for each in made:
        key = next((part for part in reversed(each.path) if isinstance(part, str)), "It")
        if each.type == "missing":
            faults.add((*path, *each.path[:-1]), f"`{key}` is missing.")
        else:
            message = each.message.replace("Input should be", "should be")
            faults.add((*path, *each.path), f"`{key}` {_WORDS.get(each.type, message)}.")
    return None
