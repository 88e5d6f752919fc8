"""`antiphon …`: the server, or the terminal client.

`antiphon serve` answers `initialize` before anything else is imported (`antiphon.lsp.startup`);
every other command line belongs to the terminal client.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from antiphon_terminal.files.history_files import HistoryFiles


_SWITCH_S = 0.001
"""How soon a thread that computes makes way for another that asks.

One turn of the loop asks at each system call, so beside a thread that imports it takes several of
these; Python's own five milliseconds made an answer wait for fifteen and more.
"""

_IDLE = "--idle-seconds="
_ADDRESSES = ("--unix", "--ws")
_HELP = frozenset({"-h", "--help"})
_INTERRUPTED = 130
"""What shells report for a program that Ctrl-C ended."""


def main() -> None:
    """Runs the command line that the process was started with, and exits."""
    _disable_pydantic_plugins()
    if _is_plain_serve(sys.argv[1:]):
        _serve()
    shared = _parse_shared(sys.argv[1:])
    if shared is not None and sys.platform == "win32":
        _serve()  # there is nothing to share: Python's Windows has no Unix sockets
    if shared is not None:
        _serve_shared(shared)
    if sys.argv[1:2] == ["serve"] and _serves_many(sys.argv[2:]):
        _serve_many(sys.argv[2:])
    _terminal()


def _disable_pydantic_plugins() -> None:
    """Lets pydantic look for no plugin, and not import what it would look with.

    Looking reads the metadata of every installed package at each start, and a plugin would receive
    prompts and answers. The module that looks imports `importlib.metadata`, and that `email` and
    `zipfile`, even if plugins are off: a twelfth of a first answer.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    loader: Any = type(sys)("pydantic.plugin._loader")
    loader.get_plugins = tuple[()]
    sys.modules[loader.__name__] = loader


def _is_plain_serve(arguments: list[str]) -> bool:
    """Checks whether this is `serve` over stdio, with only flags that editors add."""
    return arguments[:1] == ["serve"] and all(
        argument == "--stdio" or argument.startswith("--clientProcessId=")
        for argument in arguments[1:]
    )


def _serves_many(options: list[str]) -> bool:
    """Checks whether an address for many clients is named."""
    named = any(each.partition("=")[0] in _ADDRESSES for each in options)
    return named and _HELP.isdisjoint(options)


def _parse_shared(arguments: list[str]) -> float | None:
    """Returns the idle time that `serve --shared` names, or `None` for other command lines.

    0 stands for the default.
    `argparse` would be most of what such a process needs.
    """
    if arguments[:1] != ["serve"] or "--shared" not in arguments:
        return None
    idle = [each for each in arguments if each.startswith(_IDLE)]
    others = [each for each in arguments if each != "--shared" and each not in idle]
    try:
        idle_s = float(idle[-1].removeprefix(_IDLE)) if idle else 0.0
    except ValueError:
        return None
    return idle_s if _is_plain_serve(others) else None


def _serve_shared(idle_s: float) -> NoReturn:
    from antiphon.lsp import shared_proxy  # noqa: PLC0415 - the terminal client never needs it

    os._exit(shared_proxy.run(idle_s or None))  # its thread may be waiting for the client


def _serve_many(options: list[str]) -> NoReturn:
    gc.disable()  # as below
    from antiphon.app import serve_command  # noqa: PLC0415 - likewise
    from antiphon.lsp.transport.process_exit import exit_process  # noqa: PLC0415 - likewise

    gc.freeze()
    gc.enable()
    sys.setswitchinterval(_SWITCH_S)
    exit_process(serve_command.run(options))


def _terminal() -> None:
    from antiphon_terminal.asking.early_server import start_early_server  # noqa: PLC0415 - likewise
    from antiphon_terminal.tty import standard_streams  # noqa: PLC0415 - the server never needs it

    standard_streams.open_missing_streams()
    started = start_early_server(sys.argv[1:], os.environ)
    gc.disable()  # as below; `antiphon_terminal.asking.server.run` goes on with it
    try:
        from antiphon_terminal.cli import main as terminal  # noqa: PLC0415 - while the server loads

        terminal(started, _open_history_files)
    except KeyboardInterrupt:  # before there was a command that could say what it stopped
        sys.exit(_INTERRUPTED)
    finally:
        if started is not None:
            started.discard()


def _open_history_files() -> HistoryFiles:
    from antiphon.app import history_files  # noqa: PLC0415 - for two commands only

    return history_files


def _serve() -> NoReturn:
    from antiphon.lsp import startup  # noqa: PLC0415 - the terminal client never needs it

    stdin_fd, stdout_fd = startup.take_stdio()
    try:
        start = startup.answer_initialize(stdin_fd, stdout_fd)
    except startup.ClientLeft:
        sys.exit(1)
    sys.setswitchinterval(_SWITCH_S)
    # Classes are made by the thousand here and none of them dies: collecting meanwhile costs a
    # tenth of the start, and walking them again at every later collection would cost more.
    gc.disable()
    from antiphon import app  # noqa: PLC0415 - only now, with `initialize` answered
    from antiphon.lsp.transport.process_exit import exit_process  # noqa: PLC0415 - likewise

    gc.freeze()
    gc.enable()
    exit_process(app.serve(start))


if __name__ == "__main__":
    main()
