"""The kinds of values that settings have, each with its own rule and a sentence for who breaks it.

No message repeats the value: it may be a secret.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

_DAY_MS: Final = 86_400_000
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""`token` of RFC 9110, section 5.6.2."""
_PROVIDER_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VARIABLE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HISTORY_SCHEMES: Final = ("sqlite:///", "postgresql://", "postgres://")


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")  # noqa: TRY004 - pydantic's way
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _provider_name(value: str) -> str:
    if not _PROVIDER_NAME.fullmatch(value):
        raise ValueError("must be made of letters, digits, dots, hyphens and underscores")
    return value


def _model_id(value: str) -> str:
    provider, _, name = value.partition("/")
    if not name.strip() or not _PROVIDER_NAME.fullmatch(provider):
        raise ValueError("must have the form <provider>/<model>")
    return value


def _line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("must be one line of text")
    return value


def _variable_name(value: str) -> str:
    if not _VARIABLE_NAME.fullmatch(value):
        raise ValueError("must be the name of an environment variable, not the key itself")
    return value


def _header_name(value: str) -> str:
    if not _HEADER_NAME.fullmatch(value):
        raise ValueError("must be the name of an HTTP header")
    return value


def _header_value(value: str) -> str:
    if not (value.isascii() and value.isprintable()) or value != value.strip():
        raise ValueError("must be printable ASCII without spaces around it")
    return value


def _base_url(value: str) -> str:
    address = "must be an address such as https://api.example.com/v1"
    try:
        parts = urlsplit(value)
        port_is_wrong = parts.port == 0
    except ValueError:
        raise ValueError(address) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port_is_wrong:
        raise ValueError(address)
    if any(character.isspace() or not character.isprintable() for character in value):
        raise ValueError(address)
    if "@" in parts.netloc:
        raise ValueError("must not hold a name or password; use apiKeyEnv or headers")
    if parts.query or parts.fragment:
        raise ValueError("must end with its path; a query cannot be part of it")
    return value.rstrip("/")


def _history_url(value: str) -> str:
    if not value.startswith(_HISTORY_SCHEMES):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return value


Count = Annotated[int, Field(ge=1, le=100_000), BeforeValidator(_no_bool)]
Size = Annotated[int, Field(ge=1, le=1 << 30), BeforeValidator(_no_bool)]
"""Bytes."""
AnswerSize = Annotated[int, Field(ge=1, le=16 << 20), BeforeValidator(_no_bool)]
"""Bytes; no more than is kept of an answer in memory while the disk cannot be written."""
Milliseconds = Annotated[int, Field(ge=1, le=_DAY_MS), BeforeValidator(_no_bool)]
FlushMilliseconds = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_no_bool)]
Attempts = Annotated[int, Field(ge=1, le=10), BeforeValidator(_no_bool)]
Port = Annotated[int, Field(ge=0, le=65_535), BeforeValidator(_no_bool)]
Dollars = Annotated[Decimal, Field(ge=0, le=1_000_000), BeforeValidator(_no_bool)]
"""US dollars."""
Share = Annotated[Decimal, Field(ge=0, le=1), BeforeValidator(_no_bool)]
"""A part of a whole, from 0 to 1."""
Word = BeforeValidator(_lower)
"""Before a `Literal`: capitals do not matter."""
Line = Annotated[str, AfterValidator(_line)]
ProviderName = Annotated[str, AfterValidator(_provider_name)]
ModelId = Annotated[str, AfterValidator(_model_id)]
VariableName = Annotated[str, AfterValidator(_variable_name)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[str, AfterValidator(_header_value)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
HistoryUrl = Annotated[str, AfterValidator(_history_url)]
