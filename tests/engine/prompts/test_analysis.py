"""A prompt file is checked against the models, prices and files that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.prompts.checks.analysis import PromptAnalysis, analyze_prompt, list_paths
from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
from antiphon.engine.prompts.context_entries import ContextFile, FileLocation
from antiphon.engine.prompts.parsing.prompt_file import parse_prompt_file
from support.engine.scripted_providers import ScriptedProviders

if TYPE_CHECKING:
    from collections.abc import Mapping

PRESETS: dict[str, str] = {"careful": "script/priced"}


class Checker:
    """A check over scripted providers; `presets` are those of the settings."""

    def __init__(self) -> None:
        self.providers = ScriptedProviders()
        self.presets: Mapping[str, str] | None = PRESETS
        self.check = CatalogCheck(
            self.providers,
            lambda: {"fast": ["script/a", "script/small"]},
            lambda: ["script/a"],
            lambda: self.presets,
        )

    def analyze(self, text: str, **files: ContextFile) -> PromptAnalysis:
        file, location = parse_prompt_file(text), FileLocation(None)
        return analyze_prompt(file, self.check, location, files)

    def problems(self, front_matter: str) -> list[tuple[str, str, list[str]]]:
        """The kind, the severity and the replacements of each problem, in the text's order."""
        found = self.analyze(f"---\n{front_matter}\n---\nHi").problems
        return [(each.kind, each.severity, [*each.replacements]) for each in found]


@pytest.fixture
def checker() -> Checker:
    return Checker()


def test_a_model_of_a_provider_that_is_not_configured_is_an_error_with_the_nearest(
    checker: Checker,
) -> None:
    near = ["script/a", "script/b", "script/c"]
    assert checker.problems("models: [nobody/a]") == [("model_not_found", "error", near)]
    assert checker.problems("models: [script/]") == [("model_not_found", "error", near)]
    assert checker.problems("models: [script/anything]") == [], "its provider may know it"


async def test_a_model_that_its_provider_does_not_list_is_a_warning(checker: Checker) -> None:
    assert await checker.check.learn({"script"})
    assert not await checker.check.learn({"script"}), "nobody is asked twice"
    assert checker.problems("models: [script/a]") == []
    unlisted = [("model_not_found", "warning", ["script/a"])]
    assert checker.problems("models: [script/zzz]") == unlisted
    checker.check.forget()
    assert checker.problems("models: [script/zzz]") == []


def test_a_preset_that_does_not_exist_is_an_error_with_the_nearest(checker: Checker) -> None:
    assert checker.problems("models: ['@careful']") == []
    assert checker.problems("models: ['@carefull']") == [("model_not_found", "error", ["@careful"])]
    checker.presets = None
    assert checker.problems("models: ['@anything']") == [], "a run decides"


def test_a_lineup_that_does_not_exist_is_an_error_with_the_nearest(checker: Checker) -> None:
    assert checker.problems("lineup: fast") == []
    assert checker.problems("lineup: fats") == [("model_not_found", "error", ["fast"])]


def test_a_prompt_that_is_longer_than_a_named_model_reads_is_a_warning(checker: Checker) -> None:
    checker.providers.windows = {"script/small": 10, "script/priced": 10}
    long = "many words " * 20
    for models in ("models: [script/small]", "models: ['@careful']", "lineup: fast"):
        found = checker.analyze(f"---\n{models}\n---\n{long}").problems
        assert [(each.kind, each.severity) for each in found] == [("context_length", "warning")]
    assert checker.analyze(f"---\nmodels: [script/a]\n---\n{long}").problems == []


def test_a_run_that_is_likely_to_cost_more_than_the_budget_is_a_warning(checker: Checker) -> None:
    dear = "models: [script/priced]\nbudget: "
    assert checker.problems(f"{dear}0.001") == [("budget", "warning", [])]
    assert checker.problems(f"{dear}1") == []
    assert checker.problems("models: [script/a]\nbudget: 0") == [], "its price is not known"


def test_what_a_run_would_take_counts_every_model(checker: Checker) -> None:
    text = "---\nmodels: [script/priced, script/b]\nparams: {maxTokens: 10}\n---\nHi {{a}}"
    found = checker.analyze(text)
    assert (len(found.models), found.unpriced, found.missing) == (2, 1, ["a"])
    assert found.cost is not None
    assert found.cost.max == found.cost.likely, "its answer is as long as it may be"
    assert checker.analyze("Hi").models == ["script/a"], "those of models.default"


@pytest.mark.parametrize(
    ("state", "kind"),
    [("missing", "not_found"), ("outside", "permission"), ("no file", "unsupported")],
)
def test_a_context_file_that_cannot_be_read_is_an_error(
    checker: Checker, state: Any, kind: str
) -> None:
    text = "---\ncontext: [/w/a.py, '@diff', '{{b}}']\ninputs: {b: {default: x}}\n---\nHi"
    paths = list_paths(parse_prompt_file(text), FileLocation(None))
    assert paths == {"/w/a.py": "/w/a.py"}
    files = {"/w/a.py": ContextFile(state)}
    [problem] = checker.analyze(text, **files).problems
    assert (problem.kind, problem.severity) == (kind, "error")
    readable = {"/w/a.py": ContextFile("readable", 400)}
    found = checker.analyze(text, **readable)
    assert (found.problems, found.tokens) == ([], 101)


def test_a_rule_that_cannot_be_used_is_an_error(checker: Checker) -> None:
    rules = "expect: [{matches: '('}, {schema: {type: 5}}, {matches: 'a+'}]"
    assert [kind for kind, _, _ in checker.problems(rules)] == ["invalid_params"] * 2
