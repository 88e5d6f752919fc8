"""Which sessions are idle, and which began at a time."""

from __future__ import annotations

from antiphon.engine.ports import AnswerEnd

MOMENTS = [f"2026-01-0{day}T00:00:00.000Z" for day in (1, 2, 3)]


async def test_idle_sessions_come_longest_idle_first_and_not_those_of_the_time_itself(
    history, story
) -> None:
    stories = {moment: story(updated_at=moment) for moment in reversed(MOMENTS)}
    for a in stories.values():
        await history.begin_run(a.start)

    idle = await history.library.idle_ids(MOMENTS[2])

    assert idle == [stories[moment].session_id for moment in MOMENTS[:2]]


async def test_a_session_that_was_used_at_the_time_itself_is_not_deleted_for_its_age(
    history, story
) -> None:
    a = story(updated_at=MOMENTS[1])
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("x"))])

    assert not await history.library.delete(a.session_id, idle_since=MOMENTS[1])
    assert await history.library.delete(a.session_id, idle_since=MOMENTS[2])


async def test_sessions_are_found_by_when_they_began_however_they_were_used_since(
    history, story
) -> None:
    a, b = story(updated_at=MOMENTS[0]), story(updated_at=MOMENTS[1])
    for each in (a, b):
        await history.begin_run(each.start)
    used = a.session.model_copy(update={"updated_at": MOMENTS[1]})
    await history.add_messages(used, [])

    assert await history.library.list_created_at(MOMENTS[0]) == [a.session_id]
    assert await history.library.list_created_at(MOMENTS[1]) == [b.session_id]
