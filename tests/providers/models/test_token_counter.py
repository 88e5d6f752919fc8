"""Tokens by the model's own tokenizer, offline, whatever the text; or honestly not."""

from __future__ import annotations

import socket
import subprocess
import sys

import anyio
import pytest

from antiphon.engine.ports import ChatTurn
from antiphon.providers.models import token_counter
from antiphon.providers.models import token_counter as tokenizer_files
from antiphon.providers.models.token_counter import TokenCounter, encoding_for


def said(text: str) -> list[ChatTurn]:
    return [ChatTurn("user", text)]


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-5", "o200k_base"),
        ("gpt-4o-mini-2024-07-18", "o200k_base"),
        ("gpt-4.1", "o200k_base"),
        ("chatgpt-4o-latest", "o200k_base"),
        ("o3", "o200k_base"),
        ("o4-mini", "o200k_base"),
        ("ft:gpt-4o:me::id", "o200k_base"),
        ("openai/gpt-5", "o200k_base"),
        ("openai/gpt-oss-120b", "o200k_harmony"),
        ("gpt-oss:20b", "o200k_harmony"),
        ("gpt-4", "cl100k_base"),
        ("gpt-4-turbo", "cl100k_base"),
        ("gpt-3.5-turbo-0125", "cl100k_base"),
        ("claude-sonnet-4-5", None),
        ("gemini-2.5-pro", None),
        ("llama-3.3-70b", None),
        ("o1mini-clone", None),
        ("gpt4all-13b", None),
    ],
)
def test_which_models_have_a_public_tokenizer(model, encoding):
    assert encoding_for(model) == encoding


async def test_a_prompt_is_counted_with_the_marks_between_messages():
    counter = TokenCounter()
    turns = [ChatTurn("system", "hello world"), ChatTurn("user", "hello world")]
    assert await counter.count("gpt-5", turns, patient=True) == 3 + 2 * (4 + 2)


async def test_nobody_waits_who_is_about_to_send():
    counter = TokenCounter()
    assert await counter.count("gpt-5", said("hi"), patient=False) is None
    assert await counter.count("gpt-5", said("hi"), patient=True) == 8
    assert await counter.count("gpt-5", said("hi"), patient=False) == 8


@pytest.mark.parametrize(
    "text", ["<|endoftext|>", "\ud800", "", " " * 300_000, "a" * 100_000, "\n" * 50_000, "é€😀\0"]
)
async def test_no_text_is_too_odd_to_be_counted(text):
    tokens = await TokenCounter().count("gpt-5", said(text), patient=True)
    assert tokens is not None
    assert tokens >= 7


async def test_a_special_mark_in_a_prompt_is_ordinary_text():
    counter = TokenCounter()
    assert await counter.count("gpt-4o", said("<|endoftext|>"), patient=True) > 7 + 1


async def test_many_who_need_one_tokenizer_load_it_once(monkeypatch):
    loads: list[str] = []
    load = token_counter._load
    monkeypatch.setattr(token_counter, "_load", lambda name: loads.append(name) or load(name))
    counter = TokenCounter()

    async def count() -> None:
        await counter.count("gpt-5", said("hi"), patient=True)

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(count)
    assert loads == ["o200k_base"]


async def test_without_its_file_a_tokenizer_is_not_fetched_but_done_without(monkeypatch, tmp_path):
    monkeypatch.setattr(tokenizer_files, "_list_folders", lambda: [tmp_path])

    def refuse(*_: object) -> None:
        raise AssertionError("something was about to be fetched")

    monkeypatch.setattr(socket, "create_connection", refuse)
    assert await TokenCounter().count("gpt-5", said("hi"), patient=True) is None


def test_a_file_that_is_damaged_counts_as_none_and_is_left_alone(monkeypatch, tmp_path):
    whole = tokenizer_files.folder_with("o200k_base")
    assert whole is not None
    for file in whole.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(b"damaged")
    monkeypatch.setattr(tokenizer_files, "_list_folders", lambda: [tmp_path])
    assert tokenizer_files.folder_with("o200k_base") is None
    assert all(file.read_bytes() == b"damaged" for file in tmp_path.iterdir())


async def test_tiktoken_is_not_imported_before_somebody_waits_for_it():
    program = (
        "import sys, antiphon.providers.registry.registry; "
        "print('tiktoken' in sys.modules, 'litellm' in sys.modules)"
    )
    with anyio.fail_after(10):
        done = await anyio.run_process([sys.executable, "-c", program], stderr=subprocess.PIPE)
    assert done.stdout.decode().split() == ["False", "False"]
