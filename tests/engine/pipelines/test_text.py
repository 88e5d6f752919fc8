"""Reading a pipeline's text: its value, its order, and everything that is wrong, by line."""

from __future__ import annotations

import pytest

from antiphon.engine.pipelines.source.text import read_text, read_valid, to_text
from antiphon.model.failure import AntiphonError

HEAD = "antiphon: pipeline/v1\nname: x\nsteps:\n"
ASK = "  - {id: ask, type: broadcast, models: [demo/a, demo/b], prompt: Well?}\n"


def problems(text: str) -> list[tuple[int, int | None, str]]:
    found = read_text(text).to_wire_problems()
    return [(each.line, each.column, each.message) for each in found]


def test_a_valid_text_has_no_problems_and_an_order():
    text = HEAD + ASK + "  - {id: sum, type: summarize, of: ask}\n"
    read = read_text(text)
    assert read.problems == []
    assert read.graph is not None
    assert read.graph.levels() == [["ask"], ["sum"]]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing():
    text = HEAD + ASK + "  - {id: sum, type: summarize, of: asc}\n"
    assert problems("\ufeff" + text.replace("\n", "\r\n")) == problems(text)
    assert problems(text) == [(5, 36, "There is no step “asc”. Did you mean “ask”?")]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("", 1, "The text is empty"),
        ("- a\n", 1, "A pipeline is a mapping"),
        ("name: x\n", 1, "The format is not declared"),
        ("antiphon: prompt/v1\nname: x\n", 1, "is not the format of a pipeline"),
        ("antiphon: pipeline/v2\nname: x\n", 1, "pipeline/v2 is newer than pipeline/v1"),
        ("antiphon: pipeline/v1\nname: x\n", 1, "A pipeline needs `steps`."),
        ("antiphon: pipeline/v1\nname: x\nsteps: []\n", 3, "at least one step"),
        (HEAD + "  - ask\n", 4, "A step is a mapping"),
        (HEAD + "  - {id: a}\n", 4, "A step needs a `type`"),
        (HEAD + "  - {id: a, type: brodcast}\n", 4, "Did you mean “broadcast”?"),
        (HEAD + ASK.replace("prompt", "promt"), 4, "Did you mean `prompt`?"),
        (HEAD + ASK.replace("Well?", "' '"), 4, "The prompt is empty."),
        (HEAD + ASK.replace("id: ask", "id: 9lives"), 4, "is not an id"),
        (HEAD + ASK + ASK, 5, "Two steps are called “ask”."),
        (HEAD + ASK.replace("models: [demo/a, demo/b]", "models: []"), 4, "Name a model"),
        (HEAD + ASK.replace("prompt", "lineup: x, prompt"), 4, "not both"),
        (HEAD + ASK + "  - {id: d, type: compare, left: ask, right: ask.2}\n", 5, "has 2 panes"),
        (HEAD + ASK + "  - {id: d, type: compare, left: ask.3, right: ask.2}\n", 5, "2 panes, and"),
        (HEAD + ASK + "  - {id: s, type: send, from: ask, mode: ask}\n", 5, "needs a target"),
        (HEAD + ASK + "  - {id: c, type: consensus, of: ask.1}\n", 5, "two answers at least"),
        (HEAD + ASK.replace("prompt", "context: [../x], prompt"), 4, "outside the folder"),
        (HEAD + ASK.replace("prompt", "context: [/etc/passwd], prompt"), 4, "outside the folder"),
        (HEAD + ASK.replace("prompt", "context: ['C:\\x'], prompt"), 4, "outside the folder"),
        (HEAD + ASK.replace("prompt", "context: ['http://x/'], prompt"), 4, "outside the folder"),
        (HEAD + ASK.replace("prompt", "context: ['@selection'], prompt"), 4, "A pipeline knows"),
        (HEAD + ASK.replace("prompt", "params: {apiKey: k}, prompt"), 4, "cannot set `apiKey`"),
        (HEAD + ASK.replace("demo/b", "{model: demo/b, url: x}"), 4, "means nothing here"),
        (HEAD + ASK.replace("prompt", "expect: [{like: x}], prompt"), 4, "means nothing here"),
        ("budget: none\n" + HEAD + ASK, 1, "A budget is an amount"),
        (HEAD.replace("name: x", "name: x\nname: y") + ASK, 3, "written twice"),
        (HEAD.replace("name: x", "name: &a x") + ASK, 2, "Anchors"),
        (HEAD.replace("name: x", "name: !!str x") + ASK, 2, "Tags"),
        (HEAD + "\t- x\n", 4, "A tab cannot be used here"),
        (HEAD + ASK + "expect: [{step: nobody, contains: x}]\n", 5, "“nobody” is not"),
    ],
)
def test_whatever_is_wrong_is_named_by_its_line(text: str, line: int, part: str):
    found = problems(text)
    assert any(each[0] == line and part in each[2] for each in found), found


