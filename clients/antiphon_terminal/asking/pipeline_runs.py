"""Lists the kept runs of a pipeline, and compares two of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from antiphon_client.pipelines import PipelinesClient
from antiphon_terminal.asking.pipeline_run import uri_of
from antiphon_terminal.asking.server import start_server
from antiphon_terminal.options.pipelines import find_pipeline
from antiphon_terminal.output import json_lines
from antiphon_terminal.output.pipelines import print_drift, print_runs

_MOST: Final = 500


async def list_runs(name: str, limit: int, *, as_json: bool) -> int:
    """Prints the newest runs of a pipeline, and returns the exit code."""
    async with start_server() as client:
        pipelines = PipelinesClient(client)
        runs = await pipelines.runs(await _find_id(pipelines, name), limit)
    if as_json:
        json_lines.write_raw({"runs": [each.to_wire() for each in runs]})
    else:
        print_runs(runs)
    return 0


async def compare_runs(left: str, right: str | None, *, as_json: bool) -> int:
    """Prints the drift between two runs, and returns the exit code.

    Without `right`, `left` names a pipeline: its last two runs that have ended are compared. Raises
    `click.UsageError` if it has no two.
    """
    async with start_server() as client:
        pipelines = PipelinesClient(client)
        if right is None:
            left, right = await _find_last_two(pipelines, left)
        result = await pipelines.drift(left, right)
    if as_json:
        json_lines.write(result)
    else:
        print_drift(result)
    return 0


async def _find_last_two(pipelines: PipelinesClient, name: str) -> tuple[str, str]:
    runs = await pipelines.runs(await _find_id(pipelines, name), _MOST)
    ended = [each.run_id for each in runs if each.status != "running"]
    if len(ended) < 2:
        count = "one run has" if ended else "no run has"
        raise click.UsageError(
            f"Two runs are compared, and {count} ended. `antiphon pipeline run` makes one."
        )
    return ended[1], ended[0]


async def _find_id(pipelines: PipelinesClient, name: str) -> str:
    """Returns the id of a pipeline of the library, or the address of a file."""
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        return uri_of(path)
    return (await find_pipeline(pipelines, name)).id
