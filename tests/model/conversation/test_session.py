"""Panes, their parameters, and what they are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from antiphon.model.conversation.session import (
    Params,
    derive_title,
    is_title_of,
    title_panes,
    to_slug,
)
from antiphon.model.conversation.session import given as given_of

PARAMS = st.builds(
    Params.model_validate,
    st.fixed_dictionaries(
        {},
        optional={
            "temperature": st.floats(0, 2),
            "maxTokens": st.integers(1, 10),
            "stop": st.lists(st.text(), max_size=2),
            "topK": st.integers(),
            "logit_bias": st.text(),
            "reasoningEffort": st.sampled_from(["none", "low", "max"]),
        },
    ),
)
NAMES = st.lists(st.sampled_from(["p/a", "q/a", "p/b", "p/a-2", "a"]), max_size=6)


def test_parameters_that_we_do_not_know_are_kept_as_they_came():
    params = Params.model_validate({"maxTokens": 5, "topK": 3, "logit_bias": "low"})
    assert params.to_wire() == {"maxTokens": 5, "topK": 3, "logit_bias": "low"}
    assert given_of(params) == {"max_tokens": 5, "topK": 3, "logit_bias": "low"}


@pytest.mark.parametrize("name", ["reasoningEffort", "reasoning_effort"])
def test_how_long_a_model_may_think_is_known_under_both_spellings(name):
    params = Params.model_validate({name: "low"})
    assert params.to_wire() == {"reasoningEffort": "low"}
    assert given_of(params) == {"reasoning_effort": "low"}


@given(PARAMS, PARAMS)
def test_the_upper_parameters_win_and_the_lower_ones_fill_in(above, below):
    assert given_of(above.over(below)) == {**given_of(below), **given_of(above)}


@given(PARAMS)
def test_parameters_over_none_or_under_none_stay_as_they_are(params):
    assert params.over(Params()) == params == Params().over(params)


def test_zero_is_a_temperature_and_not_nothing():
    assert given_of(Params(temperature=0).over(Params(temperature=1))) == {"temperature": 0.0}


def test_parameters_survive_the_wire():
    params = Params.model_validate({"topP": 0.5, "stop": ["a"], "custom": {"a": [None]}})
    assert Params.model_validate(params.to_wire()) == params


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -0.1},
        {"temperature": float("nan")},
        {"maxTokens": 0},
        {"topP": 0},
        {"topP": 1.1},
        {"stop": "END"},
    ],
    ids=str,
)
def test_a_parameter_outside_its_range_is_refused(wrong):
    with pytest.raises(ValidationError):
        Params.model_validate(wrong)


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("What is this?\nMore", "What is this?"),
        ("\n \n  Third line  \n", "Third line"),
        ("", "Untitled"),
        ("\n\t\n", "Untitled"),
        ("a" * 80, "a" * 80),
        ("a" * 81, "a" * 79 + "…"),
        ("a" * 78 + " bcd", "a" * 78 + "…"),
    ],
)
def test_a_session_is_called_by_the_first_line_that_says_something(prompt, title):
    assert derive_title(prompt) == title


@given(st.text())
def test_a_title_is_one_short_line(prompt):
    title = derive_title(prompt)
    assert title
    assert len(title) <= 80
    assert len(title.splitlines()) == 1


@given(st.text())
def test_a_slug_is_never_empty_and_safe_as_a_file_name(title):
    slug = to_slug(title)
    assert slug
    assert slug.isascii()
    assert not set(slug) & set('/\\:*?"<>| \0')
    assert not slug.startswith((".", "-"))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("claude-sonnet-4.5-2", "claude-sonnet-4.5-2"),
        ("gpt_5", "gpt_5"),
        ("My pane: a/b", "My-pane-a-b"),
        ("..", "pane"),
        ("日本", "pane"),
    ],
)
def test_a_slug_keeps_what_is_readable(title, slug):
    assert to_slug(title) == slug


def test_a_model_that_is_asked_twice_gets_a_number():
    assert title_panes(["p/a", "q/b", "p/a", "p/a"], {}) == ["a", "b", "a#2", "a#3"]


def test_one_name_of_two_providers_is_told_apart_by_them():
    assert title_panes(["openai/gpt-5", "azure/gpt-5"], {}) == ["gpt-5@openai", "gpt-5@azure"]
    in_use = {"gpt-5": "openai/gpt-5"}
    assert title_panes(["azure/gpt-5", "openai/gpt-5"], in_use) == ["gpt-5@azure", "gpt-5@openai"]


@pytest.mark.parametrize(
    ("title", "model", "made"),
    [
        ("gpt-5", "openai/gpt-5", True),
        ("gpt-5#2", "openai/gpt-5", True),
        ("gpt-5-2", "openai/gpt-5", True),
        ("gpt-5@openai#3", "openai/gpt-5", True),
        ("gpt-5@azure", "openai/gpt-5", False),
        ("gpt-5-mini", "openai/gpt-5", False),
        ("Reviewer", "openai/gpt-5", False),
    ],
)
def test_a_title_that_came_from_a_model_is_known(title, model, made):
    assert is_title_of(title, model) is made


def test_only_the_provider_is_left_out_of_a_title():
    assert title_panes(["router/meta/llama-3", "bare"], {}) == ["meta/llama-3", "bare"]


@given(NAMES)
def test_no_two_panes_are_called_the_same(models):
    titles = title_panes(models, {})
    assert len(titles) == len(models)
    assert len(set(titles)) == len(titles)


def test_a_slug_fits_into_a_tab():
    assert to_slug("x" * 1_000_000) == "x" * 80
