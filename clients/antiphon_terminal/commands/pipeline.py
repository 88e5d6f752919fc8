"""Defines `antiphon pipeline`: runs, lists, checks and shares pipelines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, BinaryIO

import click

from antiphon.model.commands.pipelines.library import (
    PipelineDuplicateParams,
    PipelineImportParams,
    PipelineSaveParams,
    RecordedInput,
)
from antiphon_client.pipelines import PipelinesClient
from antiphon_terminal.asking.pipeline_run import (
    PipelineOptions,
    agree_to_import,
    run_pipeline,
)
from antiphon_terminal.asking.pipeline_runs import compare_runs, list_runs
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.files.export import write_export
from antiphon_terminal.files.source import read_source
from antiphon_terminal.options.consent import consent_options, read_consent
from antiphon_terminal.options.names import find_session
from antiphon_terminal.options.pipelines import (
    find_pipeline,
    parse_models,
    parse_pairs,
)
from antiphon_terminal.output import json_lines
from antiphon_terminal.output.pipelines import (
    print_entries,
    print_graph,
    print_problems,
    print_saved,
)
from antiphon_terminal.tty.confirm import can_ask, confirm
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.sanitize import clean, clean_line

_PIPELINE = click.argument("pipeline", metavar="PIPELINE|FILE")
_MODEL_HELP = (
    "Ask another model in a step or a pane (ask.2). Repeatable: the step asks all of them."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group("pipeline")
def command() -> None:
    """Run, keep and share pipelines: steps that use each other's answers.

    PIPELINE is a name or an id of the library, FILE a path to a *.antiphon.yaml file.
    """


@command.command("list")
@_JSON
def list_(as_json: bool) -> None:
    """List the pipelines of the library and of this folder."""

    async def work() -> int:
        async with start_server() as client:
            entries = await PipelinesClient(client).list()
        if as_json:
            json_lines.write_raw({"pipelines": [each.to_wire() for each in entries]})
        else:
            print_entries(entries)
        return 0

    run_command(work())


@command.command("show")
@_PIPELINE
@click.option("--graph", is_flag=True, help="Print the steps and what each waits for.")
@_JSON
def show(pipeline: str, graph: bool, as_json: bool) -> None:
    """Print a pipeline: its text, or the graph of its steps."""

    async def work() -> int:
        async with start_server() as client:
            pipelines = PipelinesClient(client)
            found = await pipelines.get((await find_pipeline(pipelines, pipeline)).id)
        if as_json:
            json_lines.write(found)
        elif graph:
            print_graph(found.graph)
        else:
            click.echo(clean(found.text) if sys.stdout.isatty() else found.text, nl=False)
        return 0

    run_command(work())


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@_JSON
def check(file: Path, as_json: bool) -> None:
    """Check a pipeline's text, and name what is wrong by line."""
    text = read_source(file)

    async def work() -> int:
        async with start_server() as client:
            problems = await PipelinesClient(client).check(text)
        if as_json:
            json_lines.write_raw({"problems": [each.to_wire() for each in problems]})
        else:
            print_problems(problems, str(file))
        return SOME_FAILED if any(each.severity == "error" for each in problems) else 0

    run_command(work())


@command.command("run")
@_PIPELINE
@click.option(
    "--input", "inputs", multiple=True, metavar="NAME=VALUE", help="A value for an input."
)
@click.option("-m", "--model", "models", multiple=True, metavar="STEP=MODEL", help=_MODEL_HELP)
@click.option("--resume", metavar="RUN", help="Go on with a run: what is complete is kept.")
@click.option("--record", metavar="DIR", help="Keep the vendors' answers in a folder.")
@click.option("--replay", metavar="DIR", help="Answer from a folder, and never from the network.")
@click.option("--repeat", type=click.IntRange(1, 1000), default=1, help="Run it so many times.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write a JUnit report to a file.")
@click.option("--approve", metavar="SHA256", help="Run this folder's pipeline of that hash.")
@consent_options
@_JSON
def run(pipeline: str, inputs: tuple[str, ...], models: tuple[str, ...], **options: Any) -> None:
    """Run a pipeline, and check the rules that its answers are expected to keep.

    The exit code is 0 if every step is complete and every rule is kept.
    """
    if options["record"] and options["replay"]:
        raise click.UsageError("--record and --replay exclude each other.")
    wanted = PipelineOptions(
        pipeline=pipeline,
        inputs=parse_pairs(inputs, "--input"),
        models=parse_models(models),
        consent=read_consent(options),
        as_json=options["as_json"],
        **{
            key: options[key]
            for key in ("resume", "record", "replay", "repeat", "junit", "approve")
        },
    )
    run_command(run_pipeline(wanted))


