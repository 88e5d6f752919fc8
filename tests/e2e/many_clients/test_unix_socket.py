"""`antiphon serve --unix`: where it may listen, and who may connect."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon import __version__
from support.e2e.shared_server import wait_for
from support.e2e.unix_server import UnixServer, connect

if TYPE_CHECKING:
    from support.e2e.installation import Installation

NOBODY = 65534
is_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be two users")


def start(installation: Installation, path: Path, *options: str) -> UnixServer:
    return UnixServer(installation.environ, installation.workspace, *options, path=path)


def refusal(installation: Installation, path: Path) -> str:
    """What a server says that cannot listen at `path`."""
    with start(installation, path) as server:
        said = server.end()
        assert server.process.returncode != 0
    return said


def test_it_says_where_it_listens_and_only_its_user_can_reach_the_socket(
    installation: Installation, socket_folder: Path
) -> None:
    path = socket_folder / "made" / "s"
    with start(installation, path) as server:
        pid = server.process.pid
        address = {"listening": f"unix:{path}", "pid": pid, "version": __version__}
        assert server.listening() == address
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        server.stop()
        assert server.process.returncode == 0
    assert not path.exists()


def test_a_socket_that_nobody_answers_at_is_replaced(
    installation: Installation, socket_folder: Path
) -> None:
    path = socket_folder / "s"
    with start(installation, path) as first:
        first.listening()
        first.kill()
    assert path.exists()
    with start(installation, path) as second:
        assert second.listening()["pid"] == second.process.pid
        connect(second).__exit__()


def test_a_server_that_answers_is_left_alone(
    server: UnixServer, installation: Installation
) -> None:
    assert "Another server answers" in refusal(installation, server.path)
    connect(server).__exit__()


def test_of_two_racing_starts_one_listens(installation: Installation, socket_folder: Path) -> None:
    path = socket_folder / "s"
    with ExitStack() as stack:
        racing = [stack.enter_context(start(installation, path)) for _ in range(3)]
        wait_for(lambda: sum(each.process.poll() is None for each in racing) == 1)
        [winner] = [each for each in racing if each.process.poll() is None]
        assert winner.listening()["pid"] == winner.process.pid
        assert {each.process.returncode for each in racing if each is not winner} == {3}
        connect(winner).__exit__()


@pytest.mark.parametrize("at", ["socket", "lock", "folder"])
def test_a_link_in_the_place_of_a_file_is_not_followed(
    installation: Installation, socket_folder: Path, at: str
) -> None:
    target = socket_folder / "target"
    path = socket_folder / "s"
    if at == "folder":
        target.mkdir(0o700)
        (socket_folder / "linked").symlink_to(target)
        path = socket_folder / "linked" / "s"
    else:
        link = path if at == "socket" else path.with_name("s.lock")
        link.symlink_to(target)
    assert "antiphon serve: " in refusal(installation, path)
    assert not target.exists() or not [*target.iterdir()]


def test_a_file_in_the_place_of_the_socket_is_kept(
    installation: Installation, socket_folder: Path
) -> None:
    path = socket_folder / "s"
    path.write_text("mine")
    assert "not a socket" in refusal(installation, path)
    assert path.read_text() == "mine"


def test_a_folder_that_others_can_reach_is_refused(
    installation: Installation, socket_folder: Path
) -> None:
    socket_folder.chmod(0o755)
    assert "chmod 700" in refusal(installation, socket_folder / "s")


@is_root
@pytest.mark.parametrize("at", ["folder", "socket", "lock"])
def test_what_belongs_to_another_user_is_refused(
    installation: Installation, socket_folder: Path, at: str
) -> None:
    path = socket_folder / "s"
    if at == "socket":
        with socket.socket(socket.AF_UNIX) as theirs:
            theirs.bind(str(path))
    if at == "lock":
        path.with_name("s.lock").touch()
    owned = {"folder": socket_folder, "socket": path, "lock": path.with_name("s.lock")}[at]
    os.chown(owned, NOBODY, NOBODY)
    assert "another user" in refusal(installation, path)


@is_root
def test_another_user_who_gets_at_the_socket_is_closed(server: UnixServer) -> None:
    server.path.parent.chmod(0o755)
    server.path.chmod(0o666)
    script = (
        f"import os, socket, sys; os.setuid({NOBODY});"
        "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
        "s.settimeout(10); print(s.recv(1))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", script, str(server.path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == "b''\n" or "ConnectionReset" in found.stderr


def test_a_path_that_is_too_long_is_named(installation: Installation, socket_folder: Path) -> None:
    assert "cannot be listened at" in refusal(installation, socket_folder / ("x" * 200))
