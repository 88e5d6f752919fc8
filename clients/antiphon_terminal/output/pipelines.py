"""Prints pipelines: lists, graphs, problems, results of runs, and their drift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from antiphon.model.values import number_format
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.pipelines.library import (
        PipelineEntry,
        PipelineProblem,
        PipelineResult,
        StepOutline,
    )
    from antiphon.model.commands.pipelines.results import StepResult
    from antiphon.model.commands.pipelines.runs import (
        PaneDrift,
        PipelineDriftResult,
        PipelineRunEntry,
    )

_SIGNS: Final = {
    "waiting": "◌",
    "running": "●",
    "complete": "✓",
    "partial": "◐",
    "failed": "✗",
    "skipped": "·",
    "cancelled": "■",
}


def print_entries(entries: Sequence[PipelineEntry]) -> None:
    """Prints a library, one pipeline a line."""
    if not entries:
        click.echo("There is no pipeline yet. `antiphon pipeline save last` records one.", err=True)
    console = consoles.make_stdout_console()
    rows: list[consoles.Row] = [
        [
            (each.id if each.source == "user" else "workspace", "dim"),
            (clean_line(each.name), "bold"),
            clean_line(each.description or ""),
            (", ".join(f"{step.id}" for step in each.steps), "dim"),
            "" if each.approved else ("not approved yet", "yellow"),
        ]
        for each in entries
    ]
    for line in consoles.align_columns(rows):
        console.print(line)


def print_saved(saved: PipelineResult) -> None:
    """Prints the id and the name of a pipeline that was saved."""
    click.echo(f"{saved.pipeline.id}  {clean_line(saved.pipeline.name)}")


def print_graph(steps: Sequence[StepOutline], *, err: bool = False) -> None:
    """Prints the steps of a pipeline with what each waits for."""
    for each in steps:
        needs = f"  ← {', '.join(each.needs)}" if each.needs else ""
        click.echo(clean_line(f"{each.id}  {each.type}{needs}"), err=err)


def print_problems(problems: Sequence[PipelineProblem], name: str) -> None:
    """Prints problems as `file:line:column: message`, as compilers do."""
    for each in problems:
        place = f"{name}:{each.line}:{each.column or 1}"
        click.echo(clean_line(f"{place}: {each.severity}: {each.message}"))


def describe_step(step: StepResult) -> str:
    """Returns a step's line: its sign, name, state, figures and first failure."""
    parts = [f"{_SIGNS[step.status]} {step.id}", step.type, step.status]
    if step.comparison is not None:
        parts.append(f"{step.comparison.similarity:.0%} of their text is shared")
    if step.consensus is not None:
        parts.append(f"{step.consensus.agreement:.0%} agreement")
    if step.message_ids and step.status not in {"running", "waiting"}:
        parts.append(number_format.format_tokens(number_format.count_written_tokens(step.usage)))
        parts.append(number_format.format_cost(step.cost.amount))
    if step.failure is not None:
        parts.append(step.failure.message)
    return clean_line(" · ".join(parts))


def list_broken_rules(steps: Sequence[StepResult]) -> list[str]:
    """Returns a line for each rule that an answer does not keep.

    A step that was skipped has its reason on its own line.
    """
    return [
        clean_line(f"{step.id}: expected {each.rule}, got {each.got!r}")
        for step in steps
        if step.status != "skipped"
        for each in step.expect or ()
        if not each.ok
    ]


def print_runs(runs: Sequence[PipelineRunEntry]) -> None:
    """Prints runs, one a line, with their states and figures."""
    if not runs:
        click.echo("It has not run yet, or its sessions were deleted.", err=True)
    console = consoles.make_stdout_console()
    rows: list[consoles.Row] = [
        [
            (each.run_id, "dim"),
            number_format.format_time(each.started_at),
            f"{_SIGNS[each.status]} {each.status}",
            number_format.format_cost(each.cost.amount),
            clean_line(", ".join(each.models)),
            (clean_line(", ".join(each.inputs)), "dim"),
        ]
        for each in runs
    ]
    for line in consoles.align_columns(rows):
        console.print(line)


def print_drift(result: PipelineDriftResult) -> None:
    """Prints one line for each answer that both runs have."""
    console = consoles.make_stdout_console()
    rows: list[consoles.Row] = []
    for step in result.steps:
        if not step.panes:
            rows.append([(step.id, "bold"), "", " → ".join(step.status)])
        rows += [_build_row(step.id, pane) for pane in step.panes]
    for line in consoles.align_columns(rows):
        console.print(line)
    for step_id in result.only:
        console.print(f"{clean_line(step_id)}  is a step of one of the runs only", style="yellow")


def _build_row(step_id: str, pane: PaneDrift) -> list[str | tuple[str, str]]:
    left, right = pane.model
    model = clean_line(left if left == right else f"{left} → {right}")
    return [
        (clean_line(step_id), "bold"),
        clean_line(pane.title),
        f"{pane.similarity:.0%} the same",
        f"{number_format.format_cost(pane.cost[0])} → {number_format.format_cost(pane.cost[1])}",
        f"{pane.total_ms[0]:,} → {pane.total_ms[1]:,} ms",
        (
            f"{model}, another model than before" if pane.moved else model,
            "yellow" if pane.moved else "dim",
        ),
    ]
