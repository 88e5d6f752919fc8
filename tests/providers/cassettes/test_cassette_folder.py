"""A cassette: files by the hash of a request, several answers to one, no keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.cassettes import Recording, current_cassette
from antiphon.engine.ports.deltas import (
    AnsweredBy,
    Connected,
    Finished,
    Note,
    ProviderError,
    Reasoning,
    Resent,
    Text,
    UsageReport,
)
from antiphon.model.failure import AntiphonError, Failure
from antiphon.model.values.usage import Usage
from antiphon.providers.cassettes.deltas import TapedProvider, decode_deltas, encode_delta
from antiphon.providers.cassettes.folder import CassetteFolder, RecordedProvider, hash_request
from antiphon.providers.registry.replayed_providers import make_replayed_providers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

URL = "https://vendor.example/v1/chat/completions"
DELTAS = (
    Connected(),
    Resent(),
    AnsweredBy("m-2"),
    Reasoning("Hm."),
    Text("Wörld \u2028 "),
    Note("unusual"),
    UsageReport(Usage(input_tokens=3, output_tokens=4, source="provider")),
    Finished("length", "truncated"),
)


def cassette(folder: Path, *, is_replay: bool = False) -> CassetteFolder:
    return CassetteFolder(
        folder.resolve(),
        is_replay=is_replay,
        clean=lambda text: text.replace("sk-secret", "[removed]"),
        describe=lambda name: RecordedProvider("openai", URL) if name == "vendor" else None,
    )


def test_a_request_is_the_same_whatever_the_order_of_its_keys_and_the_query():
    one = hash_request("POST", URL, b'{"a": 1, "b": [2]}')
    assert one == hash_request("POST", f"{URL}?key=sk-secret", b'{"b":[2],"a":1}')
    assert one != hash_request("POST", URL, b'{"a": 1, "b": [3]}')
    assert one != hash_request("GET", URL, b'{"a": 1, "b": [2]}')
    assert hash_request("POST", URL, b"not json") != one


async def test_answers_to_one_request_are_given_in_turn_and_then_from_the_first_again(
    tmp_path: Path,
):
    recording = cassette(tmp_path)
    for body in (b"one", b"two\nlines", b"\xff\x00"):
        recording.keep("k", Recording(200, body, {"content-type": "text/plain", "set-cookie": "c"}))
    recording.keep("broken", Recording(500, b"", {}, broken=True))
    await recording.flush({"vendor", "gone"})
    replay = cassette(tmp_path, is_replay=True)
    taken = [await replay.take("k") for _ in range(4)]
    assert [each.body for each in taken if each] == [b"one", b"two\nlines", b"\xff\x00", b"one"]
    assert taken[0] is not None
    assert taken[0].headers == {"content-type": "text/plain"}
    assert await replay.take("broken") == Recording(500, b"", {}, broken=True)
    assert await replay.take("never") is None
    assert replay.load_providers() == {"vendor": RecordedProvider("openai", URL)}


async def test_keys_are_removed_from_bodies_and_headers(tmp_path: Path):
    recording = cassette(tmp_path)
    recording.keep("k", Recording(401, b"bad key sk-secret", {"retry-after": "sk-secret"}))
    await recording.flush([])
    assert b"sk-secret" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


async def test_a_file_that_cannot_be_read_is_a_miss(tmp_path: Path):
    for name, text in {"a": "no json", "b": '{"version": 2}\n', "c": '{"version": 1}\n'}.items():
        (tmp_path / f"{name}.1.cassette").write_text(text)
        assert await cassette(tmp_path, is_replay=True).take(name) is None
    with pytest.raises(AntiphonError, match="is not a cassette"):
        cassette(tmp_path, is_replay=True).load_providers()


def test_every_delta_is_decoded_as_it_was():
    lines = "".join(f"{line}\n" for delta in DELTAS for line in encode_delta(delta))
    assert tuple(decode_deltas(lines.encode(), "demo", "k")) == DELTAS


class Broken:
    """A provider that breaks off."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Text, None]:
        yield Text("Half")
        raise ProviderError(Failure.of("interrupted", "It broke."), wait_hint="never")


async def read_all(texts: list[str]) -> None:
    request = ChatRequest("m", [ChatTurn("user", "Well?")])
    async for delta in TapedProvider("demo", Broken()).stream(request):
        texts += [delta.text] if isinstance(delta, Text) else []


async def test_a_failure_of_a_provider_without_http_is_replayed_as_it_was(tmp_path: Path):
    texts: list[str] = []
    for is_replay in (False, True):
        tape = cassette(tmp_path, is_replay=is_replay)
        token = current_cassette.set(tape)
        with pytest.raises(ProviderError) as caught:
            await read_all(texts)
        current_cassette.reset(token)
        await tape.flush([])
        assert (caught.value.failure.message, caught.value.wait_hint) == ("It broke.", "never")
    assert texts == ["Half", "Half"]


@pytest.mark.parametrize("kind", ["litellm", "groq", "gemini", "openai"])
async def test_a_replay_starts_no_process_and_looks_for_no_key(kind: str, tmp_path: Path):
    recording = cassette(tmp_path)
    await recording.flush([])
    rows = {"lite": {"type": kind, "baseUrl": "http://127.0.0.1:9/v1"}}
    (tmp_path / "providers.json").write_text(json.dumps(rows))
    replay = cassette(tmp_path, is_replay=True)
    providers = await make_replayed_providers(replay)
    token = current_cassette.set(replay)
    await providers.ready("lite")
    stream = providers.provider("lite").stream(ChatRequest("m", [ChatTurn("user", "Well?")]))
    with pytest.raises(ProviderError) as caught:
        await anext(stream)
    current_cassette.reset(token)
    assert caught.value.failure.kind == "replay_miss"
    assert providers.names() == ("lite",)
    await providers.aclose()
