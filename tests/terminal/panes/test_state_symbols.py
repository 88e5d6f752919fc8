"""States look as `clients/protocol/format_cases.json` says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from antiphon.model.failure import Failure
from antiphon_terminal.panes import state_symbols
from antiphon_terminal.panes.run_view import RunView
from support.terminal import run_events as scene

CASES = json.loads(
    (Path(__file__).parents[3] / "clients/protocol/format_cases.json").read_text("utf-8")
)
STATES: list[dict[str, str]] = CASES["state"]
QUEUES = [(*case["value"], case["text"]) for case in CASES["queue"]]
TERMINAL_STATES = {"thinking": "reasoning"}


def test_every_state_of_an_answer_has_a_look() -> None:
    shared = {TERMINAL_STATES.get(case["value"], case["value"]) for case in STATES}
    assert set(state_symbols.STATE_STYLES) == shared - {"idle"}


@pytest.mark.parametrize("case", [case for case in STATES if case["value"] != "idle"], ids=str)
def test_a_state_looks_as_the_shared_case_says(case: dict[str, str]) -> None:
    run_view = RunView()
    run_view.apply(scene.start("a"), now=0.0)
    view = run_view.panes["pane-a"]
    view.state = TERMINAL_STATES.get(case["value"], case["value"])
    view.failure = Failure.of(case["failure"]) if "failure" in case else None
    assert state_symbols.find_sign(view.state) == case["symbol"]
    assert state_symbols.find_sign(view.state, unicode=False) == case["ascii"]
    assert state_symbols.find_end_word(view) == case["text"]


@pytest.mark.parametrize(("running", "ahead", "text"), QUEUES)
def test_a_queue_is_described_as_the_shared_case_says(running: int, ahead: int, text: str) -> None:
    assert state_symbols.format_queue(running, ahead) == text
