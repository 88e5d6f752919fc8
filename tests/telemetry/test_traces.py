"""What a real collector is sent by a real server."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.commands.runs import BroadcastParams, ModelChoice
from antiphon.model.conversation.session import Params
from support.observing.collector import read_attributes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from opentelemetry.proto.trace.v1.trace_pb2 import Span

    from support.observing.collector import Collector

pytestmark = pytest.mark.slow
CANARY = "canary-of-the-prompt"
KEY = "sk-canary-of-the-key-0123456789abcdef"
ON = {"ANTIPHON_TELEMETRY__ENABLED": "true", "OTEL_BSP_SCHEDULE_DELAY": "50"}


def ask(*models: tuple[str, dict[str, Any]], system: str | None = None) -> BroadcastParams:
    chosen = [
        ModelChoice(
            model=f"demo/{name}", params=Params.model_validate({"tokensPerSecond": 0, **params})
        )
        for name, params in models
    ]
    return BroadcastParams(prompt=f"Sing of the {CANARY}!", models=chosen, system=system)


def by_name(spans: list[Span]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for span in spans:
        found.setdefault(span.name, []).append(read_attributes(span))
    return found


async def test_a_run_is_one_trace_with_a_span_for_each_request(
    started: Callable[..., Any], collector: Collector
) -> None:
    async with started(
        **ON, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, SECRET_API_KEY=KEY
    ) as client:
        result = await client.broadcast(
            ask(
                ("poet", {"temperature": 0.5}),
                ("terse", {"fault": "rate_limited_once"}),
                ("coder", {"fault": "server_error", "faultAfter": 3}),
                (KEY, {}),
            )
        ).result()
        spans = collector.wait_for_spans(6)
    assert len(spans) == 6
    (root,) = [each for each in spans if not each.parent_span_id]
    assert root.name == "antiphon.run"
    assert {each.trace_id for each in spans} == {root.trace_id}
    assert {each.parent_span_id for each in spans if each is not root} == {root.span_id}
    assert {each.kind for each in spans if each is not root} == {3}  # CLIENT
    found = by_name(spans)
    (run,) = found["antiphon.run"]
    assert run["antiphon.run.id"] == result.run_id
    assert run["antiphon.run.panes"] == 4
    assert run["antiphon.run.status"] == "partial"
    (poet,) = found["chat poet"]
    usage = result.results[0].usage
    assert poet == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "demo",
        "antiphon.provider": "demo",
        "gen_ai.request.model": "poet",
        "gen_ai.request.stream": True,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.conversation.id": result.session_id,
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.response.time_to_first_chunk": poet["gen_ai.response.time_to_first_chunk"],
    }
    first, second = sorted(found["chat terse"], key=lambda each: each.get("error.type", "~"))
    assert (first["error.type"], first["http.response.status_code"]) == ("rate_limited", 429)
    assert second["http.request.resend_count"] == 1
    assert found["chat coder"][0]["error.type"] == "server_error"
    status = {span.name: span.status.code for span in spans if span.name != "chat terse"}
    assert status["chat poet"] == 0
    assert status["chat coder"] == 2  # ERROR
    assert collector.resource["service.name"] == "antiphon"
    sent = b"".join(collector.bodies)
    assert CANARY.encode() not in sent
    assert KEY[:14].encode() not in sent


async def test_prompts_and_answers_are_sent_only_if_the_settings_say_so(
    started: Callable[..., Any], collector: Collector
) -> None:
    async with started(
        **ON,
        ANTIPHON_TELEMETRY__CONTENT="true",
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        OTEL_SERVICE_NAME="ours",
    ) as client:
        run = client.broadcast(ask(("terse", {}), system="Be brief."))
        result = await run.result()
        answer = await client.content(result.panes[0].uri)
        (described,) = by_name(collector.wait_for_spans(2))["chat terse"]
    (message,) = json.loads(described["gen_ai.input.messages"])
    assert message["role"] == "user"
    assert CANARY in message["parts"][0]["content"]
    assert "Be brief." in described["gen_ai.system_instructions"]
    (output,) = json.loads(described["gen_ai.output.messages"])
    assert output["parts"][0]["content"].strip() in answer
    assert output["finish_reason"] == "stop"
    assert collector.resource["service.name"] == "ours"


async def test_a_collector_that_is_away_stops_nothing_and_is_one_line_in_the_log(
    started: Callable[..., Any], collector: Collector, tmp_path: Path
) -> None:
    collector.status = 400
    async with started(**ON, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as client:
        for number in range(1, 4):
            result = await client.broadcast(ask(("terse", {}), ("poet", {}))).result()
            assert result.status == "complete"
            collector.wait_for_requests(number)
        collector.status = 200
        assert (await client.broadcast(ask(("terse", {}))).result()).status == "complete"
        collector.wait_for_spans(1)
    log = (tmp_path / "server.log").read_text()
    assert log.count("traces are dropped") == 1
    assert log.count("traces are sent again") == 1
    assert "opentelemetry" not in log


async def test_a_server_without_a_collector_answers_and_ends(
    started: Callable[..., Any], tmp_path: Path
) -> None:
    nowhere = "http://127.0.0.1:9"  # refused at once, and asked again by the exporter
    async with started(**ON, OTEL_EXPORTER_OTLP_ENDPOINT=nowhere) as client:
        result = await client.broadcast(ask(("terse", {}))).result()
        assert result.status == "complete"
    assert "Traceback" not in (tmp_path / "server.log").read_text()


async def test_a_variable_that_cannot_be_used_turns_traces_off(
    started: Callable[..., Any], tmp_path: Path
) -> None:
    async with started(**ON, OTEL_BSP_MAX_QUEUE_SIZE="0") as client:
        assert (await client.broadcast(ask(("terse", {}))).result()).status == "complete"
    assert (
        "a variable OTEL_… of the environment cannot be used"
        in (tmp_path / "server.log").read_text()
    )


async def test_nothing_is_sent_unless_it_is_turned_on(
    started: Callable[..., Any], collector: Collector
) -> None:
    async with started(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as client:
        await client.broadcast(ask(("terse", {}))).result()
    assert collector.bodies == []


async def test_a_server_without_the_packages_says_so_and_serves(
    started: Callable[..., Any], tmp_path: Path
) -> None:
    script = (
        "import sys; sys.modules['opentelemetry'] = None; sys.modules['prometheus_client'] = None; "
        "sys.argv[1:] = ['serve']; from antiphon.__main__ import main; sys.exit(main())"
    )
    file = str(tmp_path / "figures.prom")
    async with started(
        command=[sys.executable, "-c", script], **ON, ANTIPHON_METRICS__TEXTFILE=file
    ) as client:
        assert (await client.broadcast(ask(("terse", {}))).result()).status == "complete"
    log = (tmp_path / "server.log").read_text()
    assert "pip install 'antiphon[telemetry]'" in log
    assert "pip install 'antiphon[metrics]'" in log
