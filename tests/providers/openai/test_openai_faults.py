"""Every fault of the fault server through the real socket, against a golden table.

`golden_faults.json` holds, for each scenario, the deltas (neighbouring texts joined), the failure
and the number of requests. `ANTIPHON_WRITE_GOLDEN=1 pytest …` writes it anew; read the difference.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fault_scenarios import REFUSALS, SCENARIOS
from stream_reading import Seen, consume, request_for

from antiphon.engine.deltas import Connected, Delta, Finished, Noted, Reasoning, Reported, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fault_client import FaultServer

    from antiphon.providers.openai.adapter import OpenAICompatible

GOLDEN = Path(__file__).with_name("golden_faults.json")
WRITE = bool(os.environ.get("ANTIPHON_WRITE_GOLDEN"))
ENDLESS = {"stall-headers", "stall-first", "stall-mid", "keepalive-only"}
"""Time limits are the engine's: these are the subject of `test_openai_cancel`."""
NAMES = sorted({*REFUSALS, *SCENARIOS, "flood-50", "no-such-model"} - ENDLESS)
PROMPT = "a prompt of 7 words: this one"


@pytest.fixture(scope="module")
def golden() -> Iterator[dict[str, Any]]:
    rows: dict[str, Any] = {} if WRITE else json.loads(GOLDEN.read_text("utf-8"))
    yield rows
    if WRITE:
        GOLDEN.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")


def shown(delta: Delta) -> str:
    """A delta as the table has it."""
    match delta:
        case Connected():
            return "connected"
        case Text(text) | Reasoning(text):
            if len(text) > 200:
                digest = hashlib.sha256(text.encode()).hexdigest()[:12]
                text = f"{len(text)} characters, {digest}"
            return f"{type(delta).__name__.lower()}: {text}"
        case Reported(u):
            return (
                f"usage: {u.input_tokens} in, {u.cached_input_tokens} cached, "
                f"{u.output_tokens} out, {u.reasoning_tokens} reasoning"
            )
        case Finished(reason, outcome):
            return f"finished: {reason}, {outcome}"
        case Noted(note):
            return f"noted: {note}"


def row_of(seen: Seen, requests: int, server: FaultServer) -> dict[str, Any]:
    deltas: list[Delta] = []
    for delta in seen.deltas:
        if deltas and isinstance(delta, Text) and isinstance(deltas[-1], Text):
            delta = Text(deltas.pop().text + delta.text)  # noqa: PLW2901 - joined with the last
        deltas.append(delta)
    row: dict[str, Any] = {"deltas": [shown(delta) for delta in deltas]}
    if seen.error is not None:
        failure = seen.error.failure.to_wire()
        row["failure"] = {key: failure[key] for key in failure if key not in {"hint", "provider"}}
        row["failure"]["waitHint"] = seen.error.wait_hint
    row["requests"] = requests
    text = json.dumps(row, ensure_ascii=False)
    for known, name in ((server.origin, "ORIGIN"), (server.sink_origin, "SINK")):
        text = text.replace(known, name)
    return json.loads(text)


def everything_told(seen: Seen) -> str:
    """Every text in which a secret could leave with an answer or its failure."""
    told = repr(seen)
    problem: BaseException | None = seen.error
    while problem is not None:
        told += "".join(traceback.format_exception(problem)) + repr(problem.__dict__)
        problem = problem.__cause__ or problem.__context__
    return told


@pytest.mark.parametrize("name", NAMES)
async def test_each_fault_ends_as_the_golden_table_says(
    name: str,
    *,
    provider: OpenAICompatible,
    fault_server: FaultServer,
    golden: dict[str, Any],
    canary: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    async def open_gate(delta: Delta) -> None:
        if name == "rst" and isinstance(delta, Text):
            await asyncio.to_thread(fault_server.wait_held)
            fault_server.release()

    seen = await consume(provider, request_for(name, PROMPT), open_gate)

    requests = fault_server.requests()
    assert all(request["port"] == "plain" for request in requests)
    row = row_of(seen, len(requests), fault_server)
    if WRITE:
        golden[name] = row
    assert row == golden.get(name)
    assert canary not in everything_told(seen) + caplog.text + repr(provider)
    assert PROMPT not in caplog.text


def test_the_table_has_every_fault_and_no_other(golden: dict[str, Any]) -> None:
    assert list(golden) == NAMES


def test_the_key_did_go_out_with_every_request(
    fault_server: FaultServer, golden: dict[str, Any], canary: str
) -> None:
    """Without this the search for the key in what came back would prove nothing."""
    assert "[key]" in golden["echo-key"]["failure"]["message"]
    assert canary not in GOLDEN.read_text("utf-8")
