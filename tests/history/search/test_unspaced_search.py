"""Text without spaces is searched in a real database: new, ended twice and deleted."""

from __future__ import annotations

from antiphon.engine.ports import AnswerEnd, RunStart
from antiphon.model.commands.search import SearchParams
from antiphon.model.conversation.message import ContextDigest

SESSION, PANE = "01M82CNMBDQP1TWBM00F6WKZEK", "01M82CNMBDQP1TWBM00F6WKZEM"
CHINESE, KOREAN, ENGLISH = "用Python写一个脚本", "FastAPI를 배운다", "plain words"


async def find(history, query: str):
    return (await history.library.search(SearchParams(query=query))).hits


async def test_a_hit_within_a_run_has_its_line_and_its_highlights(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended(f"Ja.\n\n{CHINESE}、脚本。"))])

    [hit] = await find(history, "脚本")

    assert hit.line == 2
    assert hit.snippet == f"Ja. {CHINESE}、脚本。"
    assert [hit.snippet[start:end] for start, end in hit.highlights] == ["脚本", "脚本"]
    [hit] = await find(history, "python 本")
    assert [hit.snippet[start:end] for start, end in hit.highlights] == ["Python", "本", "本"]


async def test_names_of_context_are_broken_into_words_too(history, story) -> None:
    a = story()
    name = ContextDigest(label="문서/설정config.py", uri="file:///o", sha256="0" * 64, bytes=3)
    prompt = a.prompts[0].model_copy(update={"context": [name]})
    start = RunStart(a.run_id, a.session, [prompt, a.answer], contexts={"0" * 64: "abc"})
    await history.begin_run(start)

    [hit] = await find(history, "config")

    assert (hit.field, hit.snippet) == ("context", "문서/설정config.py")
    assert [hit.snippet[start:end] for start, end in hit.highlights] == ["config"]


async def test_an_unspaced_answer_that_ends_twice_leaves_nothing_behind(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended(CHINESE))])
    await history.record([AnswerEnd(a.ended(KOREAN))])

    assert await find(history, "脚本") == []
    assert len(await find(history, "FastAPI")) == 1
    assert (await history.upkeep.verify()).problems == []
    assert await history.library.delete(a.session_id)
    assert await find(history, "FastAPI") == []
    assert (await history.upkeep.verify()).problems == []
