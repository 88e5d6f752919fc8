"""The schema is what the reference, the VS Code extension and the Lua types are made from."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from antiphon.settings.schema.budgets import BudgetSettings
from antiphon.settings.schema.models import ChoiceSettings, ParamsSettings, PresetSettings
from antiphon.settings.schema.schema import USER_ONLY, Section, Settings
from antiphon.settings.schema.settings_tree import Group, Node, Table, settings_tree
from antiphon.settings.schema.vendors import built_in_rows

NEEDED = {
    (BudgetSettings, "scope"),
    (BudgetSettings, "limit"),
    (ChoiceSettings, "model"),
    (PresetSettings, "model"),
}
"""Fields of entries; one that lacks it is left out, the element of a list with its list."""
DISCOVERY = ["discovery.localServers", "discovery.ports", "discovery.timeoutMs"]


def sections() -> list[type[Section]]:
    return Section.__subclasses__()


@pytest.mark.parametrize("section", sections())
def test_every_field_has_a_default_and_every_value_a_description(section):
    for name, field in section.model_fields.items():
        assert not field.is_required() or (section, name) in NEEDED, name
        if section is not Settings or name == "providers":
            assert field.description, name


@pytest.mark.parametrize("section", sections())
def test_settings_are_frozen_and_know_no_other_names(section):
    with pytest.raises(ValidationError):
        section.model_validate({"unheardOf": 1})
    name = next(iter(section.model_fields))
    with pytest.raises(ValidationError):
        setattr(section(), name, None)


def test_exactly_these_are_never_taken_from_a_workspace():
    def marked(node: Node, path: str = "") -> list[str]:
        if node.user_only:
            return [path]
        if isinstance(node, Group):
            return [
                field
                for name, child in node.children.items()
                for field in marked(child, f"{path}.{name}".strip("."))
            ]
        return marked(node.entry, path) if isinstance(node, Table) else []

    history = ["history.url", "history.retentionDays"]
    guards = ["budgets", "limits.secretsInPrompts", "limits.redisUrl"]
    observed = ["metrics.textfile", "metrics.intervalMs", "telemetry.enabled", "telemetry.content"]
    own = ["providers", *DISCOVERY, *guards, *history, "log.file", *observed]
    assert marked(settings_tree()) == own
    assert Settings.model_json_schema()["properties"]["providers"][USER_ONLY] is True


def test_the_json_schema_has_the_limits_of_numbers():
    schema = Settings.model_json_schema()["$defs"]
    idle = schema["TimeoutSettings"]["properties"]["idleMs"]
    assert (idle["default"], idle["minimum"], idle["maximum"]) == (60_000, 1, 86_400_000)


def test_the_built_in_rows_are_good_settings():
    assert set(Settings().providers) == set(built_in_rows({}))


@pytest.mark.parametrize(("attempts", "problems"), [(0, 1), (1, 0), (10, 0), (11, 1)])
def test_a_request_is_sent_once_at_least_and_ten_times_at_most(load, attempts, problems):
    assert len(load(f"[retry]\nmaxAttempts = {attempts}\n").problems) == problems


def test_no_prompt_is_in_the_repr_of_parameters():
    assert "hidden" not in repr(ParamsSettings(system="hidden words", temperature=0.5))
