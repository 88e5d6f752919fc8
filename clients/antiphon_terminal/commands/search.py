"""Defines `antiphon search`: finds messages in the history, the best match first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from antiphon.model.commands.search import SearchParams
from antiphon.model.values.number_format import format_time
from antiphon_client.library import SessionsClient
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.options.names import find_session, require_history
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from rich.text import Text

    from antiphon.model.commands.search import SearchHit, SearchResult


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("-m", "--model", "models", multiple=True, metavar="ID", help="Only of this model.")
@click.option("--provider", "providers", multiple=True, help="Only of this provider.")
@click.option("--role", "roles", multiple=True, type=click.Choice(["system", "user", "assistant"]))
@click.option("--session", metavar="ID|last", help="Only in this session.")
@click.option("--tag", "tags", multiple=True, help="Only in sessions with this tag.")
@click.option("--since", metavar="TIME", help="Only from this day or time on (UTC).")
@click.option("--until", metavar="TIME", help="Only before this day or time (UTC).")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
@click.option("--cursor", help="Continue where an earlier search ended.")
@click.option("--all", "everything", is_flag=True, help="Rank all matches, however many there are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(query: tuple[str, ...], session: str | None, *, as_json: bool, **options: Any) -> None:
    """Search prompts, answers, summaries, system prompts and names of context.

    QUERY is words that must all match, "a phrase" (which the shell must be given in further
    quotes), or the beginning of a word*.
    """
    run_command(_search(" ".join(query), session, options, as_json=as_json))


async def _search(
    query: str, session: str | None, options: dict[str, Any], *, as_json: bool
) -> int:
    everything = options.pop("everything")
    params: dict[str, Any] = {"query": query, "all": everything or None}
    for name, value in options.items():
        if value:
            params[name] = [*cast("tuple[str, ...]", value)] if isinstance(value, tuple) else value
    async with start_server() as client:
        if session is not None:
            params["session_id"] = (await find_session(client, session)).id
        result = await SessionsClient(client).search(SearchParams.model_validate(params))
        if not result.hits:
            await require_history(client)
    if as_json:
        json_lines.write(result)
    else:
        _show(result)
    return 0


def _show(result: SearchResult) -> None:
    from antiphon_terminal.tty import console as consoles  # noqa: PLC0415 - loads rich

    console = consoles.make_stdout_console()
    for hit in result.hits:
        for line in _format_hit(hit):
            console.print(line)
    if not result.hits:
        click.echo("Nothing matches.", err=True)
    if result.bounded:
        click.echo("Only the newest matches were ranked; see --all.", err=True)
    if result.next_cursor:
        click.echo(f"For more, add --cursor {result.next_cursor}", err=True)


def _format_hit(hit: SearchHit) -> list[Text]:
    from rich.text import Text  # noqa: PLC0415 - not for JSON

    when = format_time(hit.created_at)
    speaker = clean_line(hit.pane_title) if hit.role == "assistant" else f"{hit.role}, to "
    if hit.role != "assistant":
        speaker += clean_line(hit.pane_title)
    notes = ", before it was regenerated" if hit.superseded else ""
    head = Text.assemble(
        (when, "dim"), "  ", (f"{speaker}{notes}", "cyan"), "  ", (clean_line(hit.title), "bold")
    )
    address = Text(f"    antiphon show {clean_line(hit.uri)}#{hit.line + 1}", "dim")
    return [head, Text("    ").append_text(_highlight(hit)), address]


def _highlight(hit: SearchHit) -> Text:
    from rich.text import Text  # noqa: PLC0415 - not for JSON

    text, at = Text(), 0
    for start, end in hit.highlights:
        text.append(_to_one_line(hit.snippet[at:start]))
        text.append(_to_one_line(hit.snippet[start:end]), "bold yellow")
        at = end
    return text.append(_to_one_line(hit.snippet[at:]))


def _to_one_line(piece: str) -> str:
    return clean(piece).replace("\n", " ")
