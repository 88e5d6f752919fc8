"""Every secret that the settings or the environment hold is known, and nothing else is."""

from __future__ import annotations

from antiphon.settings.keys.known_secrets import collect_secrets

ENVIRON = {
    "MY_API_KEY": "value-of-my-key", "AWS_SECRET_ACCESS_KEY": "aws-secret-value",
    "GITHUB_TOKEN": "token-of-github", "DB_PASSWORD": "correct-horse", "NAMED": "named-by-a-row",
    "SHORT_KEY": "7-chars", "EIGHT_KEY": "8-chars.",
    "SSH_KEY_PATH": "/home/ada/.ssh/id", "MONKEY": "banana-banana",
    "KEYBOARD": "dvorak-dvorak", "PATH": "/usr/bin:/bin",
}  # fmt: skip


def test_all_of_them_are_found(load):
    options = {
        "providers": {
            "a": {"baseUrl": "http://a", "apiKey": "key-of-the-row", "apiKeyEnv": "NAMED",
                  "headers": {"Authorization": "Bearer token-in-header"}},
        },
        "history": {"url": "postgresql://ada:pass%2Fword-77@host/db"},
        "limits": {"redisUrl": "redis://:password-of-redis@host"},
    }  # fmt: skip
    found = set(collect_secrets(load(options=options).settings, ENVIRON))
    assert found == {
        "key-of-the-row", "named-by-a-row", "Bearer token-in-header", "Bearer", "token-in-header",
        "pass%2Fword-77", "pass/word-77", "password-of-redis", "value-of-my-key",
        "aws-secret-value", "token-of-github", "correct-horse", "8-chars.",
    }  # fmt: skip


def test_a_password_among_the_parameters_of_an_address_is_found(load):
    options = {"history": {"url": "postgresql:///db?host=/run&password=of-the-parameters"}}
    assert "of-the-parameters" in set(collect_secrets(load(options=options).settings, {}))
