"""ULIDs: sortable by the time they were made, never twice the same. Models' ids: two parts."""

from __future__ import annotations

import threading
import time

import pytest

from antiphon.model.values import ids
from antiphon.model.values.ids import UlidFactory, is_id, new_id, split_model_id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def milliseconds_of(ulid: str) -> int:
    """The time in an id, by the specification: its first ten characters."""
    value = 0
    for character in ulid[:10]:
        value = value * 32 + ALPHABET.index(character)
    return value


def test_an_id_is_26_characters_of_crockfords_alphabet():
    made = new_id()
    assert len(made) == 26
    assert set(made) <= set(ALPHABET)
    assert is_id(made)


def test_an_id_tells_when_it_was_made():
    before = time.time_ns() // 1_000_000
    made = UlidFactory()()
    assert before <= milliseconds_of(made) <= time.time_ns() // 1_000_000


def test_ids_strictly_grow_also_within_a_millisecond():
    made = [new_id() for _ in range(5_000)]
    assert made == sorted(set(made))


def test_ids_grow_though_the_clock_is_set_back(monkeypatch):
    times = iter([2_000_000_000, 1_000_000_000, 3_000_000_000])
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(times))
    make = UlidFactory()
    first, second, third = make(), make(), make()
    assert first < second < third
    assert [milliseconds_of(each) for each in (first, second, third)] == [2_000, 2_000, 3_000]


def test_the_last_random_value_of_a_millisecond_carries_into_the_time(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 5_000_000)
    monkeypatch.setattr(ids.os, "urandom", lambda count: b"\xff" * count)
    make = UlidFactory()
    first, second = make(), make()
    assert first == "0000000005" + "Z" * 16
    assert second == "0000000006" + "0" * 16


def test_threads_never_get_the_same_id_and_each_sees_them_grow():
    make = UlidFactory()
    made: list[list[str]] = [[] for _ in range(4)]
    ready = threading.Barrier(4)

    def work(mine: list[str]) -> None:
        ready.wait(10)
        mine.extend(make() for _ in range(2_000))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert all(mine == sorted(mine) for mine in made)
    assert len({each for mine in made for each in mine}) == 8_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0" * 25,
        "0" * 27,
        "8" + "0" * 25,
        "0" * 25 + "I",
        "0" * 25 + "L",
        "0" * 25 + "O",
        "0" * 25 + "U",
        "0" * 25 + "a",
        "0" * 25 + "/",
        "0" * 25 + "٣",
    ],
)
def test_what_is_no_id_in_our_form_is_told_apart(text):
    assert not is_id(text)


def test_the_greatest_id_is_one():
    assert is_id("7" + "Z" * 25)


@pytest.mark.parametrize(
    ("model_id", "parts"),
    [
        ("openai/gpt-5", ("openai", "gpt-5")),
        ("router/meta/llama-3", ("router", "meta/llama-3")),
        ("openai/", ("openai", "")),
        ("/gpt-5", ("", "gpt-5")),
        ("gpt-5", ("gpt-5", "")),
        ("", ("", "")),
    ],
)
def test_only_the_first_slash_parts_provider_and_name(model_id, parts):
    assert split_model_id(model_id) == parts
