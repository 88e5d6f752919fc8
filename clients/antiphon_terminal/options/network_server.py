"""Defines `--server`, which names a network server to use instead of one on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_URL: Final = f"{__name__}.server"
_FILE: Final = f"{__name__}.token_file"
_VARIABLE: Final = "ANTIPHON_TOKEN"


class NetworkServer(NamedTuple):
    """A server, and the token to enter it."""

    url: str
    token: str


def network_server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--server` and `--token-file` to a command, and no arguments to its function."""
    token_file = click.option(
        "--token-file",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        expose_value=False,
        callback=_keep,
        help=f"With --server: the file of your token, by default the variable {_VARIABLE}.",
    )
    server = click.option(
        "--server",
        metavar="URL",
        expose_value=False,
        callback=_keep,
        help="Use the network server at this address, such as wss://models.example.",
    )
    return server(token_file(command))


def find_network_server(context: click.Context) -> NetworkServer | None:
    """Returns the server that the command line names, or `None`. Raises `click.UsageError`."""
    url = context.meta.get(_URL)
    return None if url is None else NetworkServer(url, _find_token(context))


def _find_token(context: click.Context) -> str:
    path: Path | None = context.meta.get(_FILE)
    try:
        text = os.environ.get(_VARIABLE, "") if path is None else path.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise click.UsageError(f"The token in {path} cannot be read.") from None
    if not (token := text.strip()):
        raise click.UsageError(f"--server needs your token: set {_VARIABLE}, or --token-file.")
    return token


def _keep(context: click.Context, option: click.Parameter, value: Any) -> None:
    """Keeps a value for every command below, instead of handing it to each."""
    if value is not None:
        context.meta[f"{__name__}.{option.name}"] = value
