"""Retry and end state, row by row: what a provider does, how often it is asked, how the pane ends.

The failures are those that the adapters make of real answers; time is virtual.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports.deltas import Connected, ProviderError, Text
from antiphon.engine.request.retry import RetryLimits
from antiphon.model.failure import Failure
from antiphon.providers.http.retry_after import retry_after_ms
from antiphon.providers.openai.errors import status_error, stream_error
from support.engine.scheduled_run import Stage, open_stage
from support.faults.scenarios import REFUSALS

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.model.conversation.message import Message
    from support.engine.scripted_providers import Stream


@dataclass(frozen=True)
class Row:
    """`waits` are the bounds of each wait in seconds: so many waits, so many retries."""

    fault: str | ProviderError
    kind: str
    waits: tuple[tuple[float, float], ...] = ()
    phase: str = "P0"
    status: str = "failed"


def answer_of(scenario: str) -> ProviderError:
    """The failure that the adapter makes of one of the fault server's refusals."""
    status, body, headers = REFUSALS[scenario]
    given = {name.lower().replace("_", "-"): value for name, value in headers.items()}
    return status_error(status, body, "script", str, retry_after_ms(given))


def told(error: object, *, after_content: bool) -> ProviderError:
    return stream_error({"error": error}, "script", str, after_content=after_content)


def plain(kind: str, hint=None) -> ProviderError:
    return ProviderError(Failure.of(kind), wait_hint=hint)


OVERLOADED = {"type": "overloaded_error", "message": "Overloaded", "code": 529}
SPENT = (429, b'{"error": {"type": "enforced_spend_limit_reached", "message": "x"}}')
BACKOFF = ((0, 0.5), (0, 1.0))
LONG_BACKOFF = ((1.0, 2.0), (2.0, 4.0))
ROWS = {
    "400 invalid": Row("s400", "bad_request"),
    "422": Row("s422", "bad_request"),
    "context length, by its code": Row("s400ctx", "context_length"),
    "context length, by its words": Row("s400ctxwords", "context_length"),
    "context length, as 413": Row("s413ctx", "context_length"),
    "401": Row("s401", "authentication"),
    "402": Row("s402", "quota"),
    "403": Row("s403", "permission"),
    "404 model": Row("s404", "model_not_found"),
    "404 path": Row("s404path", "bad_request"),
    "408": Row("s408", "server_error", BACKOFF[:1]),
    "409": Row("s409", "server_error", BACKOFF[:1]),
    "413 body": Row("s413", "bad_request"),
    "429 with Retry-After": Row("s429ra1", "rate_limited", ((1, 1.1),) * 2),
    "429 with Retry-After, after headers": Row(
        "s429ra1", "rate_limited", ((1, 1.1),) * 2, phase="P1"
    ),
    "429 with milliseconds": Row("s429ms", "rate_limited", ((0.25, 0.275),) * 2),
    "429 with a date": Row("s429date", "rate_limited", ((7, 7.7),) * 2),
    "429 with Retry-After over 60 s": Row("s429ra300", "rate_limited"),
    "429 for tokens": Row("s429tokens", "rate_limited", ((54, 60),)),
    "429 for requests": Row("s429", "rate_limited", BACKOFF),
    "429 quota": Row("s429quota", "quota"),
    "429 spend limit": Row(status_error(*SPENT, "script", str), "quota"),
    "498 flex capacity": Row("s498", "overloaded", BACKOFF),
    "500": Row("s500", "server_error", BACKOFF),
    "502": Row("s502html", "server_error", BACKOFF),
    "503 with Retry-After": Row("s503", "overloaded", ((1, 1.1),) * 2),
    "504": Row("s504", "server_error", BACKOFF),
    "529": Row("s529", "overloaded", LONG_BACKOFF),
    "500 after headers": Row("s500", "server_error", BACKOFF, phase="P1"),
    "DNS": Row(plain("network"), "network", BACKOFF[:1]),
    "refused on this machine": Row(plain("network", "never"), "network"),
    "TLS": Row(plain("network", "never"), "network"),
    "no connection in time": Row(plain("timeout_connect"), "timeout_connect", BACKOFF[:1]),
    "no headers in time": Row(plain("timeout_first_token"), "timeout_first_token", BACKOFF[:1]),
    "headers and no text": Row(plain("timeout_first_token"), "timeout_first_token", phase="P1"),
    "SSE error before content": Row(
        told(OVERLOADED, after_content=False), "overloaded", LONG_BACKOFF, phase="P1"
    ),
    "SSE error after content": Row(
        told(OVERLOADED, after_content=True), "interrupted", phase="P2", status="interrupted"
    ),
    "cut": Row(plain("interrupted"), "interrupted", phase="P2", status="interrupted"),
    "stalled": Row(plain("timeout_idle"), "timeout_idle", phase="P2", status="interrupted"),
    "total time": Row(plain("timeout_total"), "timeout_total", phase="P2", status="interrupted"),
    "garbage": Row(plain("malformed_stream"), "malformed_stream", phase="P2", status="interrupted"),
    "HTML in a 200": Row(plain("malformed_stream"), "malformed_stream"),
    "500 after content": Row("s500", "server_error", phase="P2", status="interrupted"),
}


async def play(stage: Stage, row: Row) -> Message:
    """Every request meets the same fault; how the pane ended."""
    stage.providers.connects = False
    error = answer_of(row.fault) if isinstance(row.fault, str) else row.fault
    run = stage.ask("m")
    for number in range(1, 2 + len(row.waits)):
        stream: Stream = await stage.providers.opened("m", number)
        if row.phase != "P0":
            stream.play(Connected())
        if row.phase == "P2":
            stream.play(Text("Half"))
        stream.refuse(error)
        await stream.ended()
        if number <= len(row.waits):
            await stage.told("script/m", number)
            await stage.time.pass_by(row.waits[number - 1][1] + 0.01)
    async with asyncio.timeout(10):
        [result] = (await run).results
    return await stage.harness.history.message(result.message_id)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
async def test_a_fault_is_retried_and_ends_as_its_row_says(tmp_path: Path, row: Row) -> None:
    async with open_stage(tmp_path / "history.db") as stage:
        stage.limit_retries(RetryLimits())
        began = stage.time()
        message = await play(stage, row)
        waits = [seconds for _, seconds, _ in await stage.told("script/m", 0)]
    assert message.error is not None
    assert (message.status, message.error.kind) == (row.status, row.kind)
    assert message.content == ("Half" if row.phase == "P2" else "")
    assert stage.sent() == {"m": 1 + len(row.waits)}
    assert len(waits) == len(row.waits)
    for seconds, (least, most) in zip(waits, row.waits, strict=True):
        assert least - 0.001 <= seconds <= most + 0.001
    assert stage.time() - began <= 90
    assert message.error.message.strip()
    assert message.error.hint.strip()


async def test_a_wait_of_minutes_is_told_with_its_time(tmp_path: Path) -> None:
    async with open_stage(tmp_path / "history.db") as stage:
        message = await play(stage, ROWS["429 with Retry-After over 60 s"])
    assert message.error is not None
    assert message.error.retry_after_ms == 300_000
    assert "5 minutes" in message.error.hint
