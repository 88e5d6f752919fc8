"""The reducer does what the shared cases say, and appends reproduce any conversation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from antiphon.model.conversation.events import Position, StartEvent, StreamEvent, TokenEvent
from antiphon.model.values.positions import offset_at
from antiphon_client.reducer import Gap, PaneReducer

_CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "clients/protocol/reducer_cases.json").read_text("utf-8")
)
_EVENT: TypeAdapter[StreamEvent] = TypeAdapter(StreamEvent)


def take(reducer: PaneReducer, step: dict[str, Any]) -> None:
    match step["type"]:
        case "refresh":
            reducer.refresh_announced(step["paneId"])
        case "pulled":
            reducer.pulled(step["paneId"], step["text"])
        case _:
            reducer.apply(_EVENT.validate_python(step))


@pytest.mark.parametrize("case", _CASES, ids=[case["name"] for case in _CASES])
def test_shared_case(case: dict[str, Any]) -> None:
    reducer = PaneReducer()
    for pane_id, text in case.get("before", {}).items():
        reducer.pulled(pane_id, text)
    for step in case["events"]:
        take(reducer, step)
    assert reducer.texts == case["texts"]
    assert reducer.messages == case["messages"]
    assert sorted(reducer.needs_refresh) == case["needsRefresh"]
    assert reducer.gaps == [
        Gap(gap["paneId"], gap["messageId"], gap["expected"], gap["got"]) for gap in case["gaps"]
    ]


def test_the_cases_have_names_of_their_own_and_known_fields_only() -> None:
    known = {"name", "before", "events", "texts", "messages", "gaps", "needsRefresh"}
    assert len({case["name"] for case in _CASES}) == len(_CASES)
    assert all(case.keys() <= known for case in _CASES)


def test_a_pane_is_answering_from_its_start_to_its_end() -> None:
    reducer = PaneReducer()
    seen: list[bool] = []
    for step in _CASES[0]["events"]:
        take(reducer, step)
        seen.append(reducer.is_answering("a"))
    assert seen == [True, True, True, False]


@given(st.text(alphabet=st.sampled_from("a\n\r😀é"), max_size=30), st.integers(0, 40))
def test_an_offset_and_its_position_are_the_same_place(text: str, index: int) -> None:
    index = min(index, len(text))
    if text[index - 1 : index + 1] == "\r\n":
        index += 1
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    line = before.rpartition("\n")[2]
    units = len(line.encode("utf-16-le")) // 2
    assert offset_at(text, Position(line=before.count("\n"), character=units)) == index


def test_half_a_surrogate_pair_is_the_place_before_it() -> None:
    assert offset_at("a😀b", Position(line=0, character=2)) == 1


@given(st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=5)), max_size=40))
def test_any_interleaving_of_tokens_joins_each_panes_own(tokens: list[tuple[str, str]]) -> None:
    reducer, seqs, expected = PaneReducer(), {"a": 1, "b": 1}, {"a": "", "b": ""}
    started = StartEvent.model_validate(_CASES[0]["events"][0])
    for pane in "ab":
        update = {"pane_id": pane, "message_id": pane, "append": ""}
        reducer.apply(started.model_copy(update=update))
    for pane, text in tokens:
        seqs[pane] += 1
        expected[pane] += text
        reducer.apply(TokenEvent(pane_id=pane, message_id=pane, seq=seqs[pane], text=text))
    assert reducer.texts == reducer.messages == expected
