"""What a run sends to its client, and what it never sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.lsp.client.progress_stream import ProgressStream
from antiphon.model.conversation.events import Position, StreamBatch, TokenEvent
from support.lsp.recorder import STREAMS, Hand, Recorder, failed, final, meter, start, token

REFRESH = "workspace/textDocumentContent/refresh"
RUN = [
    [start("P"), start("Q")],
    [token("P"), meter("P", 3)],
    [token("Q"), final("P", 3)],
    [failed("Q", 3)],
]
TOKENS = [0, 1, "", "t"]


@pytest.fixture
def clock() -> Hand:
    return Hand()


def stream(connection: Recorder, clock: Hand, token=None, work=None) -> ProgressStream:
    return ProgressStream(connection, clock, stream_token=token, work_done_token=work)


def play(sink: ProgressStream, batches=RUN) -> None:
    for batch in batches:
        sink.send(batch)
    sink.close()


def refreshed(connection: Recorder) -> list[str]:
    return [params["uri"] for method, params in connection.sent if method == REFRESH]


@pytest.mark.parametrize("stream_token", TOKENS, ids=repr)
def test_events_go_out_under_the_callers_token_as_they_are(clock, stream_token):
    connection = Recorder()
    play(stream(connection, clock, stream_token))
    assert connection.methods() == ["$/progress"] * len(RUN)
    values = connection.values(stream_token)
    assert [StreamBatch.model_validate(value).events for value in values] == RUN
    assert values == [StreamBatch(events=batch).to_wire() for batch in RUN]


@given(st.text(), st.integers(1))
def test_a_token_event_looks_on_the_fast_way_as_it_does_on_the_common_one(text, seq):
    event = TokenEvent(pane_id="P", message_id="M", seq=seq, text=text)
    connection = Recorder()
    stream(connection, Hand(), 1).send([event])
    assert connection.values(1) == [{"events": [event.to_wire()]}]


def test_without_a_token_nothing_of_ours_is_ever_sent(clock):
    connection = Recorder()
    play(stream(connection, clock))
    assert connection.sent == []


@pytest.mark.parametrize("work", TOKENS, ids=repr)
def test_a_work_done_token_gets_ordinary_progress_only(clock, work):
    connection = Recorder()
    play(stream(connection, clock, work=work))
    kinds = [value["kind"] for value in connection.values(work)]
    assert kinds[0] == "begin"
    assert kinds[-1] == "end"
    assert set(kinds[1:-1]) == {"report"}
    assert set(connection.methods()) == {"$/progress"}
    assert len(connection.sent) == len(kinds)


def test_the_two_tokens_do_not_mix(clock):
    connection = Recorder()
    play(stream(connection, clock, "stream", "work"))
    assert all("events" in value for value in connection.values("stream"))
    assert all("kind" in value for value in connection.values("work"))


def test_a_stream_that_is_closed_before_it_began_still_ends_its_progress(clock):
    connection = Recorder()
    stream(connection, clock, work="w").close()
    assert [value["kind"] for value in connection.values("w")] == ["begin", "end"]


def test_what_a_stream_only_appends_to_is_not_pulled_again(clock):
    connection = Recorder(STREAMS)
    play(stream(connection, clock, "t"))
    assert refreshed(connection) == []


def test_a_cut_is_told_to_a_client_that_pulls_before_the_events_that_follow_it(clock):
    connection = Recorder(STREAMS)
    again = start("P", cut_from=Position(line=3, character=0))
    play(stream(connection, clock, "t"), [[again, start("Q")], [token("P")], [final("P")]])
    assert refreshed(connection) == [again.pane.uri]
    assert connection.methods()[0] == REFRESH


@pytest.mark.parametrize("token_of_client", [None, "t"])
def test_a_client_that_does_not_pull_is_never_told_to(clock, token_of_client):
    connection = Recorder({"workspace": {"configuration": True}})
    again = start("P", cut_from=Position(line=0, character=0))
    play(stream(connection, clock, token_of_client), [[again], [final("P")]])
    assert refreshed(connection) == []


def test_a_client_without_a_stream_pulls_at_most_once_a_second_and_at_the_end(clock):
    connection = Recorder(STREAMS)
    sink = stream(connection, clock)
    sink.send([start("P")])
    for number in range(40):
        clock.now += 0.1
        sink.send([token("P", seq=number + 2)])
    assert 4 <= len(refreshed(connection)) <= 5
    before = len(refreshed(connection))
    clock.now += 0.1
    sink.send([final("P", seq=42)])
    assert len(refreshed(connection)) == before + 1
    assert set(connection.methods()) == {REFRESH}


def test_each_pane_is_pulled_for_itself(clock):
    connection = Recorder(STREAMS)
    sink = stream(connection, clock)
    sink.send([start("P"), start("Q")])
    assert sorted(refreshed(connection)) == ["antiphon:/pane/S/P/m", "antiphon:/pane/S/Q/m"]
    sink.send([token("P"), failed("Q")])
    assert refreshed(connection)[2:] == ["antiphon:/pane/S/Q/m"]


def test_a_pane_that_starts_and_ends_in_one_batch_is_pulled_once(clock):
    connection = Recorder(STREAMS)
    stream(connection, clock).send([start("P"), failed("P")])
    assert refreshed(connection) == ["antiphon:/pane/S/P/m"]


async def test_room_is_that_of_the_connection(clock):
    connection = Recorder()
    await stream(connection, clock, "t").room()
    assert connection.rooms == 1
