"""A history that has something in every table, and everything that a database holds."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import asyncpg

from antiphon.engine.ports import AnswerEnd, Attempt, RunStart, TextChunk
from antiphon.engine.ports.ledger import BudgetLimit, Reservation, ReservedAmount, SpendingScope
from antiphon.engine.ports.pipelines import KeptComparison, KeptPipeline, KeptRun
from antiphon.history.postgresql.nul import with_nul
from antiphon.history.sqlite.driver.connection import connect
from antiphon.model.commands.pipelines.results import StepResult
from antiphon.model.conversation.message import ContextDigest, Message, Provenance
from antiphon.model.conversation.session import Pane, Session, Source
from antiphon.model.failure import Failure
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.store import SqlHistory

_BUDGET = BudgetLimit("month", 10**15, 1, blocks=True)
TABLES = (
    "sessions", "session_tags", "session_shares", "session_comparisons", "panes", "runs",
    "messages", "attempts", "contexts", "context_uses", "chunks", "pipelines",
    "pipeline_approvals", "pipeline_runs", "pipeline_run_steps", "spending", "spending_days",
    "budget_warnings",
)  # fmt: skip


async def add_session(
    history: SqlHistory,
    text: str = "A word",
    *,
    number: int = 1,  # of the tokens of a message that costs nothing
    panes: int = 2,
    ends: bool = True,
) -> Session:
    """Adds a session whose panes are prompted and answer, and all that can belong to one."""
    session_id, run_id, moment = new_id(), new_id(), now()
    made = [
        Pane(
            id=new_id(),
            session_id=session_id,
            model=f"demo/{place}",
            title=f"{text}{place}",
            uri="antiphon:/",
            created_at=moment,
            sources=[Source(pane_id=new_id(), message_id=new_id(), model=text, status="complete")],
        )
        for place in range(panes)
    ]
    session = Session(
        id=session_id,
        title=text,
        created_at=moment,
        updated_at=moment,
        panes=made,
        tags=["a", text],
    )
    context = f"{text} of a file"
    digest = hashlib.sha256(context.encode("utf-8", "replace")).hexdigest()
    item = ContextDigest(label=text, uri="file:///a", sha256=digest, bytes=len(context))

    def message(pane: Pane, role: str, **values: Any) -> Message:
        start = {"id": new_id(), "pane_id": pane.id, "run_id": run_id, "role": role}
        rest = {"content": text, "status": "complete", "created_at": moment}
        return Message.model_validate({**start, **rest, **values})

    prompts = [message(pane, "user", context=[item], notes=[text]) for pane in made]
    answers = [
        message(pane, "assistant", content="", status="streaming", model=pane.model)
        for pane in made
    ]
    amounts = [ReservedAmount(each.id, each.pane_id, "demo", "demo/0", 7) for each in answers]
    scope = SpendingScope(moment, run_id, session_id)
    reservation = Reservation(scope, amounts, [_BUDGET], confirmed=True)
    messages = [each for pair in zip(prompts, answers, strict=True) for each in pair]
    start = RunStart(run_id, session, messages, contexts={digest: context}, reservation=reservation)
    await history.begin_run(start)
    for answer in answers:
        usage = Usage(input_tokens=1, output_tokens=2, source="estimated")
        await history.record(
            [
                Attempt(answer.id, 1, "rate_limited", usage, Cost(amount="0.1", source="priced")),
                TextChunk(answer.id, text),
                TextChunk(answer.id, "", is_reasoning=True),
                TextChunk(answer.id, text, is_reasoning=True),
            ]
        )
    if ends:
        await history.record([_end(each, text) for each in answers])
        origin = Provenance(
            session_id=session_id, pane_id=made[0].id, message_id=answers[0].id, model="demo/0",
            via="sendTo", transferred_at=moment, note=text,
        )  # fmt: skip
        usage = Usage(input_tokens=number, cache_write_tokens=number, source="provider")
        sent = message(made[-1], "user", provenance=origin, run_id=None, usage=usage)
        await history.add_messages(session, [sent])
    await _add_records(history, session, answers, text)
    return session


def _end(answer: Message, text: str) -> AnswerEnd:
    return AnswerEnd(
        answer.model_copy(
            update={
                "content": text * 3,
                "reasoning": text,
                "status": "complete",
                "usage": Usage(input_tokens=3, cached_input_tokens=0, source="provider"),
                "cost": Cost(amount="0.000000000000000000000001", source="priced"),
                "latency": Latency(queued_ms=1, ttft_ms=2, total_ms=4, tokens_per_second=0.1),
                "error": Failure.of("interrupted", text),
                "answered_by": text,
                "finish_reason": "stop",
            }
        )
    )


async def _add_records(
    history: SqlHistory, session: Session, answers: list[Message], text: str
) -> None:
    ids = [answer.id for answer in answers]
    await history.library.share(session.id, ["*", "bob"])
    await history.pipelines.add_comparison(
        KeptComparison(
            id=new_id(), session_id=session.id, type="compare", message_ids=ids, granularity="word"
        )
    )
    steps = [
        StepResult(id=name, type="ask", status="complete", message_ids=ids) for name in ("b", "a")
    ]
    run = KeptRun(
        id=new_id(),
        session_id=session.id,
        text=text,
        created_at=session.created_at,
        pipeline_id="p",
        inputs={"text": text},
        steps=steps,
    )
    await history.pipelines.begin_run(run)


async def add_loose(history: SqlHistory, text: str = "A word") -> None:
    """Adds what belongs to no session: a pipeline, an approval, a warning, a deleted cost."""
    kept = KeptPipeline(id=new_id(), name=text, text=text, sha256="0" * 64, description=text)
    await history.pipelines.put([kept])
    await history.pipelines.approve(["0" * 64])
    await history.ledger.crossings([_BUDGET], SpendingScope(now()))
    gone = await add_session(history, text, panes=1)
    await history.library.delete(gone.id)


def read_everything(location: Path | str) -> dict[str, list[dict[str, Any]]]:
    """Reads every table, with ids instead of the numbers that the database gave."""
    if "://" in str(location):
        with ThreadPoolExecutor(1) as pool:  # a loop may be running here
            return _read_tables(pool.submit(asyncio.run, _fetch_all(str(location))).result())
    with closing(sqlite3.connect(location)) as connection:
        connection.row_factory = sqlite3.Row
        return _read_tables(
            {
                name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]
                for name in TABLES
            }
        )


def run_statement(location: Path | str, statement: str) -> None:
    """Changes a database from outside."""
    if "://" in str(location):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, _execute(str(location), statement)).result()
        return
    with closing(connect(location)) as connection:
        connection.execute(statement)


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _fetch_all(url: str) -> dict[str, list[dict[str, Any]]]:
    connection = await asyncpg.connect(url)
    try:
        return {
            name: [
                {
                    column: with_nul(value) if isinstance(value, str) else value
                    for column, value in row.items()
                    if column not in {"words", "rowid"}
                }
                for row in await connection.fetch(f"SELECT * FROM {name}")
            ]
            for name in TABLES
        }
    finally:
        await connection.close()


def _read_tables(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    ids = {row["number"]: row["id"] for row in found["messages"]}
    for name, rows in found.items():
        if name in {"panes", "messages"}:
            rows.sort(key=itemgetter("number"))
        if name in {"panes", "messages", "spending"}:
            for row in rows:
                del row["number"]
        for row in rows:
            if "message" in row:
                row["message"] = ids[row["message"]]
        if name not in {"panes", "messages"}:
            rows.sort(key=lambda row: repr(sorted(row.items())))
    return found
