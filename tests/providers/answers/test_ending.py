"""When an answer is over, whatever the order of texts and finish reasons."""

from __future__ import annotations

from antiphon.providers.answers.ending import Ending
from antiphon.providers.answers.finish_reasons import Word, classify_end


def played(*steps: str) -> Ending:
    """An ending after `text`, `thinking` and finish reasons."""
    ending = Ending()
    for step in steps:
        if step in {"text", "thinking"}:
            ending.add(thinking=step == "thinking")
        else:
            ending.apply(classify_end(Word(step)))
    return ending


def test_a_good_word_after_text_ends_the_answer() -> None:
    assert played("text", "stop").over
    assert not played("text").over


def test_a_good_word_before_any_text_ends_nothing() -> None:
    assert not played("stop").over
    assert not played("thinking", "stop").over


def test_a_word_that_says_why_there_is_no_text_ends_the_answer() -> None:
    assert played("length").over
    assert played("content_filter").over
    assert played("tool_calls").over
    assert played("error").failed


def test_text_or_thinking_takes_a_word_back() -> None:
    for late in ("text", "thinking"):
        ending = played("text", "stop", late)
        assert (ending.over, ending.late, ending.renewals) == (False, True, 1)


def test_another_word_ends_it_again_and_is_waited_for_longer() -> None:
    ending = played("text", "stop", "text", "stop")
    assert ending.over
    assert ending.wait_s(2.0) > played("text", "stop").wait_s(2.0) == 2.0


def test_the_first_word_counts_unless_text_came_since() -> None:
    first = played("text", "stop", "length")
    assert first.last is not None
    assert first.last.reason == "stop"
    last = played("text", "stop", "text", "length")
    assert last.last is not None
    assert last.last.reason == "length"


def test_a_failure_after_unreliable_words_is_believed() -> None:
    assert played("text", "stop", "text", "stop", "error").failed
