"""`antiphon search`: what was said before, best first."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import click

from antiphon.model.commands.search import SearchParams
from antiphon_client.library import SessionsClient
from antiphon_terminal.asking.server import run, server
from antiphon_terminal.options.names import find_session, raise_if_off
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from rich.text import Text

    from antiphon.model.commands.search import SearchHit, SearchResult


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("-m", "--model", "models", multiple=True, metavar="ID", help="Of this model.")
@click.option("--provider", "providers", multiple=True, help="Of this provider.")
@click.option("--role", "roles", multiple=True, type=click.Choice(["system", "user", "assistant"]))
@click.option("--session", metavar="ID|last", help="In this session.")
@click.option("--tag", "tags", multiple=True, help="In sessions with this tag.")
@click.option("--since", metavar="TIME", help="From this day or time on (UTC).")
@click.option("--until", metavar="TIME", help="Before this day or time (UTC).")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
@click.option("--cursor", help="Go on where a former search ended.")
@click.option("--all", "everything", is_flag=True, help="Compare all that fits, however much.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(query: tuple[str, ...], session: str | None, *, as_json: bool, **options: Any) -> None:
    """Search prompts, answers, summaries, system prompts and names of context.

    QUERY is words that must all be there, "a phrase" (which the shell must be given in further
    quotes), or the beginning of a word*.
    """
    run(_search(" ".join(query), session, options, as_json=as_json))


async def _search(
    query: str, session: str | None, options: dict[str, Any], *, as_json: bool
) -> int:
    everything = options.pop("everything")
    given: dict[str, Any] = {"query": query, "all": everything or None}
    for name, value in options.items():
        if value:
            given[name] = [*cast("tuple[str, ...]", value)] if isinstance(value, tuple) else value
    async with server() as client:
        if session is not None:
            given["session_id"] = (await find_session(client, session)).id
        result = await SessionsClient(client).search(SearchParams.model_validate(given))
        if not result.hits:
            await raise_if_off(client)
    if as_json:
        json_lines.write(result)
    else:
        _show(result)
    return 0


def _show(result: SearchResult) -> None:
    from antiphon_terminal.tty import console as consoles  # noqa: PLC0415 - loads rich

    console = consoles.stdout()
    for hit in result.hits:
        for line in _lines(hit):
            console.print(line)
    if not result.hits:
        click.echo("Nothing fits.", err=True)
    if result.bounded:
        click.echo("Only the newest 10,000 messages that fit were compared; see --all.", err=True)
    if result.next_cursor:
        click.echo(f"More: the same with --cursor {result.next_cursor}", err=True)


def _lines(hit: SearchHit) -> list[Text]:
    from rich.text import Text  # noqa: PLC0415 - not for JSON

    when = f"{datetime.fromisoformat(hit.created_at).astimezone():%Y-%m-%d %H:%M}"
    speaker = clean_line(hit.pane_title) if hit.role == "assistant" else f"{hit.role}, to "
    if hit.role != "assistant":
        speaker += clean_line(hit.pane_title)
    notes = ", before it was regenerated" if hit.superseded else ""
    head = Text.assemble(
        (when, "dim"), "  ", (f"{speaker}{notes}", "cyan"), "  ", (clean_line(hit.title), "bold")
    )
    where = Text(f"    antiphon show {clean_line(hit.uri)}#{hit.line + 1}", "dim")
    return [head, Text("    ").append_text(_highlighted(hit)), where]


def _highlighted(hit: SearchHit) -> Text:
    from rich.text import Text  # noqa: PLC0415 - not for JSON

    text, at = Text(), 0
    for start, end in hit.highlights:
        text.append(_safe(hit.snippet[at:start]))
        text.append(_safe(hit.snippet[start:end]), "bold yellow")
        at = end
    return text.append(_safe(hit.snippet[at:]))


def _safe(piece: str) -> str:
    return clean(piece).replace("\n", " ")
