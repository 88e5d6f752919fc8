"""What decides the exit code of the stdio end of `--shared`."""

from __future__ import annotations

import pytest

from antiphon.__main__ import _parse_shared
from antiphon.lsp.shared_proxy import ExitWatch

SHUTDOWN = b'{"jsonrpc":"2.0","id":2,"method":"shutdown"}'
EXIT = b'{"jsonrpc": "2.0", "method" : "exit"}'
QUOTED = rb'{"prompt": "{\"method\":\"shutdown\"} {\"method\":\"exit\"}"}'


@pytest.mark.parametrize(
    ("sent", "is_regular"),
    [
        ([SHUTDOWN, EXIT], True),
        ([SHUTDOWN + EXIT], True),
        ([SHUTDOWN[:35], SHUTDOWN[35:] + EXIT[:30], EXIT[30:]], True),
        ([EXIT], False),
        ([SHUTDOWN], False),
        ([QUOTED], False),
        ([SHUTDOWN, b"x" * 200, EXIT], True),
    ],
)
def test_only_exit_after_shutdown_is_a_regular_end(sent: list[bytes], is_regular: bool) -> None:
    watch = ExitWatch()
    for data in sent:
        watch.look(data)
    assert watch.is_regular is is_regular


@pytest.mark.parametrize(
    ("arguments", "idle_s"),
    [
        (["serve", "--shared"], 0.0),
        (["serve", "--shared", "--stdio", "--clientProcessId=1"], 0.0),
        (["serve", "--shared", "--idle-seconds=2.5"], 2.5),
        (["serve", "--shared", "--idle-seconds=x"], None),
        (["serve", "--shared", "--unix=/x"], None),
        (["serve"], None),
        (["ask", "--shared"], None),
    ],
)
def test_the_command_line_of_the_stdio_end(arguments: list[str], idle_s: float | None) -> None:
    assert _parse_shared(arguments) == idle_s
