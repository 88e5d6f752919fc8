"""Defines `Key`, which hides its value, and finds the key of a provider's settings.

A key in a log, a traceback, a dump or a pickle is a leaked key. So `Key` refuses all of those, and
`get_secret_value` is the one word to search for.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self
from urllib.parse import urlsplit

from pydantic_core import core_schema

from antiphon.model.provider_config import KeyLookup
from antiphon.model.secrets.redaction import EDGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

    from antiphon.model.provider_config import KeyPlace, ProviderConfig

HIDDEN: Final = "********"
"""What a secret is replaced with."""


class Key:
    """An API key, hidden from `repr`, `str`, formatting, JSON, pickling and pydantic's dumps."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """Returns the key itself, for the one request header that needs it."""
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


_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def destination(config: ProviderConfig) -> str:
    """Returns where a provider's key may be sent: an origin, or the type's own address.

    An origin is `https://api.openai.com`. A key is stored together with it, and a provider with
    another address does not get that key. The whole origin is compared, never a part of it.
    """
    return config.type if config.base_url is None else _origin(config.base_url)


@lru_cache(maxsize=256)
def _origin(base_url: str) -> str:
    parts = urlsplit(base_url)
    host = (parts.hostname or "").rstrip(".")
    host_in_url = f"[{host}]" if ":" in host else host
    port = parts.port if parts.port is not None else _DEFAULT_PORTS.get(parts.scheme)
    is_default = port == _DEFAULT_PORTS.get(parts.scheme)
    return f"{parts.scheme}://{host_in_url}" + ("" if is_default else f":{port}")


def look_up_key(config: ProviderConfig, environ: Mapping[str, str]) -> KeyLookup:
    """Returns a provider's key from its settings, or from the variable that they name.

    A provider without both needs no key, like most servers on the user's own machine. A key that an
    HTTP header cannot carry is reported as a problem and never sent.
    """
    if config.api_key is not None:
        return _check_key(config.api_key.get_secret_value(), "apiKey", "settings")
    if config.api_key_env is None:
        return KeyLookup()
    value = environ.get(config.api_key_env, "")
    if not value:
        return KeyLookup(problem=f"{config.api_key_env} is not set")
    return _check_key(value, config.api_key_env, "environment")


_STORES: Final[dict[KeyPlace, str]] = {
    "memory": "the key",
    "client": "the key in the editor's secret store",
    "keyring": "the key in the keyring",
}


def check_stored_key(value: str, source: KeyPlace) -> KeyLookup:
    """Checks a key from a secret store before it is used."""
    return _check_key(value, _STORES[source], source)


def _check_key(value: str, name: str, source: KeyPlace) -> KeyLookup:
    reason = describe_invalid_key(value)
    if reason is not None:
        return KeyLookup(problem=f"{name} {reason}", source=source)
    return KeyLookup(key=Key(value), source=source)


def describe_invalid_key(value: str) -> str | None:
    """Explains why no HTTP header can carry `value`, or returns `None`.

    The text is the end of a sentence and does not repeat the value.
    """
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
