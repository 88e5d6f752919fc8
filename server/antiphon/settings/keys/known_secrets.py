"""Collects every secret that the settings and the environment hold, used or not.

Known secrets can be kept out of logs and messages. Environment variables are chosen by their names:
a key of a vendor that is not configured is still a key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from antiphon.settings.schema.schema import Settings

_NAMED_SECRET: Final = re.compile(
    r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?:_|$)"
)
_HARMLESS: Final = frozenset({"true", "false", "disabled"})
_MIN_LENGTH: Final = 8


def collect_secrets(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """Yields keys, header values, the databases' passwords and values of secret variables."""
    for config in settings.providers.values():
        if config.api_key is not None:
            yield config.api_key.get_secret_value()
        for value in config.headers.values():
            yield value
            yield from value.split()  # `Authorization: Bearer …` holds a key too
        if config.api_key_env is not None and (from_variable := environ.get(config.api_key_env)):
            yield from_variable
    for url in (settings.history.url, settings.limits.redis_url):
        if url is not None:
            yield from _password_of(url)
    for name, value in environ.items():
        if _NAMED_SECRET.search(name.upper()) and _is_secret(value):
            yield value


def _password_of(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    if parts.password:
        yield parts.password
        yield unquote(parts.password)
    # PostgreSQL's addresses may have it among their parameters too.
    yield from (value for name, value in parse_qsl(parts.query) if name == "password")


def _is_secret(value: str) -> bool:
    is_path = value.startswith(("/", "~", "."))
    return len(value) >= _MIN_LENGTH and not is_path and value.lower() not in _HARMLESS
