"""Asks for one answer through litellm and sends it to the server."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

import litellm as untyped

from antiphon.providers.answers.finish_reasons import Word
from antiphon.providers.litellm.messages import Closed
from antiphon.providers.litellm.worker.answer import WorkerAnswer
from antiphon.providers.litellm.worker.failure_cause import failure_cause
from antiphon.providers.litellm.worker.http_probe import HttpProbe, NotSentError, current
from antiphon.providers.litellm.worker.usage_probe import UsageProbe

if TYPE_CHECKING:
    from antiphon.providers.litellm.messages import Ask
    from antiphon.providers.litellm.worker.outbox import Outbox

litellm: Final[Any] = untyped  # its types hold `Unknown` everywhere
_TURN_S: Final = 0.004
"""How long a stream with data ready may run before other tasks get their turn."""
_NO_LIMIT_S: Final = 24 * 3600.0


async def complete(ask: Ask, outbox: Outbox, going: asyncio.Event) -> None:
    """Streams the answer to `ask` into `outbox`, with its end or its failure.

    Between two chunks it waits while `going` is not set. Cancelling it closes the connection.
    """
    answer = WorkerAnswer(ask.stream, outbox)
    probe = HttpProbe(ask.patience, answer.open, answer.end)
    token = current.set(probe)
    error: Exception | None = None
    try:
        await _stream(ask, answer, probe, going)
    except Exception as raised:  # noqa: BLE001 - a hundred vendors' code, reported as a failure
        error = raised
    finally:
        current.reset(token)
    if error is None and not probe.broken and (answer.has_text or not probe.no_stream):
        probe.conclude()
    elif probe.events is not None and probe.events.ending.failed:
        probe.settle()  # litellm has classes of its own for some finish reasons of a failure
    answer.close(probe.events)
    failed = None
    if not _is_over(answer, probe, error):
        failed = failure_cause(ask.stream, probe, error, has_text=answer.has_text)
    outbox.put(failed or Closed(ask.stream))


def _is_over(answer: WorkerAnswer, probe: HttpProbe, error: Exception | None) -> bool:
    """Checks whether the answer is complete in spite of an error, if there was one."""
    events = probe.events
    if events is None or not events.known:
        return answer.ended
    ending = events.ending
    if ending.failed:
        return answer.ended and events.error_event is None
    if error is None and not probe.broken:
        return answer.ended and events.confirmed
    return answer.ended and ending.over and (events.done or not ending.late)


async def _stream(ask: Ask, answer: WorkerAnswer, probe: HttpProbe, going: asyncio.Event) -> None:
    vendor, params, dropped = _accepted_params(ask)
    if dropped:
        answer.note = f"{ask.model} was not sent: {', '.join(dropped)}"
    if (vendor, ask.base_url) not in _refuse_stream_options:
        try:
            await _send_request(ask, answer, probe, going, params)
        except Exception:
            if probe.status not in {400, 422} or b"stream_options" not in probe.body:
                raise
            _refuse_stream_options.add((vendor, ask.base_url))
            answer.again()
        else:
            return
    params.pop("stream_options", None)
    await _send_request(ask, answer, probe, going, params)


_refuse_stream_options: Final[set[tuple[str, str | None]]] = set()
"""Vendors that refused `stream_options`."""


async def _send_request(
    ask: Ask, answer: WorkerAnswer, probe: HttpProbe, going: asyncio.Event, params: dict[str, Any]
) -> None:
    response: Any = await litellm.acompletion(
        model=ask.model,
        messages=[{"role": role, "content": content} for role, content in ask.turns],
        stream=True,
        api_key=ask.key,
        api_base=ask.base_url,
        extra_headers=ask.headers or None,
        num_retries=0,
        max_retries=0,
        timeout=_NO_LIMIT_S,
        **params,
    )
    if not hasattr(response, "completion_stream"):
        raise NotSentError("unreadable", "litellm does not stream this vendor's answers")
    try:
        await _read(response, answer, probe, going)
    finally:
        await response.aclose()


async def _read(
    response: Any, answer: WorkerAnswer, probe: HttpProbe, going: asyncio.Event
) -> None:
    await response.fetch_stream()
    evidence = None
    if hasattr(response.completion_stream, "__aiter__"):
        evidence = response.completion_stream = UsageProbe(response.completion_stream)
    turn = time.monotonic()
    async for chunk in response:
        for choice in chunk.choices:
            answer.add(choice.delta)
        if evidence is not None:
            if evidence.usage:
                answer.count(_without_estimates(evidence.usage, probe))
            if evidence.over:
                break  # what litellm adds after this is invented
        turn = await _yield_to_others(turn, going)
    _conclude(response, answer, probe, evidence)


async def _yield_to_others(since: float, going: asyncio.Event) -> float:
    """Lets other tasks run if this one ran for long.

    Returns the time since which it has run.
    """
    if not going.is_set():
        await going.wait()
    if time.monotonic() - since <= _TURN_S:
        return since
    await asyncio.sleep(0)
    return time.monotonic()


def _conclude(
    response: Any, answer: WorkerAnswer, probe: HttpProbe, evidence: UsageProbe | None
) -> None:
    """Sends the usage, and an end that the stream itself does not show."""
    if evidence is None:
        evidence = _wrapper_evidence(response)
    if evidence.usage:
        answer.count(_without_estimates(evidence.usage, probe))
    known = probe.events is not None and probe.events.known
    if evidence.reason and not known and (answer.has_text or not probe.no_stream):
        answer.end(Word(evidence.reason))


def _without_estimates(usage: dict[str, Any], probe: HttpProbe) -> dict[str, Any]:
    """Returns `usage` without reasoning tokens that litellm estimated."""
    if probe.events is None or not probe.events.known or probe.events.counts_thinking:
        return usage
    return {name: value for name, value in usage.items() if name != "completion_tokens_details"}


def _wrapper_evidence(response: Any) -> UsageProbe:
    """Returns what litellm's wrapper knows of a stream that is not asynchronous.

    Its finish reason counts only with usage, or if it is not `stop`: `stop` alone may be invented.
    """
    evidence = UsageProbe(())
    for chunk in response.chunks:
        evidence.observe({"usage": getattr(chunk, "usage", None)})
    reason = response.received_finish_reason
    if reason and (evidence.usage or reason != "stop"):
        evidence.reason = str(reason)
    return evidence


def _accepted_params(ask: Ask) -> tuple[str, dict[str, Any], list[str]]:
    """Returns the vendor, the parameters that its model accepts, and the names of the others."""
    try:
        model, vendor, _, _ = litellm.get_llm_provider(ask.model)
    except Exception as error:
        raise NotSentError("unknown_vendor", ask.model.partition("/")[0]) from error
    known: set[str] = set(
        litellm.get_supported_openai_params(model, custom_llm_provider=vendor) or ()
    )
    given = {name: value for name, value in ask.params.items() if value is not None}
    if "max_tokens" in given and "max_tokens" not in known and "max_completion_tokens" in known:
        given["max_completion_tokens"] = given.pop("max_tokens")
    accepted = {name: value for name, value in given.items() if name in known}
    if "stream_options" in known:
        accepted["stream_options"] = {"include_usage": True}
    return vendor, accepted, sorted(given.keys() - accepted.keys())
