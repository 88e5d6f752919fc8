"""A prompt file runs as a broadcast, with its inputs, context, budget and rules."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.ports import Price
from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
from antiphon.engine.prompts.context_entries import ContextFile, FileLocation
from antiphon.engine.prompts.service.read import PromptReader
from antiphon.engine.prompts.service.run import PromptRunner
from antiphon.engine.prompts.service.store import StoredPrompt
from antiphon.model.commands.prompts import PromptRunParams, PromptRunResult
from antiphon.model.failure import AntiphonError
from support.engine.harness import EngineHarness, FakeCaller

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path("/w/prompts")


class Shelf:
    """A store of prompt files in memory, in a workspace of one folder."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def text(self, uri: str) -> str:
        return self.texts[uri]

    def location(self, uri: str | None) -> FileLocation:
        return FileLocation(FOLDER if uri else None, [Path("/w")])

    async def list_folder(self, folder: Path) -> Sequence[str]:
        return []

    async def list(self) -> Sequence[StoredPrompt]:
        return [StoredPrompt(uri, "workspace", text) for uri, text in self.texts.items()]

    async def find_files(self, paths: Sequence[Path]) -> Sequence[ContextFile]:
        return [ContextFile("readable") for _ in paths]


class Desk:
    """A runner over a scripted engine."""

    def __init__(self, harness: EngineHarness) -> None:
        self.harness = harness
        self.caller = FakeCaller()
        self.shelf = Shelf()
        check = CatalogCheck(
            harness.providers, lambda: {"fast": ["script/a", "script/b"]}, list, dict
        )
        self.reader = PromptReader(check)
        self.runner = PromptRunner(harness.broadcaster, harness.history, check)

    async def run(self, text: str, *answers: str, **params: Any) -> PromptRunResult:
        """Runs a prompt file whose models, in the order of their names, give these answers."""
        argument = PromptRunParams.model_validate({"text": text, **params})
        run = asyncio.create_task(self.runner.run(argument, self.shelf, self.caller))
        for name, answer in zip("abc", answers, strict=False):
            stream = await self.harness.providers.opened(name)
            stream.text(answer)
            stream.finish()
        return await run

    async def refused(self, text: str, **params: Any) -> AntiphonError:
        with pytest.raises(AntiphonError) as refused:
            await self.run(text, **params)
        assert self.harness.providers.streams == {}, "nothing is sent"
        return refused.value

    def sent(self, model: str = "a") -> list[tuple[str, str]]:
        """The turns that a model was sent."""
        [stream] = self.harness.providers.streams[model]
        return [(turn.role, turn.content) for turn in stream.request.turns]


@pytest.fixture
async def desk(harness: EngineHarness) -> Desk:
    return Desk(harness)


async def test_inputs_are_replaced_in_the_prompt_the_system_prompt_and_the_context(
    desk: Desk,
) -> None:
    desk.caller.context.texts = {
        Path("/w/src/x.py").as_uri(): "print()",
        Path("/w/prompts/style.md").as_uri(): "Be kind.",
    }
    text = (
        "---\nmodels: [script/a]\nsystem: Review {{language}}.\n"
        'inputs: {language: {default: Python}}\ncontext: [style.md, "{{file}}"]\n---\n'
        "Look at {{file}}: {{note}}\n"
    )
    await desk.run(
        text, "Fine.", uri="file:///w/prompts/p", inputs={"file": "src/x.py", "note": "{{file}}"}
    )
    [(_, system), (_, prompt)] = desk.sent()
    assert system == "Review Python."
    assert prompt.endswith("Look at src/x.py: {{file}}")
    assert prompt.index("Be kind.") < prompt.index("print()")


async def test_earlier_turns_are_sent_before_the_prompt_and_shown_in_the_pane(desk: Desk) -> None:
    text = "---\nmodels: [script/a]\n---\n## user\nHi {{name}}\n## assistant\nHello\n## user\nBye\n"
    result = await desk.run(text, "Bye!", inputs={"name": "Ada"})
    assert desk.sent() == [("user", "Hi Ada"), ("assistant", "Hello"), ("user", "Bye")]
    messages = await desk.harness.history.messages(pane_id=result.panes[0].id)
    assert [(each.role, each.content) for each in messages] == [
        *(("user", "Hi Ada"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "Bye!"))
    ]
    shown = desk.caller.sink.reducer.texts[result.panes[0].id]
    assert shown == await desk.harness.documents.text(result.panes[0].uri)


