"""What a run will do is worked out before anything is stored or sent."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from antiphon.engine.document.render import end_position, render
from antiphon.engine.planning.plan import Prompt, RunPlan, plan_again, plan_question
from antiphon.engine.planning.prompt_context import PromptContext
from antiphon.engine.ports import ChatTurn
from antiphon.model.conversation.message import ContextDigest, Message
from antiphon.model.conversation.session import Pane, Params, Session
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller

RUN = new_id()
TEXT = "print()"
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
BRIEF = PromptContext(
    [ContextDigest(label="a.py", uri="file:///a.py", sha256=SHA, bytes=7)], {SHA: TEXT}
)
NO_BRIEF = PromptContext([], {})


def pane(**params) -> Pane:
    return Pane(
        id=new_id(),
        session_id=new_id(),
        model="router/meta/llama",
        title="t",
        uri="antiphon:/x",
        params=Params.model_validate(params),
        created_at="now",
    )


def message(role: str, content: str, **more) -> Message:
    return Message(
        id=new_id(),
        pane_id="P",
        role=role,
        content=content,
        status="complete",
        created_at="now",
        **more,
    )


def ask(text: str = "Why?", before=(), system=None, brief=NO_BRIEF, texts=None, **params):
    prompt = Prompt(text, system, brief)
    return plan_question(RUN, pane(**params), before, texts or {}, prompt, connect_timeout_s=2.5)


def test_the_provider_is_sent_the_models_own_name_and_the_time_to_connect():
    plan = ask()
    assert (plan.provider, plan.request.model) == ("router", "meta/llama")
    assert plan.request.connect_timeout_s == 2.5


def test_parameters_go_to_the_provider_by_neutral_names_and_the_system_prompt_as_a_turn():
    plan = ask(system="Be brief.", maxTokens=5, temperature=0, topK=3, system_="x")
    assert plan.request.params == {"max_tokens": 5, "temperature": 0, "topK": 3, "system_": "x"}
    assert "system" not in ask(system="a").request.params


def test_a_pane_gains_the_prompt_and_an_empty_answer_of_its_model():
    plan = ask()
    (question,) = plan.opening
    assert (question.role, question.content, question.status) == ("user", "Why?", "complete")
    assert (plan.answer.role, plan.answer.content) == ("assistant", "")
    assert (plan.answer.status, plan.answer.model) == ("streaming", "router/meta/llama")
    assert {question.run_id, plan.answer.run_id} == {RUN}
    assert {question.pane_id, plan.answer.pane_id} == {plan.pane.id}
    assert plan.cut_from is None
    assert question.id < plan.answer.id


def test_the_panes_own_history_is_sent_before_the_prompt():
    before = [message("user", "Hi"), message("assistant", "Yo")]
    plan = ask(before=before)
    assert list(plan.request.turns) == [
        ChatTurn("user", "Hi"),
        ChatTurn("assistant", "Yo"),
        ChatTurn("user", "Why?"),
    ]
    assert plan.before == tuple(before)


def test_a_system_prompt_is_added_once_and_again_only_where_it_changed():
    first = ask(system="Be brief.")
    assert [each.role for each in first.opening] == ["system", "user"]
    same = ask(system="Be brief.", before=first.opening)
    assert [each.role for each in same.opening] == ["user"]
    other = ask(system="Be long.", before=first.opening)
    assert [each.content for each in other.opening] == ["Be long.", "Why?"]
    assert other.request.turns[0] == ChatTurn("system", "Be long.")
    silent = ask(system=None, before=first.opening)
    assert silent.request.turns[0] == ChatTurn("system", "Be brief.")


def test_context_is_sent_with_the_prompt_and_kept_out_of_its_content():
    plan = ask(brief=BRIEF)
    assert plan.opening[0].content == "Why?"
    assert plan.opening[0].context == BRIEF.digests
    assert plan.request.turns[-1].content == "Context: a.py\n\n```\nprint()\n```\n\nWhy?"
    assert ask().opening[0].context is None


def test_context_of_earlier_prompts_is_sent_again():
    before = [message("user", "What?", context=BRIEF.digests), message("assistant", "This.")]
    plan = ask(before=before, texts=BRIEF.texts)
    assert "print()" in plan.request.turns[0].content


def test_what_is_sent_is_what_is_counted():
    assert ask("x" * 400).input_tokens - ask("x" * 40).input_tokens == 90
    assert ask(brief=BRIEF).input_tokens > ask().input_tokens


def test_asking_again_leaves_the_old_answer_out_and_cuts_the_document_before_it():
    messages = [message("user", "H😀"), message("assistant", "old")]
    again = plan_again(RUN, pane(), messages, {}, system=None, connect_timeout_s=1)
    assert list(again.request.turns) == [ChatTurn("user", "H😀")]
    assert again.opening == ()
    assert again.replaced == messages[-1]
    assert again.cut_from == end_position(render(messages[:1]))
    assert again.answer.id != messages[-1].id


def test_asking_again_with_another_system_prompt_adds_it_and_sends_it_first():
    before = [message("system", "Old."), message("user", "Hi")]
    messages = [*before, message("assistant", "old")]
    again = plan_again(RUN, pane(), messages, {}, system="New.", connect_timeout_s=1)
    assert [each.content for each in again.opening] == ["New."]
    assert list(again.request.turns) == [ChatTurn("system", "New."), ChatTurn("user", "Hi")]
    same = plan_again(RUN, pane(), messages, {}, system="Old.", connect_timeout_s=1)
    assert same.opening == ()


def test_a_run_stores_every_new_message_before_it_begins():
    first, second = ask(brief=BRIEF), ask(system="Be brief.")
    session = Session(id="S", title="t", created_at="now", updated_at="now")
    start = RunPlan(RUN, session, (first, second), BRIEF.texts).start()
    assert start.messages == [*first.opening, first.answer, *second.opening, second.answer]
    assert start.superseded == []
    assert start.contexts == {SHA: TEXT}
    messages = [message("user", "a"), message("assistant", "b")]
    again = plan_again(RUN, pane(), messages, {}, system=None, connect_timeout_s=1)
    assert RunPlan(RUN, session, (again,), {}).start().superseded == [messages[-1].id]


async def turns_of(
    harness: EngineHarness, caller: FakeCaller, count: int, **params
) -> list[ChatTurn]:
    """What `script/a` is sent by its `count`-th request."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(harness.broadcast(caller, **params))
        stream = await harness.providers.opened("a", count)
        stream.text("Yo")
        stream.finish()
    return list(stream.request.turns)


