"""Builds the worker's environment: what a process needs, without litellm's own variables.

litellm reads keys, addresses and callbacks of some hundred vendors from the environment. Here a key
is bound to the address of its provider, so the worker gets only those variables that a vendor's own
credential chain needs (AWS, Google Cloud): they sign requests and are never sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT: Final = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TEMP", "TMP", "TZ", "LANG"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "USERPROFILE"),
        *("APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "PATHEXT"),
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
    }
)
_KEPT_PREFIX: Final = "LC_"
_OF_CLIENT: Final = frozenset(
    {
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        *("GOOGLE_APPLICATION_CREDENTIALS", "VERTEXAI_PROJECT", "VERTEXAI_LOCATION"),
        *("AZURE_API_VERSION",),
    }
)
_OF_CLIENT_PREFIX: Final = "AWS_"

QUIET: Final[Mapping[str, str]] = {
    # Prices and lists come with the package; without these its import goes to the network.
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    # Any other mode loads the .env file of a folder above.
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
    # litellm takes a repeated chunk for a broken model, but text of spaces repeats too.
    "REPEATED_STREAMING_CHUNK_LIMIT": "1000000",
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
}


def worker_environment(
    environ: Mapping[str, str], of_client: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Returns the variables of `environ` that the worker may have, and those that quiet litellm.

    What signs a client's requests, and the way that they go, is in `of_client`, by default also
    in `environ`.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if name.upper() in _KEPT or name.upper().startswith(_KEPT_PREFIX)
    }
    own = select_own(environ if of_client is None else of_client)
    return {**kept, **own, **QUIET}


def select_own(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables that a client's requests differ by from those of another client."""
    return {
        name: value
        for name, value in environ.items()
        if name.upper() in _OF_CLIENT or name.upper().startswith(_OF_CLIENT_PREFIX)
    }
