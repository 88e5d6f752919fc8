"""Where keys are looked for, in which order, and that none goes where it was not kept for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.redaction import Redactor
from antiphon.settings.keys.keyring import KeyringUnavailable
from antiphon.settings.keys.lookup import KeyLookupChain, keyring_username
from antiphon.settings.schema.api_key import Key, destination
from antiphon.settings.schema.schema import ProviderSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = "https://a.example/v1"
SHAPELESS = "a-house-key-without-any-shape"


class Ring:
    """The part of the system's keyring that a chain reads; counts the questions."""

    def __init__(self, kept: Mapping[str, str] | None = None) -> None:
        self.kept = kept
        self.asked: list[str] = []

    async def find(self, users: Sequence[str]) -> dict[str, str]:
        self.asked += users
        if self.kept is None:
            raise KeyringUnavailable("There is none")
        return {user: self.kept[user] for user in users if user in self.kept}


class Editor:
    """A client with a secret store."""

    def __init__(self, key: str | None = None) -> None:
        self.key = key
        self.asked: list[tuple[str, str | None]] = []

    async def __call__(self, provider: str, base_url: str | None) -> str | None:
        self.asked.append((provider, base_url))
        return self.key


def chain(
    ring=None, editor=None, environ=None, clock=lambda: 0.0, learn=lambda _: None
) -> KeyLookupChain:
    return KeyLookupChain(
        environ or {}, ring or Ring(), ask_client=editor, clock=clock, learn=learn
    )


def row(**fields: object) -> ProviderSettings:
    return ProviderSettings.model_validate({"baseUrl": HERE, "apiKeyEnv": "K", **fields})


async def test_each_place_counts_before_those_below_it():
    ring, editor = Ring({keyring_username("work", "https://a.example"): "ring"}), Editor("editor")
    keys = chain(ring, editor, {"K": "environment"})
    keys.remember("work", row(), "memory")
    rows = [row(), row(apiKey="settings")]
    assert [keys.look_up("work", each).source for each in rows] == ["memory", "memory"]
    assert keys.forget("work", row())
    assert [keys.look_up("work", each).source for each in rows] == ["environment", "settings"]
    assert await keys.seek("work", row()) == keys.look_up("work", row())
    assert (editor.asked, ring.asked) == ([], [])

    unset = chain(ring, editor)
    assert (await unset.seek("work", row())).source == "client"
    assert ring.asked == []
    assert unset.look_up("work", row()).key == Key("editor")

    without = chain(ring, Editor())
    assert (await without.seek("work", row())).source == "keyring"
    assert without.look_up("work", row()).key == Key("ring")


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"baseUrl": "https://a.example.evil.example/v1"},
        {"baseUrl": "https://a.example:8443/v1"},
        {"baseUrl": "http://a.example/v1"},
        {"baseUrl": "https://b.example/v1"},
        {"baseUrl": None, "type": "groq"},
    ],
)
async def test_a_key_that_was_kept_for_one_place_is_not_used_at_another(elsewhere):
    keys = chain(Ring({keyring_username("work", "https://a.example"): "ring"}))
    assert (await keys.seek("work", row())).key == Key("ring")
    keys.remember("work", row(), "memory")
    moved = row(**elsewhere)
    assert keys.look_up("work", moved).key is None
    assert await keys.seek("work", moved) is None
    assert keys.look_up("other", row()).key is None


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://A.example:443/v1", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"),
        ("http://[::1]:80/v1", "http://[::1]"),
        ("https://a.example./v1", "https://a.example"),
    ],
)
def test_one_origin_has_one_name(url, place):
    assert destination(row(baseUrl=url)) == place


async def test_what_the_keyring_does_not_have_is_not_asked_for_again_at_once():
    now = [0.0]
    ring = Ring({})
    keys = chain(ring, clock=lambda: now[0])
    for _ in range(3):
        assert await keys.seek("work", row()) is None
    assert len(ring.asked) == 1
    now[0] = 61.0
    await keys.seek("work", row())
    assert len(ring.asked) == 2


async def test_a_row_that_names_no_key_may_have_one_in_the_keyring_but_no_server_of_this_machine():
    ring = Ring({keyring_username("work", "https://a.example"): "ring"})
    keys = chain(ring, Editor("editor"))
    assert (await keys.seek("work", row(apiKeyEnv=None))).source == "keyring"
    here = row(baseUrl="http://127.0.0.1:8080/v1", apiKeyEnv=None)
    assert await keys.seek("local", here) is None
    assert ring.asked == [keyring_username("work", "https://a.example")]


async def test_a_key_of_the_editor_that_cannot_be_used_may_be_corrected():
    editor = Editor("a b")
    keys = chain(editor=editor)
    found = await keys.seek("work", row())
    assert (found.key, "space" in found.problem) == (None, True)
    editor.key = "ab"
    assert (await keys.seek("work", row())).key == Key("ab")


