"""The field at fault, in the names of the wire and without the branches of unions."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from antiphon.lsp.rpc.errors import first_invalid_field
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.commands.sessions import SessionListParams
from antiphon.model.wire import Wire


class Cat(Wire):
    type: Literal["cat"] = "cat"
    lives_left: int


class Dog(Wire):
    type: Literal["dog"] = "dog"
    name: str


class Zoo(Wire):
    by_name: dict[str, Annotated[Cat | Dog, Field(discriminator="type")]]


@pytest.mark.parametrize(
    ("model", "value", "field"),
    [
        (BroadcastParams, {}, "$.prompt"),
        (BroadcastParams, {"prompt": 5}, "$.prompt"),
        (BroadcastParams, [], "$"),
        (BroadcastParams, None, "$"),
        (BroadcastParams, {"prompt": "p", "models": "a"}, "$.models"),
        (BroadcastParams, {"prompt": "p", "models": ["a", 5]}, "$.models[1]"),
        (BroadcastParams, {"prompt": "p", "models": [{"title": "t"}]}, "$.models[0].model"),
        (BroadcastParams, {"prompt": "p", "models": [{"model": 5}]}, "$.models[0].model"),
        (BroadcastParams, {"prompt": "p", "paneIds": [None]}, "$.paneIds[0]"),
        (BroadcastParams, {"prompt": "p", "streamToken": {}}, "$.streamToken"),
        (
            BroadcastParams,
            {"prompt": "p", "context": [{"uri": "u", "range": {"start": {"line": "x"}}}]},
            "$.context[0].range.start.line",
        ),
        (SessionListParams, {"limit": 0}, "$.limit"),
        (Zoo, {"byName": {"tom": {"type": "cat", "livesLeft": "x"}}}, "$.byName.tom.livesLeft"),
        (Zoo, {"byName": {"tom": {"type": "cat"}}}, "$.byName.tom.livesLeft"),
        (Zoo, {"byName": {"tom": {"type": "cow"}}}, "$.byName.tom"),
        (Zoo, {"byName": {"tom": {}}}, "$.byName.tom"),
    ],
)
def test_the_path_names_what_was_sent(model, value, field):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    path, hint = first_invalid_field(caught.value, value)
    assert path == field
    assert hint


@pytest.mark.parametrize("value", [[], {}, {"prompt": "p", "models": [{"title": "t"}]}], ids=str)
def test_what_should_be_there_is_said_in_the_words_of_json(value):
    with pytest.raises(ValidationError) as caught:
        BroadcastParams.model_validate(value)
    _, hint = first_invalid_field(caught.value, value)
    assert hint in {"Input should be an object.", "This field is required."}
