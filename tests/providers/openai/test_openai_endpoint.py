"""What every request to an endpoint carries."""

from __future__ import annotations

import pytest

from antiphon.providers.openai.endpoint import OpenAIEndpoint


@pytest.mark.parametrize(
    ("key", "headers", "sent"),
    [
        (None, {}, {}),
        ("k", {}, {"Authorization": "Bearer k"}),
        ("k", {"X-Team": "t"}, {"X-Team": "t", "Authorization": "Bearer k"}),
        ("k", {"X-Team": "t", "AUTHORIZATION": "Basic b"}, None),
        (None, {"X-Team": "t"}, None),
    ],
)
def test_a_key_is_sent_beside_the_users_headers_unless_they_have_one(
    key: str | None, headers: dict[str, str], sent: dict[str, str] | None
) -> None:
    endpoint = OpenAIEndpoint("local", "https://host/v1", lambda: key, headers=headers)
    assert endpoint.headers() == (headers if sent is None else sent)
