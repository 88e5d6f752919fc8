"""Keeping pipelines: saving, listing, renaming, copying, sharing, approving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.json import encode

from antiphon.engine.pipelines.sharing import PipelineImporter
from antiphon.engine.pipelines.source.write import hash_text
from antiphon.model.commands.pipelines.library import (
    PipelineDuplicateParams,
    PipelineExportParams,
    PipelineIdParams,
    PipelineImportParams,
    PipelineListResult,
    PipelineRenameParams,
    PipelineSaveParams,
)
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from antiphon.model.commands.pipelines.library import PipelineSource
    from support.engine.harness import EngineHarness, FakeCaller
    from support.engine.pipelines import PipelineHarness

TEXT = """\
antiphon: pipeline/v1
name: review  # of code
description: Reads a file.
steps:
  - {id: ask, type: broadcast, models: [script/a], prompt: "Review {{file}}."}
  - {id: sum, type: summarize, of: ask, model: script/s}
"""
OURS = "file:///project/.antiphon/pipelines/ours.antiphon.yaml"


async def save(pipelines: PipelineHarness, text: str = TEXT, **params):
    arguments = PipelineSaveParams(pipeline=text, **params)
    return await pipelines.library.save(arguments, pipelines.files)


async def listed(pipelines: PipelineHarness):
    listing = await pipelines.library.list(pipelines.files)
    return PipelineListResult.model_validate_json(encode(listing.to_wire())).pipelines


async def test_a_saved_pipeline_is_listed_with_its_steps_and_read_letter_for_letter(
    pipelines: PipelineHarness, harness: EngineHarness
):
    saved = await save(pipelines)
    [entry] = await listed(pipelines)
    assert (entry.id, entry.name, entry.description) == (
        saved.pipeline.id,
        "review",
        "Reads a file.",
    )
    assert [(step.id, step.needs) for step in entry.steps] == [("ask", []), ("sum", ["ask"])]
    assert [each.name for each in entry.inputs] == ["file"]
    read = await pipelines.library.get(PipelineIdParams(pipeline_id=entry.id), pipelines.files)
    assert read.text == TEXT
    assert read.pipeline.sha256 == hash_text(TEXT)
    assert ("pipelines", entry.id) in harness.changes


async def test_nothing_is_saved_of_a_text_with_errors(pipelines: PipelineHarness):
    with pytest.raises(AntiphonError) as caught:
        await save(pipelines, TEXT.replace("of: ask", "of: asc"))
    assert caught.value.details["problems"][0]["line"] == 6  # type: ignore[index]
    assert await listed(pipelines) == []


async def test_a_name_is_replaced_in_the_text_and_nothing_else(pipelines: PipelineHarness):
    saved = await save(pipelines, name="Careful: review")
    assert saved.text == TEXT.replace("review  # of code", '"Careful: review"')
    params = PipelineRenameParams(pipeline_id=saved.pipeline.id, name="again")
    renamed = await pipelines.library.rename(params, pipelines.files)
    assert (renamed.pipeline.id, renamed.pipeline.name) == (saved.pipeline.id, "again")
    assert [each.name for each in await listed(pipelines)] == ["again"]


async def test_a_copy_has_a_name_of_its_own_and_may_be_a_file(pipelines: PipelineHarness):
    saved = await save(pipelines)
    params = PipelineDuplicateParams(pipeline_id=saved.pipeline.id, to="workspace")
    copy = await pipelines.library.duplicate(params, pipelines.files)
    assert (copy.source, copy.pipeline.name) == ("workspace", "review (copy)")
    assert [each.source for each in await listed(pipelines)] == ["user", "workspace"]
    assert (await listed(pipelines))[1].approved


async def test_a_deleted_pipeline_is_gone(pipelines: PipelineHarness):
    saved = await save(pipelines)
    named = PipelineIdParams(pipeline_id=saved.pipeline.id)
    await pipelines.library.delete(named, pipelines.files)
    assert await listed(pipelines) == []
    for method in (pipelines.library.get, pipelines.library.delete):
        with pytest.raises(AntiphonError) as caught:
            await method(named, pipelines.files)
        assert caught.value.failure.kind == "not_found"


async def test_an_import_is_shown_whole_before_it_is_saved(pipelines: PipelineHarness):
    importer = PipelineImporter(pipelines.library)
    seen = await importer.import_(PipelineImportParams(text=TEXT, preview=True))
    assert (seen.saved, seen.pipelines[0].text) == (False, TEXT)
    assert await listed(pipelines) == []
    changed = PipelineImportParams(text=TEXT.replace("Review", "Rewrite"), sha256=seen.sha256)
    with pytest.raises(AntiphonError) as caught:
        await importer.import_(changed)
    assert caught.value.failure.kind == "conflict"
    agreed = await importer.import_(PipelineImportParams(text=TEXT, sha256=seen.sha256))
    assert agreed.saved
    assert [each.id for each in await listed(pipelines)] == [agreed.pipeline.id]


async def test_a_bundle_is_exported_and_imported_with_every_text_as_it_was(
    pipelines: PipelineHarness,
):
    texts = [TEXT, TEXT.replace("review", "other").replace("\n", "\r\n")]
    saved = [await save(pipelines, text) for text in texts]
    params = PipelineExportParams(pipeline_ids=[each.pipeline.id for each in saved])
    bundle = (await pipelines.library.export(params, pipelines.files)).text
    importer = PipelineImporter(pipelines.library)
    imported = await importer.import_(PipelineImportParams(text=bundle))
    assert [each.text for each in imported.pipelines] == texts
    assert len(await listed(pipelines)) == 4


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("antiphon: pipelines/v2\npipelines: []\n", "pipelines/v2 is newer than pipelines/v1"),
        ("antiphon: pipelines/v1\npipelines: []\n", "a list of 1 to 1,000 texts"),
        ("antiphon: pipelines/v1\npipelines:\n  - 'x: 1'\n", "Pipeline 1 of the bundle"),
        ("antiphon: pipeline/v2\nname: x\n", "pipeline/v2 is newer than pipeline/v1"),
        ("antiphon: pipelines/v1\n\tx", "tab"),
    ],
)
async def test_nothing_of_a_file_that_cannot_be_read_is_saved(
    text: str, part: str, pipelines: PipelineHarness
):
    if "Pipeline 1" in part:
        text = text.replace("  - 'x: 1'", f"  - {TEXT!r}").replace(
            "pipelines:\n", "pipelines:\n  - 'x: 1'\n"
        )
    with pytest.raises(AntiphonError, match=part):
        await PipelineImporter(pipelines.library).import_(PipelineImportParams(text=text))
    assert await listed(pipelines) == []


async def test_a_folders_pipeline_runs_once_it_was_approved_and_again_after_a_change(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    pipelines.files.texts[OURS] = TEXT
    assert [(each.name, each.approved) for each in await listed(pipelines)] == [("review", False)]
    given = {"pipelineId": OURS, "inputs": {"file": "x"}}
    with pytest.raises(AntiphonError) as caught:
        await pipelines.run(caller, **given)
    assert caught.value.failure.kind == "conflict"
    assert caught.value.details == {"sha256": hash_text(TEXT), "text": TEXT}
    assert answers.asked == []
    result = await pipelines.run(caller, **given, approve=hash_text(TEXT))
    assert result.status == "complete"
    assert (await pipelines.run(caller, **given)).status == "complete"
    pipelines.files.texts[OURS] += "# changed\n"
    with pytest.raises(AntiphonError) as caught:
        await pipelines.run(caller, **given, approve=hash_text(TEXT))
    assert caught.value.failure.kind == "conflict"


@pytest.mark.parametrize("target", ["user", "workspace"])
async def test_a_folders_pipeline_is_neither_copied_nor_renamed_before_it_was_approved(
    target: PipelineSource, pipelines: PipelineHarness
):
    pipelines.files.texts[OURS] = TEXT
    library, files = pipelines.library, pipelines.files
    refused = (
        lambda: library.duplicate(PipelineDuplicateParams(pipeline_id=OURS, to=target), files),
        lambda: library.rename(PipelineRenameParams(pipeline_id=OURS, name="mine"), files),
    )
    for command in refused:
        with pytest.raises(AntiphonError) as caught:
            await command()
        assert caught.value.failure.kind == "conflict"
        assert caught.value.details == {"sha256": hash_text(TEXT), "text": TEXT}
    assert files.texts == {OURS: TEXT}
    assert [(each.id, each.approved) for each in await listed(pipelines)] == [(OURS, False)]
    for other in ("", hash_text(TEXT + "# changed\n")):
        with pytest.raises(AntiphonError):
            await library.duplicate(
                PipelineDuplicateParams(pipeline_id=OURS, to=target, approve=other), files
            )
    params = PipelineDuplicateParams(pipeline_id=OURS, to=target, approve=hash_text(TEXT))
    assert (await library.duplicate(params, files)).approved
    assert next(each for each in await listed(pipelines) if each.id == OURS).approved


async def test_a_folders_pipeline_is_renamed_by_one_who_agreed_to_its_text(
    pipelines: PipelineHarness,
):
    pipelines.files.texts[OURS] = TEXT
    params = PipelineRenameParams(pipeline_id=OURS, name="mine", approve=hash_text(TEXT))
    renamed = await pipelines.library.rename(params, pipelines.files)
    assert (renamed.pipeline.name, renamed.approved) == ("mine", True)
    assert pipelines.files.texts[OURS] == renamed.text


@pytest.mark.timeout(20)
async def test_a_list_is_not_slow_of_files_that_are_full_of_blanks(pipelines: PipelineHarness):
    for number in range(400):
        pipelines.files.texts[f"{OURS}{number}"] = "name: a" + " " * 4_000 + "b\n"
    pipelines.files.texts[OURS] = "name: short  # why\ndescription:   \n"
    entries = {each.id: each for each in await listed(pipelines)}
    assert entries[f"{OURS}0"].name == "a" + " " * 4_000 + "b"
    assert (entries[OURS].name, entries[OURS].description) == ("short", None)
