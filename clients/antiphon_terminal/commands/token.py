"""Defines `antiphon token`: who may use a network server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
import platformdirs

from antiphon.model.secrets.access_tokens import (
    AccessToken,
    digest_token,
    is_user_name,
    make_token,
)
from antiphon_terminal.files.token_file import (
    TokenFileError,
    add_token,
    read_tokens,
    remove_token,
)
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_DAYS: Final = 36_500
_Result = TypeVar("_Result")


def _find_default() -> Path:
    return platformdirs.user_config_path("antiphon", appauthor=False) / "tokens.toml"


_file = click.option(
    "--tokens",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=_find_default,
    show_default="tokens.toml beside config.toml",
    help="The file that `antiphon serve --ws … --tokens` is given.",
)


@click.group("token")
def command() -> None:
    """Add, list and remove the tokens with which clients enter a network server.

    The file holds a hash of each token. A running server reads it again when it changes, and ends
    the connections of a token that was removed.
    """


@command.command("add")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, _MAX_DAYS), help="Expire after so many days.")
@_file
def add(name: str, days: int | None, path: Path) -> None:
    """Make a token for the user NAME, and print it: it cannot be shown again."""
    if not is_user_name(name):
        raise click.UsageError(
            f"{clean_line(name)!r} is not a user's name: 1 to 64 letters, digits, - and _."
        )
    expires = None if days is None else datetime.now(UTC).replace(microsecond=0)
    if expires is not None and days is not None:
        expires += timedelta(days=days)
    token = make_token()
    _change(lambda: add_token(path, AccessToken(name, digest_token(token), expires)))
    click.echo(token)
    click.echo(f"Added {name} to {path}. The token is not kept: copy it now.", err=True)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@_file
def list_tokens(as_json: bool, path: Path) -> None:
    """List the users, with the expiry of their tokens."""
    tokens = _change(lambda: read_tokens(path))
    if as_json:
        json_lines.write_raw({"file": str(path), "tokens": [_to_json(each) for each in tokens]})
        return
    if not tokens:
        click.echo(f"{path} lists nobody. Add somebody: antiphon token add NAME", err=True)
    for each in tokens:
        click.echo(f"{each.user}{_describe_expiry(each)}")


@command.command("remove")
@click.argument("name")
@_file
def remove(name: str, path: Path) -> None:
    """Remove the token of NAME, whose connections end within seconds."""
    _change(lambda: remove_token(path, name))
    click.echo(f"Removed {clean_line(name)} from {path}.", err=True)


def _change(step: Callable[[], _Result]) -> _Result:
    try:
        return step()
    except TokenFileError as problem:
        click.echo(f"Error: {clean_line(str(problem))}", err=True)
        raise click.exceptions.Exit(SOME_FAILED) from None


def _to_json(token: AccessToken) -> dict[str, Any]:
    expires = token.expires_at
    return {"user": token.user, **({} if expires is None else {"expires": expires.isoformat()})}


def _describe_expiry(token: AccessToken) -> str:
    if token.expires_at is None:
        return ""
    verb = "expires" if token.is_valid_at(datetime.now(UTC)) else "expired"
    return f"  {verb} {token.expires_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
