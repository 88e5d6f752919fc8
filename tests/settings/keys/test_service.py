"""The commands on keys: what they take, what they say, and what they never say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.keys import KeysDeleteParams, KeysSetParams
from antiphon.model.failure import AntiphonError
from antiphon.settings.keys.keyring import KeyringUnavailable
from antiphon.settings.keys.lookup import KeyLookupChain
from antiphon.settings.keys.service import KeyService
from antiphon.settings.schema.api_key import Key
from antiphon.settings.schema.schema import ProviderSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.model.commands.keys import KeyStore

SECRET = "sk-planted-0123456789"
WORK = ProviderSettings.model_validate({"baseUrl": "https://a.example/v1", "apiKeyEnv": "K"})


class Ring:
    """A keyring in memory; `None` for a machine that has none."""

    def __init__(self, kept: dict[str, str] | None) -> None:
        self.kept = kept
        self.is_stuck = False

    @property
    def _kept(self) -> dict[str, str]:
        if self.is_stuck:
            raise KeyringUnavailable("The keyring did not answer")
        if self.kept is None:
            raise KeyringUnavailable("This machine has no keyring", keeps_nothing=True)
        return self.kept

    async def name(self) -> str:
        return f"{len(self._kept)} keys"

    async def find(self, users: Sequence[str]) -> dict[str, str]:
        return {user: self._kept[user] for user in users if user in self._kept}

    async def put(self, user: str, key: str) -> None:
        self._kept[user] = key

    async def remove(self, user: str) -> bool:
        return self._kept.pop(user, None) is not None


class Desk:
    """A keeper and everything around it."""

    def __init__(
        self, kept: dict[str, str] | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        self.ring = Ring(kept)
        self.changed: list[str] = []
        self.rows = {
            "demo": ProviderSettings.model_validate({"type": "demo"}),
            "work": WORK,
            "ollama": ProviderSettings.model_validate({"baseUrl": "http://127.0.0.1:11434/v1"}),
        }
        self.chain = KeyLookupChain(environ or {}, self.ring)
        self.keeper = KeyService(self.chain, environ or {}, self, self._changed)

    async def discover(self) -> None:
        await self.chain.find_vendors()

    def configured_rows(self) -> Mapping[str, ProviderSettings]:
        return self.rows

    def found_here(self, name: str) -> bool:
        return name == "ollama"

    async def _changed(self, name: str) -> None:
        self.changed.append(name)

    async def set(self, provider: str, key: str, persist: KeyStore | None = None):
        params = KeysSetParams(provider=provider, key=key, persist=persist)
        return await self.keeper.set(params)

    async def refused(self, *arguments) -> AntiphonError:
        with pytest.raises(AntiphonError) as caught:
            await self.set(*arguments)
        assert self.changed == []
        assert self.chain.vendor_rows() == {}
        return caught.value


async def test_a_key_in_memory_is_in_use_at_once():
    desk = Desk(environ={"K": "old"})
    result = await desk.set("work", SECRET)
    assert desk.chain.look_up("work", WORK).key == Key(SECRET)
    assert (result.persisted, result.provider.source) == ("memory", "client")
    assert (result.provider.place, result.shadowed_by) == ("https://a.example", None)
    assert desk.changed == ["work"]


async def test_a_key_in_the_keyring_is_kept_by_provider_and_origin():
    desk = Desk({})
    result = await desk.set("work", SECRET, "keyring")
    assert desk.ring.kept == {"work@https://a.example": SECRET}
    assert (result.persisted, result.provider.source) == ("keyring", "keyring")
    assert SECRET not in repr(result)


async def test_what_will_count_before_the_keyring_is_said():
    result = await Desk({}, {"K": "old"}).set("work", SECRET, "keyring")
    assert result.shadowed_by == "environment"


async def test_a_vendor_that_is_known_by_name_needs_no_row():
    desk = Desk({})
    result = await desk.set("mistral", SECRET, "keyring")
    assert result.provider.variable == "MISTRAL_API_KEY"
    assert set(desk.chain.vendor_rows()) == {"mistral"}


async def test_every_vendor_whose_key_can_be_set_is_named_beside_the_providers():
    desk = Desk({})
    before = await desk.keeper.status()
    names = [each.name for each in before.vendors or ()]
    assert {"openai", "anthropic", "mistral", "moonshot"} <= set(names)
    assert not {each.name for each in before.providers} & set(names)
    assert {each.source for each in before.vendors or ()} == {"none"}
    for name in names:
        assert (await desk.set(name, SECRET)).provider.source == "client"


@pytest.mark.parametrize(
    "key", ["", "a b", f"{SECRET}\n", "sk\x00x", "schlüssel", "\u200bsk-1", f"'{SECRET}'"]
)
async def test_a_key_that_no_header_can_carry_is_refused(key):
    for persist in (None, "keyring"):
        desk = Desk({})
        problem = await desk.refused("work", key, persist)
        assert (problem.failure.kind, problem.field) == ("invalid_params", "$.key")
        assert SECRET not in f"{problem.failure} {problem}"
        assert desk.ring.kept == {}


async def test_an_unknown_provider_is_not_found_and_not_repeated():
    problem = await Desk({}).refused(SECRET, "x")
    assert (problem.failure.kind, problem.field) == ("not_found", "$.provider")
    assert SECRET not in f"{problem.failure}"
    assert "config.toml" in problem.failure.hint
    assert "did you mean work?" in (await Desk({}).refused("wrok", "x")).failure.message


@pytest.mark.parametrize("provider", ["demo", "ollama"])
async def test_what_takes_no_key_gets_none(provider):
    assert (await Desk({}).refused(provider, SECRET)).failure.kind == "unsupported"


async def test_without_a_keyring_nothing_is_kept_and_the_variable_is_named():
    desk = Desk(None)
    failure = (await desk.refused("work", SECRET, "keyring")).failure
    assert (failure.kind, failure.message) == ("unsupported", "This machine has no keyring.")
    assert "export K=…" in failure.hint
    assert desk.chain.look_up("work", WORK).key is None


async def test_a_key_is_deleted_wherever_this_server_put_it():
    desk = Desk({}, {"K": "environment"})
    await desk.set("work", SECRET, "keyring")
    result = await desk.keeper.delete(KeysDeleteParams(provider="work"))
    assert result.deleted == ["memory", "keyring"]
    assert (desk.ring.kept, result.provider.source) == ({}, "environment")
    again = await desk.keeper.delete(KeysDeleteParams(provider="work"))
    assert again.deleted == []


async def test_without_a_keyring_only_what_is_in_memory_can_be_deleted():
    desk = Desk(None)
    await desk.set("work", SECRET)
    params = KeysDeleteParams(provider="work")
    deleted = await desk.keeper.delete(params)
    assert (deleted.deleted, deleted.reason) == (["memory"], None)
    again = await desk.keeper.delete(params)
    assert again.deleted == []
    assert again.reason == (
        "There was nothing to delete: Antiphon stores no key of work. This machine has no keyring."
    )


@pytest.mark.parametrize(
    ("environ", "row", "where"),
    [
        ({"K": SECRET}, {}, "the environment variable K: unset it there."),
        ({}, {"apiKey": SECRET}, "providers.work.apiKey in config.toml: remove it there."),
    ],
)
async def test_where_nothing_is_kept_the_place_of_the_key_in_use_is_named(environ, row, where):
    desk = Desk({}, environ)
    desk.rows["work"] = ProviderSettings.model_validate(
        {"baseUrl": "https://a.example/v1", "apiKeyEnv": "K", **row}
    )
    result = await desk.keeper.delete(KeysDeleteParams(provider="work"))
    assert result.deleted == []
    assert (result.reason or "").endswith(where)
    assert SECRET not in repr(result)


async def test_a_key_that_the_editor_hands_over_again_is_said_to_be_there():
    async def hand_over(provider: str, base_url: str | None) -> str:
        return SECRET

    async def seek(name: str) -> None:
        await chain.seek(name, WORK)

    desk = Desk({})
    chain = KeyLookupChain({}, desk.ring, ask_client=hand_over)
    keeper = KeyService(chain, {}, desk, seek)
    result = await keeper.delete(KeysDeleteParams(provider="work"))
    assert (result.deleted, result.provider.source) == ([], "client")
    assert (result.reason or "").endswith("The one that is used is in the editor's secret store.")


async def test_a_keyring_that_does_not_answer_may_keep_a_key_all_the_same():
    desk = Desk({})
    await desk.set("work", SECRET)
    desk.ring.is_stuck = True
    with pytest.raises(AntiphonError) as caught:
        await desk.keeper.delete(KeysDeleteParams(provider="work"))
    failure = caught.value.failure
    assert (failure.kind, failure.message) == ("unsupported", "The keyring did not answer.")
    assert "this server's memory is deleted" in failure.hint
    assert desk.chain.look_up("work", WORK).key is None


async def test_the_status_names_the_place_of_each_key_and_shows_none():
    kept = {"work@https://a.example": SECRET}
    result = await Desk(kept).keeper.status()
    [work] = result.providers
    assert (work.name, work.source, work.needed) == ("work", "keyring", True)
    assert result.keyring.name == "1 keys"
    assert SECRET not in repr(result)

    [missing] = (await Desk(None).keeper.status()).providers
    assert (missing.source, missing.problem) == ("none", "K is not set")


def test_a_key_that_comes_in_is_in_no_repr():
    assert SECRET not in repr(KeysSetParams(provider="work", key=SECRET))
