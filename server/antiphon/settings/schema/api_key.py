"""API keys: a value that shows itself to nobody but who asks by name, and how a row finds its own.

A key that reached a log, a traceback, a dump or a pickle is a leaked key; so `Key` refuses all of
those, and `get_secret_value` is the one word to search for.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, Protocol, Self
from urllib.parse import urlsplit

from pydantic_core import core_schema

from antiphon.model.secrets.redaction import EDGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

HIDDEN: Final = "********"
"""What stands in the place of a secret."""


class Key:
    """An API key, hidden from `repr`, `str`, formatting, JSON, pickling and pydantic's dumps."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """The key itself, for the one request header that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Key('{HIDDEN}')"

    def __str__(self) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Key):
            return NotImplemented
        return hmac.compare_digest(_bytes(self), _bytes(other))

    def __hash__(self) -> int:
        return hash(self._value)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is never pickled")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        from_text = core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(min_length=1)
        )
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(cls), from_text]
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "minLength": 1, "writeOnly": True}


def _bytes(key: Key) -> bytes:
    return key.get_secret_value().encode("utf-8", "surrogatepass")


class Secret(Protocol):
    """A value that hides itself."""

    def get_secret_value(self) -> str:
        """The value in the open."""
        ...


class KeyedRow(Protocol):
    """What of a provider's settings says where its key is, and where it may be sent."""

    @property
    def type(self) -> str:
        """How the provider is spoken to."""
        ...

    @property
    def base_url(self) -> str | None:
        """Where it is; `None` where the type knows."""
        ...

    @property
    def api_key(self) -> Secret | None:
        """The key itself."""
        ...

    @property
    def api_key_env(self) -> str | None:
        """The environment variable that holds it."""
        ...


KeyPlace = Literal["memory", "settings", "environment", "client", "keyring", "none"]
"""Where a key was found, the place that counts first named first."""

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def destination(row: KeyedRow) -> str:
    """Where a row's key may be sent: an origin (`https://api.openai.com`), or its type's own.

    A key is kept together with it, and a row that goes somewhere else does not get that key. The
    whole origin is compared, never a part of it.
    """
    if row.base_url is None:
        return row.type
    parts = urlsplit(row.base_url)
    host = (parts.hostname or "").rstrip(".")
    shown = f"[{host}]" if ":" in host else host
    port = parts.port if parts.port is not None else _DEFAULT_PORTS.get(parts.scheme)
    usual = port == _DEFAULT_PORTS.get(parts.scheme)
    return f"{parts.scheme}://{shown}" + ("" if usual else f":{port}")


@dataclass(frozen=True, slots=True)
class KeyLookup:
    """What was found: a key, a reason why there is none, or neither where none is needed."""

    key: Key | None = None
    problem: str | None = None
    source: KeyPlace = "none"


def look_up_key(row: KeyedRow, environ: Mapping[str, str]) -> KeyLookup:
    """The key of a provider: from its settings, else from the environment variable they name.

    A row that names neither needs no key, as most servers on one's own machine do not. A key that
    cannot stand in an HTTP header is a problem here and is never sent.
    """
    if row.api_key is not None:
        return _checked(row.api_key.get_secret_value(), "apiKey", "settings")
    if row.api_key_env is None:
        return KeyLookup()
    value = environ.get(row.api_key_env, "")
    if not value:
        return KeyLookup(problem=f"{row.api_key_env} is not set")
    return _checked(value, row.api_key_env, "environment")


_STORES: Final[dict[KeyPlace, str]] = {
    "memory": "the key",
    "client": "the key in the editor's secret store",
    "keyring": "the key in the keyring",
}


def kept_key(value: str, place: KeyPlace) -> KeyLookup:
    """A key that a secret store kept; as everywhere, checked before it is used."""
    return _checked(value, _STORES[place], place)


def _checked(value: str, where: str, source: KeyPlace) -> KeyLookup:
    flaw = invalid_key_reason(value)
    if flaw is not None:
        return KeyLookup(problem=f"{where} {flaw}", source=source)
    return KeyLookup(key=Key(value), source=source)


def invalid_key_reason(value: str) -> str | None:
    """Why no HTTP header can carry `value`, as the end of a sentence that does not repeat it."""
    if "\n" in value or "\r" in value:
        return "has a line break in it; set it again without one"
    if value.startswith(tuple(EDGES)) or value.endswith(tuple(EDGES)):
        return "has a quote around it, as docker --env-file keeps them; set it again without"
    if any(character.isspace() for character in value):
        return "has a space in it; set it again without one"
    if not value.isprintable():
        return "has a control character in it; set it again without one"
    if not value.isascii():
        return "has a character that no key has; copy it again"
    return None
