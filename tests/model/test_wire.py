"""Every value has one form on the wire: camelCase, absent fields left out, `null` kept."""

from __future__ import annotations

import json
from itertools import chain

import pytest
from pydantic import ValidationError

from antiphon.model import failure
from antiphon.model.commands import documents, models, runs, sessions
from antiphon.model.commands.runs import BroadcastParams, ContextItem, PaneEstimate
from antiphon.model.conversation import events, message, session
from antiphon.model.values import model_info, usage
from antiphon.model.values.usage import Cost, Latency
from antiphon.model.wire import Absent, Wire

MODULES = (runs, models, sessions, documents, events, failure, message, model_info, session, usage)
VALUES = sorted(
    {
        value
        for value in chain.from_iterable(vars(module).values() for module in MODULES)
        if isinstance(value, type) and issubclass(value, Wire) and value is not Wire
    },
    key=lambda value: value.__name__,
)


class Sample(Wire):
    """One field of each kind of nothing."""

    may_be_absent: Absent[int] = None
    may_be_null: int | None = None
    with_default: int = 7


def test_an_absent_field_is_left_out_and_a_null_is_written():
    assert Sample().to_wire() == {"mayBeNull": None, "withDefault": 7}


def test_a_field_that_may_be_absent_may_also_come_as_null():
    assert Sample.model_validate({"mayBeAbsent": None}) == Sample()


def test_a_falsy_value_is_not_nothing():
    assert Sample(may_be_absent=0).to_wire()["mayBeAbsent"] == 0
    assert BroadcastParams(prompt="", models=[]).to_wire() == {"prompt": "", "models": []}


def test_both_spellings_are_understood_and_one_is_written():
    assert Sample.model_validate({"mayBeNull": 1}) == Sample.model_validate({"may_be_null": 1})
    assert Sample(may_be_null=1).to_wire()["mayBeNull"] == 1


def test_unknown_fields_are_ignored():
    assert Sample.model_validate({"mayBeNull": 1, "fromTheFuture": {"a": []}}) == Sample(
        may_be_null=1
    )


def test_values_are_frozen():
    with pytest.raises(ValidationError):
        Sample().may_be_null = 5


def test_an_unknown_price_and_an_unknown_time_are_null_on_the_wire():
    assert Cost().to_wire() == {"amount": None, "currency": "USD", "source": "unpriced"}
    assert Latency().to_wire()["ttftMs"] is None
    estimate = PaneEstimate(model="p/m", input_tokens=1, max_output_tokens=None, cost=None)
    assert estimate.to_wire()["cost"] is None


def test_nested_values_leave_out_what_is_absent_too():
    params = BroadcastParams(prompt="x", context=[ContextItem(uri="file:///a", language_id="c")])
    assert params.to_wire() == {
        "prompt": "x",
        "context": [{"uri": "file:///a", "languageId": "c"}],
    }


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_no_key_has_an_underscore_and_every_value_says_what_it_is(value):
    names = [field.serialization_alias or name for name, field in value.model_fields.items()]
    assert not [name for name in names if "_" in name]
    assert value.__doc__
    json.dumps(value.model_json_schema(by_alias=True, mode="serialization"))


@pytest.mark.parametrize(
    "argument",
    [
        pytest.param({"streamToken": True}, id="a truth value as a token"),
        pytest.param({"streamToken": 1.0}, id="a fraction as a token"),
        pytest.param({"allowOverBudget": "yes"}, id="a word as a truth value"),
        pytest.param({"params": {"maxTokens": "5"}}, id="a string as a number"),
        pytest.param({"models": "p/m"}, id="a string as a list"),
        pytest.param({"models": [5]}, id="a number as a model"),
    ],
)
def test_a_value_of_a_wrong_type_is_refused_not_converted(argument):
    with pytest.raises(ValidationError):
        BroadcastParams.model_validate({"prompt": "x", **argument})


@pytest.mark.parametrize("place", [{"line": -1, "character": 0}, {"line": 0, "character": -1}])
def test_a_place_before_the_first_is_refused(place):
    span = {"start": place, "end": {"line": 1, "character": 0}}
    with pytest.raises(ValidationError):
        ContextItem.model_validate({"uri": "file:///a", "range": span})