@pytest.mark.parametrize("place", ["editor", "editor, but not valid", "keyring", "set here"])
async def test_a_key_without_any_shape_is_hidden_as_soon_as_it_is_handed_over(place):
    redactor, given = Redactor(), f"{SHAPELESS}\n" if place.endswith("valid") else SHAPELESS
    ring = Ring({keyring_username("work", "https://a.example"): SHAPELESS})
    editor = Editor(given) if place.startswith("editor") else None
    keys = chain(ring, editor, learn=redactor.learn)
    assert redactor.clean(f"it is {SHAPELESS}") == f"it is {SHAPELESS}"
    if place == "set here":
        keys.remember("work", row(), SHAPELESS)
    else:
        await keys.seek("work", row())
    assert redactor.clean(f"it is {SHAPELESS}") == "it is [key]"
    assert SHAPELESS in redactor.known


async def test_a_vendors_key_that_the_keyring_gives_is_hidden():
    redactor = Redactor()
    ring = Ring({keyring_username("mistral", "https://api.mistral.ai"): SHAPELESS})
    await chain(ring, learn=redactor.learn).find_vendors()
    assert redactor.clean(SHAPELESS) == "[key]"


async def test_vendors_with_a_key_in_the_keyring_or_in_memory_become_rows():
    mistral = keyring_username("mistral", "https://api.mistral.ai")
    ring = Ring({mistral: "ring"})
    keys = chain(ring, environ={"OPENAI_API_KEY": "sk-1"})
    assert keys.vendor_rows() == {}
    await keys.find_vendors()
    assert set(keys.vendor_rows()) == {"mistral"}
    assert keyring_username("openai", "https://api.openai.com") not in ring.asked
    cohere = keys.vendor_row("cohere")
    keys.remember("cohere", cohere, "memory")
    assert set(keys.vendor_rows()) == {"mistral", "cohere"}
    assert keys.vendor_row("nobody") is None


class SlowRing(Ring):
    """A keyring that answers when the test lets it."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        super().__init__(kept)
        self.questioned, self.answers = asyncio.Event(), asyncio.Event()

    async def find(self, users: Sequence[str]) -> dict[str, str]:
        self.questioned.set()
        await self.answers.wait()
        return await super().find(users)


async def test_panes_that_need_a_key_together_wait_for_one_question():
    ring = SlowRing({keyring_username("work", "https://a.example"): "ring"})
    keys = chain(ring)
    seeking = [asyncio.create_task(keys.seek("work", row())) for _ in range(3)]
    async with asyncio.timeout(10):
        await ring.questioned.wait()
        await asyncio.sleep(0)
        ring.answers.set()
        found = await asyncio.gather(*seeking)
    assert [each.source for each in found] == ["keyring"] * 3
    assert len(ring.asked) == 1


async def test_a_question_that_was_stopped_says_nothing_of_the_key():
    ring = SlowRing({keyring_username("work", "https://a.example"): "ring"})
    keys = chain(ring)
    stopped = asyncio.create_task(keys.seek("work", row()))
    async with asyncio.timeout(10):
        await ring.questioned.wait()
        stopped.cancel()
        await asyncio.wait([stopped])
        ring.answers.set()
        assert (await keys.seek("work", row())).source == "keyring"


class SlowEditor(Editor):
    """An editor that answers when the test says so."""

    def __init__(self, key: str | None = None) -> None:
        super().__init__(key)
        self.answers = asyncio.Event()
        self.is_asked = asyncio.Event()

    async def __call__(self, provider: str, base_url: str | None) -> str | None:
        self.asked.append((provider, base_url))
        self.is_asked.set()
        await self.answers.wait()
        return self.key


@pytest.mark.parametrize("key", ["editor", None])
async def test_the_editor_is_asked_once_for_all_panes_that_wait_for_the_key(key):
    editor = SlowEditor(key)
    keys = chain(editor=editor)
    panes = [asyncio.ensure_future(keys.seek("work", row())) for _ in range(8)]
    other = asyncio.ensure_future(keys.seek("other", row()))
    async with asyncio.timeout(10):
        while len(editor.asked) < 2:
            await asyncio.sleep(0)
        editor.answers.set()
        found = [await pane for pane in panes]
        await other
    assert [name for name, _ in editor.asked] == ["work", "other"]
    assert [each and each.key for each in found] == [key and Key(key)] * 8


async def test_where_the_pane_that_asked_is_stopped_another_asks():
    editor = SlowEditor("editor")
    keys = chain(editor=editor)
    first, second = (asyncio.ensure_future(keys.seek("work", row())) for _ in range(2))
    async with asyncio.timeout(10):
        await editor.is_asked.wait()
        first.cancel()
        editor.answers.set()
        assert (await second).key == Key("editor")
    assert len(editor.asked) == 2


async def test_a_key_of_the_editor_that_cannot_be_used_is_said_to_be_so_to_all_that_wait():
    editor, ring = SlowEditor("two\nlines"), Ring()
    keys = chain(ring, editor)
    panes = [asyncio.ensure_future(keys.seek("work", row())) for _ in range(3)]
    async with asyncio.timeout(10):
        await editor.is_asked.wait()
        editor.answers.set()
        found = [await pane for pane in panes]
    assert [each and (each.key, each.source) for each in found] == [(None, "client")] * 3
    assert len({each.problem for each in found if each}) == 1
    assert ring.asked == []
