"""The known names nearest to a mistyped one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.model.closest_names import closest_models, closest_names

KNOWN = ["openai/gpt-5", "openai/gpt-5-mini", "demo/poet", "demo/terse", "groq/llama-3.3-70b"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("openai/gpt5", "openai/gpt-5"),
        ("opnai/gpt-5", "openai/gpt-5"),
        ("gpt-5", "openai/gpt-5"),
        ("GPT-5-MINI", "openai/gpt-5-mini"),
        ("demo/port", "demo/poet"),
        ("llama-3.3", "groq/llama-3.3-70b"),
        ("anthropic/terse", "demo/terse"),
    ],
)
def test_the_name_that_was_meant_comes_first(typed, meant):
    assert closest_models(typed, KNOWN)[0] == meant


def test_of_two_equal_names_that_of_the_named_provider_comes_first():
    assert closest_models("b/gpt-5", ["a/gpt-5", "b/gpt-5", "c/gpt-5"])[0] == "b/gpt-5"


@settings(deadline=None)
@given(st.text(max_size=20), st.lists(st.text(max_size=8)), st.integers(0, 5))
def test_there_are_never_too_many_and_none_twice(typed, known, limit):
    found = closest_models(typed, known, limit)
    assert len(found) == len(set(found)) <= min(limit, len(set(known)))
    assert set(found) <= set(known)


@pytest.mark.parametrize("typed", ["nosuch/model", "x/y", "", "mistral/large"])
def test_a_model_that_is_like_none_has_no_nearest(typed):
    assert closest_models(typed, [*KNOWN, "demo/coder"]) == []


def test_a_provider_alone_finds_its_models():
    assert closest_models("groq/", KNOWN) == ["groq/llama-3.3-70b"]


def test_a_name_that_is_like_none_has_no_nearest():
    assert closest_names("timeout", ["idleMs"], likeness=0.5) == []
    assert closest_names("idleM", ["idleMs", "totalMs"], likeness=0.5) == ["idleMs"]


def test_difflib_is_not_imported_before_a_name_is_unknown():
    code = "import sys, antiphon.model.closest_names; print('difflib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
