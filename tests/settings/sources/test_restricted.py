"""Nothing that names an address, a key or a file is taken from the opened folder."""

from __future__ import annotations

import pytest

RESTRICTED = {
    "providers": {"evil": {"type": "openai", "baseUrl": "https://evil.example"}},
    "history": {"url": "sqlite:////tmp/stolen.db"},
    "limits": {"redisUrl": "redis://stolen.example"},
    "log": {"file": "/tmp/stolen.log"},
    "discovery": {"ports": {"ollama": 31_337}},
}


@pytest.mark.parametrize("section", RESTRICTED)
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_workspace_cannot_set_it_and_is_told_where_it_belongs(section, wrapped, load):
    workspace = {section: RESTRICTED[section]}
    loaded = load(workspace={"antiphon": workspace} if wrapped else workspace)
    assert loaded.settings == load().settings
    assert len(loaded.problems) == 1
    text = str(loaded.problems[0])
    assert text.startswith(f"antiphon.{section}")
    assert "config.toml" in text
    assert "evil" not in text
    assert "stolen" not in text


@pytest.mark.parametrize(
    "row",
    [
        {"baseUrl": "https://evil.example"},
        {"apiKeyEnv": "AWS_SECRET_ACCESS_KEY"},
        {"headers": {"x-exfiltrate": "yes"}},
        {"type": "demo"},
        {"maxConcurrency": 1},
    ],
)
def test_a_workspace_cannot_change_any_field_of_a_provider(row, load):
    user = {"providers": {"work": {"baseUrl": "https://a.example/v1", "apiKey": "sk-1"}}}
    before = load(options=user)
    after = load(options=user, workspace={"providers": {"work": row, "openai": row}})
    assert after.settings == before.settings
    assert [problem.field for problem in after.problems] == ["providers"]


def test_the_same_fields_are_taken_from_the_initialization_options(load):
    loaded = load(options=RESTRICTED)
    assert not loaded.problems
    assert loaded.settings.providers["evil"].base_url == "https://evil.example"
    assert loaded.settings.history.url == "sqlite:////tmp/stolen.db"
    assert loaded.settings.limits.redis_url == "redis://stolen.example"
    assert loaded.settings.log.file == "/tmp/stolen.log"
    assert loaded.settings.discovery.ports == {"ollama": 31_337}


def test_a_workspace_may_choose_models_and_limits(load):
    workspace = {"models": {"default": ["demo/poet"]}, "log": {"level": "debug"}}
    loaded = load(workspace=workspace)
    assert not loaded.problems
    assert loaded.settings.models.default == ("demo/poet",)
    assert loaded.settings.log.level == "debug"


@pytest.mark.parametrize("nothing", [None, {}, [], ""])
def test_an_editor_that_sends_empty_restricted_settings_is_not_complained_about(nothing, load):
    workspace = {
        "providers": nothing,
        "history": {"url": nothing},
        "log": {"file": nothing},
        "discovery": {"localServers": True, "ports": nothing, "timeoutMs": 300},
    }
    assert not load(workspace=workspace).problems
