"""Copies a history into another database, and proves that it arrived.

Three passes. The first compares what both databases have: if something differs nothing is changed.
The second copies whole sessions, some at a time, each time as one transaction: it can be killed at
any moment, and the next copy goes on. The third reads the target again, and compares counts and
digests. The source is read in one snapshot, so it may be in use; so may the target.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from antiphon.history.copying.batches import MOST_MESSAGES, add_session, divide
from antiphon.history.copying.digests import Digests, digest_session
from antiphon.history.copying.refusals import conflict_error, difference_error
from antiphon.history.copying.rows import (
    is_earlier,
    list_running,
    list_sessions,
    read_homeless,
    read_loose,
    read_sessions,
    read_spending,
)
from antiphon.history.copying.tables import LOOSE, SPENDING
from antiphon.history.copying.writes import (
    differing,
    known_sessions,
    sessions_of,
    store_loose,
    store_sessions,
    store_spending,
)
from antiphon.model.commands.history_copy import CopiedTable, CopyReport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

    from antiphon.history.copying.batches import Batch
    from antiphon.history.copying.endpoints import Source, Target
    from antiphon.history.copying.rows import SessionRows, Values
    from antiphon.history.sql.connection import Connection
    from antiphon.model.commands.history_copy import CopyPhase

T = TypeVar("T")

_PAGE: Final = 500
_IS_EMPTY: Final = """
    SELECT NOT EXISTS (SELECT 1 FROM sessions) AND NOT EXISTS (SELECT 1 FROM spending)
"""
_WRONG_DAYS: Final = """
    SELECT count(*) FROM (
      SELECT owner, day, model, sum(cost), sum(held), sum(requests) FROM spending_figures
      GROUP BY owner, day, model
      EXCEPT SELECT owner, day, model, cost, held, requests FROM spending_days
    ) AS wrong
