"""A setting whose value is a secret may come from a file, and has a short name."""

from __future__ import annotations

import pytest

URL = "redis://:a-password@redis.example:6379/0"


@pytest.mark.parametrize("name", ["ANTIPHON_REDIS_URL", "ANTIPHON_LIMITS__REDIS_URL"])
def test_a_variable_sets_the_address_of_redis(name, load):
    loaded = load(environ={name: URL})
    assert not loaded.problems
    assert loaded.settings.limits.redis_url == URL


def test_a_file_holds_the_address_with_or_without_a_line_end(load, tmp_path):
    file = tmp_path / "url"
    for text in (URL, f"{URL}\n", f"  {URL}\r\n"):
        file.write_text(text)
        loaded = load(environ={"ANTIPHON_REDIS_URL_FILE": str(file)})
        assert not loaded.problems
        assert loaded.settings.limits.redis_url == URL


def test_the_file_counts_above_the_variable(load, tmp_path):
    (tmp_path / "url").write_text(URL)
    environ = {"ANTIPHON_REDIS_URL": "redis://a", "ANTIPHON_REDIS_URL_FILE": str(tmp_path / "url")}
    assert load(environ=environ).settings.limits.redis_url == URL


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), (b"", "empty"), (b" \n", "empty"), (b"\xff\xfe", "not UTF-8")],
)
def test_a_file_that_holds_no_address_is_a_problem_and_nothing_else(content, words, load, tmp_path):
    file = tmp_path / "url"
    if content is not None:
        file.write_bytes(content)
    loaded = load(environ={"ANTIPHON_REDIS_URL_FILE": str(file), "ANTIPHON_LOG__LEVEL": "debug"})
    assert (loaded.settings.limits.redis_url, loaded.settings.log.level) == (None, "debug")
    [problem] = loaded.problems
    assert "ANTIPHON_REDIS_URL_FILE" in str(problem)
    assert words in str(problem)


@pytest.mark.parametrize(
    "url",
    [
        "http://redis.example",
        "redis://",
        "redis://:pa\nss@host",
        "redis://host:port",
        "redis://host:0",
        "redis://host?password=a-password",
        "unix://",
        "host:6379",
    ],
)
def test_what_is_no_address_of_redis_is_refused_without_repeating_it(url, load):
    loaded = load(options={"limits": {"redisUrl": url}})
    assert loaded.settings.limits.redis_url is None
    [problem] = loaded.problems
    assert problem.field == "limits.redisUrl"
    assert "a-password" not in str(problem)


def test_the_password_is_never_shown(load):
    settings = load(environ={"ANTIPHON_REDIS_URL": URL}).settings
    assert "a-password" not in f"{settings!r} {settings}"
