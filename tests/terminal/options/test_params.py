"""`--param KEY=VALUE`."""

from __future__ import annotations

import click
import pytest

from antiphon_terminal.options.params import parse_params


def test_values_are_json_where_they_can_be_and_text_elsewhere() -> None:
    params = parse_params(["temperature=0.2", "maxTokens=50", 'stop=["x"]', "fault=cut", "a=b=c"])
    assert params is not None
    assert params.to_wire() == {
        "temperature": 0.2, "maxTokens": 50, "stop": ["x"], "fault": "cut", "a": "b=c",
    }  # fmt: skip


def test_python_names_of_known_parameters_are_understood() -> None:
    params = parse_params(["max_tokens=7"])
    assert params is not None
    assert params.max_tokens == 7


def test_no_parameters_are_none() -> None:
    assert parse_params([]) is None


@pytest.mark.parametrize("value", ["temperature", "=1", "temperature=hot", "maxTokens=-1"])
def test_what_is_no_parameter_is_refused(value: str) -> None:
    with pytest.raises(click.BadParameter, match=r"'=1'|temperature|maxTokens"):
        parse_params([value])
