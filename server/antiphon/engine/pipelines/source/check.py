"""Checks a whole pipeline: what its steps refer to, name and lack."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from antiphon.engine.pipelines.source.faults import quoted, suggestion
from antiphon.engine.pipelines.source.graph import CycleError, build_graph
from antiphon.engine.pipelines.source.pane_names import pick, predict_panes
from antiphon.engine.pipelines.source.references import (
    STEP_ID,
    has_panes,
    list_references,
    parse_reference,
)
from antiphon.engine.prompts.context_entries import SPECIAL_URIS
from antiphon.model.commands.pipelines.steps import (
    AskStep,
    BroadcastStep,
    CompareStep,
    ConsensusStep,
    SendStep,
)
from antiphon.model.conversation.param_rules import find_param_problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.pipelines.source.faults import Faults
    from antiphon.engine.pipelines.source.graph import Graph
    from antiphon.engine.pipelines.source.pane_names import PaneNames
    from antiphon.engine.pipelines.source.references import Path
    from antiphon.model.commands.pipelines.steps import Pipeline, PipelineStep
    from antiphon.model.conversation.session import Params

MOST_STEPS: Final = 500
_LONGEST_NAME: Final = 200
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]|[\\/]{2}")


def check_pipeline(pipeline: Pipeline, faults: Faults) -> Graph | None:
    """Adds what is wrong to `faults`, and returns the graph if there is one."""
    _check_head(pipeline, faults)
    if len(pipeline.steps) > MOST_STEPS:
        faults.add(("steps",), f"A pipeline has at most {MOST_STEPS} steps.")
        return None
    for index, step in enumerate(pipeline.steps):
        _check_step(step, ("steps", index), faults)
    _check_ids(pipeline.steps, faults)
    if not _check_references(pipeline.steps, faults):
        return None
    try:
        graph = build_graph(pipeline.steps)
    except CycleError as error:
        _add_cycle(error, pipeline.steps, faults)
        return None
    _check_panes(pipeline.steps, predict_panes(pipeline.steps, graph.order), faults)
    return graph


def _check_head(pipeline: Pipeline, faults: Faults) -> None:
    if not pipeline.name.strip() or len(pipeline.name) > _LONGEST_NAME:
        faults.add(("name",), f"A name has 1 to {_LONGEST_NAME} characters.")
    if pipeline.budget is not None and not _is_amount(pipeline.budget):
        faults.add(("budget",), 'A budget is an amount of US dollars: "0.05".')


def _is_amount(text: str) -> bool:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return False
    return amount.is_finite() and amount > 0


def _check_step(step: PipelineStep, path: Path, faults: Faults) -> None:
    if not STEP_ID.fullmatch(step.id):
        message = "An id has letters, digits, `-` and `_`, at most 64, and no digit first."
        faults.add((*path, "id"), f"{quoted(step.id)} is not an id. {message}")
    params: Params | None = getattr(step, "params", None)
    _check_params(params, (*path, "params"), faults)
    match step:
        case BroadcastStep():
            _check_broadcast(step, path, faults)
            _check_asking(step, path, faults)
        case AskStep():
            _check_asking(step, path, faults)
        case SendStep():
            _check_send(step, path, faults)
        case _:
            pass


def _check_params(params: Params | None, path: Path, faults: Faults) -> None:
    for name, message in find_param_problems(params.to_wire()).items() if params else ():
        faults.add((*path, name), message)


def _check_asking(step: BroadcastStep | AskStep, path: Path, faults: Faults) -> None:
    if not step.prompt.strip():
        faults.add((*path, "prompt"), "The prompt is empty.")
    for index, entry in enumerate(step.context or ()):
        if entry in SPECIAL_URIS:
            continue
        if leads_outside(entry):
            message = f"{quoted(entry)} is outside the folder. Name a file of the workspace."
            faults.add((*path, "context", index), message, kind="permission")
        elif entry.startswith("@"):
            message = f"A pipeline knows {', '.join(SPECIAL_URIS)}, and not {quoted(entry)}."
            faults.add((*path, "context", index), message)


def leads_outside(entry: str) -> bool:
    """Checks whether a path leaves its folder, by its letters alone: `../x`, `/etc`, `C:\\x`."""
    if entry.startswith(("/", "\\", "~")) or _DRIVE.match(entry) or _SCHEME.match(entry):
        return True
    depth = 0
    for part in re.split(r"[\\/]", entry):
        depth += -1 if part == ".." else 0 if part in {"", "."} else 1
        if depth < 0:
            return True
    return False


def _check_broadcast(step: BroadcastStep, path: Path, faults: Faults) -> None:
    if step.models is not None and step.lineup is not None:
        faults.add((*path, "lineup"), "A step names `models` or a `lineup`, not both.")
    if step.models is not None and not step.models:
        faults.add((*path, "models"), "Name a model, or leave `models` out.")
    for index, each in enumerate(step.models or ()):
        if not isinstance(each, str) and each.params is not None:
            _check_params(each.params, (*path, "models", index, "params"), faults)


def _check_send(step: SendStep, path: Path, faults: Faults) -> None:
    if not step.to and not step.models:
        faults.add(path, "A step that sends needs a target: `to` or `models`.")
    if step.mode == "context" and step.prompt is not None:
        message = "The mode context sends without asking, so it has no prompt. Use the mode ask."
        faults.add((*path, "prompt"), message)


def _check_ids(steps: Sequence[PipelineStep], faults: Faults) -> None:
    seen: set[str] = set()
    for index, step in enumerate(steps):
        if step.id in seen:
            faults.add(("steps", index, "id"), f"Two steps are called {quoted(step.id)}.")
        seen.add(step.id)


def _check_references(steps: Sequence[PipelineStep], faults: Faults) -> bool:
    by_id = {step.id: step for step in steps}
    before = len(faults.problems)
    for index, step in enumerate(steps):
        for place, text in list_references(step):
            path: Path = ("steps", index, *place)
            reference = parse_reference(text)
            target = by_id.get(reference.step)
            if target is None:
                near = suggestion(reference.step, by_id)
                faults.add(path, f"There is no step {quoted(reference.step)}.{near}")
            elif not has_panes(target):
                message = f"The step {quoted(target.id)} has no answers: it is a {target.type}."
                faults.add(path, message)
    return len(faults.problems) == before and len(by_id) == len(steps)


def _add_cycle(error: CycleError, steps: Sequence[PipelineStep], faults: Faults) -> None:
    """Adds the fault at the reference that closes the circle."""
    indexes = {step.id: index for index, step in enumerate(steps)}
    last, first = error.cycle[-1], error.cycle[0]
    places = list_references(steps[indexes[last]])
    place = next((each for each, text in places if parse_reference(text).step == first), ())
    shown = " → ".join([*error.cycle[:10], "…" if len(error.cycle) > 10 else first])
    message = f"These steps wait for each other: {shown}."
    if len(error.cycle) == 1:
        message = f"The step {quoted(first)} refers to itself."
    faults.add(("steps", indexes[last], *place), message)


def _check_panes(
    steps: Sequence[PipelineStep], panes: Mapping[str, PaneNames | None], faults: Faults
) -> None:
    for index, step in enumerate(steps):
        total = 0
        for place, text in list_references(step):
            reference = parse_reference(text)
            known = panes[reference.step]
            if known is None:
                total += 1 if reference.pane else 2  # a line-up may have one model, or more
                continue
            chosen = pick(reference, known)
            total += len(chosen)
            titled = any(not each for each in known) and reference.number is None
            if not chosen and not titled:
                faults.add(("steps", index, *place), _no_pane(reference.step, len(known)))
            elif isinstance(step, CompareStep) and len(chosen) != 1:
                message = f"{quoted(text)} has {len(chosen)} panes. Name one: `{text}.1`."
                faults.add(("steps", index, *place), message)
        if isinstance(step, ConsensusStep) and total < 2:
            faults.add(("steps", index, "of"), "A consensus needs two answers at least.")


def _no_pane(step_id: str, count: int) -> str:
    panes = "1 pane" if count == 1 else f"{count} panes"
    return f"The step {quoted(step_id)} has {panes}, and none of this number or name."
