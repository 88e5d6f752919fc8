"""Defines the types of settings' values, each with its check and an error message.

No message repeats the value, since it may be a secret.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Final
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

_DAY_MS: Final = 86_400_000
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""`token` of RFC 9110, section 5.6.2."""
_PROVIDER_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VARIABLE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PRESET_NAME: Final = re.compile(r"\w[\w.+-]*")
_REDIS_SCHEMES: Final = ("redis", "rediss", "unix")
_HISTORY_SCHEMES: Final = ("sqlite:///", "postgresql://", "postgres://")


def _refuse_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")  # noqa: TRY004 - pydantic's way
    return value


def _to_lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _check_provider_name(value: str) -> str:
    if not _PROVIDER_NAME.fullmatch(value):
        raise ValueError("must be made of letters, digits, dots, hyphens and underscores")
    return value


def _check_model_id(value: str) -> str:
    provider, _, name = value.partition("/")
    if not name.strip() or not _PROVIDER_NAME.fullmatch(provider):
        raise ValueError("must have the form <provider>/<model>")
    return value


def _check_preset_name(value: str) -> str:
    if not _PRESET_NAME.fullmatch(value):
        raise ValueError("must be one word of letters, digits, dots, hyphens and underscores")
    return value


def _check_model_name(value: str) -> str:
    if value.startswith("@") and _PRESET_NAME.fullmatch(value[1:]):
        return value
    try:
        return _check_model_id(value)
    except ValueError:
        raise ValueError("must have the form <provider>/<model> or @<preset>") from None


def _check_line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("must be one line of text")
    return value


def _check_variable_name(value: str) -> str:
    if not _VARIABLE_NAME.fullmatch(value):
        raise ValueError("must be the name of an environment variable, not the key itself")
    return value


def _check_header_name(value: str) -> str:
    if not _HEADER_NAME.fullmatch(value):
        raise ValueError("must be the name of an HTTP header")
    return value


def _check_header_value(value: str) -> str:
    if not (value.isascii() and value.isprintable()) or value != value.strip():
        raise ValueError("must be printable ASCII without spaces around it")
    return value


def _check_base_url(value: str) -> str:
    message = "must be an address such as https://api.example.com/v1"
    try:
        parts = urlsplit(value)
        port_is_wrong = parts.port == 0
    except ValueError:
        raise ValueError(message) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port_is_wrong:
        raise ValueError(message)
    if any(character.isspace() or not character.isprintable() for character in value):
        raise ValueError(message)
    if "@" in parts.netloc:
        raise ValueError("must not hold a name or password; use apiKeyEnv or headers")
    if parts.query or parts.fragment:
        raise ValueError("must end with its path, without a query")
    return value.rstrip("/")


def _check_history_url(value: str) -> str:
    if not value.startswith(_HISTORY_SCHEMES):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return value


def _check_redis_url(value: str) -> str:
    message = "must be an address such as redis://:password@host:6379/0, rediss:// or unix:///path"
    try:
        parts = urlsplit(value)
        port_is_wrong = parts.port == 0
    except ValueError:
        raise ValueError(message) from None
    is_socket = parts.scheme == "unix"
    if parts.scheme not in _REDIS_SCHEMES or port_is_wrong or not value.isprintable():
        raise ValueError(message)
    if not (parts.path if is_socket else parts.hostname):
        raise ValueError(message)
    if "password" in parse_qs(parts.query):
        raise ValueError("must have its password before the @, not behind the ?")
    return value


Count = Annotated[int, Field(ge=1, le=100_000), BeforeValidator(_refuse_bool)]
Size = Annotated[int, Field(ge=1, le=1 << 30), BeforeValidator(_refuse_bool)]
"""Bytes."""
AnswerSize = Annotated[int, Field(ge=1, le=16 << 20), BeforeValidator(_refuse_bool)]
"""Bytes: at most what is kept of an answer in memory while the disk cannot be written."""
Milliseconds = Annotated[int, Field(ge=1, le=_DAY_MS), BeforeValidator(_refuse_bool)]
FlushMilliseconds = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_refuse_bool)]
Attempts = Annotated[int, Field(ge=1, le=10), BeforeValidator(_refuse_bool)]
Port = Annotated[int, Field(ge=0, le=65_535), BeforeValidator(_refuse_bool)]
Dollars = Annotated[Decimal, Field(ge=0, le=1_000_000), BeforeValidator(_refuse_bool)]
"""US dollars."""
Share = Annotated[Decimal, Field(ge=0, le=1), BeforeValidator(_refuse_bool)]
"""A part of a whole, from 0 to 1."""
Word = BeforeValidator(_to_lower)
"""For use before a `Literal`: upper and lower case are the same."""
Line = Annotated[str, AfterValidator(_check_line)]
ProviderName = Annotated[str, AfterValidator(_check_provider_name)]
ModelId = Annotated[str, AfterValidator(_check_model_id)]
ModelName = Annotated[str, AfterValidator(_check_model_name)]
"""A model's id, or the name of a preset behind an `@`."""
PresetName = Annotated[str, Field(max_length=100), AfterValidator(_check_preset_name)]
Title = Annotated[str, Field(max_length=200), AfterValidator(_check_line)]
"""As long as the title of a pane may be."""
Temperature = Annotated[float, Field(ge=0, allow_inf_nan=False), BeforeValidator(_refuse_bool)]
Probability = Annotated[float, Field(gt=0, le=1), BeforeValidator(_refuse_bool)]
Positive = Annotated[int, Field(gt=0), BeforeValidator(_refuse_bool)]
Seed = Annotated[int, BeforeValidator(_refuse_bool)]
VariableName = Annotated[str, AfterValidator(_check_variable_name)]
HeaderName = Annotated[str, AfterValidator(_check_header_name)]
HeaderValue = Annotated[str, AfterValidator(_check_header_value)]
BaseUrl = Annotated[str, AfterValidator(_check_base_url)]
HistoryUrl = Annotated[str, AfterValidator(_check_history_url)]
RedisUrl = Annotated[str, AfterValidator(_check_redis_url)]
