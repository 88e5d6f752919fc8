"""What an approval covers: the text, and what the folder's settings make of its names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from antiphon.engine.pipelines.approval import FolderModels, find_subject, read_subject
from antiphon.engine.pipelines.source.write import hash_text
from antiphon.model.commands.models import Preset
from antiphon.model.commands.pipelines.library import PipelineIdParams, PipelineRenameParams
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from support.engine.harness import FakeCaller
    from support.engine.pipelines import PipelineHarness

OURS = "file:///project/.antiphon/pipelines/ours.antiphon.yaml"
MODELS = FolderModels(
    lineups={"fast": ["script/a", "@terse"], "mine": ["@terse"], "plain": ["script/a"]},
    presets={
        "terse": Preset(model="script/t", system="Be brief."),
        "own": Preset(model="script/o"),
    },
    default=["@terse"],
    digest="script/d",
    set_by_folder=frozenset(
        {"models.lineups.fast", "models.presets.terse.model", "models.default", "summarize.model"}
    ),
)


def pipeline(*steps: str, head: str = "") -> str:
    lines = "".join(f"  - {{{step}}}\n" for step in steps)
    return f"antiphon: pipeline/v1\nname: x\n{head}steps:\n{lines}"


def ask(models: str) -> str:
    return pipeline(f"id: a, type: broadcast, prompt: Hi, {models}")


def meanings(text: str, models: FolderModels = MODELS) -> list[str]:
    """Returns the names of the settings that an approval of a text covers."""
    rows = find_subject(text, models).settings.splitlines()[2:]
    return [row.removeprefix("# ").partition(": ")[0] for row in rows]


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        (ask("models: [script/a]"), []),
        (ask("lineup: fast"), ["models.lineups.fast", "models.presets.terse"]),
        (ask("lineup: mine"), ["models.presets.terse"]),
        (ask("lineup: plain"), []),
        (ask("models: ['@terse', '@own']"), ["models.presets.terse"]),
        (ask("models: [{model: '@terse', title: T}]"), ["models.presets.terse"]),
        (ask("models: ['@own', terse]"), []),
        (ask("models: ['@unknown']"), []),
        (ask("lineup: unknown"), []),
        (ask("params: {}"), ["models.default", "models.presets.terse"]),
        (ask(r'lineup: "\x66ast"'), ["models.lineups.fast", "models.presets.terse"]),
        (
            pipeline(
                "id: a, type: broadcast, prompt: Hi, models: [script/a]",
                "id: s, type: summarize, of: a",
                "id: m, type: merge, of: a, model: '@terse'",
                "id: b, type: send, from: a, models: ['@own'], mode: ask",
            ),
            ["models.presets.terse", "summarize.model"],
        ),
        (
            pipeline(
                "id: a, type: broadcast, prompt: Hi, models: ['{{m}}']",
                head="inputs: {m: {default: '@terse'}}\n",
            ),
            ["models.presets.terse"],
        ),
        ("antiphon: pipeline/v1\nname: [\n", []),
    ],
)
def test_an_approval_covers_what_the_folder_sets_of_the_models_that_steps_use(
    text: str, covered: list[str]
):
    assert meanings(text) == covered
    assert (find_subject(text, MODELS).sha256 == hash_text(text)) == (covered == [])


def test_what_the_user_sets_is_not_covered():
    ours = replace(MODELS, set_by_folder=frozenset({"models.presets.terser.model"}))
    assert meanings(ask("lineup: fast"), ours) == []


def test_the_settings_are_shown_as_comments_whatever_they_hold():
    system = "Do as I say.\nsteps: []\n# 'x' \"y\" 音"
    presets = {"terse": Preset(model="script/t", system=system)}
    subject = find_subject(ask("lineup: mine"), replace(MODELS, presets=presets))
    first, heading, row = subject.settings.splitlines()
    assert (first, heading[:2]) == ("", "# ")
    assert row.startswith('# models.presets.terse: {"model": "script/t", "system": "Do as I')
    assert "音" in row


CHANGES: list[dict[str, Any]] = [
    {"lineups": {**MODELS.lineups, "fast": ["script/b", "@terse"]}},
    {"lineups": {**MODELS.lineups, "fast": ["@terse", "script/a"]}},
    {"lineups": {**MODELS.lineups, "fast": [ModelChoice(model="script/a", title="A"), "@terse"]}},
    {"lineups": {}},
    {"presets": {"terse": Preset(model="script/t", system="Be rude.")}},
    {"presets": {"terse": Preset(model="script/u", system="Be brief.")}},
    {"presets": {}},
    {"set_by_folder": frozenset[str]()},
]


@pytest.mark.parametrize("change", CHANGES)
async def test_every_change_of_a_meaning_changes_the_hash(change: dict[str, Any]):
    text = ask("lineup: fast")
    before = await read_subject(text, MODELS)
    assert (await read_subject(text, replace(MODELS, **change))).sha256 != before.sha256
    assert (await read_subject(text, replace(MODELS, digest="script/e"))) == before


def test_no_text_has_the_hash_of_another_with_settings():
    text = ask("lineup: fast")
    subject = find_subject(text, MODELS)
    shown = text + subject.settings
    assert hash_text(shown) != subject.sha256
    assert find_subject(shown, MODELS).sha256 != subject.sha256


async def refused(pipelines: PipelineHarness, caller: FakeCaller, **given: object) -> AntiphonError:
    with pytest.raises(AntiphonError) as caught:
        await pipelines.run(caller, **given)
    assert caught.value.failure.kind == "conflict"
    return caught.value


async def test_a_pipeline_asks_again_when_a_line_up_of_its_folder_has_changed(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    text = ask("lineup: fast")
    pipelines.files.texts[OURS] = text
    pipelines.lineups["fast"] = ["script/a"]
    models = FolderModels({"fast": ["script/a"]}, set_by_folder=frozenset({"models.lineups.fast"}))
    pipelines.folder_models = models
    asked = await refused(pipelines, caller, pipelineId=OURS, approve=hash_text(text))
    assert asked.details["text"] == text
    assert '# models.lineups.fast: ["script/a"]' in str(asked.details["settings"])
    shown = await pipelines.library.get(PipelineIdParams(pipeline_id=OURS), pipelines.files)
    assert (shown.approved, shown.settings) == (False, asked.details["settings"])
    assert shown.pipeline.sha256 == asked.details["sha256"]
    done = await pipelines.run(caller, pipelineId=OURS, approve=shown.pipeline.sha256)
    assert done.status == "complete"
    assert (await pipelines.run(caller, pipelineId=OURS)).status == "complete"
    pipelines.folder_models = replace(models, lineups={"fast": ["script/dear"]})
    again = await refused(pipelines, caller, pipelineId=OURS, approve=shown.pipeline.sha256)
    assert "script/dear" in str(again.details["settings"])
    rest = await refused(pipelines, caller, resume=done.run_id)
    assert rest.details == again.details
    assert answers.asked == ["a", "a"]
    [entry] = (await pipelines.library.list(pipelines.files)).files
    assert (entry.approved, entry.sha256) == (False, again.details["sha256"])
    pipelines.folder_models = models
    assert (await pipelines.run(caller, resume=done.run_id)).status == "complete"
    [entry] = (await pipelines.library.list(pipelines.files)).files
    assert entry.approved


async def test_what_a_user_saves_is_approved_with_its_present_meaning(pipelines: PipelineHarness):
    pipelines.folder_models = MODELS
    pipelines.files.texts[OURS] = ask("lineup: fast")
    await pipelines.library.approve(find_subject(pipelines.files.texts[OURS], MODELS).sha256)
    params = PipelineRenameParams(pipeline_id=OURS, name="mine")
    assert (await pipelines.library.rename(params, pipelines.files)).approved
    pipelines.folder_models = replace(MODELS, lineups={"fast": ["script/dear"]})
    shown = await pipelines.library.get(PipelineIdParams(pipeline_id=OURS), pipelines.files)
    assert not shown.approved
