"""One answer, asked through litellm and told to the server."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

import litellm as untyped

from antiphon.providers.answers.finish_reasons import Word
from antiphon.providers.litellm.messages import Over
from antiphon.providers.litellm.worker.answer import WorkerAnswer
from antiphon.providers.litellm.worker.failure_cause import failure_cause
from antiphon.providers.litellm.worker.http_probe import HttpProbe, NotSentError, current
from antiphon.providers.litellm.worker.usage_probe import UsageProbe

if TYPE_CHECKING:
    from antiphon.providers.litellm.messages import Ask
    from antiphon.providers.litellm.worker.outbox import Outbox

litellm: Final[Any] = untyped  # its types hold `Unknown` everywhere
_TURN_S: Final = 0.004
"""A stream with data ready never lets the loop go; after this long it must."""
_NO_LIMIT_S: Final = 24 * 3600.0


async def complete(ask: Ask, outbox: Outbox, going: asyncio.Event) -> None:
    """Streams the answer to `ask` into `outbox`, up to its end or what went wrong.

    Between two chunks it waits while `going` is not set. Leaving it closes the connection.
    """
    answer = WorkerAnswer(ask.stream, outbox)
    tap = HttpProbe(ask.patience, answer.open, answer.end)
    token = current.set(tap)
    problem: Exception | None = None
    try:
        await _stream(ask, answer, tap, going)
    except Exception as raised:  # noqa: BLE001 - a hundred vendors' code; told as a failure
        problem = raised
    finally:
        current.reset(token)
    if problem is None and not tap.broken and (answer.said or not tap.no_stream):
        tap.conclude()
    elif tap.events is not None and tap.events.ending.failed:
        tap.settle()  # litellm has classes of its own for some words of failure
    answer.close(tap.events)
    broke = None
    if not _is_over(answer, tap, problem):
        broke = failure_cause(ask.stream, tap, problem, said=answer.said)
    outbox.put(broke or Over(ask.stream))


def _is_over(answer: WorkerAnswer, tap: HttpProbe, problem: Exception | None) -> bool:
    """Whether what went wrong, if anything did, takes nothing from the provider's word."""
    events = tap.events
    if events is None or not events.known:
        return answer.ended
    ending = events.ending
    if ending.failed:
        return answer.ended and events.error_event is None
    if problem is None and not tap.broken:
        return answer.ended and events.confirmed
    return answer.ended and ending.over and (events.done or not ending.late)


async def _stream(ask: Ask, answer: WorkerAnswer, tap: HttpProbe, going: asyncio.Event) -> None:
    vendor, params, dropped = _accepted(ask)
    if dropped:
        answer.note = f"{ask.model} was not sent: {', '.join(dropped)}"
    if (vendor, ask.base_url) not in _refuse_stream_options:
        try:
            await _once(ask, answer, tap, going, params)
        except Exception:
            if tap.status not in {400, 422} or b"stream_options" not in tap.body:
                raise
            _refuse_stream_options.add((vendor, ask.base_url))
            answer.again()
        else:
            return
    params.pop("stream_options", None)
    await _once(ask, answer, tap, going, params)


_refuse_stream_options: Final[set[tuple[str, str | None]]] = set()
"""Vendors that know no `stream_options`, as they said themselves."""


async def _once(
    ask: Ask, answer: WorkerAnswer, tap: HttpProbe, going: asyncio.Event, params: dict[str, Any]
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
        await _read(response, answer, tap, going)
    finally:
        await response.aclose()


async def _read(response: Any, answer: WorkerAnswer, tap: HttpProbe, going: asyncio.Event) -> None:
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
                answer.count(_own(evidence.usage, tap))
            if evidence.over:
                break  # what litellm says from now on is invented
        turn = await _turn(turn, going)
    _conclude(response, answer, tap, evidence)


async def _turn(since: float, going: asyncio.Event) -> float:
    """Lets others run where that has not been for long; the moment since when it has not."""
    if not going.is_set():
        await going.wait()
    if time.monotonic() - since <= _TURN_S:
        return since
    await asyncio.sleep(0)
    return time.monotonic()


def _conclude(
    response: Any, answer: WorkerAnswer, tap: HttpProbe, evidence: UsageProbe | None
) -> None:
    """Tells of usage, and of an end that the stream itself does not show."""
    if evidence is None:
        evidence = _from_wrapper(response)
    if evidence.usage:
        answer.count(_own(evidence.usage, tap))
    known = tap.events is not None and tap.events.known
    if evidence.reason and not known and (answer.said or not tap.no_stream):
        answer.end(Word(evidence.reason))


def _own(usage: dict[str, Any], tap: HttpProbe) -> dict[str, Any]:
    """`usage` without the thinking that litellm estimates where the provider does not count it."""
    if tap.events is None or not tap.events.known or tap.events.counts_thinking:
        return usage
    return {name: value for name, value in usage.items() if name != "completion_tokens_details"}


def _from_wrapper(response: Any) -> UsageProbe:
    """What is known of a stream that is no asynchronous one: its wrapper's notes, if usage came."""
    evidence = UsageProbe(())
    for chunk in response.chunks:
        evidence.look({"usage": getattr(chunk, "usage", None)})
    reason = response.received_finish_reason
    if reason and (evidence.usage or reason != "stop"):
        evidence.reason = str(reason)
    return evidence


def _accepted(ask: Ask) -> tuple[str, dict[str, Any], list[str]]:
    """The vendor, the parameters that its model takes, the names of those that it does not."""
    try:
        model, vendor, _, _ = litellm.get_llm_provider(ask.model)
    except Exception as problem:
        raise NotSentError("unknown_vendor", ask.model.partition("/")[0]) from problem
    known: set[str] = set(
        litellm.get_supported_openai_params(model, custom_llm_provider=vendor) or ()
    )
    given = {name: value for name, value in ask.params.items() if value is not None}
    if "max_tokens" in given and "max_tokens" not in known and "max_completion_tokens" in known:
        given["max_completion_tokens"] = given.pop("max_tokens")
    taken = {name: value for name, value in given.items() if name in known}
    if "stream_options" in known:
        taken["stream_options"] = {"include_usage": True}
    return vendor, taken, sorted(given.keys() - taken.keys())
