"""Defines the help of `antiphon serve`, whose server `antiphon.__main__` starts."""

from __future__ import annotations

import click


@click.command("serve")
@click.option("--stdio", is_flag=True, help="Speak over stdin and stdout (the default).")
@click.option("--shared", is_flag=True, help="Connect to the user's shared server; start it first.")
@click.option("--unix", metavar="PATH", help="Serve many clients at a Unix socket.")
@click.option(
    "--idle-seconds",
    metavar="N",
    help="With --shared or --unix: end so long after the last client.",
)
@click.option(
    "--handshake-seconds",
    metavar="N",
    help="With --unix: how long a client may be silent at first.",
)
def command(**_: object) -> None:
    """Run the language server.

    Editors start this command. It speaks LSP 3.18 and the Antiphon protocol, over stdin and stdout
    unless an option says otherwise.
    """
    raise click.UsageError(
        "Start the server as `antiphon serve`, with the options of --help alone."
    )
