"""Tests that let a canary out, each in another way; `test_canary_watch` runs them, and only it.

A test whose name begins with `test_fine` lets nothing out that may not be there.
"""

from __future__ import annotations

import http.client
import json
import sqlite3
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from support.canaries.canary import BYSTANDER, FORMS, USED
from support.canaries.leak_search import saw
from support.faults.client import FaultServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.parametrize("form", FORMS)
def test_a_file(tmp_path: Path, form: str) -> None:
    (tmp_path / "log.1").write_bytes(b"before" + FORMS[form] + b"after")


def test_a_write_ahead_log(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "history.db")
    connection.execute("PRAGMA journal_mode = wal")
    with connection:
        connection.execute("CREATE TABLE t AS SELECT ? AS c", [USED])
    globals()["kept_open"] = connection


def test_a_packed_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("session.json", USED)


def test_a_file_of_the_whole_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    (tmp_path_factory.mktemp("editor") / "state.vscdb").write_text(USED)


def in_python(code: str) -> None:
    subprocess.run([sys.executable, "-c", f"import os, sys\n{code}"], check=True)


def test_a_print() -> None:
    in_python(f"print({USED!r})")


def test_an_error_message() -> None:
    in_python(f"sys.stderr.write({USED!r})")


def test_a_write_to_a_descriptor() -> None:
    in_python(f"os.write(1, {USED.encode()!r})")


def test_a_write_to_a_copy_of_a_descriptor() -> None:
    in_python(f"os.writev(os.dup(2), [{USED[:20].encode()!r}, {USED[20:].encode()!r}])")


def test_two_writes() -> None:
    in_python(f"os.write(1, {USED[:20].encode()!r})\nos.write(1, {USED[20:].encode()!r})")


def test_fine_a_write_to_somebody_else(tmp_path: Path) -> None:
    in_python(f"os.write(os.open({str(tmp_path / 'config.toml')!r}, 65), {USED.encode()!r})")


def test_a_screen_that_breaks_it_in_two() -> None:
    saw(f"the key is {USED[:20]}\n  {USED[20:]}")


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


def send(server: FaultServer, path: str = "/v1/models", *, to: str = "", **headers: str) -> None:
    port = int((to or server.origin).rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", path, json.dumps({"model": headers.pop("body", "ok")}), headers)
    connection.getresponse().read()
    connection.close()


def test_a_body(server: FaultServer) -> None:
    send(server, body=USED)


def test_a_query(server: FaultServer) -> None:
    send(server, f"/v1/models?key={USED}")


def test_a_header(server: FaultServer) -> None:
    send(server, Referer=USED)


def test_a_key_of_somebody_else(server: FaultServer) -> None:
    send(server, Authorization=f"Bearer {BYSTANDER}")


def test_a_key_at_another_origin(server: FaultServer) -> None:
    send(server, to=server.sink_origin, Authorization=f"Bearer {USED}")


def test_fine_a_request_with_its_key(server: FaultServer) -> None:
    send(server, Authorization=f"Bearer {USED}")
