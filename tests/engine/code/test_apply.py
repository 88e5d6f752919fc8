"""Code of an answer goes back to the file that it is about."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.engine.code.apply import CodeApplier
from antiphon.engine.code.reindent import fit_code
from antiphon.model.commands.code import CodeApplyParams, CodeProposeParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.positions import LineStarts, cut_range, offset_at
from antiphon.model.values.uri import parse_uri
from support.engine.harness import EngineHarness, FakeCaller, Texts, answered

FILE = "file:///w/app.py"
SOURCE = "import os\n\n\ndef f():\n    return 1\n"
ANSWER = "Better:\n\n```Python\ndef f():\n    return 2\n```\n\nThat is all."


class Files(Texts):
    """Texts of which parts can be read."""

    async def read(self, item, *, max_bytes):
        text = item.text or await super().read(item, max_bytes=max_bytes)
        return text if item.range is None or item.text else cut_range(text, item.range)


def lines(first: int, last: int) -> dict:
    return {"start": {"line": first, "character": 0}, "end": {"line": last, "character": 0}}


class Editor:
    """An editor with one file, and an answer that had it as context."""

    def __init__(self, harness: EngineHarness, source: str) -> None:
        self.harness = harness
        self.files = Files()
        self.files.texts[FILE] = source
        self.back = CodeApplier(harness.history, harness.shown)
        self.uri = ""
        self.line = 0

    async def ask(self, answer: str, *ranges: dict | None) -> None:
        items = [{"uri": FILE, **({"range": span} if span else {})} for span in ranges]
        caller = FakeCaller(context=self.files)
        run = await answered(self.harness, caller, answer, context=items or None)
        self.uri = run.panes[0].uri
        self.message_id = run.results[0].message_id
        text = await self.harness.documents.text(self.uri)
        self.line = text[: text.rindex(answer)].count("\n")

    async def propose(self, line: int = 3, **more):
        place = {"line": self.line + line, "character": 0}
        params = {"uri": self.uri, "position": place, **more}
        return await self.back.propose(CodeProposeParams.model_validate(params), self.files)

    async def edit(self, target, line: int = 3, **more):
        place = {"line": self.line + line, "character": 0}
        params = {"uri": self.uri, "position": place, "target": target.to_wire(), **more}
        return await self.back.edit(CodeApplyParams.model_validate(params), self.files)

    async def apply(self, target, line: int = 3, **more) -> str:
        """The file as it is after the edit, as an editor carries it out."""
        edit = await self.edit(target, line, **more)
        text = self.files.texts[edit.uri]
        start, end = (offset_at(text, at) for at in (edit.range.start, edit.range.end))
        return text[:start] + edit.new_text + text[end:]


@pytest.fixture
def editor(harness: EngineHarness) -> Editor:
    return Editor(harness, SOURCE)


async def test_code_is_proposed_for_the_part_that_was_context(editor: Editor):
    await editor.ask(ANSWER, lines(3, 5))
    found = await editor.propose()
    (proposal,) = found.proposals
    assert (found.language_id, found.code) == ("python", "def f():\n    return 2\n")
    assert proposal.target.range is not None
    assert proposal.target.range.to_wire() == lines(3, 5)
    assert proposal.changes
    wanted = "import os\n\n\ndef f():\n    return 2\n"
    assert await editor.back.text(parse_uri(proposal.uri), editor.files) == wanted  # type: ignore[arg-type]
    assert await editor.apply(proposal.target) == wanted


async def test_only_the_lines_that_differ_are_edited(editor: Editor):
    await editor.ask(ANSWER, lines(3, 5))
    (proposal,) = (await editor.propose()).proposals
    edit = await editor.edit(proposal.target)
    assert (edit.range.to_wire(), edit.new_text) == (lines(4, 5), "    return 2\n")


async def test_what_was_sent_is_found_again_where_it_has_moved_to(editor: Editor):
    await editor.ask(ANSWER, lines(3, 5))
    editor.files.texts[FILE] = "# new\n" + SOURCE
    (proposal,) = (await editor.propose()).proposals
    assert await editor.apply(proposal.target) == "# new\nimport os\n\n\ndef f():\n    return 2\n"


async def test_a_place_that_has_changed_since_the_proposal_is_left_alone(editor: Editor):
    await editor.ask(ANSWER, lines(3, 5))
    (proposal,) = (await editor.propose()).proposals
    editor.files.texts[FILE] = "# new\n" + SOURCE
    with pytest.raises(AntiphonError) as caught:
        await editor.apply(proposal.target)
    assert (caught.value.failure.kind, caught.value.field) == ("conflict", "$.target")


@pytest.mark.parametrize("now", ["nothing\n", "def f():\n    return 1\n" * 2])
async def test_what_is_gone_or_stands_there_twice_is_a_problem_and_no_guess(editor: Editor, now):
    await editor.ask(ANSWER, lines(3, 5))
    editor.files.texts[FILE] = now
    found = await editor.propose()
    assert found.proposals == []
    assert found.problems is not None
    assert "is no longer in the file, or is there twice" in found.problems[0]


async def test_overlapping_places_are_two_places(harness: EngineHarness):
    editor = Editor(harness, "a\nb\na\n")
    await editor.ask("```\nx\n```", None)
    editor.files.texts[FILE] = "a\nb\na\nb\na\n"
    assert (await editor.propose(1)).proposals == []


async def test_a_file_that_is_gone_is_named_among_the_problems(editor: Editor):
    await editor.ask(ANSWER, None)
    del editor.files.texts[FILE]
    assert (await editor.propose()).problems == [f"{FILE} is missing."]


async def test_an_answer_without_context_goes_where_the_person_says(editor: Editor):
    await editor.ask(ANSWER)
    assert (await editor.propose()).proposals == []
    found = await editor.propose(target={"uri": FILE, "range": lines(0, 1)})
    assert (await editor.apply(found.proposals[0].target)).startswith(
        "def f():\n    return 2\n\n\n"
    )


async def test_a_range_that_ends_before_it_begins_repeats_nothing(editor: Editor):
    await editor.ask(ANSWER)
    found = await editor.propose(target={"uri": FILE, "range": lines(3, 0)})
    assert (await editor.apply(found.proposals[0].target)).count("import os") == 1


@pytest.mark.parametrize(
    ("answer", "line", "code"),
    [
        ("~~~\na\n```\n~~~\n", 1, "a\n```\n"),
        ("```py\na = 1\nb", 1, "a = 1\nb"),
        ("```py\na = 1\nb", 3, "a = 1\nb"),
        ("1. So:\n\n   ```py\n   if a:\n       b\n   ```\n", 3, "if a:\n    b\n"),
        ("```\r\na\r\n```\r\n", 1, "a\r\n"),
        ("````\n```\n````", 1, "```\n"),
        ("```\n```\n", 1, ""),
        ("```py\na\n```\n", 0, "a\n"),
        ("a\n\n```\nb\n```\n\n```\nc\n```", 6, "c\n"),
    ],
)
async def test_a_block_is_what_stands_between_its_fences(editor: Editor, answer, line, code):
    await editor.ask(answer)
    assert (await editor.propose(line)).code == code


async def test_a_message_document_has_the_same_blocks(editor: Editor):
    await editor.ask(ANSWER)
    pane = await editor.harness.history.message(editor.message_id)
    session = editor.uri.split("/")[2]
    editor.uri = f"antiphon:/message/{session}/{pane.pane_id}/{pane.id}/x"
    editor.line = 0
    assert (await editor.propose(4)).code == "def f():\n    return 2\n"


@pytest.mark.parametrize("line", [0, 6, 100])
async def test_where_there_is_no_code_nothing_is_proposed(editor: Editor, line):
    await editor.ask(ANSWER)
    with pytest.raises(AntiphonError) as caught:
        await editor.propose(line)
    assert caught.value.field == "$.position"


async def test_unseen_characters_are_told_and_must_be_accepted(editor: Editor):
    await editor.ask("```py\na = 1 \u202e# x\n```", None)
    found = await editor.propose(1)
    assert [(each.code_point, each.line, each.character) for each in found.unseen] == [
        ("U+202E", 0, 6)
    ]
    target = found.proposals[0].target
    with pytest.raises(AntiphonError) as caught:
        await editor.edit(target, 1)
    assert (caught.value.failure.kind, caught.value.field) == ("conflict", "$.acceptUnseen")
    assert "U+202E, right-to-left override" in caught.value.failure.message
    assert "\u202e" in await editor.apply(target, 1, acceptUnseen=True)


async def test_code_does_not_go_into_an_answer(editor: Editor):
    await editor.ask(ANSWER)
    with pytest.raises(AntiphonError) as caught:
        await editor.propose(target={"uri": editor.uri})
    assert caught.value.field == "$.target.uri"


@pytest.mark.parametrize("uri", ["git:diff", "git:staged"])
async def test_code_does_not_go_into_a_diff_that_was_context(editor: Editor, uri: str):
    editor.files.texts[uri] = "+def f():\n"
    caller = FakeCaller(context=editor.files)
    run = await answered(editor.harness, caller, ANSWER, context=[{"uri": uri}])
    editor.uri = run.panes[0].uri
    editor.line = (await editor.harness.documents.text(editor.uri)).count("\n", 0, -len(ANSWER))
    found = await editor.propose()
    assert (found.proposals, found.problems) == ([], None)
    with pytest.raises(AntiphonError) as caught:
        await editor.propose(target={"uri": uri})
    assert caught.value.field == "$.target.uri"


async def test_a_file_with_crlf_keeps_it(harness: EngineHarness):
    editor = Editor(harness, "a\r\nb\r\nc")
    await editor.ask("```\nx\ny\n```", None)
    (proposal,) = (await editor.propose(1)).proposals
    assert await editor.apply(proposal.target, 1) == "x\r\ny"
    assert fit_code("x\ny\n", "a\r\nb\r\nc", 3, 6) == "x\r\ny\r\n"
    assert LineStarts("x\r\ny").at(3) == (1, 0)


async def test_a_second_answer_does_not_overwrite_what_the_first_one_made_of_the_lines(
    editor: Editor,
):
    longer = "```py\n# one\ndef f():\n    return 2\n```"
    await editor.ask(longer, lines(3, 5))
    target = {"uri": FILE, "range": lines(3, 5)}
    (proposal,) = (await editor.propose(1, target=target)).proposals
    assert proposal.overtaken is None
    editor.files.texts[FILE] = await editor.apply(proposal.target, 1)

    (again,) = (await editor.propose(1, target=target)).proposals
    assert again.overtaken is not None
    assert again.overtaken.message.startswith(f"{FILE} has changed: lines 4 to 5 are not what")
    with pytest.raises(AntiphonError) as caught:
        await editor.apply(again.target, 1)
    problem = caught.value
    assert (problem.failure.kind, problem.field) == ("conflict", "$.force")
    assert problem.details == {"overtaken": again.overtaken.to_wire()}
    assert (await editor.apply(again.target, 1, force=True)).count("return 2") == 2


async def test_lines_that_have_moved_are_offered_where_they_stand_now(editor: Editor):
    await editor.ask(ANSWER, None)
    editor.files.texts[FILE] = "# new\n" + SOURCE
    target = {"uri": FILE, "range": lines(3, 5)}
    (proposal,) = (await editor.propose(target=target)).proposals
    assert proposal.overtaken is not None
    assert proposal.overtaken.elsewhere is not None
    assert proposal.overtaken.elsewhere.range.to_wire() == lines(4, 6)
    wire = proposal.overtaken.elsewhere.to_wire()
    (better,) = (await editor.propose(target=wire)).proposals
    assert better.overtaken is None
    assert await editor.apply(better.target) == "# new\nimport os\n\n\ndef f():\n    return 2\n"


async def test_what_the_model_was_shown_last_counts(editor: Editor):
    await editor.ask(ANSWER, None)
    editor.files.texts[FILE] = "# new\n" + SOURCE
    pane = (await editor.harness.history.message(editor.message_id)).pane_id
    caller = FakeCaller(context=editor.files)
    task = asyncio.create_task(
        editor.harness.broadcast(caller, paneIds=[pane], context=[{"uri": FILE}])
    )
    stream = await editor.harness.providers.opened("m0", 2)
    stream.text(ANSWER)
    stream.finish()
    await task
    text = await editor.harness.documents.text(editor.uri)
    editor.line = text[: text.rindex(ANSWER)].count("\n")
    (proposal,) = (await editor.propose(target={"uri": FILE, "range": lines(4, 6)})).proposals
    assert proposal.overtaken is None
