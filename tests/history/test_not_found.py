"""What is said of an id that names nothing, and of a session that was deleted meanwhile."""

from collections.abc import Awaitable

import pytest

from antiphon.engine.ports import AnswerEnd, RunStart
from antiphon.history.conversations.unknown_ids import _SHORTEST
from antiphon.history.not_found import shown
from antiphon.model.failure import AntiphonError, Failure
from antiphon.model.values.ids import new_id


async def refused(read: Awaitable[object]) -> Failure:
    with pytest.raises(AntiphonError) as caught:
        await read
    assert caught.value.failure.kind == "not_found"
    return caught.value.failure


async def test_the_id_is_named_and_where_to_look(history) -> None:
    wanted = new_id()
    for read, kind, command in (
        (history.session(wanted), "session", "antiphon sessions"),
        (history.library.rename(wanted, "x"), "session", "antiphon sessions"),
        (history.library.tag(wanted, ["x"]), "session", "antiphon sessions"),
        (history.library.delete(wanted), "session", "antiphon sessions"),
        (history.pane(wanted), "pane", "antiphon show"),
        (history.message(wanted), "message", "antiphon show"),
    ):
        failure = await refused(read)
        assert failure.message == f"There is no {kind} {wanted}."
        assert command in failure.hint
        assert "Did you mean" not in failure.hint


async def test_a_mistyped_id_is_told_the_nearest(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    for read, wanted in (
        (history.session, a.session_id),
        (history.pane, a.panes[0].id),
        (history.message, a.answer.id),
    ):
        other = "X" if wanted[-3] != "X" else "Y"
        for mistyped in (wanted[:-3] + other + wanted[-2:], wanted.lower()):
            assert f"Did you mean {wanted}?" in (await refused(read(mistyped))).hint


async def test_a_mistyped_id_is_looked_for_among_those_that_were_used_last(history, story) -> None:
    old = story(updated_at="2001-01-01T00:00:00.000Z")
    await history.begin_run(old.start)
    # Not the last letter: an id that was made in the same moment may differ from it there alone.
    other = "X" if old.session_id[-3] != "X" else "Y"
    mistyped = old.session_id[:-3] + other + old.session_id[-2:]
    assert f"Did you mean {old.session_id}?" in (await refused(history.session(mistyped))).hint
    later = [(f"{number:026}", "t", "2002", "2002") for number in range(500)]
    insert = "INSERT INTO sessions (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)"

    await history.database.write(lambda database: database.executemany(insert, later))

    assert "Did you mean" not in (await refused(history.session(mistyped))).hint


async def test_the_beginning_of_one_id_names_it(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    # Of a session: the panes and messages of one moment have all but the last letters in common.
    hint = (await refused(history.session(a.session_id[:-2]))).hint
    assert f"Did you mean {a.session_id}?" in hint
    shortest = await refused(history.session(a.session_id[:_SHORTEST]))
    assert f"Did you mean {a.session_id}?" in shortest.hint
    assert (
        "Did you mean" not in (await refused(history.session(a.session_id[: _SHORTEST - 1]))).hint
    )


async def test_the_beginning_of_several_ids_names_none(history, story) -> None:
    for _ in range(2):
        await history.begin_run(story().start)
    sessions, _ = await history.sessions(limit=2)
    common = sessions[0].id[:6]
    assert sessions[1].id.startswith(common)
    assert "Did you mean" not in (await refused(history.session(common))).hint


async def test_the_id_of_something_else_is_recognised(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    hint = (await refused(history.session(a.panes[0].id))).hint
    assert hint.startswith("That is the id of a pane.")
    hint = (await refused(history.pane(a.session_id))).hint
    assert hint.startswith("That is the id of a session.")


@pytest.mark.parametrize(
    ("wanted", "as_shown"),
    [
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "'" + "x" * 40 + "…'"),
        ("", "''"),
        ("\x1b[2J\ud800", r"'\x1b[2J\ud800'"),
        ("x" * 1_000_000, "'" + "x" * 40 + "…'"),
    ],
)
async def test_what_is_no_id_is_escaped_and_cut(history, wanted, as_shown) -> None:
    assert shown(wanted) == as_shown
    assert (await refused(history.pane(wanted))).message == f"There is no pane {as_shown}."


async def test_a_run_does_not_bring_back_a_session_that_was_deleted_meanwhile(
    history, opened, story
) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("one")), AnswerEnd(a.ended("two", 1))])
    other = await opened()
    await other.library.delete(a.session_id)

    again = a.message(a.panes[0], role="assistant", status="streaming", run_id=new_id())
    only = a.session.model_copy(update={"panes": a.panes[:1]})
    failure = await refused(
        history.begin_run(RunStart(again.run_id, only, [again], [a.answer.id], session_exists=True))
    )

    assert a.session_id in failure.message
    assert "deleted meanwhile" in failure.message
    assert await history.sessions(limit=10) == ([], None)


async def test_messages_are_not_put_into_a_session_that_was_deleted_meanwhile(
    history, opened, story
) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("one"))])
    await (await opened()).library.delete(a.session_id)

    note = a.message(a.panes[0], run_id=None, content="Look at this.")
    failure = await refused(history.add_messages(a.session, [note]))

    assert "deleted meanwhile" in failure.message
    assert await history.sessions(limit=10) == ([], None)
