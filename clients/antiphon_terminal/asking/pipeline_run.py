"""Runs a pipeline from the terminal: once or several times, for users and for CI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import click
from msgspec import Struct, field

from antiphon.model.commands.pipelines.runs import PipelineRunParams, PipelineRunResult
from antiphon_client.errors import CommandFailed
from antiphon_client.pipelines import PipelinesClient
from antiphon_terminal.asking.consent import send_with_consent
from antiphon_terminal.asking.server import start_server
from antiphon_terminal.files.source import read_source
from antiphon_terminal.options.pipelines import find_pipeline
from antiphon_terminal.output import json_lines
from antiphon_terminal.output.junit import write_junit
from antiphon_terminal.output.pipelines import (
    describe_step,
    list_broken_rules,
    print_graph,
    print_problems,
)
from antiphon_terminal.tty.confirm import can_ask, confirm
from antiphon_terminal.tty.errors import print_error
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.interrupts import Interrupts
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.pipelines.library import PipelineImportResult
    from antiphon.model.commands.pipelines.results import StepEvent
    from antiphon_client import AntiphonClient
    from antiphon_terminal.options.consent import Consent

_ENDED = frozenset({"complete", "partial", "failed", "skipped", "cancelled"})


class PipelineOptions(Struct, frozen=True):
    """The options of `antiphon pipeline run`."""

    pipeline: str
    consent: Consent
    inputs: dict[str, str] = field(default_factory=dict[str, str])
    models: dict[str, str | list[str]] = field(default_factory=dict[str, "str | list[str]"])
    resume: str | None = None
    record: str | None = None
    replay: str | None = None
    approve: str | None = None
    repeat: int = 1
    junit: Path | None = None
    as_json: bool = False


async def run_pipeline(options: PipelineOptions) -> int:
    """Runs the pipeline as often as it is wanted, and returns the exit code."""
    results: list[PipelineRunResult] = []
    with anyio.CancelScope() as scope, Interrupts(scope.cancel) as interrupts:
        folders = [Path(each) for each in (options.record, options.replay) if each]
        async with start_server(folders=folders) as client:
            interrupts.exit_hooks.append(client.kill)
            params = await _build(client, options)
            for _ in range(options.repeat):
                result = await _run(client, params, options, interrupts)
                results.append(result)
                if result.status == "cancelled":
                    break
        if options.junit is not None:
            options.junit.write_text(write_junit(options.pipeline, results), encoding="utf-8")
        is_kept = all(each.status == "complete" and not _broken(each) for each in results)
        return 0 if is_kept else SOME_FAILED
    print_error("Stopped before anything was sent.")
    return SOME_FAILED


async def agree_to_import(seen: PipelineImportResult) -> bool:
    """Shows what would be imported whole, and returns whether the user agrees."""
    for each in seen.pipelines:
        click.echo(clean(each.text), err=True)
        print_graph(each.graph, err=True)
    if await confirm("Save it as one that may run?"):
        return True
    click.echo("Nothing was saved.", err=True)
    return False


async def _build(client: AntiphonClient, options: PipelineOptions) -> PipelineRunParams:
    given = PipelineRunParams(
        inputs=options.inputs or None,
        models=options.models or None,
        resume=options.resume,
        record=_absolute(options.record),
        replay=_absolute(options.replay),
        approve=options.approve,
        **options.consent,
    )
    if options.resume is not None:
        return given
    path = Path(options.pipeline)
    if path.suffix in {".yaml", ".yml"}:
        update = {"pipeline": read_source(path), "uri": uri_of(path)}
    else:
        found = await find_pipeline(PipelinesClient(client), options.pipeline)
        update = {"pipeline_id": found.id}
    return given.model_copy(update=update)


def uri_of(path: Path) -> str:
    """Returns the address that a file's runs are found by."""
    return path.resolve().as_uri()


def _absolute(folder: str | None) -> str | None:
    return None if folder is None else str(Path(folder).resolve())


async def _run(
    client: AntiphonClient,
    params: PipelineRunParams,
    options: PipelineOptions,
    interrupts: Interrupts,
) -> PipelineRunResult:
    async def send(argument: PipelineRunParams) -> PipelineRunResult:
        async with PipelinesClient(client).run(argument) as run:
            run.on_step = json_lines.write if options.as_json else _show_step
            with interrupts.redirect_to(run.cancel):
                async for event in run:
                    if options.as_json:
                        json_lines.write(event)
                return await run.result_as(PipelineRunResult)

    try:
        result = await send_with_consent(params, send, may_ask=not options.as_json)
    except CommandFailed as refused:
        text = refused.data.get("text")
        if not isinstance(text, str) or options.as_json or not can_ask():
            _print_problems(refused, options.pipeline)
            if "sha256" in refused.data:
                click.echo(f"Its hash: --approve {refused.data['sha256']}", err=True)
            raise
        click.echo(clean(text + str(refused.data.get("settings", ""))), err=True)
        if not await confirm("This folder's pipeline is new or has changed. Run it?"):
            raise
        approved = params.model_copy(update={"approve": refused.data.get("sha256")})
        result = await send_with_consent(approved, send, may_ask=True)
    if options.as_json:
        json_lines.write(result)
    else:
        await _print_result(client, result)
    return result


def _print_problems(refused: CommandFailed, name: str) -> None:
    from antiphon.model.commands.pipelines.library import (  # noqa: PLC0415 - for a bad text only
        PipelineProblem,
    )

    problems = refused.data.get("problems") or ()
    print_problems([PipelineProblem.model_validate(each) for each in problems], name)


def _show_step(event: StepEvent) -> None:
    if event.step.status in _ENDED:
        click.echo(describe_step(event.step), err=True)


async def _print_result(client: AntiphonClient, result: PipelineRunResult) -> None:
    """Prints the answers of the last step that has any, and the run's id."""
    answered = [step for step in result.steps if step.message_ids]
    session = await client.open_session(result.session_id)
    titles = {pane.id: pane.title for pane in session.session.panes}
    last = answered[-1].message_ids if answered else []
    for message in session.messages:
        if message.id not in last or not message.content:
            continue
        if len(last) > 1:
            click.echo(f"## {clean_line(titles.get(message.pane_id, message.pane_id))}\n")
        click.echo(clean(message.content) + ("\n" if len(last) > 1 else ""))
    for line in list_broken_rules(result.steps):
        print_error(line)
    click.echo(f"Run {result.run_id}, session {result.session_id}.", err=True)


def _broken(result: PipelineRunResult) -> list[str]:
    return list_broken_rules(result.steps)
