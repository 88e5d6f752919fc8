"""A key shows itself to nobody but who asks for it by name."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback

import pytest
from pydantic import BaseModel, ValidationError

from antiphon.settings.schema.api_key import (
    HIDDEN,
    Key,
    check_stored_key,
    describe_invalid_key,
    look_up_key,
)
from antiphon.settings.schema.schema import ProviderSettings, Settings

SECRET = "sk-planted-0123456789"


def row(**fields: object) -> ProviderSettings:
    return ProviderSettings.model_validate(fields)


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        lambda key: f"{key}",
        lambda key: f"{key!r:>40}",
        lambda key: "%s %r" % (key, key),  # noqa: UP031 - one of the ways to leak it
        lambda key: json.dumps([key], default=str),
        lambda key: repr({"key": [key]}),
        lambda key: repr(vars(key) if hasattr(key, "__dict__") else dir(key)),
    ],
)
def test_no_way_of_showing_a_key_shows_it(show):
    assert SECRET not in show(Key(SECRET))


def test_a_key_cannot_be_serialised_by_accident():
    with pytest.raises(TypeError):
        json.dumps(Key(SECRET))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="never pickled"):
            pickle.dumps(Key(SECRET), protocol)


def test_settings_that_hold_a_key_hide_it_in_every_dump():
    provider = row(apiKey=SECRET, headers={"api-key": SECRET}, baseUrl="https://a.example")
    settings = Settings(providers={"work": provider})
    shown = [
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        repr(settings.model_dump()),
        repr(settings.model_dump(mode="json", by_alias=True)),
        repr(settings.model_copy(deep=True)),
    ]
    assert not [text for text in shown if SECRET in text]
    assert HIDDEN in settings.model_dump_json()


def test_a_key_that_fails_its_check_is_not_in_the_error():
    class Holder(BaseModel):
        key: Key
        other: int

    with pytest.raises(ValidationError) as caught:
        ProviderSettings.model_validate({"apiKey": SECRET, "baseUrl": SECRET, "headers": [SECRET]})
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(ValidationError) as caught:
        Holder(key=Key(SECRET), other="x")  # pyright: ignore[reportArgumentType]
    assert SECRET not in str(caught.value)


def test_a_key_in_a_log_record_is_hidden(caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("antiphon.test").error("key %s in %r", Key(SECRET), row(apiKey=SECRET))
    assert SECRET not in caplog.text


def test_whoever_asks_by_name_gets_it_also_from_a_copy():
    assert copy.deepcopy(Key(SECRET)).get_secret_value() == SECRET
    assert copy.copy(Key(SECRET)).get_secret_value() == SECRET


def test_keys_are_equal_by_their_value_and_to_nothing_else():
    assert Key("a") == Key("a")
    assert hash(Key("a")) == hash(Key("a"))
    assert Key("a") != Key("b")
    assert Key("a") != "a"
    assert Key("ä") != Key("a")


def test_the_json_schema_says_that_a_key_is_only_written():
    schema = ProviderSettings.model_json_schema()["properties"]["apiKey"]
    assert {"type": "string", "minLength": 1, "writeOnly": True} in schema["anyOf"]


def test_a_key_is_found_in_the_environment_by_the_name_in_the_row():
    found = look_up_key(row(apiKeyEnv="WORK_KEY"), {"WORK_KEY": SECRET})
    assert found.key == Key(SECRET)
    assert (found.problem, found.source) == (None, "environment")


def test_a_key_in_the_settings_comes_before_the_environment():
    found = look_up_key(row(apiKey=SECRET, apiKeyEnv="WORK_KEY"), {"WORK_KEY": "other"})
    assert found.key == Key(SECRET)
    assert found.source == "settings"


@pytest.mark.parametrize("environ", [{}, {"WORK_KEY": ""}])
def test_a_missing_variable_is_named(environ):
    found = look_up_key(row(apiKeyEnv="WORK_KEY"), environ)
    assert (found.key, found.problem, found.source) == (None, "WORK_KEY is not set", "none")


def test_a_row_that_names_no_key_needs_none():
    found = look_up_key(row(baseUrl="http://127.0.0.1:8080/v1"), {"OPENAI_API_KEY": SECRET})
    assert (found.key, found.problem, found.source) == (None, None, "none")


@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        (SECRET + "\n", "line break"),
        (SECRET + "\r\n", "line break"),
        ("\n", "line break"),
        (" " + SECRET, "space"),
        ("sk planted", "space"),
        (SECRET + "\u00a0", "space"),
        (SECRET + "\x00", "control character"),
        (SECRET + "\x1b[0m", "control character"),
        (SECRET + "\u200b", "control character"),
        ("sk\u2013planted", "no key has"),
        (f'"{SECRET}"', "quote"),
        (f"'{SECRET}'", "quote"),
        (f"`{SECRET}`", "quote"),
        (f"\u201c{SECRET}\u201d", "quote"),
        (f'"{SECRET}', "quote"),
        (f"{SECRET}'", "quote"),
        (f'"{SECRET}" ', "quote"),
        ('""', "quote"),
    ],
)
def test_a_key_that_no_header_can_carry_is_a_problem_that_does_not_repeat_it(value, flaw):
    for settings, environ in ((row(apiKeyEnv="K"), {"K": value}), (row(apiKey=value), {})):
        found = look_up_key(settings, environ)
        assert found.key is None
        assert found.problem is not None
        assert flaw in found.problem
        assert "planted" not in found.problem


@pytest.mark.parametrize("place", ["client", "keyring", "memory"])
def test_a_quote_around_a_kept_key_is_told_with_the_place_that_keeps_it(place):
    found = check_stored_key(f'"{SECRET}"', place)
    assert (found.key, found.source) == (None, place)
    assert "has a quote around it" in found.problem
    assert "planted" not in found.problem


def test_a_quote_inside_of_a_key_is_part_of_it():
    assert describe_invalid_key("sk-a'b\"c") is None
    assert describe_invalid_key("") is None