async def test_the_models_are_those_of_the_file_its_lineup_or_the_command(desk: Desk) -> None:
    text = "---\nmodels: [{model: script/c, title: Own}]\nlineup: fast\n---\nHi"
    result = await desk.run(text, "1", "2", "3")
    assert [(pane.model, pane.title) for pane in result.panes] == [
        *(("script/c", "Own"), ("script/a", "a"), ("script/b", "b"))
    ]


async def test_the_command_may_name_other_models_and_parameters(desk: Desk) -> None:
    text = "---\nmodels: [script/b]\nparams: {temperature: 0.5, maxTokens: 9}\n---\nHi"
    result = await desk.run(text, "1", models=["script/a"], params={"temperature": 1.0})
    assert [pane.model for pane in result.panes] == ["script/a"]
    [stream] = desk.harness.providers.streams["a"]
    assert stream.request.params == {"temperature": 1.0, "max_tokens": 9}


async def test_each_answer_is_checked_against_each_rule(desk: Desk) -> None:
    text = "---\nlineup: fast\nexpect: [contains: fine, maxTimeMs: 600000]\n---\nHi"
    result = await desk.run(text, "All fine.", "Broken.")
    assert result.expect is not None
    first, second = (pane.id for pane in result.panes)
    found = [(each.pane_id, each.rule, each.ok) for each in result.expect]
    assert found == [
        (first, {"contains": "fine"}, True),
        (first, {"maxTimeMs": 600000}, True),
        (second, {"contains": "fine"}, False),
        (second, {"maxTimeMs": 600000}, True),
    ]
    assert [each.got for each in result.expect][::2] == ["All fine.", "Broken."]
    assert (await desk.run("---\nmodels: [script/c]\n---\nHi", "", "", "x")).expect is None


async def test_the_budget_of_the_file_stops_its_run(desk: Desk) -> None:
    price = Price(Decimal(1000), Decimal(1000))
    desk.harness.providers.prices["script/a"] = price
    text = '---\nmodels: [script/a]\nbudget: "0.01"\n---\nHi'
    refused = await desk.refused(text)
    assert refused.failure.kind == "budget"
    desk.caller.allows_over_budget = True
    assert (await desk.run(text, "Paid.")).status == "complete"


async def test_a_missing_input_names_its_field(desk: Desk) -> None:
    text = "---\nmodels: [script/a]\n---\nRead {{file}} and ${input:tone}"
    refused = await desk.refused(text, inputs={"file": "x"})
    assert (refused.failure.kind, refused.field) == ("invalid_params", "$.inputs.tone")


async def test_a_file_with_errors_names_their_lines(desk: Desk) -> None:
    refused = await desk.refused("---\nname: x\nname: y\nbudget: z\n---\nHi")
    assert (refused.failure.kind, refused.field) == ("invalid_params", "$.text")
    [problem] = refused.details["problems"]  # type: ignore[misc]
    assert problem == {"message": "The key `name` is written twice.", "line": 3, "column": 1}


async def test_a_selection_is_what_the_client_sends(desk: Desk) -> None:
    text = "---\nmodels: [script/a]\ncontext: ['@selection']\n---\nExplain."
    assert (await desk.refused(text)).field == "$.selection"
    desk.caller.context.texts["file:///x"] = "chosen"
    await desk.run(text, "Done.", selection={"uri": "file:///x"})
    assert "chosen" in desk.sent()[0][1]


async def test_a_lineup_that_no_setting_defines_is_refused(desk: Desk) -> None:
    refused = await desk.refused("---\nlineup: fats\n---\nHi")
    assert refused.failure.kind == "model_not_found"


async def test_an_estimate_sends_nothing(desk: Desk) -> None:
    argument = PromptRunParams(text="---\nlineup: fast\n---\nHi")
    result = await desk.runner.estimate(argument, desk.shelf, desk.caller)
    assert [pane.model for pane in result.panes] == ["script/a", "script/b"]
    assert desk.harness.providers.streams == {}


async def test_other_commands_go_on_while_the_library_is_parsed(desk: Desk) -> None:
    desk.shelf.texts = {"file:///w/a.antiphon.md": "---\nname: one\n---\nHi"}
    listing = asyncio.create_task(desk.reader.list(desk.shelf))
    await asyncio.sleep(0)
    assert not listing.done()
    assert [each.name for each in (await listing).prompts] == ["one"]
