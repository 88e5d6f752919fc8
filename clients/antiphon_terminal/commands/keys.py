"""Defines `antiphon keys`: stores keys in the system's keyring, for every server."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from antiphon.model.commands.keys import KeysSetParams
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.keys import KeysStatusResult, KeyStatus


@click.group("keys")
def command() -> None:
    """Store providers' keys in the system's keyring, show where they are, delete them."""


@command.command("set")
@click.argument("provider")
@click.argument("key", nargs=-1, metavar="")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the key from standard input.")
def set_key(provider: str, key: tuple[str, ...], from_stdin: bool) -> None:
    """Ask for the key of PROVIDER without showing it, and store it in the keyring."""
    if key:
        raise click.UsageError(
            "A key on the command line stays in the shell's history, where others read it. "
            "It was not stored. Leave it out and paste it when you are asked, or use --stdin."
        )
    run_command(_set(provider, _read(provider, from_stdin=from_stdin)))


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Show where each provider's key is, but never the key."""
    run_command(_status(as_json=as_json))


@command.command("delete")
@click.argument("provider")
def delete_key(provider: str) -> None:
    """Delete the key of PROVIDER from the keyring."""
    run_command(_delete(provider))


def _read(provider: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask for the key at; use --stdin.")
    return click.prompt(f"Key of {clean_line(provider)} (not shown)", hide_input=True, err=True)


async def _set(provider: str, key: str) -> int:
    params = KeysSetParams(provider=provider, key=key, persist="keyring")
    async with start_server() as client:
        result = await client.set_key(params)
    stored = result.provider
    click.echo(f"The keyring stores the key of {stored.name}, for {stored.place} and nothing else.")
    if result.shadowed_by is not None:
        click.echo(f"But {_describe_location(stored, result.shadowed_by)} overrides it.", err=True)
    return 0


async def _delete(provider: str) -> int:
    async with start_server() as client:
        result = await client.delete_key(provider)
    remaining = result.provider
    name = clean_line(remaining.name)
    if not result.deleted:
        click.echo(clean_line(result.reason or f"There was nothing to delete: {name}."))
        return 0
    click.echo(f"The key was deleted: {name}.")
    if remaining.source != "none":
        click.echo(
            f"{name} still has a key: {_describe_location(remaining, remaining.source)}.", err=True
        )
    return 0


async def _status(*, as_json: bool) -> int:
    async with start_server() as client:
        result = await client.keys()
    if as_json:
        json_lines.write(result)
    else:
        _show(result)
    return 0


def _show(result: KeysStatusResult) -> None:
    console = consoles.make_stdout_console()
    rows: list[list[str | tuple[str, str]]] = [
        [(clean_line(each.name), "bold"), *_build_row(each)] for each in result.providers
    ]
    for line in consoles.align_columns(rows):
        console.print(line)
    keyring = result.keyring
    status_text = keyring.name if keyring.available else keyring.problem
    console.print(f"Keyring: {clean_line(status_text or '')}", style="dim")


def _build_row(key: KeyStatus) -> list[str | tuple[str, str]]:
    destination = (clean_line(f"for {key.place}"), "dim")
    if key.source != "none" and key.problem is None:
        return [_describe_location(key, key.source), destination]
    if not key.needed:
        return [("no key, and none is needed", "dim"), destination]
    return [(clean_line(key.problem or "no key"), "dim"), (clean_line(key.key_page or ""), "dim")]


def _describe_location(key: KeyStatus, source: str) -> str:
    """Describes where a key was found."""
    return {
        "settings": f"providers.{clean_line(key.name)}.apiKey in the settings",
        "environment": f"{key.variable} in the environment",
        "client": "the editor's secret store",
        "keyring": "the keyring",
    }[source]
