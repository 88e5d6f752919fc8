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
    help="With --unix or --ws: how long a client may be silent at first.",
)
@click.option("--ws", metavar="HOST:PORT", help="Serve many clients over WebSocket.")
@click.option("--tokens", metavar="FILE", help="With --ws: who may connect. See antiphon token.")
@click.option("--tls-cert", metavar="FILE", help="With --ws: the certificate, in PEM format.")
@click.option("--tls-key", metavar="FILE", help="With --ws: the key of the certificate.")
@click.option("--allow-origin", metavar="ORIGIN", help="With --ws: a site whose pages may connect.")
@click.option(
    "--allow-host", metavar="NAME[:PORT]", help="With --ws: a name by which clients call it."
)
@click.option("--max-connections", metavar="N", help="With --ws: in total, 256 by default.")
@click.option("--max-connections-per-user", metavar="N", help="With --ws: 64 by default.")
@click.option("--max-connections-per-address", metavar="N", help="With --ws: 128 by default.")
@click.option("--ping-seconds", metavar="N", help="With --ws: how often clients are asked.")
@click.option(
    "--client-idle-seconds", metavar="N", help="With --ws: end connections that are idle so long."
)
def command(**_: object) -> None:
    """Run the language server.

    Editors start this command. It speaks LSP 3.18 and the Antiphon protocol, over stdin and stdout
    unless an option says otherwise.
    """
    raise click.UsageError(
        "Start the server as `antiphon serve`, with the options of --help alone."
    )