async def test_a_models_own_system_prompt_stands_over_the_general_one(
    harness: EngineHarness, caller: FakeCaller
):
    model = {"model": "script/a", "params": {"system": "Own."}}
    turns = await turns_of(harness, caller, 1, models=[model], system="General.")
    assert turns[0] == ChatTurn("system", "Own.")


async def test_a_follow_up_never_changes_the_system_prompt_by_itself(
    harness: EngineHarness, caller: FakeCaller
):
    model = {"model": "script/a", "params": {"system": "Own."}}
    first = await turns_of(harness, caller, 1, models=[model], system="General.")
    (pane_id,) = caller.sink.reducer.texts
    second = await turns_of(harness, caller, 2, paneIds=[pane_id])
    assert second[0] == first[0]


async def test_an_answer_is_asked_for_again_with_the_system_prompt_that_is_given(
    harness: EngineHarness, caller: FakeCaller
):
    await turns_of(harness, caller, 1, models=["script/a"], system="Old.")
    (pane_id,) = caller.sink.reducer.texts
    answer = (await harness.shown.messages(pane_id))[-1]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(
            harness.regenerate(caller, messageId=answer.id, params={"system": "New."})
        )
        stream = await harness.providers.opened("a", 2)
        stream.finish()
    assert stream.request.turns[0] == ChatTurn("system", "New.")
