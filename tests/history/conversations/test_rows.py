"""Values come back from the database as they went in."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.engine.ports import AnswerEnd, RunStart
from antiphon.history.conversations.rows import json_of
from antiphon.model.conversation.message import ContextDigest, Message, Provenance, TextRange
from antiphon.model.conversation.session import Params, Source
from antiphon.model.failure import FAILURE_KINDS
from antiphon.model.values.usage import Cost, Latency, Usage

ON_ONE_DATABASE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Everything that has a UTF-8 form, NUL and the odd line ends included.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
words = texts.filter(bool)
statuses = st.sampled_from(
    ["streaming", "complete", "truncated", "filtered", "cancelled", "interrupted", "failed"]
)
counts = st.integers(0, 2**63 - 1)
amounts = st.decimals(0, 10_000, places=6).map(lambda amount: f"{amount:f}")
usages = st.builds(
    Usage,
    input_tokens=counts,
    output_tokens=counts,
    cached_input_tokens=counts,
    reasoning_tokens=counts,
    cache_write_tokens=st.none() | counts,
    source=st.sampled_from(["estimated", "provider"]),
)
costs = st.builds(Cost, amount=st.none() | amounts, source=st.sampled_from(["priced", "unpriced"]))
latencies = st.builds(
    Latency,
    queued_ms=counts,
    ttft_ms=st.none() | counts,
    total_ms=counts,
    tokens_per_second=st.none() | st.floats(0, 1e6),
)
provenances = st.builds(
    Provenance,
    session_id=words,
    pane_id=words,
    message_id=words,
    model=words,
    range=st.none() | st.builds(TextRange, start=counts, end=counts),
    via=st.sampled_from(["sendTo", "summarize", "pipeline", "fork"]),
    transferred_at=words,
    note=st.none() | texts,
)
failures = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(FAILURE_KINDS),
        "message": texts,
        "hint": texts,
        "retryable": st.booleans(),
    },
    optional={"provider": texts, "httpStatus": st.integers(100, 599), "retryAfterMs": counts},
)
digests = st.builds(ContextDigest, label=texts, uri=texts, sha256=texts, bytes=counts)
fields = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["system", "user", "assistant"]),
        "content": texts,
        "status": statuses,
    },
    optional={
        "model": texts,
        "usage": usages,
        "cost": costs,
        "latency": latencies,
        "finish_reason": texts,
        "provenance": provenances,
        "error": failures,
        "context": st.lists(digests, max_size=3),
        "notes": st.lists(texts, max_size=3),
        "superseded": st.just(True),
    },
)
# `extra` parameters are whatever JSON a client sent.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
params = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2),
        "maxTokens": st.integers(1, 2**70),
        "system": texts,
        "seed": st.integers(),
        "topP": st.floats(0.1, 1),
        "stop": st.lists(texts, max_size=3),
        "logitBias": json_values,
    },
).map(Params.model_validate)
sources = st.lists(
    st.builds(Source, pane_id=texts, message_id=texts, model=texts, status=statuses), max_size=3
)


@ON_ONE_DATABASE
@given(values=fields)
async def test_a_message_comes_back_with_every_field(history, story, values) -> None:
    a = story()
    message = a.message(a.panes[0], **values)

    await history.begin_run(RunStart(a.run_id, a.session, [message]))

    assert await history.message(message.id) == message


@ON_ONE_DATABASE
@given(values=fields)
async def test_an_answer_that_ends_comes_back_with_every_field(history, story, values) -> None:
    a = story()
    await history.begin_run(a.start)
    values.pop("superseded", None)
    end = Message.model_validate({**a.message(a.panes[0], **values).to_wire(), "id": a.answer.id})

    await history.record([AnswerEnd(end)])

    assert await history.message(end.id) == end


@ON_ONE_DATABASE
@given(
    pane_values=st.fixed_dictionaries(
        {
            "title": texts,
            "params": params,
            "sources": sources,
            "type": st.sampled_from(["chat", "summary", "merge"]),
        }
    ),
    title=texts,
    tags=st.lists(texts, max_size=3),
)
async def test_a_session_comes_back_with_every_field(
    history, story, pane_values, title, tags
) -> None:
    a = story(tags=tags)
    a.panes = [a.panes[0].model_copy(update=pane_values)]
    session = a.session.model_copy(update={"title": title})

    await history.begin_run(RunStart(a.run_id, session, []))

    assert await history.session(session.id) == session
    assert await history.pane(a.panes[0].id) == a.panes[0]


async def test_half_a_surrogate_pair_is_stored_as_the_replacement_character(history, story) -> None:
    a = story()
    odd = a.message(a.panes[0], content="a\ud800b", finish_reason="\udfff", notes=["\ud83d\ude00"])

    await history.begin_run(RunStart(a.run_id, a.session, [odd]))

    found = await history.message(odd.id)
    assert (found.content, found.finish_reason, found.notes) == ("a\ufffdb", "\ufffd", ["😀"])


async def test_an_integer_beyond_64_bits_is_stored_as_the_nearest_that_fits(history, story) -> None:
    a = story()
    await history.begin_run(a.start)

    await history.record([AnswerEnd(a.ended("x", usage=Usage(output_tokens=10**40)))])

    usage = (await history.message(a.answer.id)).usage
    assert usage is not None
    assert usage.output_tokens == 2**63 - 1


def test_values_are_kept_under_the_names_of_the_wire() -> None:
    source = Source(pane_id="P", message_id="M", model="x/y", status="complete")
    assert json_of(None) is None
    assert json.loads(json_of([source]) or "") == [source.to_wire()]
    assert json.loads(json_of(Usage(input_tokens=1)) or "")["inputTokens"] == 1
