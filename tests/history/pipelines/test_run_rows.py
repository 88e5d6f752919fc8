"""The runs of pipelines, which any server on the file reads."""

from __future__ import annotations

from antiphon.engine.ports.pipelines import KeptRun
from antiphon.model.commands.pipelines.results import StepResult
from antiphon.model.values.ids import new_id
from antiphon.model.values.usage import Cost


def step(name: str, *answers: str, **fields: object) -> StepResult:
    given = {"status": "complete", **fields}
    return StepResult(id=name, type="ask", message_ids=[*answers], **given)  # type: ignore[arg-type]


async def test_a_run_of_one_server_is_listed_by_another(opened, story):
    writing, reading = await opened(), await opened()
    tale = story(2)
    await writing.begin_run(tale.start)
    first, second = (answer.id for answer in tale.answers)
    dear, free = Cost(amount="0.30", source="priced"), Cost(amount="0", source="priced")
    steps = [
        step("b", second, first, cost=dear),
        step("a", second, cost=free),
        step("waiting", status="waiting"),
    ]
    kept = KeptRun(
        id=new_id(),
        session_id=tale.session_id,
        text="",
        created_at=tale.updated_at,
        pipeline_id="p",
        inputs={"z": "1", "a": "2"},
        steps=steps,
    )
    await writing.pipelines.begin_run(kept)
    [run] = await reading.pipelines.runs("p", 20)
    assert (run.id, run.status, run.inputs) == (kept.id, "running", ["z", "a"])
    assert run.models == ["demo/model-1", "demo/model-0"]
    assert run.costs == [dear, free]
    assert await reading.pipelines.runs("q", 20) == []
