"""What works already is named first; what must be installed is said before it is needed."""

from __future__ import annotations

import sys

from antiphon.model.commands.keys import KeyringStatus, KeysStatusResult, KeyStatus
from antiphon.model.commands.models import ModelsResult
from antiphon.model.values.extras import to_install_command
from antiphon.model.values.model_info import ModelInfo
from antiphon_terminal.reports.first_steps import is_installed, setup_suggestions


def models(*available: str, missing: tuple[str, ...] = ()) -> ModelsResult:
    return ModelsResult(
        models=[
            ModelInfo(
                id=each, provider=each.partition("/")[0], name=each, available=each in available
            )
            for each in (*available, *missing)
        ]
    )


def keys(**sources: str) -> KeysStatusResult:
    return KeysStatusResult.model_validate(
        {
            "providers": [
                {
                    "name": name,
                    "source": source,
                    "needed": True,
                    "variable": f"{name.upper()}_API_KEY",
                    "keyPage": f"https://{name}.example",
                    "freeTier": name == "groq",
                }
                for name, source in sources.items()
            ],
            "keyring": KeyringStatus(available=False),
        }
    )


def commands(found: ModelsResult, known: KeysStatusResult) -> list[list[str]]:
    return [way["commands"] for way in setup_suggestions(found, known)]


def test_a_vendor_that_can_be_tried_without_paying_comes_before_others():
    missing = ("openai/gpt-5", "groq/oss")
    [key, _, _, _] = commands(models(missing=missing), keys(openai="none", groq="none"))
    assert key[-2] == "export GROQ_API_KEY=…  # from https://groq.example"
    assert key[-1].endswith("-m groq/oss")


def test_a_key_that_is_there_needs_no_other():
    found = models("openai/gpt-5", "ollama/gemma", missing=("groq/oss",))
    [key, local, _, demo] = commands(found, keys(openai="environment", groq="none"))
    assert key == ['antiphon ask "What is a fugue?" -m openai/gpt-5']
    assert local == ['antiphon ask "What is a fugue?" -m ollama/gemma']
    assert "demo/terse" in demo[0]


def test_a_package_that_is_missing_is_installed_first(monkeypatch):
    monkeypatch.setitem(sys.modules, "groq", None)
    [key, _, _, _] = commands(models(missing=("groq/oss",)), keys(groq="none"))
    assert key[0] == to_install_command("groq")


def test_whether_a_package_is_there_is_known_without_importing_it():
    assert is_installed("json")
    assert not is_installed("no_such_package")
    assert not is_installed("no_such_package.part")


def test_a_key_status_has_no_place_for_a_key():
    assert "key" not in KeyStatus.model_fields
