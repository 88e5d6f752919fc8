"""The matrix of faults and adapters: what every adapter is put through, and how a cell is written.

A column is one adapter; its golden file holds, for each scenario of the fault server, the state in
which the answer ends, the deltas (neighbouring texts joined), the failure and the number of
requests. `ANTIPHON_WRITE_GOLDEN=1 pytest …` writes it anew; read the difference.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import traceback
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio

from antiphon.engine.ports.deltas import (
    Connected,
    Delta,
    Finished,
    Note,
    RateLimitRemaining,
    Reasoning,
    Resent,
    Text,
    UsageReport,
)
from support.faults.scenarios import names_in
from support.providers.stream_reading import Seen, consume, request_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from antiphon.providers.adapter import Adapter
    from support.faults.client import FaultServer
    from support.faults.dialects import Dialect

WRITE = bool(os.environ.get("ANTIPHON_WRITE_GOLDEN"))
ENDLESS = {"stall-headers", "stall-first", "stall-mid", "keepalive-only"}
"""Time limits are the engine's: these are for `cancelled_at`."""
PROMPT = "a prompt of 7 words: this one"
_BASE = "base"
CANARY = "canary-0123456789-Zz"
"""The key that is used throughout, and that must never come back."""


def faults(dialect: Dialect) -> list[str]:
    """The rows of the table, in order."""
    return sorted((names_in(dialect) | {"flood-50", "no-such-model"}) - ENDLESS)


@dataclass
class Golden:
    """One column's table: one case a line, and only what differs from the table in `base`.

    It is written if `WRITE` is set, and then holds what came.
    """

    path: Path
    rows: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not WRITE:
            self.rows = read_golden(self.path)

    def check(self, name: str, row: dict[str, Any]) -> None:
        """Fails if a row is not as it is written."""
        if WRITE:
            self.rows[name] = row
        assert row == self.rows.get(name)

    def close(self) -> None:
        """Writes what came."""
        if WRITE:
            write_golden(self.path, self.rows)


def read_golden(path: Path) -> dict[str, Any]:
    """Returns every case of a table, those of its base included."""
    own: dict[str, Any] = json.loads(path.read_text("utf-8"))
    base = own.pop(_BASE, None)
    cases = read_golden(path.parent / base) if base is not None else {}
    cases.update(own)
    return {name: case for name, case in cases.items() if case is not None}


def write_golden(path: Path, rows: dict[str, Any]) -> None:
    """Writes the cases that differ from the base; `null` is a case that only the base has."""
    base = json.loads(path.read_text("utf-8")).get(_BASE) if path.exists() else None
    shared = read_golden(path.parent / base) if base is not None else {}
    missing = dict.fromkeys(shared.keys() - rows.keys())
    own = missing | {name: row for name, row in rows.items() if row != shared.get(name)}
    cases = ([(_BASE, base)] if base is not None else []) + sorted(own.items())
    lines = [f"{json.dumps(name)}: {json.dumps(case, ensure_ascii=False)}" for name, case in cases]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


async def played(adapter: Adapter, name: str, server: FaultServer) -> Seen:
    """What an adapter makes of a scenario that ends by itself."""

    async def open_gate(delta: Delta) -> None:
        if name == "rst" and isinstance(delta, Text):
            await asyncio.to_thread(server.wait_held)
            server.release()

    return await consume(adapter, request_for(name, PROMPT), open_gate)


def row_of(seen: Seen, server: FaultServer) -> dict[str, Any]:
    """A cell as the table has it; addresses of this run are replaced by their names."""
    requests = server.requests()
    assert all(request["port"] == "plain" for request in requests)
    deltas: list[Delta] = []
    for delta in seen.deltas:
        if deltas and isinstance(delta, Text) and isinstance(deltas[-1], Text):
            delta = Text(deltas.pop().text + delta.text)  # noqa: PLW2901 - joined with the last
        deltas.append(delta)
    row: dict[str, Any] = {"state": state_of(seen), "deltas": [shown(delta) for delta in deltas]}
    if seen.error is not None:
        failure = seen.error.failure.to_wire()
        row["failure"] = {key: failure[key] for key in failure if key not in {"hint", "provider"}}
        row["failure"]["waitHint"] = seen.error.wait_hint
    row["requests"] = len(requests)
    text = json.dumps(row, ensure_ascii=False)
    for known, name in ((server.origin, "ORIGIN"), (server.sink_origin, "SINK")):
        text = text.replace(known, name)
    return json.loads(text)


def state_of(seen: Seen) -> str:
    """The state that the engine gives an answer which ends so and is not asked for again."""
    if seen.finished is not None and (seen.error is None or seen.is_over):
        return seen.finished.outcome
    return "interrupted" if seen.text else "failed"


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
        case UsageReport(u):
            return (
                f"usage: {u.input_tokens} in, {u.cached_input_tokens} cached, "
                f"{u.output_tokens} out, {u.reasoning_tokens} reasoning"
            )
        case Finished(reason, outcome):
            return f"finished: {reason}, {outcome}"
        case Note(note):
            return f"noted: {note}"
        case RateLimitRemaining(of, remaining, reset_s):
            return f"allowance: {remaining} {of}, whole in {reset_s:g} s"
        case Resent():
            return "sent again"


def everything_told(seen: Seen) -> str:
    """Every text in which a secret could leave with an answer or its failure."""
    told = repr(seen)
    problem: BaseException | None = seen.error
    while problem is not None:
        told += "".join(traceback.format_exception(problem)) + repr(problem.__dict__)
        problem = problem.__cause__ or problem.__context__
    return told


PHASES: dict[str, tuple[type[Delta] | None, str]] = {
    "stall-headers": (None, ""),
    "stall-first": (Connected, ""),
    "keepalive-only": (Connected, ""),
    "stall-mid": (Text, "Hello "),
    "gate-3-9": (Text, "t0 t1 t2 "),
}
"""Where a stream is left: before headers, before the first token, in the middle of its text."""


async def cancelled_at(model: str, adapter: Adapter, server: FaultServer) -> dict[str, Any]:
    """Leaves a stream in its phase: the text is kept, and the provider's socket closed."""
    last, text = PHASES[model]
    seen = Seen()
    there = anyio.Event()

    async def look(delta: Delta) -> None:
        seen.deltas.append(delta)
        if last is not None and isinstance(delta, last) and seen.text == text:
            there.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(consume, adapter, request_for(model), look)
        with anyio.fail_after(10):
            await asyncio.to_thread(server.wait_for, bool, model)
            if last is not None:
                await there.wait()
        tasks.cancel_scope.cancel()
    [request] = await asyncio.to_thread(server.wait_closed, 1, model)
    assert request["ended_by"] == "client"
    assert seen.text == text
    return request


@asynccontextmanager
async def nothing_left(adapter: Adapter) -> AsyncIterator[None]:
    """Closes the adapter at the end; then there are no more tasks and descriptors than before."""
    tasks, descriptors = len(asyncio.all_tasks()), _descriptors()
    yield
    await adapter.aclose()
    with anyio.fail_after(10):
        while len(asyncio.all_tasks()) > tasks or _descriptors() > descriptors:
            await anyio.sleep(0.01)  # a transport closes its socket in a later turn of the loop


def _descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0
