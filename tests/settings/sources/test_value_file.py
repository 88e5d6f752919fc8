"""Values that the environment names a file for, as containers are given secrets."""

from __future__ import annotations

import os

import pytest

from antiphon.settings.keys.known_secrets import collect_secrets
from antiphon.settings.schema.api_key import look_up_key

KEY = "sk-from-a-file-0123456789"
KEY_FILE = "ANTIPHON_PROVIDERS__OPENAI__API_KEY_FILE"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text(f"{KEY}\n")
    return path


def test_a_key_in_a_file_is_the_vendors_and_known_as_a_secret(load, secret):
    environ = {KEY_FILE: str(secret)}
    loaded = load(environ=environ)
    openai = loaded.settings.providers["openai"]
    assert not loaded.problems
    assert openai.base_url == "https://api.openai.com/v1"
    assert look_up_key(openai, environ).key.get_secret_value() == KEY
    assert KEY in set(collect_secrets(loaded.settings, environ))


def test_the_value_is_read_again_with_the_settings(load, secret):
    assert KEY in set(collect_secrets(load(environ={KEY_FILE: str(secret)}).settings, {}))
    secret.write_text("sk-the-next-one-9876543210")
    settings = load(environ={KEY_FILE: str(secret)}).settings
    assert settings.providers["openai"].api_key.get_secret_value() == "sk-the-next-one-9876543210"


def test_any_setting_can_be_in_a_file(load, tmp_path):
    url, models = tmp_path / "url", tmp_path / "models"
    url.write_text("sqlite:////somewhere/history.db\r\n")
    models.write_text("demo/poet, demo/echo")
    loaded = load(
        environ={
            "ANTIPHON_HISTORY__URL_FILE": str(url),
            "ANTIPHON_MODELS__DEFAULT_FILE": str(models),
        }
    )
    assert not loaded.problems
    assert loaded.settings.history.url == "sqlite:////somewhere/history.db"
    assert loaded.settings.models.default == ("demo/poet", "demo/echo")


def test_a_setting_that_is_called_file_is_itself(load, tmp_path):
    log = tmp_path / "antiphon.log"
    loaded = load(environ={"ANTIPHON_LOG__FILE": str(log)})
    assert not loaded.problems
    assert str(loaded.settings.log.file) == str(log)


def test_a_file_with_nothing_in_it_sets_nothing(load, tmp_path):
    empty = tmp_path / "empty"
    empty.write_text("\n")
    loaded = load(environ={KEY_FILE: str(empty)})
    assert not loaded.problems
    assert loaded.settings.providers["openai"].api_key is None


def test_the_variable_itself_counts_if_both_are_set(load, secret):
    name = KEY_FILE.removesuffix("_FILE")
    loaded = load(environ={name: "sk-of-the-variable-1234", KEY_FILE: str(secret)})
    assert [problem.severity for problem in loaded.problems] == ["warning"]
    key = loaded.settings.providers["openai"].api_key
    assert key.get_secret_value() == "sk-of-the-variable-1234"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "is not a file"),
        (os.mkfifo, "is not a file"),
        (lambda path: path.write_bytes(b"\xff\xfe" + KEY.encode()), "is not UTF-8 text"),
        (lambda path: path.write_bytes(KEY.encode() * 5000), "is larger than 64 KiB"),
    ],
)
def test_a_file_that_has_no_value_is_a_problem_that_does_not_repeat_it(load, tmp_path, make, said):
    path = tmp_path / "secret"
    make(path)
    (problem,) = load(environ={KEY_FILE: str(path)}).problems
    assert problem.severity == "error"
    assert str(problem) == (
        f"antiphon.providers.openai.apiKey: the file that {KEY_FILE} names {said}; ignored"
    )


def test_a_name_that_no_file_can_have_is_a_problem(load):
    (problem,) = load(environ={KEY_FILE: "a\0b"}).problems
    assert problem.severity == "error"


def test_a_variable_for_no_setting_is_unknown_with_the_suffix_too(load, secret):
    (problem,) = load(environ={"ANTIPHON_HISTORY__URI_FILE": str(secret)}).problems
    assert problem.severity == "warning"
    assert "ANTIPHON_HISTORY__URI_FILE is not the name of a setting" in str(problem)


def test_a_workspace_names_no_file_of_a_key(load, secret):
    row = {"providers": {"openai": {"apiKeyFile": str(secret), "apiKey_FILE": str(secret)}}}
    loaded = load(workspace=row)
    assert KEY not in set(collect_secrets(loaded.settings, {}))
    assert loaded.problems
