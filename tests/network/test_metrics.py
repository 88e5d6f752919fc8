"""The figures of a served engine, exact after a known set of runs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.commands.runs import BroadcastParams, ModelChoice
from antiphon.model.conversation.session import Params
from antiphon_client import AntiphonClient
from support.observing.figures import scrape

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from antiphon.model.commands.runs import PaneResult, RunResult

pytestmark = pytest.mark.slow
CANARY = "canary-of-the-prompt"
KEY = "sk-canary-of-the-key-0123456789abcdef"


def ask(*models: tuple[str, dict[str, Any]]) -> BroadcastParams:
    chosen = [
        ModelChoice(
            model=f"demo/{name}", params=Params.model_validate({"tokensPerSecond": 0, **params})
        )
        for name, params in models
    ]
    return BroadcastParams(prompt=f"Sing of the {CANARY}!", models=chosen)


async def stop_in_the_middle(client: AntiphonClient) -> RunResult:
    run = client.broadcast(ask(("poet", {"fault": "stall", "faultAfter": 5})))
    async for event in run:
        if event.type == "token":
            await client.cancel()
            break
    return await run.result()


def count_tokens(results: list[PaneResult]) -> dict[tuple[str, ...], float]:
    found: Counter[tuple[str, ...]] = Counter()
    for each in results:
        found["input",] += each.usage.input_tokens
        found["output",] += each.usage.output_tokens
        found["reasoning",] += each.usage.reasoning_tokens
    return {key: count for key, count in found.items() if count}


async def test_every_figure_is_exact_after_a_known_set_of_runs(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    async with serve(OPENAI_API_KEY=KEY) as server:
        async with AntiphonClient.connect_ws(server.url, server.token) as client:
            runs = [
                await client.broadcast(each).result()
                for each in (
                    ask(("poet", {}), ("thinker", {})),
                    ask(
                        ("poet", {"fault": "authentication"}),
                        ("coder", {"fault": "cut", "faultAfter": 3}),
                        ("terse", {"fault": "rate_limited_once"}),
                    ),
                    ask((KEY, {}), ("/home/ada/model.gguf", {})),
                )
            ]
            runs.append(await stop_in_the_middle(client))
            found = await scrape(server.port, server.token)
            results = [each for run in runs for each in run.results]
        assert found.by("antiphon_runs_total", "status") == {
            (status,): count for status, count in Counter(each.status for each in runs).items()
        }
        assert found.by("antiphon_answers_total", "provider", "status") == {
            ("demo", status): count
            for status, count in Counter(each.status for each in results).items()
        }
        assert found.by("antiphon_requests_total", "model", "outcome") == {
            ("poet", "answered"): 1,
            ("poet", "authentication"): 1,
            ("poet", "cancelled"): 1,
            ("thinker", "answered"): 1,
            ("coder", "interrupted"): 1,
            ("other", "rate_limited"): 1,  # no request of this model was accepted yet
            ("terse", "answered"): 1,
            ("other", "model_not_found"): 2,
        }
        assert found.by("antiphon_retries_total", "provider", "reason") == {
            ("demo", "rate_limited"): 1
        }
        assert found.by("antiphon_tokens_total", "direction") == count_tokens(results)
        assert found.by("antiphon_first_token_seconds_count", "model") == {
            ("poet",): 2,
            ("thinker",): 1,
            ("coder",): 1,
            ("terse",): 1,
        }
        assert found.sum("antiphon_answer_duration_seconds_count") == len(results)
        assert found.sum("antiphon_running_streams") == 0
        assert found.sum("antiphon_waiting_requests") == 0
        assert found.sum("antiphon_history_waiting_records") == 0
        assert found.sum("antiphon_clients") == 1
        assert found.sum("antiphon_connections_total") == 1
        assert found.sum("antiphon_received_bytes_total") > 0
        assert found.sum("antiphon_sent_bytes_total") > 0
        times = "antiphon_history_operation_duration_seconds"
        assert found.sum(f"{times}_count", operation="begin") == len(runs)
        assert found.sum(f"{times}_count", operation="append") >= len(runs)
        assert found.sum("antiphon_history_errors_total") == 0
        assert found.sum("antiphon_history_wal_bytes") > 0
        assert found.sum("antiphon_history_available") == 1
        assert found.sum("antiphon_event_loop_lag_seconds_count") > 0
        assert found.sum("process_resident_memory_bytes") > 0
    for secret in (CANARY, KEY, KEY[:12], "/home/ada", str(tmp_path), server.line["tokenFile"]):
        assert secret not in found.text


async def test_what_runs_and_what_waits_is_counted_while_it_does(serve: Callable[..., Any]) -> None:
    rows = '{"slow": {"type": "demo", "maxConcurrency": 1}}'
    stalling = Params.model_validate({"fault": "stall", "faultAfter": 2})
    asked = BroadcastParams(
        prompt="Sing!",
        models=[ModelChoice(model="slow/poet", params=stalling) for _ in range(3)],
    )
    async with (
        serve(ANTIPHON_PROVIDERS=rows) as server,
        AntiphonClient.connect_ws(server.url, server.token) as client,
    ):
        run = client.broadcast(asked)
        async for event in run:
            if event.type == "token":
                break
        found = await scrape(server.port, server.token)
        assert found.sum("antiphon_running_streams", provider="slow") == 1
        assert found.sum("antiphon_waiting_requests") == 2
        await client.cancel()
        await run.result()
        found = await scrape(server.port, server.token)
        assert found.sum("antiphon_running_streams", provider="slow") == 0
        assert found.sum("antiphon_waiting_requests") == 0
        assert found.by("antiphon_answers_total", "status") == {("cancelled",): 3}
        assert found.by("antiphon_requests_total", "outcome") == {("cancelled",): 1}
