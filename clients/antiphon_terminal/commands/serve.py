"""Defines the help of `antiphon serve`, whose server `antiphon.__main__` starts."""

from __future__ import annotations

import click


@click.command("serve")
@click.option("--stdio", is_flag=True, help="Speak over stdin and stdout (the default).")
def command(stdio: bool) -> None:
    """Run the language server over stdin and stdout.

    Editors start this command. It speaks LSP 3.18 and the Antiphon protocol.
    """
    raise click.UsageError(
        "Start the server as `antiphon serve`, without options other than --stdio."
    )
