"""What an observer learns of a run: each request and each answer once, and no piece of text."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from antiphon.engine.ports.observer import Observers
from antiphon.model.values.usage import Usage
from support.engine.harness import EngineHarness, FakeCaller, open_harness

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.engine.ports.observer import EndedRequest, SentRequest
    from antiphon.model.conversation.message import Message


class Recorder:
    """An observer of runs, of their requests and of itself."""

    def __init__(self) -> None:
        self.began: list[tuple[str, int]] = []
        self.sent: list[SentRequest] = []
        self.ends: list[EndedRequest] = []
        self.answers: list[tuple[str, str, str]] = []
        self.statuses: list[str] = []

    def run_began(self, run_id: str, session_id: str, panes: int) -> Recorder:
        self.began.append((run_id, panes))
        return self

    def request_sent(self, sent: SentRequest) -> _Ends:
        self.sent.append(sent)
        return _Ends(self)

    def answer_ended(self, provider: str, model: str, answer: Message) -> None:
        self.answers.append((provider, model, answer.status))

    def ended(self, status: str) -> None:
        self.statuses.append(status)


class _Ends:
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def ended(self, end: EndedRequest) -> None:
        self._recorder.ends.append(end)


async def observed(tmp_path: Path) -> tuple[EngineHarness, list[Recorder]]:
    harness = await open_harness(tmp_path / "history.db")
    recorders = [Recorder(), Recorder()]
    harness.service._observer = Observers(recorders)
    return harness, recorders


def start(harness: EngineHarness, *models: str) -> asyncio.Task[Any]:
    chosen = [f"script/{model}" for model in models]
    return asyncio.create_task(harness.broadcast(FakeCaller(), models=chosen))


async def test_an_answer_of_many_pieces_is_observed_as_often_as_one_of_few(tmp_path: Path) -> None:
    harness, (first, second) = await observed(tmp_path)
    task = start(harness, "a")
    stream = await harness.providers.opened("a")
    for _ in range(500):
        stream.text("word ")
    stream.finish()
    result = await task
    for each in (first, second):
        assert each.began == [(result.run_id, 1)]
        assert [(sent.provider, sent.model, sent.number) for sent in each.sent] == [
            ("script", "a", 1)
        ]
        assert each.answers == [("script", "a", "complete")]
        assert each.statuses == ["complete"]
    (end,) = first.ends
    assert end.failure is None
    assert end.usage == result.results[0].usage
    assert end.text == "word " * 500
    assert end.first_text_s is not None
    assert end.first_text_s >= 0
    await harness.history.aclose()


async def test_a_request_that_is_sent_again_is_observed_with_the_failure_before(
    tmp_path: Path,
) -> None:
    harness, (recorder, _) = await observed(tmp_path)
    task = start(harness, "a")
    stream = await harness.providers.opened("a")
    stream.fail("server_error", http_status=500)
    stream = await harness.providers.opened("a", 2)
    stream.text("word")
    stream.finish()
    await task
    assert [(sent.number, sent.after) for sent in recorder.sent] == [
        (1, None),
        (2, "server_error"),
    ]
    assert [(end.failure, end.http_status) for end in recorder.ends] == [
        ("server_error", 500),
        (None, None),
    ]
    assert recorder.ends[0].usage == Usage()
    assert recorder.answers == [("script", "a", "complete")]
    await harness.history.aclose()


async def test_a_run_that_ends_with_the_server_is_observed_as_interrupted(tmp_path: Path) -> None:
    harness, (recorder, _) = await observed(tmp_path)
    task = start(harness, "a", "b")
    stream = await harness.providers.opened("a")
    stream.text("word")
    await harness.providers.opened("b")
    await harness.settled()
    task.cancel()
    await asyncio.wait([task])
    assert [end.failure for end in recorder.ends] == ["cancelled", "cancelled"]
    assert sorted(recorder.answers) == [
        ("script", "a", "interrupted"),
        ("script", "b", "interrupted"),
    ]
    assert recorder.statuses == ["interrupted"]
    await harness.history.aclose()
