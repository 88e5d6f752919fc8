"""The config.toml: found, read, and told of when it cannot be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from antiphon.settings.schema.schema import Settings
from antiphon.settings.sources.config_file import locate_config, read_config


def test_antiphon_config_names_the_file(tmp_path):
    assert locate_config({"ANTIPHON_CONFIG": str(tmp_path / "my.toml")}) == tmp_path / "my.toml"


def test_else_it_is_in_the_platforms_place_for_settings():
    path = locate_config({})
    assert path.name == "config.toml"
    assert "antiphon" in path.parts


def test_no_file_is_no_problem_unless_the_person_named_it(tmp_path):
    missing = tmp_path / "none.toml"
    assert not read_config(missing, must_exist=False).problems
    problem = read_config(missing, must_exist=True).problems[0]
    assert str(missing) in str(problem)
    assert "No such file" in str(problem)


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        ("[timeouts\nidleMs = 1", "is not valid TOML"),
        ("a = 1\na = 2", "is not valid TOML"),
        (b"a = '\xff'", "is not UTF-8 text"),
        ("a = " + "[" * 100_000, "is nested too deeply"),
        ("a = " + "9" * 5_000, "holds a number that is too large"),
        ("#" * ((1 << 20) + 1), "is larger than"),
    ],
)
def test_a_broken_file_is_one_problem_and_the_rest_goes_on(content, flaw, load):
    loaded = load(content, environ={"ANTIPHON_TIMEOUTS__IDLE_MS": "5"})
    assert len(loaded.problems) == 1
    assert flaw in str(loaded.problems[0])
    assert loaded.settings.timeouts.idle_ms == 5
    assert loaded.settings.providers == Settings().providers


def test_a_byte_order_mark_is_no_fault(load):
    loaded = load(b"\xef\xbb\xbf[timeouts]\nidleMs = 5\n")
    assert loaded.settings.timeouts.idle_ms == 5


def test_a_directory_in_the_files_place_is_one_problem(tmp_path):
    assert len(read_config(tmp_path, must_exist=False).problems) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes are POSIX")
def test_a_named_pipe_in_the_files_place_does_not_hang_the_start(tmp_path):
    pipe = tmp_path / "config.toml"
    os.mkfifo(pipe)
    assert "not an ordinary file" in str(read_config(pipe, must_exist=False).problems[0])


def test_fields_may_be_written_in_snake_case_too(load):
    loaded = load("[timeouts]\nidle_ms = 5\n[limits]\nmax_panes_per_run = 6\n")
    assert not loaded.problems
    assert loaded.settings.timeouts.idle_ms == 5
    assert loaded.settings.limits.max_panes_per_run == 6


def test_an_unknown_field_is_a_warning_with_the_nearest_known_name(load):
    loaded = load("[timeouts]\nidelMs = 5\n")
    assert loaded.problems[0].severity == "warning"
    assert str(loaded.problems[0]).endswith("did you mean idleMs?")


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_key_in_a_file_that_others_can_read_is_warned_of(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('[providers.work]\nbaseUrl = "https://a.example"\napiKey = "sk-planted"\n')
    path.chmod(0o644)
    problem = read_config(Path(path), must_exist=True).problems[0]
    assert (problem.field, problem.severity) == ("providers.work.apiKey", "warning")
    assert "sk-planted" not in str(problem)
    path.chmod(0o600)
    assert not read_config(Path(path), must_exist=True).problems
