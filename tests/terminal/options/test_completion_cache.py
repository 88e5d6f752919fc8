"""The last completion of models is kept for ten minutes, and for the same settings only."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from antiphon_terminal.options.completion_cache import load_completion, save_completion

if TYPE_CHECKING:
    from pathlib import Path

IDS = ["gate/one", "gate/once", "gate/two"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ANTIPHON_CONFIG", str(tmp_path / "config.toml"))
    return tmp_path


def kept(cache: Path) -> Path:
    (found,) = cache.rglob("completion.json")
    return found


def test_a_longer_beginning_is_answered_from_what_was_listed_for_a_shorter_one() -> None:
    save_completion("gate/", IDS)
    assert load_completion("gate/") == IDS
    assert load_completion("gate/on") == ["gate/one", "gate/once"]
    assert load_completion("gate/x") == []


@pytest.mark.parametrize("prefix", ["", "gat", "demo/"])
def test_what_was_not_listed_is_asked_for(prefix: str) -> None:
    save_completion("gate/", IDS)
    assert load_completion(prefix) is None


def test_a_list_of_other_settings_or_another_folder_is_not_used(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_completion("gate/", IDS)
    with monkeypatch.context() as changed:
        changed.setenv("SOME_VENDOR_API_KEY", "new")
        assert load_completion("gate/") is None
    with monkeypatch.context() as changed:
        changed.chdir(cache)
        assert load_completion("gate/") is None
    assert load_completion("gate/") == IDS
    (cache / "config.toml").touch()
    assert load_completion("gate/") is None


def test_a_list_is_used_for_ten_minutes(cache: Path) -> None:
    save_completion("gate/", IDS)
    before = time.time() - 601
    os.utime(kept(cache), (before, before))
    assert load_completion("gate/") is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"state": 0}', "\x00"])
def test_a_damaged_file_is_as_good_as_none(cache: Path, content: str) -> None:
    save_completion("gate/", IDS)
    kept(cache).write_text(content)
    assert load_completion("gate/") is None


def test_no_value_of_a_variable_is_written(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_API_KEY", "sk-very-secret")
    save_completion("gate/", IDS)
    assert set(json.loads(kept(cache).read_text())) == {"state", "prefix", "ids"}
    assert "secret" not in kept(cache).read_text()
    assert kept(cache).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    save_completion("gate/", IDS)
    assert load_completion("gate/") is None
