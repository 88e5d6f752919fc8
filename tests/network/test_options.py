"""What `antiphon serve --ws` refuses to serve, before it opens anything."""

from __future__ import annotations

import socket
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.app.network.options import (
    InvalidOptions,
    NetworkOptions,
    add_network_options,
    read_network_options,
)
from antiphon.app.network.service import limit_environ
from antiphon.network.addresses import HostPort
from antiphon_terminal.commands import serve as serve_command
from support.network.service import CERTIFICATE, write_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

TLS = ("--tls-cert", str(CERTIFICATE), "--tls-key", str(CERTIFICATE))


def read(address: str, *options: str) -> NetworkOptions:
    parser = ArgumentParser()
    add_network_options(parser)
    return read_network_options(parser.parse_args(["--ws", address, *options]), handshake_s=1.0)


@pytest.fixture
def tokens(tmp_path: Path) -> str:
    path = tmp_path / "tokens.toml"
    write_tokens(path, [("ada", "a token")])
    return str(path)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("127.0.0.1:0", "127.0.0.1"),
        ("127.9.9.9:4123", "127.9.9.9"),
        ("localhost:0", "127.0.0.1"),
        ("[::1]:0", "::1"),
        ("[::ffff:127.0.0.1]:0", "127.0.0.1"),
    ],
)
def test_loopback_needs_neither_tls_nor_tokens(address: str, host: str) -> None:
    options = read(address)
    assert (options.host, options.tls, options.tokens) == (host, None, None)


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0:0", "[::]:0", "192.0.2.1:1", "[::ffff:192.0.2.1]:1", "[::ffff:0.0.0.0]:0"],
)
def test_what_other_machines_reach_needs_tls_and_tokens(address: str, tokens: str) -> None:
    for options in ((), TLS, ("--tokens", tokens), (*TLS[:2], "--tokens", tokens)):
        with pytest.raises(InvalidOptions, match="can be reached from other machines"):
            read(address, *options)
    assert read(address, *TLS, "--tokens", tokens).tls is not None


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--tls-cert", str(CERTIFICATE)), "belong together"),
        (("--tls-cert", "/nowhere", "--tls-key", "/nowhere"), "No such file"),
        (("--tls-cert", __file__, "--tls-key", __file__), "cannot be used"),
        (("--tokens", "/nowhere"), "No such file"),
        (("--allow-origin", "null"), "is not an origin"),
        (("--allow-origin", "*"), "is not an origin"),
        (("--allow-origin", "https://pages.example/"), "is not an origin"),
        (("--allow-host", "a name"), "is not HOST:PORT"),
    ],
)
def test_an_option_that_cannot_be_meant_is_named(options: Sequence[str], problem: str) -> None:
    with pytest.raises(InvalidOptions, match=problem):
        read("127.0.0.1:0", *options)


@pytest.mark.parametrize(
    "address", ["", "127.0.0.1", ":80", "127.1:80", "127.0.0.1:65536", "::1:80", "a b:1", "0x7f:1"]
)
def test_an_address_of_another_form_is_refused(address: str) -> None:
    with pytest.raises(InvalidOptions, match="is not HOST:PORT"):
        read(address)


def test_a_tokens_file_that_others_may_read_is_refused(tokens: str) -> None:
    Path(tokens).chmod(0o640)
    with pytest.raises(InvalidOptions, match="chmod 600"):
        read("127.0.0.1:0", "--tokens", tokens)


def test_names_are_kept_with_the_port_or_for_any(tokens: str) -> None:
    served = read("localhost:9", "--allow-host", "Models.example", "--allow-host", "b:7").served
    assert served == [HostPort("localhost", 0), HostPort("models.example", 0), HostPort("b", 7)]


def test_users_with_a_token_get_no_key_of_the_server() -> None:
    kept = {"HOME": "/h", "ANTIPHON_CONFIG": "c", "https_proxy": "p", "LC_ALL": "C"}
    left = {"OPENAI_API_KEY": "k", "MY_SECRET": "s", "ANTIPHON_TOKEN": "t", "XDG_RUNTIME_DIR": "r"}
    assert limit_environ({**kept, **left}) == kept


def test_the_help_names_every_option() -> None:
    parser = ArgumentParser(add_help=False)
    add_network_options(parser)
    shown = {option for each in serve_command.command.params for option in each.opts}
    assert {option for each in parser._actions for option in each.option_strings} <= shown


def test_an_address_in_use_is_an_error_and_leaves_no_token(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        command = [sys.executable, "-m", "antiphon", "serve", "--ws", address]
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"{address} cannot be listened at" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "runtime").rglob("*.token")) == []


def test_a_server_without_the_network_does_not_load_its_library() -> None:
    script = "import sys, antiphon.app.serve_command; print('websockets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert done.stdout.strip() == b"False"