@command.command("save")
@click.argument("source", metavar="SESSION|last|FILE")
@click.option("--name", help="By default the session's title, or the name in the file.")
@click.option("--input", "inputs", multiple=True, metavar="NAME=TEXT", help="Make a text an input.")
@click.option("--here", is_flag=True, help="Save it in .antiphon/pipelines of this folder.")
def save(source: str, name: str | None, inputs: tuple[str, ...], here: bool) -> None:
    """Save a file, or record a session, as a pipeline of the library."""

    async def work() -> int:
        async with start_server() as client:
            given = PipelineSaveParams(name=name, to="workspace" if here else None)
            if Path(source).suffix in {".yaml", ".yml"}:
                text = read_source(Path(source))
                params = given.model_copy(update={"pipeline": text})
            else:
                session = await find_session(client, source)
                named = parse_pairs(inputs, "--input").items()
                texts = [RecordedInput(name=key, text=text) for key, text in named]
                update = {"from_session_id": session.id, "inputs": texts or None}
                params = given.model_copy(update=update)
            saved = await PipelinesClient(client).save(params)
        print_saved(saved)
        return 0

    run_command(work())


@command.command("rename")
@_PIPELINE
@click.argument("name")
def rename(pipeline: str, name: str) -> None:
    """Give a pipeline another name."""

    async def work() -> int:
        async with start_server() as client:
            pipelines = PipelinesClient(client)
            found = await find_pipeline(pipelines, pipeline)
            print_saved(await pipelines.rename(found.id, name))
        return 0

    run_command(work())


@command.command("copy")
@_PIPELINE
@click.argument("name", required=False)
@click.option("--here", is_flag=True, help="Save it in .antiphon/pipelines of this folder.")
def copy(pipeline: str, name: str | None, here: bool) -> None:
    """Save a copy of a pipeline."""

    async def work() -> int:
        async with start_server() as client:
            pipelines = PipelinesClient(client)
            found = await find_pipeline(pipelines, pipeline)
            params = PipelineDuplicateParams(
                pipeline_id=found.id, name=name, to="workspace" if here else None
            )
            print_saved(await pipelines.duplicate(params))
        return 0

    run_command(work())


@command.command("delete")
@click.argument("names", metavar="PIPELINE...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(names: tuple[str, ...], yes: bool) -> None:
    """Delete pipelines. Their runs stay in the history."""
    if not yes and not can_ask():
        raise click.UsageError("There is no terminal to ask at: use --yes.")

    async def work() -> int:
        async with start_server() as client:
            pipelines = PipelinesClient(client)
            found = [await find_pipeline(pipelines, name) for name in names]
            for each in found:
                if yes or await confirm(f"Delete {clean_line(each.name)!r}?"):
                    await pipelines.delete(each.id)
                    click.echo(f"{each.id}  deleted")
        return 0

    run_command(work())


@command.command("export")
@click.argument("names", metavar="PIPELINE...", nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a new file.")
def export(names: tuple[str, ...], output: Path | None) -> None:
    """Print a pipeline, or several as one bundle, to share."""

    async def work() -> int:
        async with start_server() as client:
            pipelines = PipelinesClient(client)
            found = [await find_pipeline(pipelines, name) for name in names]
            text = await pipelines.export([each.id for each in found])
        if output is not None:
            write_export(output, text)
        else:
            click.echo(clean(text) if sys.stdout.isatty() else text, nl=False)
        return 0

    run_command(work())


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--yes", is_flag=True, help="Do not show it and ask.")
def import_(file: BinaryIO, yes: bool) -> None:
    """Show a pipeline or a bundle whole, and save it. `-` reads stdin."""
    if not yes and not can_ask():
        raise click.UsageError("There is no terminal to ask at: read the file, then use --yes.")
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError("The file is not UTF-8 text.") from None

    async def work() -> int:
        async with start_server() as client:
            pipelines = PipelinesClient(client)
            seen = await pipelines.import_(PipelineImportParams(text=text, preview=True))
            if not yes and not await agree_to_import(seen):
                return SOME_FAILED
            params = PipelineImportParams(text=text, sha256=seen.sha256)
            for each in (await pipelines.import_(params)).pipelines:
                print_saved(each)
        return 0

    run_command(work())


@command.command("runs")
@_PIPELINE
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@_JSON
def runs(pipeline: str, limit: int, as_json: bool) -> None:
    """List the runs of a pipeline, the newest first, whichever window or server made them."""
    run_command(list_runs(pipeline, limit, as_json=as_json))


@command.command("drift")
@click.argument("left", metavar="RUN|PIPELINE")
@click.argument("right", metavar="RUN", required=False)
@_JSON
def drift(left: str, right: str | None, as_json: bool) -> None:
    """Compare two runs, or the last two of PIPELINE: words, cost, time, and who answered."""
    run_command(compare_runs(left, right, as_json=as_json))
