"""What one client of an engine knows to be secret is cleaned for it, and not told to another."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from support.e2e.echoing_vendor import FORMS, echoing_vendor
from support.lsp.shared_server import statuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.lsp.shared_server import Pair

ONE_KEY, OTHER_KEY = "first-word-of-a-client", "hidden-value-in-another"


@pytest.fixture
def echo() -> Iterator[str]:
    """A vendor that repeats the key in its errors."""
    yield from echoing_vendor()


def at(address: str) -> dict[str, Any]:
    row = {"baseUrl": address, "apiKeyEnv": "WORK_KEY", "maxConcurrency": 8}
    return {"providers": {"work": row}}


async def test_each_clients_key_is_cleaned_from_what_it_is_shown_and_from_the_log(
    pair: Pair, echo: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with pair.client(ONE_KEY, **at(echo)) as one, pair.client(OTHER_KEY, **at(echo)) as other:
        for key, client in ((ONE_KEY, one), (OTHER_KEY, other)):
            reply = await client.ask(*(f"work/error.{form}" for form in range(len(FORMS))))
            assert set(statuses(reply)) == {"failed"}
            assert key not in json.dumps(client.log)
    assert ONE_KEY not in caplog.text
    assert OTHER_KEY not in caplog.text


async def test_a_prompt_with_the_key_of_another_client_is_a_prompt_like_any_other(
    pair: Pair,
) -> None:
    async with pair.client(ONE_KEY) as one, pair.client(OTHER_KEY) as other:
        prompt = f"What is {ONE_KEY}?"
        warned = await one.command("estimate", prompt=prompt, models=["work/ok"])
        unaware = await other.command("estimate", prompt=prompt, models=["work/ok"])
        assert warned["warnings"]
        assert "warnings" not in unaware


async def test_an_error_is_cleaned_for_the_client_whose_secret_it_has(pair: Pair) -> None:
    async with pair.client(ONE_KEY) as one, pair.client(OTHER_KEY) as other:
        shown = [
            json.dumps(await each.command("session.open", sessionId=ONE_KEY))
            for each in (one, other)
        ]
    assert ONE_KEY not in shown[0]
    assert ONE_KEY in shown[1]
