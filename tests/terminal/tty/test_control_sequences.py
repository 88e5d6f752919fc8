"""What a model writes never reaches the terminal as anything but text, wherever it is cut."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon_terminal.tty.sanitize import clean
from support import SUPPORT
from support.terminal.control_sequences import SEQUENCES, lines_cut_in_two, lines_in_single_letters
from support.terminal.emulator import Emulator
from support.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

OWN = re.compile(
    rb"\r(?:\x1b\[A)*\x1b\[[JK]|\x1b\[(?:0|1|2|7|3[1-6]|1;3[1-6])?m|\x1b\[K|\x1b\[0K|\x1b\[H|\x1b\[2J|\x1b\[\?25[lh]"
    rb"|\x1b\[\?1049[lh]|\x1b\[(?:[1-9]|1\d|2[0-4]);(?:[1-9]|[1-7]\d|80)H"
)
"""What the client itself may write: looks, erasing, the other screen, places on the screen."""
CONTROLS = re.compile(r"(?:[^\n\r -~\xa0-\U0010ffff]|\r(?!\n)).{,9}")
LINES = sum(1 for _ in lines_cut_in_two()) + len(SEQUENCES)


class Client(Program):
    """The client, with a server whose models are hostile."""

    command = (
        sys.executable,
        str(SUPPORT / "terminal" / "with_server.py"),
        "support.terminal.hostile_server",
    )


def strangers(written: bytes) -> set[str]:
    """The controls that are not the client's own, each with what follows it."""
    return set(CONTROLS.findall(OWN.sub(b"", written).decode()))


def assert_untouched(screen: Emulator) -> None:
    fresh = Emulator(screen.columns, screen.lines)
    for name in ("mode", "margins", "charset", "g0_charset", "g1_charset", "tabstops"):
        assert getattr(screen, name) == getattr(fresh, name), name
    assert (screen.title, screen.icon_name, screen.savepoints) == ("", "", [])
    assert not screen.is_alternate
    assert not screen.cursor.hidden
    assert screen.cursor.attrs._replace(data="") == fresh.cursor.attrs._replace(data="")


@pytest.mark.parametrize(
    "arguments",
    [["-m", "a/one"], ["-m", "a/one", "-m", "a/two"], ["-m", "a/one", "-m", "a/two", "--plain"]],
    ids=["one answer", "live screen", "plain"],
)
def test_no_sequence_reaches_the_terminal_wherever_it_is_cut(
    environment: dict[str, str], home: Path, arguments: list[str]
) -> None:
    with Client("ask", "p", *arguments, env=environment, cwd=home) as program:
        assert program.wait_to_end() == 1
    assert strangers(bytes(program.written)) == set()
    assert_untouched(program.screen)
    shown = program.written.decode()
    # Each line came through, and nothing swallowed the next one.
    assert shown.count("seen") >= LINES * arguments.count("-m")
    assert "failed" in shown


def test_no_sequence_is_in_what_is_piped(environment: dict[str, str], home: Path) -> None:
    import subprocess

    done = subprocess.run(
        [*Client.command, "ask", "p", "-m", "a/one"],
        env=environment, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert strangers(done.stdout) == set()
    assert strangers(done.stderr) == set()
    expected = "".join(first + second for first, second in lines_cut_in_two())
    assert done.stdout.decode().startswith(clean(expected + "".join(lines_in_single_letters())))


@pytest.fixture
def vendor() -> Iterator[str]:
    """A vendor whose only answer is hostile; each letter is an event, and each byte a packet."""
    listener = socket.create_server(("127.0.0.1", 0))
    letters = [*lines_in_single_letters()]
    events = [{"choices": [{"index": 0, "delta": {"content": each}}]} for each in letters]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    lines = [f"data: {json.dumps(each, ensure_ascii=False)}\n\n" for each in events]
    stray = (
        b'data: {"choices": [{"index": 0, "delta": {"content": "\x9b5m\x9d0;owned\x9c\\n"}}]}\n\n'
    )
    body = stray + "".join(lines).encode() + b"data: [DONE]\n\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            # A client that is stopped leaves in the middle.
            with connection, contextlib.suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.recv(65536)
                connection.sendall(head)
                for byte in body:
                    connection.send(bytes([byte]))

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


def test_no_sequence_of_a_real_stream_reaches_the_terminal(
    environment: dict[str, str], home: Path, vendor: str
) -> None:
    environment["ANTIPHON_PROVIDERS__EVIL__TYPE"] = "openai"
    environment["ANTIPHON_PROVIDERS__EVIL__BASE_URL"] = vendor
    with Program("ask", "p", "-m", "evil/m", env=environment, cwd=home) as program:
        assert program.wait_to_end() == 0
    assert strangers(bytes(program.written)) == set()
    assert_untouched(program.screen)
    assert program.written.count(b"seen") == len(SEQUENCES)
    assert "\ufffd5m\ufffd0;owned\ufffd" in program.written.decode()


def test_the_search_would_notice() -> None:
    for sequence in SEQUENCES:
        assert strangers(sequence.encode()), ascii(sequence)
