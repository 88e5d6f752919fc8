"""Every secret that the settings and the environment hold, whether or not anybody uses it.

What is known to be secret can be kept out of logs and messages. Variables are taken by their names:
a key of a vendor that is not configured is a key all the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from antiphon.settings.schema.schema import Settings

_NAMED_SECRET: Final = re.compile(
    r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?:_|$)"
)
_HARMLESS: Final = frozenset({"true", "false", "disabled"})
_SHORTEST: Final = 8


def collect_secrets(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """The values of keys and secret headers, passwords of addresses, and secret variables."""
    for row in settings.providers.values():
        if row.api_key is not None:
            yield row.api_key.get_secret_value()
        for value in row.headers.values():
            yield value
            yield from value.split()  # `Authorization: Bearer …` holds a key too
        if row.api_key_env is not None and (named := environ.get(row.api_key_env)):
            yield named
    if settings.history.url is not None:
        yield from _password_of(settings.history.url)
    for name, value in environ.items():
        if _NAMED_SECRET.search(name.upper()) and _is_secret(value):
            yield value


def _password_of(url: str) -> Iterator[str]:
    password = urlsplit(url).password
    if password:
        yield password
        yield unquote(password)


def _is_secret(value: str) -> bool:
    is_path = value.startswith(("/", "~", "."))
    return len(value) >= _SHORTEST and not is_path and value.lower() not in _HARMLESS
