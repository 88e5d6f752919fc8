"""Sessions with everything in them that there is, as the history could hold them."""

from __future__ import annotations

import hashlib

from hypothesis import strategies as st

from antiphon.model.conversation.message import ContextDigest, Message, Provenance, TextRange
from antiphon.model.conversation.session import Pane, Params, Session, Source
from antiphon.model.conversation.session_file import SessionFile
from antiphon.model.failure import Failure
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import pane_uri
from antiphon.model.values.usage import Cost, Latency, Usage

TIMES = st.integers(0, 999).map(lambda n: f"2026-01-01T00:00:00.{n:03d}Z")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
COUNTS = st.integers(0, 2**40)
USAGES = st.builds(Usage, input_tokens=COUNTS, output_tokens=COUNTS)
COSTS = st.builds(
    lambda cents: Cost(amount=f"0.{cents:06d}", source="priced"), st.integers(0, 999_999)
) | st.just(Cost())
LATENCIES = st.builds(Latency, queued_ms=COUNTS, ttft_ms=st.none() | COUNTS, total_ms=COUNTS)
ENDS = st.sampled_from(["complete", "truncated", "filtered", "cancelled", "interrupted", "failed"])


def digest_of(text: str) -> ContextDigest:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return ContextDigest(label=text[:10], uri="file:///a", sha256=sha256, bytes=len(text.encode()))


@st.composite
def session_files(draw) -> SessionFile:
    """A session of up to three panes whose messages refer to each other."""
    session_id = new_id()
    panes = [draw(_panes(session_id)) for _ in range(draw(st.integers(1, 3)))]
    runs = [new_id(), new_id()]
    messages: list[Message] = []
    contexts: dict[str, str] = {}
    for _ in range(draw(st.integers(0, 6))):
        texts = draw(st.none() | st.lists(TEXT, min_size=1, max_size=2))
        digests = None if texts is None else [digest_of(text) for text in texts]
        contexts.update({digest_of(text).sha256: text for text in texts or ()})
        pane = draw(st.sampled_from(panes))
        messages.append(draw(_messages(pane, runs, messages, digests)))
    sources = [
        Source(pane_id=m.pane_id, message_id=m.id, model="demo/a", status=m.status)
        for m in messages[:2]
    ]
    panes[-1] = panes[-1].model_copy(update={"sources": sources})
    session = Session(
        id=session_id,
        title=draw(TEXT),
        created_at=draw(TIMES),
        updated_at=draw(TIMES),
        panes=panes,
        tags=draw(st.lists(TEXT, unique=True, max_size=3)),
    )
    return SessionFile(session=session, messages=messages, contexts=contexts)


@st.composite
def _panes(draw, session_id: str) -> Pane:
    pane_id, title = new_id(), draw(TEXT)
    extra = draw(st.dictionaries(st.sampled_from(["tokensPerSecond", "topK"]), COUNTS))
    params = {"temperature": 0.5, "system": draw(TEXT), **extra}
    return Pane(
        id=pane_id,
        session_id=session_id,
        model=f"demo/{draw(TEXT)}",
        title=title,
        type=draw(st.sampled_from(["chat", "summary", "merge"])),
        uri=pane_uri(session_id, pane_id, "x"),
        params=Params.model_validate(params),
        created_at=draw(TIMES),
    )


@st.composite
def _messages(draw, pane: Pane, runs, before, digests) -> Message:
    return Message(
        id=new_id(),
        pane_id=pane.id,
        run_id=draw(st.none() | st.sampled_from(runs)),
        role=draw(st.sampled_from(["system", "user", "assistant"])),
        content=draw(TEXT),
        status=draw(ENDS),
        created_at=draw(TIMES),
        model=draw(st.none() | TEXT),
        usage=draw(st.none() | USAGES),
        cost=draw(st.none() | COSTS),
        latency=draw(st.none() | LATENCIES),
        finish_reason=draw(st.none() | TEXT),
        provenance=draw(st.none() | _provenances(before)),
        error=draw(st.none() | st.builds(Failure.of, st.just("network"), TEXT)),
        context=digests,
        notes=draw(st.none() | st.lists(TEXT, min_size=1, max_size=2)),
        superseded=draw(st.sampled_from([None, True])),
    )


@st.composite
def _provenances(draw, before) -> Provenance:
    known = [(message.pane_id, message.id) for message in before]
    pane_id, message_id = draw(st.sampled_from([*known, (new_id(), new_id())]))
    return Provenance(
        session_id=new_id(),
        pane_id=pane_id,
        message_id=message_id,
        model="demo/a",
        range=draw(st.none() | st.just(TextRange(start=1, end=2))),
        via="sendTo",
        transferred_at=draw(TIMES),
        note=draw(st.none() | TEXT),
    )
