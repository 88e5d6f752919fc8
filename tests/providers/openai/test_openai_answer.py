"""From events to deltas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.ports.deltas import (
    ASKED_FOR_TOOL,
    Delta,
    Finished,
    Note,
    Reasoning,
    Text,
    UsageReport,
)
from antiphon.model.values.usage import Usage
from antiphon.providers.openai.answer import OpenAIStream

if TYPE_CHECKING:
    from antiphon.providers.http.sse import Event


def said(text: Any = None, finish: str | None = None, **delta: Any) -> Event:
    choice = {"delta": {"content": text, **delta}, "finish_reason": finish}
    return b"", json.dumps({"choices": [choice]}).encode()


def answer(max_bytes: int = 1000) -> OpenAIStream:
    return OpenAIStream("local", str, max_bytes)


def test_all_text_of_one_read_is_one_delta() -> None:
    assert answer().feed([said("a"), said("b"), said("c")]) == [Text("abc")]


def test_thinking_and_text_keep_their_order() -> None:
    events = [said(reasoning_content="hm"), said("a"), said(reasoning="oh"), said("b")]
    assert answer().feed(events) == [Reasoning("hm"), Text("a"), Reasoning("oh"), Text("b")]


def test_the_same_thought_under_two_names_counts_once() -> None:
    assert answer().feed([said(reasoning_content="hm", reasoning="hm")]) == [Reasoning("hm")]


def test_a_refusal_in_words_is_text() -> None:
    assert answer().feed([said(refusal="I cannot")]) == [Text("I cannot")]


def test_parts_are_told_apart_by_type() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "a"},
        "odd",
    ]
    found = answer().feed([said(parts)])
    assert found == [Reasoning("hm"), Text("a")]


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("stop", "complete"),
        ("eos", "complete"),
        ("length", "truncated"),
        ("model_length", "truncated"),
        ("content_filter", "filtered"),
        ("SAFETY", "filtered"),
    ],
)
def test_a_finish_reason_is_kept_verbatim_and_gives_the_outcome(reason: str, outcome: str) -> None:
    [finished] = answer().feed([said(finish=reason)])
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.outcome) == (reason, outcome)


def test_a_reason_that_is_not_known_is_a_good_end_with_a_note() -> None:
    text, note, finished = answer().feed([said("a"), said(finish="never heard of")])
    assert (text, finished) == (Text("a"), Finished("never heard of", "complete"))
    assert isinstance(note, Note)
    assert "never heard of" in note.note


def test_a_word_of_failure_interrupts_once_its_usage_has_come() -> None:
    subject = answer()
    usage = (b"", b'{"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}')
    found = subject.feed([said("a"), said(finish="error"), usage])
    assert [type(delta) for delta in found] == [Text, UsageReport]
    assert subject.error is None
    assert subject.end() == []
    assert subject.error is not None
    assert subject.error.failure.kind == "interrupted"


def test_text_that_follows_a_word_of_failure_takes_it_back() -> None:
    subject = answer()
    found = subject.feed([said(finish="error"), said("a"), said(finish="stop")])
    assert found[-1] == Finished("stop", "complete")
    subject.end()
    assert subject.error is None


def test_a_reason_before_the_text_holds_only_if_the_stream_ends_in_order() -> None:
    events = [said(finish="stop"), said("a")]
    in_order, broken_off = answer(), answer()
    in_order.feed([*events, (b"", b"[DONE]")])
    broken_off.feed(events)
    in_order.end()
    broken_off.end()
    assert in_order.error is None
    assert broken_off.error is not None
    assert broken_off.error.failure.kind == "malformed_stream"


def test_thinking_between_tags_is_told_apart_though_every_chunk_has_a_reason() -> None:
    subject = answer()
    events = [said(text, "stop") for text in ("<think>", "hm", "</think>", "a")]
    found = [*subject.feed(events), *subject.end()]
    assert [delta for delta in found if not isinstance(delta, Note)] == [
        Reasoning("hm"),
        Text("a"),
        Finished("stop", "complete"),
    ]


def test_a_call_of_a_tool_is_noted_once() -> None:
    call = said(tool_calls=[{"index": 0, "function": {"name": "f"}}])
    found = answer().feed([call, call, said(finish="tool_calls")])
    assert found == [Note(ASKED_FOR_TOOL), Finished("tool_calls", "complete")]


@pytest.mark.parametrize("place", ["usage", "x_groq"])
def test_a_usage_of_zero_is_no_report(place: str) -> None:
    zero = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    value = {"choices": [], place: {"usage": zero} if place == "x_groq" else zero}
    assert answer().feed([said("a"), (b"", json.dumps(value).encode())]) == [Text("a")]


def test_the_first_finish_reason_counts_and_an_empty_one_is_none() -> None:
    events = [said("a", ""), said(finish="stop"), said(finish="length")]
    assert answer().feed(events) == [Text("a"), Finished("stop", "complete")]


def test_text_after_the_end_is_appended_and_noted_once() -> None:
    subject = answer()
    found = subject.feed([said("a", "stop"), said("b"), said("c")])
    assert [delta.text for delta in found if isinstance(delta, Text)] == ["a", "b", "c"]
    assert sum(isinstance(delta, Note) for delta in found) == 1
    assert subject.error is None


def test_only_the_last_usage_of_a_read_is_reported() -> None:
    events: list[Event] = [
        (b"", json.dumps({"choices": [], "usage": {"prompt_tokens": n}}).encode()) for n in (1, 2)
    ]
    found = answer().feed(events)
    assert [delta.usage.input_tokens for delta in found if isinstance(delta, UsageReport)] == [2]


def test_half_a_surrogate_pair_waits_for_its_other_half_in_the_next_read() -> None:
    subject = answer()
    deltas: list[Delta] = []
    for half in (b'"abc\\ud83d"', b'"\\ude00b"', b'"\\ud83d"', b'"\\ude00"'):
        deltas += subject.feed([(b"", b'{"choices": [{"delta": {"content": %b}}]}' % half)])
    assert deltas == [Text("abc"), Text("😀b"), Text("😀")]
    assert subject.end() == []


def test_half_a_surrogate_pair_that_stays_alone_becomes_a_replacement_character() -> None:
    subject = answer()
    subject.feed([(b"", b'{"choices": [{"delta": {"content": "a\\ud83d"}}]}')])
    assert subject.end() == [Text("\ufffd")]


def test_invalid_utf8_is_replaced_and_noted_once() -> None:
    subject = answer()
    bad = (b"", b'{"choices": [{"delta": {"content": "\xff"}}]}')
    found = subject.feed([bad, bad])
    assert "".join(delta.text for delta in found if isinstance(delta, Text)) == "\ufffd\ufffd"
    assert sum(isinstance(delta, Note) for delta in found) == 1


@pytest.mark.parametrize(
    "odd", [b"{", b"null", b"[1]", b'{"choices": 5}', b"[" * 100_000, b'{"choices":[{"delta":7}]}']
)
def test_up_to_three_unreadable_lines_are_left_out_and_counted(odd: bytes) -> None:
    subject = answer()
    assert subject.feed([(b"", odd), said("a"), (b"", odd), (b"", odd)]) == [Text("a")]
    assert subject.error is None
    assert subject.end() == [Note("3 lines of the stream could not be read and were left out")]


def test_a_fourth_unreadable_line_ends_the_stream_after_what_came_before() -> None:
    subject = answer()
    assert subject.feed([(b"", b"{"), said("a"), *[(b"", b"{")] * 3, said("b")]) == [Text("a")]
    assert subject.error is not None
    assert subject.error.failure.kind == "malformed_stream"


def test_blank_data_is_no_unreadable_line() -> None:
    subject = answer()
    assert subject.feed([(b"", b""), (b"", b" ")] * 9) == []
    assert subject.end() == []


def test_nothing_after_done_is_read() -> None:
    subject = answer()
    assert subject.feed([said("a"), (b"", b"[DONE]"), said("b")]) == [Text("a")]
    assert subject.done


def test_an_answer_over_the_limit_is_cut_on_a_whole_character_and_says_so() -> None:
    subject = answer(max_bytes=10)
    found = subject.feed([said("12345678"), said("€€")])
    assert found[0] == Text("12345678")
    assert isinstance(found[1], Note)
    assert found[2] == Finished("answer_limit", "truncated")
    assert subject.full


@pytest.mark.parametrize(
    "error",
    [
        (b"", b'{"error": {"message": "no", "type": "overloaded_error"}}'),
        (b"error", b'{"message": "no", "type": "overloaded_error"}'),
        (b"error", b'{"error": {"message": "no", "type": "overloaded_error"}}'),
        (b"", b'{"object": "error", "message": "no", "type": "overloaded_error"}'),
        (b"", b'{"type": "error", "error": {"message": "no", "type": "overloaded_error"}}'),
    ],
)
def test_an_error_in_the_stream_is_told_by_its_code_before_text_and_interrupts_after(
    error: Event,
) -> None:
    before, after = answer(), answer()
    assert before.feed([error]) == []
    assert after.feed([said("a"), error, said("b")]) == [Text("a")]
    assert before.error is not None
    assert after.error is not None
    assert before.error.failure.kind == "overloaded"
    assert after.error.failure.kind == "interrupted"
    assert "overloaded_error" in after.error.failure.message


def test_an_empty_error_field_is_no_error() -> None:
    data = b'{"choices": [{"delta": {"content": "a"}}], "error": null}'
    assert answer().feed([(b"", data)]) == [Text("a")]


USAGE = {"prompt_tokens": 3, "completion_tokens": 1}


def event(value: dict[str, Any]) -> Event:
    return b"", json.dumps({"choices": [], **value}).encode()


@pytest.mark.parametrize(
    "later",
    [
        {},
        {"usage": None},
        {"usage": {"prompt_tokens": 0, "completion_tokens": 0}},
        {"usage": {"cost": 0.1}},
        {"x_groq": {"id": "r"}},
    ],
)
def test_usage_survives_a_later_chunk_of_the_same_read_that_has_none(later: dict[str, Any]) -> None:
    found = answer().feed([event({"usage": USAGE}), event(later)])
    assert found == [UsageReport(Usage(input_tokens=3, output_tokens=1, source="provider"))]


def test_unreadable_lines_after_the_end_are_counted_and_change_nothing_else() -> None:
    subject = answer()
    bad: list[Event] = [(b"", b"{")] * 5
    found = subject.feed([said("a", "stop"), *bad, event({"usage": USAGE}), (b"", b"[DONE]")])
    assert [type(delta) for delta in found] == [Text, Finished, UsageReport]
    assert (subject.error, subject.done) == (None, True)
    assert subject.end() == [Note("5 lines of the stream could not be read and were left out")]
