"""Defines `antiphon meter`: shows the tokens, cost and time of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from antiphon.model.commands.meter import MeterParams
from antiphon_client.library import SessionsClient
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.options.names import find_session, require_history
from antiphon_terminal.output import json_lines

if TYPE_CHECKING:
    from antiphon.model.commands.meter import MeterGroup, MeterResult

_GROUPS = click.Choice(["model", "provider", "pane", "session", "day"])


@click.command("meter")
@click.option("--by", "group_by", type=_GROUPS, default="model", show_default=True)
@click.option("--since", metavar="DAY|TIME", help="Only from this day (2026-11-22) or time on.")
@click.option("--session", metavar="ID|last", help="Only of this session.")
@click.option("--run", "run_id", metavar="ID", help="Only of this run.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), help="The largest number of rows: 100 by default."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values with a header.")
def command(session: str | None, *, as_json: bool, as_csv: bool, **options: Any) -> None:
    """Show the tokens, cost and time of answers, and what is left of the budgets.

    Answers that failed, were stopped or were deleted later were paid for too: they are counted.
    """
    if as_json and as_csv:
        raise click.UsageError("Choose one of --json and --csv.")
    run_command(_meter(session, options, as_json=as_json, as_csv=as_csv))


async def _meter(
    session: str | None, options: dict[str, Any], *, as_json: bool, as_csv: bool
) -> int:
    params = {name: value for name, value in options.items() if value is not None}
    async with start_server() as client:
        if session is not None:
            params["session_id"] = (await find_session(client, session)).id
        result = await SessionsClient(client).meter(MeterParams(**params))
        if not result.total.answers:
            await require_history(client)
    if as_json:
        json_lines.write(result)
    elif as_csv:
        from antiphon_terminal.reports.meter import meter_csv  # noqa: PLC0415 - each format loads only its own

        meter_csv.write(result)
    else:
        filters = params.keys() & {"session_id", "run_id", "since"}
        nothing = (
            "No answer is of that session, run or time." if filters else "Nothing has been asked."
        )
        _show(result, options["group_by"], nothing)
    return 0


def _show(result: MeterResult, group: MeterGroup, nothing: str) -> None:
    from antiphon_terminal.reports.meter import meter_table  # noqa: PLC0415 - loads rich

    meter_table.show(result, group, nothing)
