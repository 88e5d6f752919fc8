"""Budgets as the person writes them."""

from decimal import Decimal

import pytest

from antiphon.settings.schema.schema import Settings
from antiphon.settings.sources.load import load_settings


def loaded(**sources):
    return load_settings(config_path=None, environ=sources.pop("environ", {}), **sources)


def test_a_budget_needs_its_scope_and_its_limit():
    found = loaded(initialization_options={"budgets": [{"scope": "day", "limit": "1.50"}]})
    (budget,) = found.settings.budgets
    assert dict(budget) == {
        "scope": "day",
        "limit": Decimal("1.50"),
        "provider": None,
        "model": None,
        "warn_at": Decimal("0.8"),
        "action": "block",
    }
    assert not found.problems


def test_the_environment_gives_budgets_as_json():
    given = '[{"scope": "run", "limit": "0.1", "model": "openai/gpt-5", "action": "warn"}]'
    (budget,) = loaded(environ={"ANTIPHON_BUDGETS": given}).settings.budgets
    assert (budget.scope, budget.model, budget.action) == ("run", "openai/gpt-5", "warn")


def test_a_workspace_neither_sets_nor_lifts_a_budget():
    own = {"budgets": [{"scope": "day", "limit": "1"}]}
    theirs = {"budgets": [{"scope": "day", "limit": "1000"}]}
    found = loaded(initialization_options=own, workspace=theirs)
    assert [budget.limit for budget in found.settings.budgets] == [Decimal(1)]
    assert [problem.field for problem in found.problems] == ["budgets"]
    assert not loaded(workspace={"budgets": []}).problems


@pytest.mark.parametrize(
    "wrong",
    [{"scope": "week"}, {"limit": "-1"}, {"limit": True}, {"warnAt": 1.5}, {"model": "gpt-5"}],
)
def test_a_wrong_budget_is_named_and_none_is_guessed(wrong):
    budget = {"scope": "day", "limit": "1", **wrong}
    found = loaded(initialization_options={"budgets": [budget]})
    (problem,) = found.problems
    assert problem.field.startswith("budgets")
    assert next(iter(wrong)) in problem.field
    assert found.settings.budgets == Settings().budgets == ()


def test_a_mistake_in_one_budget_leaves_the_others_in_force():
    rows = [
        {"scope": "day", "limit": "2"},
        {"scope": "week", "limit": "1"},
        {"scope": "month", "limit": "abc"},
        "month",
    ]
    found = loaded(initialization_options={"budgets": rows})
    assert [budget.scope for budget in found.settings.budgets] == ["day"]
    fields = [problem.field for problem in found.problems]
    assert fields == ["budgets[1].scope", "budgets[2].limit", "budgets[3]"]
    assert all("this budget is left out" in str(problem) for problem in found.problems)


def test_budgets_that_are_no_list_are_told_so():
    found = loaded(initialization_options={"budgets": {"scope": "day", "limit": "2"}})
    assert found.settings.budgets == ()
    assert "must be a list" in str(found.problems[0])
