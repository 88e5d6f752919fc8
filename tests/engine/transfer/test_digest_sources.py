"""How much of the sources of a summary is sent."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.engine.planning.tokens import approximate_tokens
from antiphon.engine.transfer.digest_sources import describe_coverage, fit_to_context_window
from antiphon.model.commands.transfer import LeftOut
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Pane
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.model.values.model_info import ModelInfo
from antiphon.model.values.times import now


def answer(text: str) -> tuple[Pane, Message]:
    pane = Pane(id=new_id(), session_id=new_id(), model="p/m", title="m", uri="u", created_at=now())
    message = Message(
        id=new_id(),
        pane_id=pane.id,
        role="assistant",
        content=text,
        status="complete",
        created_at=now(),
    )
    return pane, message


def model(window: int | None, longest: int | None = None) -> ModelInfo:
    return ModelInfo(
        id="p/m",
        provider="p",
        name="m",
        available=True,
        context_window=window,
        max_output_tokens=longest,
    )


REPEATED = st.tuples(st.text(max_size=40), st.integers(0, 600))


@given(st.lists(st.lists(REPEATED, max_size=2), min_size=1, max_size=8), st.integers(2_000, 5_000))
@example([[("m", 40_000)], [("word ", 1_600)], [("short", 1)]], 2_000)
@example([[("日", 3_000), ("m", 40_000)]], 5_000)
@example([[("short", 1)], [("é", 1)]], 2_000)
def test_what_is_sent_are_beginnings_that_fit_together(pieces, window):
    texts = ["".join(part * times for part, times in each) for each in pieces]
    chosen = fit_to_context_window([answer(text) for text in texts], model(window), None)
    assert all(text.startswith(each.text) for text, each in zip(texts, chosen, strict=True))
    room = (window - window // 4) * 0.9 - 500
    whole = sum(approximate_tokens(text) + 30 for text in texts)
    assert any(each.is_cut for each in chosen) == (whole > int(room))
    if whole > room:
        assert sum(approximate_tokens(each.text) for each in chosen) <= room


def test_the_question_leaves_less_room_for_the_answers():
    texts = ["l" * 40_000, "m" * 80_000]
    alone, beside = (
        sum(
            len(each.text)
            for each in fit_to_context_window([*map(answer, texts)], model(4_000), None, tokens)
        )
        for tokens in (0, 1_000)
    )
    assert alone - beside > 2_000


def test_answers_of_which_nothing_would_be_left_are_refused():
    with pytest.raises(AntiphonError) as caught:
        fit_to_context_window([answer("l" * 40_000)] * 8, model(700), None)
    assert caught.value.failure.kind == "context_length"
    assert caught.value.failure.message.startswith("p/m can read 700 tokens.")


def test_everything_is_sent_to_a_model_whose_window_is_unknown():
    (chosen,) = fit_to_context_window([answer("x" * 100_000)], model(None), None)
    assert not chosen.is_cut


def test_short_sources_stay_whole_and_long_ones_share_what_is_left():
    texts = ["short", "l" * 40_000, "m" * 80_000]
    chosen = fit_to_context_window([answer(text) for text in texts], model(4_000, 500), None)
    lengths = [len(each.text) for each in chosen]
    assert lengths[0] == 5
    assert abs(lengths[1] - lengths[2]) < 100
    assert lengths[1] > 4_000


def test_a_cut_ends_with_a_line_where_one_is_near():
    text = "".join(f"line {number}\n" for number in range(20_000))
    (chosen,) = fit_to_context_window([answer(text)], model(8_000, 500), None)
    assert chosen.is_cut
    assert chosen.text.endswith("\n")


def test_coverage_names_what_was_left_out_and_what_was_cut():
    chosen = fit_to_context_window([answer("a"), answer("b" * 80_000)], model(4_000), None)
    missing = LeftOut(pane_id=new_id(), title="gone", reason="its answer is failed")
    covered = describe_coverage(chosen, [missing])
    assert (covered.used, covered.of) == (2, 3)
    assert covered.left_out == [missing]
    assert covered.cut[0].reason.endswith("of 80,000 characters were sent")
