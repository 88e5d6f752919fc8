"""Defines `antiphon connect`: an editor's way to a server behind a WebSocket."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from antiphon_client.errors import ClientError

_EXTRA = "Connecting over the network needs the extra `network`: pip install 'antiphon[network]'."


@click.command("connect")
@click.argument("url")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that holds the token; else it is in ANTIPHON_TOKEN.",
)
@click.option(
    "--tls-ca",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with the certificate to trust, for a server that has one of its own.",
)
def command(url: str, token_file: Path | None, tls_ca: Path | None) -> None:
    """Connect an editor's stdin and stdout to the server at URL (ws:// or wss://).

    For editors without WebSockets: they start this in place of `antiphon serve`. It ends with the
    connection, so that the editor connects again.
    """
    try:
        from antiphon_client import stdio_bridge  # noqa: PLC0415 - the library is an extra
    except ImportError:
        raise click.ClickException(_EXTRA) from None
    try:
        token = os.environ.get("ANTIPHON_TOKEN") if token_file is None else _read_token(token_file)
        socket = stdio_bridge.open_connection(url, token, tls_ca)
    except ClientError as problem:
        stdio_bridge.show_error(sys.stdout.fileno(), str(problem))
        raise click.ClickException(str(problem)) from None
    sys.exit(stdio_bridge.copy(socket, sys.stdin.fileno(), sys.stdout.fileno()))


def _read_token(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise ClientError(f"The token cannot be read from {path}: {problem}") from None
