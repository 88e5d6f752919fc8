"""Which descriptors may be made non-blocking."""

from __future__ import annotations

import os
import subprocess
import sys

from antiphon.lsp.transport.descriptors import make_pollable, same_file


def test_a_pipe_can_be_polled_and_a_file_cannot(tmp_path):
    read_fd, write_fd = os.pipe()
    file_fd = os.open(tmp_path / "file", os.O_CREAT | os.O_RDWR)
    assert make_pollable(read_fd)
    assert not os.get_blocking(read_fd)
    assert not make_pollable(file_fd)
    for fd in (read_fd, write_fd, file_fd):
        os.close(fd)


def test_a_pipe_that_stderr_shares_stays_blocking_so_that_no_log_line_is_lost():
    code = (
        "import os, sys; from antiphon.lsp.transport.descriptors import make_pollable as m;"
        "fd = os.dup(1); print(m(fd), os.get_blocking(2), os.get_blocking(fd))"
    )
    command = [sys.executable, "-c", code]
    shared = subprocess.run(command, stdout=-1, stderr=subprocess.STDOUT, check=True)
    assert shared.stdout.split() == [b"False", b"True", b"True"]
    apart = subprocess.run(command, capture_output=True, check=True)
    assert apart.stdout.split() == [b"True", b"True", b"False"]


def test_both_ends_of_one_socket_are_told_from_two_pipes():
    read_fd, write_fd = os.pipe()
    copy = os.dup(read_fd)
    other_read, other_write = os.pipe()
    assert same_file(read_fd, copy)
    assert not same_file(read_fd, other_read)
    for fd in (read_fd, write_fd, copy, other_read, other_write):
        os.close(fd)
    assert not same_file(read_fd, copy)
