"""Defines `antiphon sessions`: lists sessions, and changes, copies and exports them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from antiphon.model.values.number_format import format_time
from antiphon_client.library import SessionsClient
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.files.export import write_export
from antiphon_terminal.options import completion
from antiphon_terminal.options.names import find_message, find_session, require_history
from antiphon_terminal.options.network_server import network_server_options
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.confirm import can_ask, confirm
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from antiphon.model.conversation.session import Session

_SESSION = click.argument(
    "session", metavar="SESSION|last", shell_complete=completion.complete_sessions
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group("sessions", invoke_without_command=True)
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--tag", help="List only sessions with this tag.")
@_JSON
@network_server_options
@click.pass_context
def command(context: click.Context, limit: int, tag: str | None, as_json: bool) -> None:
    """List earlier sessions, the last used first, or change, copy and export them."""
    if context.invoked_subcommand is None:
        run_command(_list(limit, tag, as_json=as_json))


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--tag", help="List only sessions with this tag.")
@_JSON
def list_(limit: int, tag: str | None, as_json: bool) -> None:
    """List earlier sessions, the last used first."""
    run_command(_list(limit, tag, as_json=as_json))


async def _list(limit: int, tag: str | None, *, as_json: bool) -> int:
    async with start_server() as client:
        result = await client.sessions(limit=limit, tag=tag)
        if not result.sessions:
            await require_history(client)
    if as_json:
        json_lines.write(result)
        return 0
    if not result.sessions:
        empty = "There is no session yet. Ask something first."
        click.echo("No session has this tag." if tag else empty, err=True)
    console = consoles.make_stdout_console()
    for line in consoles.align_columns([_build_row(session) for session in result.sessions]):
        console.print(line)
    return 0


def _build_row(session: Session) -> list[str | tuple[str, str]]:
    return [
        (session.id, "dim"),
        format_time(session.updated_at),
        (clean_line(session.title), "bold"),
        (", ".join(clean_line(pane.title) for pane in session.panes), "dim"),
        (" ".join(f"#{clean_line(tag)}" for tag in session.tags), "cyan"),
    ]


@command.command("rename")
@_SESSION
@click.argument("title")
def rename(session: str, title: str) -> None:
    """Give a session another title."""

    async def work() -> int:
        async with start_server() as client:
            found = await find_session(client, session)
            renamed = await SessionsClient(client).rename(found.id, title)
        click.echo(f"{renamed.id}  {clean_line(renamed.title)}")
        return 0

    run_command(work())


@command.command("tag")
@_SESSION
@click.argument("tags", nargs=-1)
def tag(session: str, tags: tuple[str, ...]) -> None:
    """Replace the tags of a session. Without TAGS all are removed."""

    async def work() -> int:
        async with start_server() as client:
            found = await find_session(client, session)
            tagged = await SessionsClient(client).tag(found.id, tags)
        click.echo(f"{tagged.id}  {', '.join(map(clean_line, tagged.tags)) or 'no tags'}")
        return 0

    run_command(work())


@command.command("share")
@_SESSION
@click.argument("users", metavar="[USER]...", nargs=-1)
@click.option("--all", "with_all", is_flag=True, help="Let every user of the server read it.")
@click.option("--nobody", is_flag=True, help="Share it no more.")
def share(session: str, users: tuple[str, ...], *, with_all: bool, nobody: bool) -> None:
    """Let other users of a server with tokens read a session, and no others.

    They are those of the tokens file. Only you change the session.
    """
    if sum((bool(users), with_all, nobody)) != 1:
        raise click.UsageError("Name users, or use either --all or --nobody.")

    async def work() -> int:
        async with start_server() as client:
            found = await find_session(client, session)
            readers = "all" if with_all else [*users]
            shared = await SessionsClient(client).share(found.id, readers)
        names = "all users" if shared == "all" else ", ".join(map(clean_line, shared))
        click.echo(f"{found.id}  shared with {names or 'nobody'}")
        return 0

    run_command(work())


@command.command("delete")
@click.argument("sessions", metavar="SESSION|last...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(sessions: tuple[str, ...], yes: bool) -> None:
    """Delete sessions with everything in them."""
    if not yes and not can_ask():
        raise click.UsageError("There is no terminal to ask at: use --yes.")

    async def work() -> int:
        async with start_server() as client:
            found = [await find_session(client, name) for name in sessions]
            for session in found:
                title = clean_line(session.title)
                if yes or await confirm(f"Delete {title!r} with {len(session.panes)} panes?"):
                    await SessionsClient(client).delete(session.id)
                    click.echo(f"{session.id}  deleted")
        return 0

    run_command(work())


@command.command("fork")
@click.argument("message", metavar="PANE|MESSAGE-ID")
def fork(message: str) -> None:
    """Copy a pane's conversation up to a message into a new session.

    A pane means its last answer. The ids of messages are in `antiphon show --json` and in the
    addresses of `antiphon search`.
    """

    async def work() -> int:
        async with start_server() as client:
            forked = await SessionsClient(client).fork(await find_message(client, message))
        click.echo(f"{forked.id}  {clean_line(forked.title)}")
        return 0

    run_command(work())


@command.command("export")
@_SESSION
@click.option("--format", "form", type=click.Choice(["markdown", "json"]), default="markdown")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a new file.")
def export(session: str, form: Literal["markdown", "json"], output: Path | None) -> None:
    """Print a whole session. Only json can be imported again."""

    async def work() -> int:
        async with start_server() as client:
            found = await find_session(client, session)
            text = await SessionsClient(client).export(found.id, form)
        if output is not None:
            write_export(output, text)
        else:
            click.echo(clean(text) if sys.stdout.isatty() else text, nl=False)
        return 0

    run_command(work())


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--only-new", is_flag=True, help="Store nothing if the session is here already.")
def import_(file: BinaryIO, only_new: bool) -> None:
    """Store an exported session (json) as a new one. `-` reads stdin."""
    try:
        text = file.read().decode()
    except UnicodeDecodeError:
        raise click.UsageError("The file is not UTF-8 text.") from None

    async def work() -> int:
        async with start_server() as client:
            result = await SessionsClient(client).import_(text, only_new=only_new)
        imported, copies = result.session, result.copies or []
        click.echo(f"{imported.id}  {clean_line(imported.title)}")
        if imported.id in copies:
            click.echo("It is here already: nothing was stored.", err=True)
        elif copies:
            click.echo(f"It was here already, as {', '.join(copies)}: there are two now.", err=True)
            click.echo(f"`antiphon sessions delete {imported.id}` deletes this one.", err=True)
        return 0

    run_command(work())
