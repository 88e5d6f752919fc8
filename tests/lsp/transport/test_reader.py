"""Bytes from pipes by polling, from everything else by a thread."""

from __future__ import annotations

import os

import anyio

from antiphon.lsp.transport.reader import PolledReader, ThreadReader, open_reader

PATIENCE_S = 10


async def test_a_pipe_is_read_as_bytes_come_and_ends_where_it_is_closed():
    read_fd, write_fd = os.pipe()
    reader = open_reader(read_fd)
    assert isinstance(reader, PolledReader)
    chunks = []

    async def collect() -> None:
        while data := await reader.read():
            chunks.append(data)
            os.write(write_fd, b"second") if len(chunks) == 1 else os.close(write_fd)

    with anyio.fail_after(PATIENCE_S):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(collect)
            await anyio.lowlevel.checkpoint()
            os.write(write_fd, b"first")
    assert chunks == [b"first", b"second"]
    assert await reader.read() == b""
    reader.close()


async def test_a_regular_file_is_read_by_a_thread(tmp_path):
    path = tmp_path / "in"
    path.write_bytes(b"hello")
    fd = os.open(path, os.O_RDONLY)
    reader = open_reader(fd)
    assert isinstance(reader, ThreadReader)
    with anyio.fail_after(PATIENCE_S):
        assert [await reader.read() for _ in range(3)] == [b"hello", b"", b""]
    reader.close()
    os.close(fd)


async def test_a_read_that_is_given_up_leaves_the_thread_reader_whole():
    read_fd, write_fd = os.pipe()
    reader = ThreadReader(read_fd)
    with anyio.move_on_after(0.01):
        await reader.read()
    os.close(write_fd)
    with anyio.fail_after(PATIENCE_S):
        assert await reader.read() == b""
    os.close(read_fd)
