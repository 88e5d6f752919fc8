"""The list of kept pipelines, which SQLite writes as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports.pipelines import KeptPipeline
from antiphon.model.commands.pipelines.library import PipelineEntry, StepOutline
from antiphon.model.commands.prompts import PromptInput
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from antiphon.history.store import SqlHistory

ODD = 'a "quoted" \\ name\n\x00\x1f 🎼 {{x}}'


def kept(name: str, **fields: object) -> KeptPipeline:
    return KeptPipeline(id=new_id(), name=name, text="", sha256="0" * 64, **fields)  # type: ignore[arg-type]


async def test_a_list_has_every_field_letter_for_letter(history: SqlHistory):
    moment = "2026-11-30T12:00:00.000Z"
    inputs = [PromptInput(name="file", description=ODD, required=False)]
    steps = [StepOutline(id="ask", type="ask", needs=["first"])]
    fields = {"inputs": inputs, "steps": steps, "created_at": moment, "updated_at": moment}
    one = kept(ODD, description=ODD, **fields)
    await history.pipelines.put([one])
    [entry] = await history.pipelines.list()
    read = PipelineEntry.model_validate_json(entry)
    assert read == PipelineEntry(id=one.id, name=ODD, description=ODD, sha256=one.sha256, **fields)  # type: ignore[arg-type]


async def test_a_description_that_is_not_given_is_left_out(history: SqlHistory):
    await history.pipelines.put([kept("b"), kept("A"), kept("c", description="")])
    entries = await history.pipelines.list()
    read = [PipelineEntry.model_validate_json(entry) for entry in entries]
    assert [(each.name, each.description) for each in read] == [("A", None), ("b", None), ("c", "")]
    assert ["description" in entry for entry in entries] == [False, False, True]


async def test_a_row_that_is_not_json_is_an_error_and_no_broken_message(history: SqlHistory):
    await history.pipelines.put([kept("a")])
    broken = "UPDATE pipelines SET steps = '[{'"
    await history.database.write(lambda connection: connection.execute(broken))
    with pytest.raises(AntiphonError) as caught:
        await history.pipelines.list()
    assert caught.value.failure.kind == "storage"
