"""Reads and writes a cassette: a folder with one file for each response.

A file is named by the hash of its request, without the key, and a number: the same request may be
answered in several ways. Its first line is JSON, all behind it is the vendor's own bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Final

import anyio.to_thread
import msgspec
from msgspec import Struct, field

from antiphon.engine.ports.cassettes import Recording
from antiphon.model.failure import error
from antiphon.providers.cassettes.files import check_folder, read_file, replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

_VERSION: Final = 1
_SUFFIX: Final = ".cassette"
_PROVIDERS: Final = "providers.json"
_KEPT_HEADERS: Final = frozenset({"content-type", "retry-after", "retry-after-ms"})
_MOST_BYTES: Final = 64 * 1024 * 1024
_MOST_PROVIDERS_BYTES: Final = 1024 * 1024


def hash_request(method: str, url: str, body: bytes) -> str:
    """Returns the hash of a request, whatever the order of the keys in its JSON."""
    try:
        canonical = json.dumps(json.loads(body), sort_keys=True).encode()
    except ValueError:
        canonical = body
    bare = url.partition("?")[0]
    return hashlib.sha256(f"{method} {bare}\n".encode() + canonical).hexdigest()


class RecordedProvider(Struct, frozen=True):
    """What a cassette has of a provider."""

    type: str
    base_url: str | None = field(name="baseUrl")


class _Head(Struct, frozen=True):
    """The first line of a recording."""

    version: int
    status: int
    headers: dict[str, str]
    broken: bool


class CassetteFolder:
    """A cassette of one folder, whose links are resolved, for recording or for replaying.

    `clean` removes keys from a text. `describe` returns the type and the address of a provider.
    """

    def __init__(
        self,
        folder: Path,
        *,
        is_replay: bool,
        clean: Callable[[str], str],
        describe: Callable[[str], RecordedProvider | None],
    ) -> None:
        self._folder = folder
        self.is_replay = is_replay
        self._clean = clean
        self._describe = describe
        self._count: Counter[str] = Counter()
        self._added: list[tuple[str, Recording]] = []

    async def take(self, key: str) -> Recording | None:
        """Returns the next recording of a request, the first again behind the last."""
        number = self._count[key]
        self._count[key] += 1
        return await anyio.to_thread.run_sync(self._read, key, number)

    def keep(self, key: str, recording: Recording) -> None:
        """Adds a recording without its keys."""
        body = recording.body.decode("utf-8", "surrogateescape")
        cleaned = self._clean(body).encode("utf-8", "surrogateescape")
        headers = {
            name: self._clean(value)
            for name, value in recording.headers.items()
            if name in _KEPT_HEADERS
        }
        kept = Recording(recording.status, cleaned, headers, recording.broken)
        self._count[key] += 1
        self._added.append((f"{key}.{self._count[key]}", kept))

    async def flush(self, providers: Collection[str]) -> None:
        """Writes what was added. Raises `AntiphonError` (`storage`)."""
        added, self._added = self._added, []
        await anyio.to_thread.run_sync(self._write, added, providers)

    def load_providers(self) -> dict[str, RecordedProvider]:
        """Returns the types and addresses of the providers that were recorded.

        Raises `AntiphonError`: `not_found` if the folder is not a cassette, `invalid_params` if its
        list of providers is damaged.
        """
        path = self._folder / _PROVIDERS
        try:
            data = read_file(path, _MOST_PROVIDERS_BYTES)
        except OSError:
            data = None
        if data is None:
            message = f"{self._folder} is not a cassette."
            hint = "Name a folder that a run with `record` wrote."
            raise error("not_found", message, hint=hint, field="$.replay")
        return _decode_providers(path, data, "$.replay")

    def _read(self, key: str, number: int) -> Recording | None:
        try:
            data = read_file(self._path(f"{key}.{number + 1}"), _MOST_BYTES)
            if data is None:
                count = sum(1 for _ in self._folder.glob(f"{key}.*{_SUFFIX}"))
                again = number % count + 1 if count else 1
                data = read_file(self._path(f"{key}.{again}"), _MOST_BYTES)
            head, _, body = (data or b"").partition(b"\n")
            fields = msgspec.json.decode(head, type=_Head)
            if fields.version != _VERSION:
                return None
            return Recording(fields.status, body, fields.headers, fields.broken)
        except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
            return None  # a file that cannot be read is a miss, which names the request

    def _write(self, added: list[tuple[str, Recording]], providers: Collection[str]) -> None:
        try:
            check_folder(self._folder)  # before it is made where a link points
            self._folder.mkdir(parents=True, exist_ok=True)
            for name, each in added:
                head = {
                    "version": _VERSION,
                    "status": each.status,
                    "headers": dict(each.headers),
                    "broken": each.broken,
                }
                line = json.dumps(head, sort_keys=True).encode()
                replace_file(self._path(name), line + b"\n" + each.body)
            self._write_providers(providers)
        except OSError as problem:
            message = f"The cassette could not be written: {problem.strerror}."
            hint = "Check the folder and the disk."
            raise error("storage", message, hint=hint, field="$.record") from None

    def _write_providers(self, providers: Collection[str]) -> None:
        path = self._folder / _PROVIDERS
        data = read_file(path, _MOST_PROVIDERS_BYTES)
        known = {} if data is None else _decode_providers(path, data, "$.record")
        described = {name: self._describe(name) for name in providers}
        known |= {name: each for name, each in described.items() if each is not None}
        written = {
            name: {"type": each.type, "baseUrl": each.base_url and self._clean(each.base_url)}
            for name, each in known.items()
        }
        replace_file(path, (json.dumps(written, indent=2, sort_keys=True) + "\n").encode())

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"


def _decode_providers(path: Path, data: bytes, field_name: str) -> dict[str, RecordedProvider]:
    try:
        return msgspec.json.decode(data, type=dict[str, RecordedProvider])
    except (ValueError, msgspec.MsgspecError, RecursionError):
        message = f"{path} is damaged: it does not list types and addresses of providers."
        hint = "Restore the file, or record again in another folder."
        raise error("invalid_params", message, hint=hint, field=field_name) from None