"""


class Copy:
    """One copy from a snapshot to a database."""

    def __init__(
        self,
        source: Source,
        target: Target,
        report: Callable[[CopyPhase, int, int], None],
        *,
        replace: bool = False,
        with_running: bool = False,
        batch_messages: int = MOST_MESSAGES,
    ) -> None:
        self._source = source
        self._target = target
        self._report = report
        self._replace = replace
        self._with_running = with_running
        self._running = 0
        self._batch_messages = batch_messages
        self._batches: list[Batch] = []
        self._rest = Digests()

    async def compare(self) -> None:
        """Finds out what is to be copied.

        Raises `AntiphonError` (`conflict`) if the target has some of it with other values, unless
        they are to be replaced.
        """
        sessions = await self._source.read(list_sessions)
        if not self._with_running:
            # Their ends would differ: the target's servers would end them as interrupted.
            running = await self._source.read(list_running)
            self._running = len(running)
            sessions = [session for session in sessions if session.id not in running]
        self._batches = [*divide(sessions, self._batch_messages)]
        if await self._target.read_whole(_is_empty):
            for batch in self._batches:
                batch.missing = batch.ids
        else:
            await self._each("compare", self._compare)
        problems = [each for batch in self._batches for each in batch.different]
        async for rows in self._homeless():
            here = await self._target.read_whole(partial(read_spending, sessions=sessions_of(rows)))
            problems += [f"the cost of {row[0]}" for row in rows if here.get(row[0], row) != row]
        for table in LOOSE:
            read = partial(read_loose, table=table)
            found = await self._source.read(read)
            keys = differing(table, found, await self._target.read_whole(read))
            problems += [f"{table.name} {'/'.join(key)}" for key in keys]
        if problems and not self._replace:
            raise conflict_error(problems)

    async def carry_out(self) -> None:
        """Copies what is missing. Each batch is there as a whole, or not at all."""
        await self._each("copy", self._copy)
        async for rows in self._homeless():
            work = partial(store_spending, rows=rows, replace=self._replace)
            await self._target.write(work)
        for table in LOOSE:
            rows = await self._source.read(partial(read_loose, table=table))
            work = partial(store_loose, table=table, rows=rows, replace=self._replace)
            await self._target.write(work, durable=True)
            self._rest.add_rows(table.name, _proof(table.key, table.is_fact, rows.values()))

    async def verify(self) -> None:
        """Reads the target again. Raises `AntiphonError` (`storage`) if it is not the same."""
        await self._each("verify", self._verify)
        there = Digests()
        async for rows in self._homeless():
            self._rest.add_rows(SPENDING.name, rows)
            wanted = {row[0] for row in rows}
            here = await self._target.read_whole(partial(read_spending, sessions=sessions_of(rows)))
            there.add_rows(SPENDING.name, (row for key, row in here.items() if key in wanted))
        for table in LOOSE:
            read = partial(read_loose, table=table)
            wanted_keys = await self._source.read(read)
            found = await self._target.read_whole(read)
            rows = [row for key, row in found.items() if key in wanted_keys]
            there.add_rows(table.name, _proof(table.key, table.is_fact, rows))
        wrong = self._rest.different_tables(there)
        if wrong:
            raise difference_error(wrong)
        if await self._target.read_whole(_count_wrong_days):
            raise difference_error(["spending_days"])

    def summarize(self, *, dry_run: bool = False) -> CopyReport:
        """Returns what was copied, or would be."""
        total = Digests()
        for batch in self._batches:
            total.add(batch.digests)
        total.add(self._rest)
        sizes = {each.id: each.messages for batch in self._batches for each in batch.sessions}
        missing = [each for batch in self._batches for each in batch.missing]
        earlier = [each for batch in self._batches for each in batch.earlier]
        different = [each for batch in self._batches for each in batch.different]
        copied = [*missing, *earlier, *different]
        return CopyReport(
            dry_run=dry_run,
            sessions=len(missing),
            messages=sum(sizes[each] for each in copied),
            updated=len(earlier),
            replaced=len(different),
            skipped=len(sizes) - len(copied),
            running=self._running,
            tables=None
            if dry_run
            else [
                CopiedTable(name=name, rows=count, digest=digest)
                for name, (count, digest) in total.as_table().items()
            ],
            digest=None if dry_run else total.hex,
        )

    async def _each(self, phase: CopyPhase, work: Callable[[Batch], Awaitable[None]]) -> None:
        done, total = 0, sum(batch.messages for batch in self._batches)
        self._report(phase, done, total)
        for batch in self._batches:
            await work(batch)
            done += batch.messages
            self._report(phase, done, total)

    async def _compare(self, batch: Batch) -> None:
        known = await self._target.read_whole(partial(known_sessions, ids=batch.ids))
        batch.missing = [each for each in batch.ids if each not in known]
        costs = await self._target.read_whole(partial(read_spending, sessions=batch.ids))
        if not known and not costs:
            return
        there = await self._target.read_whole(partial(read_sessions, ids=[*known]))
        for session_id, rows in (await self._read(batch.ids)).items():
            spent = any(costs.get(row[0], row) != row for row in rows.spending)
            if session_id not in known:
                if spent:
                    batch.missing.remove(session_id)
                    batch.different.append(session_id)
                continue
            other = there.get(session_id)
            if spent or other is None:
                batch.different.append(session_id)
            elif digest_session(other) != digest_session(rows):
                (batch.earlier if is_earlier(other, rows) else batch.different).append(session_id)
            else:
                add_session(batch.digests, rows)
                if any(row[0] not in costs for row in rows.spending):
                    batch.unpaid.append(session_id)

    async def _copy(self, batch: Batch) -> None:
        unpaid = await self._read(batch.unpaid) if batch.unpaid else {}
        costs = [row for rows in unpaid.values() for row in rows.spending]
        if costs:
            await self._target.write(partial(store_spending, rows=costs, replace=False))
        ids = [*batch.missing, *batch.earlier, *batch.different]
        if not ids:
            return
        found = await self._read(ids)
        rows = {each: found[each] for each in batch.ids if each in found}
        work = partial(
            store_sessions,
            sessions=rows,
            replaced=frozenset((*batch.earlier, *batch.different)),
            replace=bool(batch.different),
        )
        await self._target.write(work, indexes=True)
        for each in rows.values():
            add_session(batch.digests, each)

    async def _verify(self, batch: Batch) -> None:
        there = Digests()
        found = await self._target.read_whole(partial(read_sessions, ids=batch.ids))
        for rows in found.values():
            add_session(there, rows)
        wrong = batch.digests.different_tables(there)
        if wrong == [SPENDING.name]:
            # A session that was replaced may have cost more here than at the source.
            here = {row[0]: row for rows in found.values() for row in rows.spending}
            source = await self._read(batch.ids)
            rows = [row for each in source.values() for row in each.spending]
            wrong = [SPENDING.name] if any(here.get(row[0]) != row for row in rows) else []
        if wrong:
            raise difference_error(wrong)

    async def _read(self, ids: Sequence[str]) -> dict[str, SessionRows]:
        return await self._source.read(partial(read_sessions, ids=ids))

    async def _homeless(self) -> AsyncIterator[list[Values]]:
        after = 0
        while True:
            read = partial(read_homeless, after=after, limit=_PAGE)
            rows, after = await self._source.read(read)
            if not rows:
                return
            yield rows


async def copy_history(
    source: Source,
    target: Target,
    report: Callable[[CopyPhase, int, int], None],
    *,
    replace: bool = False,
    dry_run: bool = False,
    with_running: bool = False,
    batch_messages: int = MOST_MESSAGES,
) -> CopyReport:
    """Copies everything that is missing in `target`, and checks that it arrived.

    Sessions with a running answer are left out, unless `with_running`: for a new database.
    `report` is called with a phase, the messages that it is done with, and how many there are.
    Raises `AntiphonError`: `conflict` if something is there with other values, and nothing was
    changed then; `storage` if a database cannot be used, or the copy is not the same.
    """
    copy = Copy(
        source,
        target,
        report,
        replace=replace,
        with_running=with_running,
        batch_messages=batch_messages,
    )
    await copy.compare()
    if not dry_run:
        await copy.carry_out()
        await copy.verify()
    return copy.summarize(dry_run=dry_run)


def _proof(key: int, is_fact: bool, rows: Iterable[Values]) -> Iterable[Values]:
    """Returns what of rows must be equal: of a fact, that it is known."""
    return (row[:key] for row in rows) if is_fact else rows


def _is_empty(connection: Connection) -> bool:
    return bool(connection.execute(_IS_EMPTY).fetchone()[0])


def _count_wrong_days(connection: Connection) -> int:
    return connection.execute(_WRONG_DAYS).fetchone()[0]
