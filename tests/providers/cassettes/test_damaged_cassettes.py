"""A damaged cassette is a failure that names the file, and no key is kept in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports.deltas import Finished, ProviderError, Text
from antiphon.model.failure import AntiphonError
from antiphon.providers.cassettes.deltas import decode_deltas
from antiphon.providers.cassettes.folder import CassetteFolder, RecordedProvider
from antiphon.providers.registry.replayed_providers import make_replayed_providers

if TYPE_CHECKING:
    from pathlib import Path

NESTED = "[" * 100_000


def cassette(folder: Path, *, is_replay: bool = False) -> CassetteFolder:
    return CassetteFolder(
        folder.resolve(),
        is_replay=is_replay,
        clean=lambda text: text.replace("sk-secret", "[removed]"),
        describe=lambda _: RecordedProvider("openai", "https://vendor.example/sk-secret/v1"),
    )


async def test_an_address_is_kept_without_a_key(tmp_path: Path):
    await cassette(tmp_path).flush({"vendor"})
    loaded = cassette(tmp_path, is_replay=True).load_providers()
    assert loaded == {"vendor": RecordedProvider("openai", "https://vendor.example/[removed]/v1")}


@pytest.mark.parametrize(
    "text",
    ["", "no json", "[]", '{"a": 1}', '{"a": {}}', '{"a": {"type": 1, "baseUrl": null}}', NESTED],
)
async def test_a_damaged_list_of_providers_is_named(tmp_path: Path, text: str):
    path = tmp_path / "providers.json"
    path.write_text(text)
    with pytest.raises(AntiphonError, match=r"providers\.json is damaged") as caught:
        await make_replayed_providers(cassette(tmp_path, is_replay=True))
    assert caught.value.failure.kind == "invalid_params"
    with pytest.raises(AntiphonError, match=r"providers\.json is damaged"):
        await cassette(tmp_path).flush({"vendor"})
    assert path.read_text() == text


async def test_a_list_of_providers_that_is_too_long_is_not_read(tmp_path: Path):
    (tmp_path / "providers.json").write_text("{" + " " * 2_000_000 + "}")
    with pytest.raises(AntiphonError, match="is damaged"):
        cassette(tmp_path, is_replay=True).load_providers()


@pytest.mark.parametrize(
    "line",
    [
        *("no json", "[]", "{}", '{"text": 1}', '{"text": "a", "note": "b"}', '{"usage": 1}'),
        *('{"finished": []}', '{"finished": ["stop", "odd"]}', '{"model": null}', NESTED),
        *('{"failure": {}}', '{"failure": {"failure": {}, "wait": null}}', "\\xff"),
    ],
)
def test_a_damaged_line_ends_the_answer_and_is_named(line: str):
    deltas = decode_deltas(f'{{"text": "Hi"}}\n{line}\n'.encode(), "demo", "k.*.cassette")
    assert next(deltas) == Text("Hi")
    with pytest.raises(ProviderError, match=r"k\.\*\.cassette, line 3, is damaged") as caught:
        next(deltas)
    assert (caught.value.failure.kind, caught.value.wait_hint) == ("replay_miss", "never")


def test_what_a_later_version_adds_is_left_out():
    lines = b'{"later": [1]}\n{"finished": ["stop", "complete"]}\n'
    assert list(decode_deltas(lines, "demo", "k")) == [Finished("stop", "complete")]


@pytest.mark.parametrize(
    "head",
    [
        "[]",
        '{"version": 1, "status": "200", "headers": {}, "broken": false}',
        '{"version": 1, "status": 200, "headers": [], "broken": false}',
    ],
)
async def test_a_recording_whose_first_line_is_damaged_is_a_miss(tmp_path: Path, head: str):
    (tmp_path / "k.1.cassette").write_text(f"{head}\nbody")
    assert await cassette(tmp_path, is_replay=True).take("k") is None
