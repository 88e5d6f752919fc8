"""Defines `antiphon server`: shows and ends the server that a user's clients share."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import click

from antiphon.shared_server.address import find_socket
from antiphon.shared_server.connect import NoServer, Refused, connect, greet
from antiphon_terminal.tty.errors import print_error
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

_STOP_S: Final = 10.0
_POLL_S: Final = 0.02
_MEBIBYTE: Final = 1 << 20
_UNIX: Final = click.option(
    "--unix", metavar="PATH", help="The socket of another server, started with `serve --unix`."
)
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group("server")
def command() -> None:
    """Show or end the server that editors and terminals share."""


@command.command("status")
@_UNIX
@_JSON
def status(unix: str | None, as_json: bool) -> None:
    """Show the shared server: its version, its clients, its memory.

    The exit code is 1 if none runs.
    """
    found = _ask(unix or find_socket(os.environ))
    if as_json:
        click.echo(json.dumps({"running": found is not None, **(found or {})}))
    elif found is None:
        click.echo("No shared server runs. An editor or `antiphon serve --shared` starts one.")
    else:
        _print_status(found)
    raise SystemExit(0 if found is not None else SOME_FAILED)


@command.command("stop")
@_UNIX
@_JSON
def stop(unix: str | None, as_json: bool) -> None:
    """End the shared server. What its answers have so far is kept, as interrupted."""
    found = _ask(unix or find_socket(os.environ))
    stopped = found is not None and _end(int(found["pid"]))
    if as_json:
        pid = {} if found is None else {"pid": found["pid"]}
        click.echo(json.dumps({"stopped": stopped, **pid}))
    elif found is None:
        click.echo("No shared server runs.")
    elif stopped:
        click.echo(f"The shared server (pid {found['pid']}) has ended.")
    else:
        print_error(f"The server (pid {found['pid']}) does not end.", "Kill it, then try again.")
    raise SystemExit(0 if found is None or stopped else SOME_FAILED)


def _ask(path: str) -> Mapping[str, Any] | None:
    """Returns how the server at `path` fares, or `None` without one."""
    try:
        with connect(path) as server:
            return greet(server, {}, status=True)
    except NoServer:
        return None
    except Refused as problem:
        print_error(str(problem))
        raise SystemExit(SOME_FAILED) from None


def _end(pid: int) -> bool:
    """Asks the process to end, and returns whether it did so in time."""
    try:
        if sys.platform == "linux":
            with os.fdopen(os.pidfd_open(pid)) as ended:
                os.kill(pid, signal.SIGTERM)
                return bool(select.select([ended], [], [], _STOP_S)[0])
        os.kill(pid, signal.SIGTERM)
        ends = time.monotonic() + _STOP_S
        while time.monotonic() < ends:
            os.kill(pid, 0)
            time.sleep(_POLL_S)
    except ProcessLookupError:
        return True
    return False


def _print_status(found: Mapping[str, Any]) -> None:
    memory = found.get("memoryBytes")
    rows = [
        ("address", found["address"]),
        ("pid", found["pid"]),
        ("version", found["version"]),
        ("uptime", _format_duration(found["uptimeMs"] // 1000)),
        ("memory", "unknown" if memory is None else f"{memory / _MEBIBYTE:.0f} MiB"),
        ("clients", len(found["clients"])),
    ]
    for name, value in rows:
        click.echo(f"{name:<8} {clean_line(str(value))}")
    for client in found["clients"]:
        named = " ".join(filter(None, (client.get("name"), client.get("version"))))
        click.echo(f"  {clean_line(named) or 'a client without a name'}, since {client['since']}")


def _format_duration(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"
