"""Ordinary progress, as LSP 3.18 has it: begun once, reported seldom, always ended."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.lsp.client import work_done
from antiphon.lsp.client.work_done import WorkDone, create_work_done
from antiphon.lsp.rpc.jsonrpc import REQUEST_FAILED, ResponseError
from antiphon.lsp.rpc.router import RequestContext
from antiphon.model.values.usage import Cost
from support.lsp.recorder import Hand, Recorder, failed, final, meter, start, token

SHOWS_PROGRESS = {"window": {"workDoneProgress": True}}
CREATE = "window/workDoneProgress/create"


@pytest.fixture
def clock() -> Hand:
    return Hand()


def values(connection: Recorder) -> list[dict]:
    return connection.values("w")


def test_progress_begins_at_once_and_can_be_cancelled(clock):
    connection = Recorder()
    WorkDone(connection, "w", clock)
    assert values(connection) == [
        {
            "kind": "begin",
            "title": "Antiphon",
            "cancellable": True,
            "message": "asking…",
            "percentage": 0,
        }
    ]


def test_a_report_says_how_many_answered_and_what_it_took(clock):
    connection = Recorder()
    work = WorkDone(connection, "w", clock)
    work.see([start("P"), start("Q"), final("P", 1200, "0.0101"), meter("Q", 4, "0.002")])
    assert values(connection)[-1] == {
        "kind": "report",
        "message": "1 of 2 answered · 1,204 tokens · $0.012",
        "percentage": 50,
    }


def test_an_unknown_price_is_named_and_never_zero(clock):
    connection = Recorder()
    work = WorkDone(connection, "w", clock)
    work.see([start("P"), meter("P", 5)])
    assert values(connection)[-1]["message"] == "0 of 1 answered · 5 tokens · unpriced"
    work.see([start("Q"), start("R"), final("Q", 1, "0.002"), final("R", 1)])
    work.end()
    message = "2 of 3 answered · 7 tokens · $0.002 + 2 unpriced"
    assert values(connection)[-1]["message"] == message


def test_an_unpriced_pane_that_has_not_begun_to_answer_is_named_beside_a_free_one(clock):
    connection = Recorder()
    work = WorkDone(connection, "w", clock)
    free, unknown = Cost(amount="0", source="priced"), Cost()
    starts = [start("P", cost=free), start("Q", cost=unknown), start("R", cost=unknown)]
    work.see([*starts, meter("P", 5, "0")])
    message = "0 of 3 answered · 5 tokens · $0.00 + 2 unpriced"
    assert values(connection)[-1]["message"] == message
    work.see([final("P", 5, "0"), failed("Q"), failed("R")])
    work.end()
    message = "1 of 3 answered · 2 not complete · 5 tokens · $0.00"
    assert values(connection)[-1]["message"] == message


def test_one_token_is_not_several(clock):
    connection = Recorder()
    work = WorkDone(connection, "w", clock)
    work.see([start("P"), meter("P", 1, "0")])
    assert values(connection)[-1]["message"] == "0 of 1 answered · 1 token · $0.00"


def test_a_pane_that_failed_has_ended_and_not_answered(clock):
    connection = Recorder()
    work = WorkDone(connection, "w", clock)
    work.see([start("P"), start("Q"), failed("P"), final("Q", 5)])
    assert values(connection)[-1]["percentage"] == 100
    message = "1 of 2 answered · 1 not complete · 5 tokens · unpriced"
    assert values(connection)[-1]["message"] == message


def test_reports_come_at_most_twice_a_second(clock):
    connection = Recorder()
    work = WorkDone(connection, "w", clock)
    for _ in range(100):
        work.see([token("P")])
        clock.now += 0.02
    assert 4 <= len([v for v in values(connection) if v["kind"] == "report"]) <= 5


def test_the_end_has_the_last_figures_whenever_they_came(clock):
    connection = Recorder()
    work = WorkDone(connection, "w", clock)
    work.see([start("P")])
    work.see([final("P", 7, "0.01")])
    work.end()
    assert values(connection)[-1] == {
        "kind": "end",
        "message": "1 of 1 answered · 7 tokens · $0.01",
    }


EVENTS = st.lists(
    st.tuples(st.sampled_from([token, final, failed]), st.sampled_from("PQRS"), st.floats(0, 1))
)


@given(EVENTS)
def test_the_percentage_never_falls(events):
    clock, connection = Hand(), Recorder()
    work = WorkDone(connection, "w", clock)
    work.see([start(pane) for pane in "PQRS"])
    for event, pane, passed in events:
        clock.now += passed
        work.see([event(pane)])
    percentages = [value["percentage"] for value in values(connection)]
    assert percentages == sorted(percentages)
    assert all(0 <= each <= 100 for each in percentages)


async def test_a_client_that_shows_progress_is_asked_for_a_token_of_ours():
    connection = Recorder(SHOWS_PROGRESS)
    context = RequestContext(connection, 1)
    made = await create_work_done(context)
    assert connection.sent == [(CREATE, {"token": made})]
    assert context.has_token(made)


@pytest.mark.parametrize("capabilities", [{}, {"window": {"workDoneProgress": False}}], ids=str)
async def test_a_client_that_shows_none_is_not_asked(capabilities):
    connection = Recorder(capabilities)
    assert await create_work_done(RequestContext(connection, 1)) is None
    assert connection.sent == []


async def test_a_client_that_refuses_is_taken_at_its_word():
    connection = Recorder(SHOWS_PROGRESS)

    def refuse(_method, _params):
        raise ResponseError(REQUEST_FAILED, "No.")

    connection.answer = refuse
    context = RequestContext(connection, 1)
    assert await create_work_done(context) is None
    assert not context.has_token(connection.sent[0][1]["token"])


async def test_a_client_that_does_not_answer_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(work_done, "_PATIENCE_S", 0.01)
    connection = Recorder(SHOWS_PROGRESS)
    connection.answer = lambda _method, _params: asyncio.Event().wait()
    async with asyncio.timeout(10):
        assert await create_work_done(RequestContext(connection, 1)) is None
