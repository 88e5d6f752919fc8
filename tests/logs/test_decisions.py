"""A log at debug holds the reason of all that happened to a request, and none of its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.logs.logged_run import KEY, PROMPT, ask, logged
from support.providers.model_servers import ModelServer

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

IDS = ("request", "session", "run", "pane", "answer")


def row(installation: Installation, **more: Any) -> dict[str, Any]:
    return {"type": "openai", "baseUrl": installation.fault_url, **more}


def keyed(installation: Installation) -> dict[str, Any]:
    return {"keyed": row(installation, apiKeyEnv="NAMED_KEY")}


def test_an_answer_is_told_by_its_status_its_finish_reason_its_bytes_and_its_time(
    installation: Installation,
) -> None:
    with logged(installation) as (client, log):
        result = ask(client, "fault/ok")["result"]
    [pane] = result["results"]
    sent = log.one("the request is sent to fault/ok")
    assert (
        sent.items()
        >= {"pane": pane["paneId"], "answer": pane["messageId"], "attempt": "1"}.items()
    )
    assert sent.items() >= {"run": result["runId"], "session": result["sessionId"]}.items()
    headers = log.one("POST /chat/completions: fault answered after")
    assert "status 200" in headers["message"]
    finished = log.one("the provider finished")
    assert (finished["finishReason"], finished["outcome"]) == ("stop", "complete")
    assert finished["bytes"] > 0
    assert finished["ms"] >= 0
    assert all(name in finished for name in (*IDS, "attempt"))


def test_a_run_is_logged_at_info_with_its_models_and_how_it_ended(
    installation: Installation,
) -> None:
    with logged(installation) as (client, log):
        run_id = ask(client, "fault/ok", "fault/s403")["result"]["runId"]
    begins = log.one("a run begins: 2 panes, fault/ok, fault/s403", run=run_id)
    ended = log.one("a run ended: partial, 1 of 2 answers complete", run=run_id)
    assert (begins["level"], ended["level"]) == ("info", "info")
    assert ended["totalMs"] >= 0


def test_a_retry_is_told_with_its_wait_and_what_failed(installation: Installation) -> None:
    with logged(installation) as (client, log):
        ask(client, "fault/s500-then-ok")
    assert "attempt 1 failed (server_error, status 500)" in log.one("tried again in")["message"]
    assert log.one("the request failed")["attempt"] == "1"
    assert log.one("the provider finished")["attempt"] == "2"


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("s403", "this kind of failure is never tried again: attempt 1 failed (permission"),
        ("s500", "no attempt is left: attempt 3 failed (server_error, status 500)"),
        ("s429ra300", "the wait would be too long: attempt 1 failed (rate_limited, status 429)"),
        ("cut", "text has arrived"),
    ],
)
def test_that_a_request_is_not_tried_again_is_told_with_the_reason(
    model: str, reason: str, installation: Installation
) -> None:
    with logged(installation) as (client, log):
        ask(client, f"fault/{model}")
    assert reason in log.one("not tried again")["message"]


def test_a_refused_key_is_told_by_its_source_and_keeps_later_requests_back(
    installation: Installation,
) -> None:
    with logged(installation, providers=keyed(installation)) as (client, log):
        ask(client, "keyed/s401")
        ask(client, "keyed/s401")
    assert "key from environment" in log.one("provider keyed: configured")["message"]
    assert log.one("keyed/s401: key refused, it is not asked for 300 s")["attempt"] == "1"
    assert "keyed refused the key a moment ago" in log.one("the request is not sent")["message"]
    assert len(log.find("the request is sent to keyed/s401")) == 1


def test_a_missing_key_is_told_by_what_would_have_given_it(installation: Installation) -> None:
    rows = {"keyed": row(installation, apiKeyEnv="NOT_THERE")}
    with logged(installation, providers=rows) as (client, log):
        ask(client, "keyed/ok", "fault/ok")
    assert log.find("keyed cannot be asked: NOT_THERE is not set")
    assert log.find("the request is sent to keyed/ok") == []


def test_a_key_that_is_set_is_told_by_where_it_is_kept(installation: Installation) -> None:
    with logged(installation) as (client, log):
        client.run("antiphon.keys.set", {"provider": "openai", "key": KEY})
        client.run("antiphon.keys.delete", {"provider": "openai"})
    assert log.one("a key of openai was set (kept: memory)")["level"] == "info"
    assert log.one("the key of openai was deleted from: memory")
    assert log.find(
        "provider openai: configured, type openai, https://api.openai.com, key from memory"
    )


def test_waiting_for_a_slot_is_told(installation: Installation, fault_server: FaultServer) -> None:
    rows = {"narrow": row(installation, maxConcurrency=1)}
    with logged(installation, providers=rows) as (client, log):
        ask(client, "narrow/ok", "narrow/flood-3")
    waits = log.one("the request waits for a slot: 1 run")
    [later] = log.find("the request is sent to", pane=waits["pane"])
    [first] = [line for line in log.find("the request is sent to") if line is not later]
    assert log.lines.index(first) < log.lines.index(later)


def test_waiting_for_the_minutes_limit_is_told(installation: Installation) -> None:
    with logged(installation, limits={"requestsPerMinute": 1}) as (client, log):
        argument = {"prompt": PROMPT, "models": ["fault/ok", "fault/flood-3"], "streamToken": "s"}
        asked = client.command("antiphon.broadcast", argument)
        client.until(lambda: any(event["type"] == "retry" for event in client.events("s")))
        client.notify("$/cancelRequest", {"id": asked})
        client.answer(asked)
    waits = log.one("limits.requestsPerMinute allows 1 request a minute to fault")
    assert waits["message"].startswith("the request waits ")


def test_waiting_since_another_request_was_limited_is_told(installation: Installation) -> None:
    with logged(installation) as (client, log):
        ask(client, "fault/s429ra1-then-ok")
    wait = log.one("requests to fault/s429ra1-then-ok wait 1.0 s: one failed (rate_limited)")
    assert wait["attempt"] == "1"
    assert log.one("the request failed")["retryAfterMs"] == 1000


def test_a_provider_that_fails_again_and_again_is_told_to_be_left_alone(
    installation: Installation,
) -> None:
    with logged(installation, retry={"maxAttempts": 1}) as (client, log):
        for _ in range(5):
            ask(client, "fault/s500")
        ask(client, "fault/ok")
    assert log.one("circuit breaker: fault is not asked for 30 s")["level"] == "info"
    assert "fault had 5 errors in a row" in log.one("the request is not sent")["message"]


def test_a_budget_that_is_too_small_is_told_with_its_figures(installation: Installation) -> None:
    paid = row(installation, prices={"ok": {"input": "3", "output": "7"}})
    budgets = [{"scope": "run", "limit": "0.000001"}]
    with logged(installation, providers={"paid": paid}, budgets=budgets) as (client, log):
        assert ask(client, "paid/ok")["error"]["data"]["kind"] == "budget"
    line = log.one("the run is not sent")
    assert "the run's budget of $0.000001 has $0.000001 left" in line["message"]
    assert log.find("refused (budget) antiphon.broadcast after")
    assert log.find("the request is sent to") == []


def test_a_prompt_that_is_held_back_is_told_by_the_number_of_its_places(
    installation: Installation,
) -> None:
    with logged(installation, providers=keyed(installation)) as (client, log):
        ask(client, "fault/ok", prompt=f"words-of-the-prompt {KEY}")
    assert log.one("nothing is sent: 1 places look like keys (mode warn)")


def test_a_cancelled_request_is_told_with_what_had_come(
    installation: Installation, fault_server: FaultServer
) -> None:
    with logged(installation) as (client, log):
        argument = {"prompt": PROMPT, "models": ["fault/gate-3-9"], "streamToken": "s"}
        asked = client.command("antiphon.broadcast", argument)
        client.until(lambda: any(event["type"] == "token" for event in client.events("s")))
        client.notify("$/cancelRequest", {"id": asked})
        client.answer(asked)
        client.notify("$/cancelRequest", {"id": "nobody's"})
    assert log.one(f"cancel of request {asked}: stops")
    assert log.one("cancel of request nobody's: not in flight")
    stopped = log.one("the request is stopped", request=str(asked))
    assert stopped["reason"] == "cancelled"
    assert stopped["bytes"] > 0
    assert log.one("a run ended: cancelled, 0 of 1 answers complete")


def test_a_long_answer_brings_no_line_for_each_of_its_tokens(installation: Installation) -> None:
    with logged(installation) as (client, log):
        run_id = ask(client, "fault/flood-5000")["result"]["runId"]
    assert len(log.find("", run=run_id)) < 30
    writes = log.find("wrote to the history", run=run_id)
    assert sum(line["ends"] for line in writes) == 1
    assert all(line["records"] >= line["writes"] and line["ms"] > 0 for line in writes)


def test_the_id_that_a_provider_gives_a_request_is_told(installation: Installation) -> None:
    head = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nX-Request-Id: req_0a1b\r\n"
    odd = b"CF-Ray: words that are no id\r\n\r\n"
    with ModelServer(head + odd) as server:
        rows = {"named": {"type": "openai", "baseUrl": f"http://127.0.0.1:{server.port}/v1"}}
        with logged(installation, providers=rows) as (client, log):
            ask(client, "named/m")
    line = log.one("POST /chat/completions: named answered after")
    assert line["message"].endswith("with status 403, x-request-id req_0a1b")
