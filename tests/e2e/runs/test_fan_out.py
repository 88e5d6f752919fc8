"""A fan-out before one provider: who is asked, how often, in which order, and what is recorded."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.commands.runs import BroadcastParams
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from antiphon.model.commands.runs import RunResult
    from antiphon_client import AntiphonClient
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

RETRY = {"baseDelayMs": 10, "maxDelayMs": 20}
ATTEMPTS = """
    SELECT messages.id, count(*) FROM attempts JOIN messages ON messages.number = attempts.message
    GROUP BY messages.id
"""
KEY = "sk-planted-0123456789"


async def ask(client: AntiphonClient, *models: str, prompt: str = "p") -> RunResult:
    params = BroadcastParams(prompt=prompt, models=list(models))
    return await Shown().follow(client.broadcast(params))


def ends(result: RunResult) -> Counter[tuple[str, str | None]]:
    return Counter((each.status, each.failure and each.failure.kind) for each in result.results)


async def test_a_wrong_key_is_not_tried_by_every_pane_of_a_broadcast(
    installation: Installation, fault_server: FaultServer
) -> None:
    row = {
        "type": "openai",
        "baseUrl": f"{fault_server.origin}/faults/s401/v1",
        "apiKey": KEY,
        "maxConcurrency": 50,
    }
    async with installation.client(providers={"bad": row}) as client:
        result = await ask(client, *[f"bad/m{number}" for number in range(50)])
        assert ends(result) == {("failed", "authentication"): 50}
        # A gateway may have a key for each model: two refused ones are what condemns its key.
        assert len(fault_server.requests()) == 2
        assert ends(await ask(client, "bad/m1", "bad/m50")) == {("failed", "authentication"): 2}
        assert len(fault_server.requests()) == 2


async def test_one_model_with_a_wrong_key_takes_nothing_from_the_others(
    installation: Installation, fault_server: FaultServer
) -> None:
    row = {"type": "openai", "baseUrl": fault_server.base_url, "apiKey": KEY, "maxConcurrency": 8}
    async with installation.client(providers={"gateway": row}) as client:
        models = ["gateway/s401", "gateway/ok", "gateway/s401", "gateway/flood-9"]
        result = await ask(client, *models)
    assert ends(result) == {("failed", "authentication"): 2, ("complete", None): 2}
    asked = Counter(request["model"] for request in fault_server.requests())
    assert asked == {"s401": 1, "ok": 1, "flood-9": 1}


async def test_a_model_that_does_not_exist_is_off_until_the_models_are_listed_anew(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as client:
        for _ in range(2):
            assert ends(await ask(client, "fault/s404")) == {("failed", "model_not_found"): 1}
        assert len(fault_server.requests("s404")) == 1
        await client.models(refresh=True)
        await ask(client, "fault/s404")
        assert len(fault_server.requests("s404")) == 2


FAULTS = {
    "s408": 2,
    "s409": 2,
    "s429": 3,
    "s429ms": 3,
    "s429ra300": 1,
    "s429quota": 1,
    "s498": 3,
    "s500": 3,
    "s502html": 3,
    "s529": 3,
    "close-no-response": 2,
    "sse-error-first": 3,
    "sse-error-mid": 1,
    "cut": 1,
    "s401": 1,
    "no-stream-options": 2,
    "ok": 1,
}
"""Requests that each takes; the one that learns what the endpoint does not take is sent twice."""


async def test_every_request_that_was_sent_is_recorded_and_no_other(
    installation: Installation, fault_server: FaultServer
) -> None:
    row = {"type": "openai", "baseUrl": fault_server.base_url, "maxConcurrency": 64}
    providers = {f"p-{name}": row for name in FAULTS}
    async with installation.client(providers=providers, retry=RETRY) as client:
        result = await ask(client, *[f"p-{name}/{name}" for name in FAULTS])
        # What is not asked at all leaves no record either.
        again = await ask(client, "p-s401/s401", "p-s429ra300/s429ra300")
    sent = Counter(request["model"] for request in fault_server.requests())
    assert sent == FAULTS
    recorded = dict(installation.query(ATTEMPTS))
    by_model = {
        pane.model.partition("/")[2]: recorded.get(each.message_id, 0)
        for pane, each in zip(result.panes, result.results, strict=True)
    }
    assert by_model == FAULTS
    assert not {each.message_id for each in again.results} & recorded.keys()


async def test_a_server_on_this_machine_is_asked_serially_and_by_model_unless_told_otherwise(
    installation: Installation, fault_server: FaultServer
) -> None:
    row: dict[str, Any] = {"type": "openai", "baseUrl": fault_server.base_url}
    options = installation.options(providers={"one": row, "two": row})
    del options["providers"]["fault"]
    async with installation.client(options=options) as client:
        models = ["one/flood-20", "two/flood-10", "one/flood-20", "two/flood-10"]
        result = await ask(client, *models)
    assert ends(result) == {("complete", None): 4}
    requests = fault_server.requests()
    assert [each["model"] for each in requests] == ["flood-20"] * 2 + ["flood-10"] * 2
    for before, after in pairwise(requests):
        assert before["closed"] <= after["opened"]
    queued = [each.latency.queued_ms for each in result.results]
    assert queued[0] <= min(queued)


@pytest.mark.parametrize("per_minute", [2])
async def test_the_limit_of_requests_a_minute_makes_panes_wait_visibly(
    installation: Installation, fault_server: FaultServer, per_minute: int
) -> None:
    shown = Shown()
    async with installation.client(limits={"requestsPerMinute": per_minute}) as client:
        run = client.broadcast(BroadcastParams(prompt="p", models=["fault/ok"] * 3))
        await shown.follow_until(run, lambda event: event.type == "retry")
        [told] = [event for event in shown.events if event.type == "retry"]
        assert told.attempt == 1
        assert 1_000 < told.delay_ms <= 60_000
        assert "requestsPerMinute" in told.failure.message
        run.cancel()
        result = await shown.follow(run)
    assert ends(result)["cancelled", None] >= 1
    assert len(fault_server.requests()) == per_minute
