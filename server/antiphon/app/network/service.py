"""Serves the clients of a WebSocket until the process is asked to end."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio

from antiphon import __version__
from antiphon.app.multi_client_server import MultiClientServer
from antiphon.app.network.options import InvalidOptions
from antiphon.lsp.transport.process_exit import hard_exit_after
from antiphon.model.secrets.access_tokens import make_token
from antiphon.network.addresses import HostPort, InvalidAddress, open_socket
from antiphon.network.admission import Reason
from antiphon.network.listener import Listener
from antiphon.network.token_file import OneToken
from antiphon.settings.paths import private_runtime_folder
from antiphon.shared_server.hello import PROTOCOL

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable, Generator, Mapping

    from antiphon.app.network.options import NetworkOptions
    from antiphon.metrics.server_figures import NetworkFigures
    from antiphon.model.secrets.access_tokens import AccessToken
    from antiphon.network.streams import WebSocketStreams

_log = logging.getLogger(__name__)
_HARD_EXIT_S: Final = 8.5
_SHARED_VARIABLES: Final = frozenset(
    {
        *("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "LANG", "TZ", "TMPDIR", "TEMP"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    }
)
_SHARED_PREFIXES: Final = ("ANTIPHON_", "LC_", "XDG_CONFIG_", "XDG_DATA_", "XDG_STATE_")


async def serve_network(
    options: NetworkOptions, environ: Mapping[str, str], *, handshake_s: float
) -> int:
    """Serves clients until a signal comes, and returns the exit code.

    Prints one line of JSON when it listens. Raises `InvalidOptions` if the address cannot be used.
    """
    stopping = anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT)
    with contextlib.ExitStack() as cleanup, stopping as signals:
        try:
            listening = cleanup.enter_context(open_socket(HostPort(options.host, options.port)))
        except InvalidAddress as problem:
            raise InvalidOptions(str(problem)) from None
        token_file = None if options.tokens else cleanup.enter_context(_kept_token(environ))
        tokens = options.tokens or OneToken(_read_token(token_file))
        async with MultiClientServer.open(
            environ, handshake_s=handshake_s, is_scraped=True
        ) as server:

            async def serve_client(streams: WebSocketStreams, token: AccessToken) -> None:
                user = token.user or None
                visible = environ if user is None else limit_environ(environ)
                await server.serve_client(streams, streams, user=user, environ=visible)

            observation = server.engine.observation
            listener = Listener(
                serve_client,
                tokens,
                health=json.dumps({"version": __version__, "protocol": PROTOCOL}),
                served=options.served,
                origins=options.origins,
                tls=options.tls,
                limits=options.limits,
                format_metrics=observation.metrics and observation.metrics.format,
            )
            observation.network = partial(_read_figures, listener)
            address = HostPort(options.host, listening.getsockname()[1])
            announce = partial(_announce, address, token_file, is_tls=options.tls is not None)
            await _run(listener, listening, announce, signals)
    return 0


def _read_figures(listener: Listener) -> NetworkFigures:
    """Returns what the listener has counted. Called only if anything is measured."""
    from antiphon.metrics.server_figures import NetworkFigures  # noqa: PLC0415 - if it is on

    received, sent = listener.count_bytes()
    refused = {each.value: listener.figures.refused[each] for each in Reason}
    return NetworkFigures(listener.figures.connections, refused, received, sent)


async def _run(
    listener: Listener,
    listening: socket.socket,
    started: Callable[[], object],
    signals: AsyncIterator[signal.Signals],
) -> None:
    with contextlib.ExitStack() as last_resort:

        async def end_at_signal() -> None:
            _log.info("the server ends: %s", signal.Signals(await anext(signals)).name)
            last_resort.enter_context(hard_exit_after(_HARD_EXIT_S, 1))
            listener.stop()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(end_at_signal)
            await listener.run(listening, started)
            tasks.cancel_scope.cancel()


def _announce(address: HostPort, token_file: Path | None, *, is_tls: bool) -> None:
    """Prints where the server listens, and where its token is if it made one."""
    line = {
        "listening": f"{'wss' if is_tls else 'ws'}://{address}",
        "pid": os.getpid(),
        "version": __version__,
        **({} if token_file is None else {"tokenFile": str(token_file)}),
    }
    with contextlib.suppress(OSError):  # who started it need not listen
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def limit_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns what of the server's environment counts for users who have a token.

    The keys of the user who started the server are not theirs. What was set for Antiphon itself
    (`ANTIPHON_…`) is what the service offers.
    """
    return {
        name: value
        for name, value in environ.items()
        if name != "ANTIPHON_TOKEN"
        and (name.upper() in _SHARED_VARIABLES or name.startswith(_SHARED_PREFIXES))
    }


@contextlib.contextmanager
def _kept_token(environ: Mapping[str, str]) -> Generator[Path]:
    """Keeps a new token in a private file for as long as the block runs."""
    name = f"ws-{os.getpid()}-{secrets.token_hex(4)}.token"
    try:
        path = private_runtime_folder(environ) / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        raise InvalidOptions(
            f"The token cannot be written ({problem.strerror}). Name a file with --tokens."
        ) from None
    with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123 - made above, private
        file.write(f"{make_token()}\n")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _read_token(path: Path | None) -> str:
    return "" if path is None else path.read_text(encoding="ascii").strip()
