"""Reads the options of a server for many clients, and runs it."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path

import anyio

from antiphon.app.multi_client_server import HANDSHAKE_S
from antiphon.app.network.options import (
    InvalidOptions,
    add_network_options,
    read_network_options,
)
from antiphon.app.unix_server import serve_unix
from antiphon.lsp.transport.unix_listener import AlreadyServed, ListenError

_NOT_INSTALLED = (
    "--ws needs the package websockets, which is not installed. "
    "Install antiphon with the extra `network`: pip install 'antiphon[network]'"
)
_WRONG_USAGE = 2
_ALREADY_SERVED = 3


def run(options: list[str]) -> int:
    """Serves as `options` say, those behind `antiphon serve`, and returns the exit code."""
    given = _parser().parse_args(options)
    if given.ws is not None:
        return _run_network(given)
    if given.unix is None:
        sys.stderr.write(
            "antiphon serve: name a socket with --unix, an address with --ws, or see --help.\n"
        )
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


def _run_network(given: argparse.Namespace) -> int:
    """Serves over WebSocket, whose library is loaded only now."""
    try:
        from antiphon.app.network.service import serve_network  # noqa: PLC0415 - for `--ws` only
    except ModuleNotFoundError as missing:
        if missing.name != "websockets":
            raise
        sys.stderr.write(f"antiphon serve: {_NOT_INSTALLED}\n")
        return 1
    try:
        options = read_network_options(given, handshake_s=given.handshake_seconds)
        serve = partial(serve_network, handshake_s=given.handshake_seconds)
        return anyio.run(serve, options, os.environ)
    except InvalidOptions as problem:
        sys.stderr.write(f"antiphon serve: {problem}\n")
        return _WRONG_USAGE


def _parser() -> argparse.ArgumentParser:
    """Returns the parser. The help is that of `antiphon_terminal.commands.serve`."""
    parser = argparse.ArgumentParser("antiphon serve", add_help=False, allow_abbrev=False)
    parser.add_argument("--unix", metavar="PATH")
    add_network_options(parser)
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
