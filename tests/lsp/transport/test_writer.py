"""Messages reach the client in order, and a client that does not read stalls nobody."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import pytest

from antiphon.lsp.transport.descriptors import LOW_WATER_BYTES
from antiphon.lsp.transport.thread_writer import ThreadWriter
from antiphon.lsp.transport.writer import PolledWriter, open_writer

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S = 10


def pipe() -> tuple[int, int]:
    return os.pipe()


def sockets() -> tuple[int, int]:
    left, right = socket.socketpair()
    return left.detach(), right.detach()


@pytest.fixture(params=["pipe", "socket", "thread"])
def ends(request) -> Iterator[tuple[int, object]]:
    """The reading end, and what opens the writer on the other one."""
    read_fd, write_fd = sockets() if request.param == "socket" else pipe()
    make = ThreadWriter if request.param == "thread" else open_writer
    yield read_fd, lambda: make(write_fd)
    os.close(read_fd)


async def read_all(fd: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += await anyio.to_thread.run_sync(os.read, fd, 1 << 20)
    return data


async def test_messages_arrive_in_order_and_whole(ends):
    read_fd, make = ends
    writer = make()
    messages = [b"%d:" % number * (number % 500) for number in range(2000)]
    for message in messages:
        writer.write(message)
    expected = b"".join(messages)
    with anyio.fail_after(PATIENCE_S):
        assert await read_all(read_fd, len(expected)) == expected
        await writer.room()
    await writer.aclose(1)


async def test_a_reader_that_stops_stalls_neither_the_loop_nor_those_who_wait_for_room(ends):
    read_fd, make = ends
    writer = make()
    sent = []

    async def produce() -> None:
        for number in range(200):
            await writer.room()
            sent.append(b"%08d" % number * 4096)
            writer.write(sent[-1])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(produce)
        before = -1
        with anyio.fail_after(PATIENCE_S):
            while len(sent) != before or not sent:  # until it waits; each turn runs the loop
                before = len(sent)
                for _ in range(1000):
                    await anyio.lowlevel.checkpoint()
        assert len(sent) < 200
        assert LOW_WATER_BYTES < writer.pending <= LOW_WATER_BYTES + len(sent[0])
        with anyio.fail_after(PATIENCE_S):
            assert await read_all(read_fd, 200 * 8 * 4096) == b"".join(sent)
    await writer.aclose(1)


async def test_everything_pending_is_flushed_at_the_end(ends):
    read_fd, make = ends
    writer = make()
    payload = bytes(1 << 20)
    writer.write(payload)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.aclose, PATIENCE_S)
        assert len(await read_all(read_fd, len(payload))) == len(payload)


async def test_a_flush_that_nobody_reads_is_given_up(ends):
    _, make = ends
    writer = make()
    writer.write(bytes(1 << 20))
    with anyio.fail_after(PATIENCE_S):
        await writer.aclose(0.05)
    assert writer.pending == 0


@pytest.mark.parametrize("make_ends", [pipe, sockets])
async def test_a_client_that_leaves_is_noticed_without_a_write(make_ends):
    read_fd, write_fd = make_ends()
    writer = open_writer(write_fd)
    os.close(read_fd)
    with anyio.fail_after(PATIENCE_S):
        await writer.broken.wait()
    writer.write(b"lost")
    assert writer.pending == 0
    await writer.aclose(1)


async def test_a_client_that_leaves_lets_those_who_wait_go(ends):
    read_fd, make = ends
    writer = make()
    writer.write(bytes(1 << 20))
    null = os.open(os.devnull, os.O_RDONLY)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.room)
        await anyio.lowlevel.checkpoint()
        os.dup2(null, read_fd)  # closes the reading end, and leaves the fixture one to close
        with anyio.fail_after(PATIENCE_S):
            await writer.broken.wait()
    os.close(null)
    await writer.aclose(1)


async def test_bytes_that_come_the_wrong_way_on_a_socket_are_no_hang_up():
    read_fd, write_fd = sockets()
    writer = open_writer(write_fd)
    os.write(read_fd, b"unasked")
    for _ in range(10):
        await anyio.lowlevel.checkpoint()
    writer.write(b"still here")
    assert await read_all(read_fd, 10) == b"still here"
    assert not writer.broken.is_set()
    await writer.aclose(1)
    os.close(read_fd)


async def test_one_socket_for_both_directions_is_not_watched():
    read_fd, write_fd = sockets()
    stdin_fd = os.dup(write_fd)
    writer = open_writer(write_fd, stdin_fd=stdin_fd)
    assert isinstance(writer, PolledWriter)
    assert not writer._watched
    await writer.aclose(1)
    os.close(read_fd)
    os.close(stdin_fd)


async def test_a_regular_file_is_written_by_a_thread(tmp_path):
    fd = os.open(tmp_path / "out", os.O_CREAT | os.O_WRONLY)
    writer = open_writer(fd)
    assert isinstance(writer, ThreadWriter)
    writer.write(b"hello")
    await writer.aclose(PATIENCE_S)
    assert (tmp_path / "out").read_bytes() == b"hello"


async def test_the_descriptor_goes_back_in_the_state_in_which_it_came():
    read_fd, write_fd = pipe()
    shared = os.dup(write_fd)
    writer = open_writer(write_fd)
    assert not os.get_blocking(shared)
    await writer.aclose(1)
    assert os.get_blocking(shared)
    os.close(shared)
    os.close(read_fd)
