"""The address of the Redis over which servers share limits: a secret may be in it."""

from __future__ import annotations

import pytest

URL = "redis://:a-password@redis.example:6379/0"


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
    settings = load(environ={"ANTIPHON_LIMITS__REDIS_URL": URL}).settings
    assert "a-password" not in f"{settings!r} {settings}"
