"""The providers' own lists: asked all at once, kept a while, and no obstacle to each other."""

from __future__ import annotations

from dataclasses import dataclass, field

import anyio
import pytest

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.demo.provider import DemoProvider
from antiphon.providers.openai.models import ListedModel
from antiphon.providers.registry.model_lists import KEPT_FAILURE_S, KEPT_S, Listings


@dataclass
class Listed(DemoProvider):
    """A provider whose list is made to order."""

    outcome: list[ListedModel] | ProviderError = field(default_factory=list)
    waits_for: anyio.Event | None = None
    asked: anyio.Event = field(default_factory=anyio.Event)

    async def models(self, *, timeout_s: float) -> list[ListedModel]:
        self.asked.set()
        if self.waits_for is not None:
            await self.waits_for.wait()
        if isinstance(self.outcome, ProviderError):
            raise self.outcome
        return self.outcome


def failing(kind: str) -> Listed:
    return Listed(ProviderError(Failure.of(kind, f"It is {kind}.")))


async def test_a_list_is_due_at_first_and_again_when_it_is_old(time):
    listings = Listings(time)
    assert listings.is_due("work")
    await listings.ask({"work": Listed([ListedModel("m")])})
    assert not listings.is_due("work")
    time.now += KEPT_S + 1
    assert listings.is_due("work")


async def test_a_failure_is_due_again_sooner_and_keeps_the_models_that_were_known(time):
    listings = Listings(time)
    await listings.ask({"work": Listed([ListedModel("m")])})
    await listings.ask({"work": failing("network")})
    listing = listings.of("work")
    assert listing is not None
    assert (listing.reason, list(listing.models)) == ("It is network.", ["m"])
    assert not listings.is_due("work")
    time.now += KEPT_FAILURE_S + 1
    assert listings.is_due("work")


@pytest.mark.parametrize("kind", ["model_not_found", "server_error", "malformed_stream"])
async def test_an_endpoint_without_a_list_may_answer_all_the_same(kind, time):
    listings = Listings(time)
    await listings.ask({"work": failing(kind)})
    listing = listings.of("work")
    assert listing is not None
    assert listing.reason is None


async def test_all_are_asked_at_the_same_time(time):
    listings = Listings(time)
    first, second = Listed(), Listed()
    first.waits_for, second.waits_for = second.asked, first.asked
    with anyio.fail_after(10):
        await listings.ask({"first": first, "second": second})


async def test_an_answer_excuses_a_failed_list_and_changed_settings_forget_it(time):
    listings = Listings(time)
    await listings.ask({"work": failing("network")})
    listings.excuse("work")
    listing = listings.of("work")
    assert listing is not None
    assert listing.reason is None
    listings.forget("work")
    assert listings.is_due("work")


async def test_a_list_that_was_asked_for_with_the_former_key_is_not_taken_in(time):
    listings = Listings(time)
    refused = failing("authentication")
    refused.waits_for = anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(listings.ask, {"work": refused})
        await refused.asked.wait()
        listings.forget("work")
        refused.waits_for.set()
    assert listings.of("work") is None
    assert listings.is_due("work")