def test_steps_that_wait_for_each_other_are_named_in_their_order():
    text = (
        HEAD
        + "  - {id: a, type: summarize, of: c}\n"
        + "  - {id: b, type: merge, of: a}\n"
        + "  - {id: c, type: merge, of: b}\n"
    )
    assert problems(text) == [(5, 30, "These steps wait for each other: a → c → b → a.")]
    own = HEAD + "  - {id: a, type: summarize, of: a}\n"
    assert problems(own) == [(4, 34, "The step “a” refers to itself.")]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "a: &x [1]\n" + "b: *x\n" * 1_000_000,
        "x" * 50_000_000,
        HEAD + "  - [" * 50_000,
        HEAD + "".join(f"  - {{id: s{n}, type: merge, of: s{n + 1}}}\n" for n in range(2_000)),
    ],
    ids=["aliases", "50 MB", "deep", "a chain of 2,000"],
)
def test_a_hostile_text_is_refused(text: str):
    assert read_text(text).problems


def test_inputs_are_those_that_are_declared_and_those_that_are_used():
    text = (
        "antiphon: pipeline/v1\nname: x\ninputs:\n  tone: {default: dry}\nsteps:\n"
        "  - {id: a, type: broadcast, models: [demo/a], prompt: '{{topic}} {{#each}} {{tone}}'}\n"
        "  - {id: b, type: summarize, of: a, instructions: 'in {{tongue}}'}\n"
    )
    inputs = read_text(text).pipeline.inputs  # type: ignore[union-attr]
    assert [(each.name, each.required) for each in inputs] == [
        ("tone", False),
        ("topic", True),
        ("tongue", True),
    ]


async def test_a_text_with_errors_is_refused_with_all_of_them():
    text = HEAD + ASK.replace("Well?", "' '") + "  - {id: s, type: send, from: ask, mode: ask}\n"
    with pytest.raises(AntiphonError) as caught:
        await read_valid(text)
    assert [each["line"] for each in caught.value.details["problems"]] == [4, 5]  # type: ignore[attr-defined]
    assert caught.value.field == "$.text"


async def test_a_pipeline_may_be_an_object_as_results_have_it():
    text = HEAD + ASK.replace("Well?", "'{{topic}}?'")
    read = await read_valid(text)
    wire = {**read.pipeline.to_wire(), "id": "01", "sha256": "ff"}
    again = await read_valid(to_text(wire))
    assert again.pipeline == read.pipeline


@pytest.mark.parametrize("rule", ["{matches: (?=a)b}", "{schema: {type: 5}}"])
async def test_a_rule_that_cannot_be_used_is_refused_with_its_line_and_column(rule: str):
    text = HEAD + ASK + f"expect:\n  - {rule[:-1]}, step: ask}}\n"
    with pytest.raises(AntiphonError) as caught:
        await read_valid(text)
    [problem] = caught.value.details["problems"]  # type: ignore[attr-defined]
    assert "cannot be used: " in problem["message"]
    assert (problem["line"], problem["column"]) == (6, 5)
