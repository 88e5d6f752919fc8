"""The order of steps: by what they refer to, and by the panes that they go on in."""

from __future__ import annotations

import pytest

from antiphon.engine.pipelines.source.text import read_text

HEAD = "antiphon: pipeline/v1\nname: x\nsteps:\n"
ASK = "  - {id: ask, type: broadcast, models: [a/b, c/d], prompt: x}\n"


def needs(steps: str) -> dict[str, list[str]]:
    read = read_text(HEAD + steps)
    assert read.graph is not None, read.to_wire_problems()
    return {step_id: sorted(each) for step_id, each in read.graph.needs.items()}


def test_a_step_may_come_before_what_it_refers_to():
    found = needs("  - {id: sum, type: summarize, of: ask}\n" + ASK)
    assert list(found.items()) == [("ask", []), ("sum", ["ask"])]


def test_steps_that_go_on_in_one_pane_keep_their_order():
    more = "  - {id: one, type: ask, panes: ask.1, prompt: x}\n"
    more += "  - {id: two, type: ask, panes: ask.2, prompt: x}\n"
    assert needs(ASK + more)["two"] == ["ask", "one"]


def test_a_summary_waits_for_prompts_before_it_and_holds_up_those_behind_it():
    steps = ASK + "  - {id: one, type: ask, panes: ask, prompt: x}\n"
    steps += "  - {id: sum, type: summarize, of: ask}\n"
    steps += "  - {id: two, type: send, from: sum, to: ask.1, mode: context}\n"
    found = needs(steps)
    assert found["sum"] == ["ask", "one"]
    assert found["two"] == ["ask", "one", "sum"]


def test_comparisons_name_answers_and_need_not_wait_for_later_prompts():
    steps = ASK + "  - {id: one, type: ask, panes: ask, prompt: x}\n"
    steps += "  - {id: diff, type: compare, left: ask.1, right: ask.2}\n"
    steps += "  - {id: same, type: consensus, of: ask}\n"
    found = needs(steps)
    assert found["diff"] == found["same"] == ["ask"]


def test_new_panes_of_a_transfer_are_its_own():
    steps = ASK + "  - {id: sent, type: send, from: ask.1, models: [a/b], mode: ask}\n"
    steps += "  - {id: one, type: ask, panes: ask, prompt: x}\n"
    steps += "  - {id: two, type: ask, panes: sent, prompt: x}\n"
    assert needs(steps)["two"] == ["sent"]


@pytest.mark.parametrize("count", [500])
def test_a_chain_of_as_many_steps_as_there_may_be_is_ordered(count: int):
    steps = ASK + "".join(
        f"  - {{id: s{n}, type: ask, panes: {f's{n - 1}' if n > 1 else 'ask'}, prompt: x}}\n"
        for n in range(1, count)
    )
    found = needs(steps)
    assert list(found)[-1] == f"s{count - 1}"
    assert found[f"s{count - 1}"] == [f"s{count - 2}"]
