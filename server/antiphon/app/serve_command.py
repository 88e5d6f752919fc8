"""Reads the options of a server for many clients, and runs it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import anyio

from antiphon.app.multi_client_server import HANDSHAKE_S
from antiphon.app.unix_server import serve_unix
from antiphon.lsp.transport.unix_listener import AlreadyServed, ListenError

_WRONG_USAGE = 2
_ALREADY_SERVED = 3


def run(options: list[str]) -> int:
    """Serves as `options` say, those behind `antiphon serve`, and returns the exit code."""
    given = _parser().parse_args(options)
    if given.unix is None:
        sys.stderr.write("antiphon serve: name a socket with --unix, or see --help.\n")
        return _WRONG_USAGE
    try:
        return anyio.run(_serve, given, Path(given.unix).absolute())
    except ListenError as problem:
        sys.stderr.write(f"antiphon serve: {problem}\n")
        return _ALREADY_SERVED if isinstance(problem, AlreadyServed) else 1


async def _serve(given: argparse.Namespace, path: Path) -> int:
    return await serve_unix(
        path, os.environ, idle_s=given.idle_seconds, handshake_s=given.handshake_seconds
    )


def _parser() -> argparse.ArgumentParser:
    """Returns the parser. The help is that of `antiphon_terminal.commands.serve`."""
    parser = argparse.ArgumentParser("antiphon serve", add_help=False, allow_abbrev=False)
    parser.add_argument("--unix", metavar="PATH")
    parser.add_argument("--idle-seconds", type=_parse_seconds, metavar="N")
    parser.add_argument(
        "--handshake-seconds", type=_parse_seconds, metavar="N", default=HANDSHAKE_S
    )
    return parser


def _parse_seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1e7:
        raise ValueError(text)
    return seconds
