"""Finds the vendor of a model by a data file of litellm's, without importing litellm.

A provider whose name is a vendor's (`anthropic`) asks that vendor. The models of any other provider
begin with the vendor's name (`litellm/mistral/mistral-large`).
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Final

import msgspec

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.model.values.extras import to_install_command

_LIST: Final = "provider_endpoints_support_backup.json"
_OTHER_NAMES: Final = {"mistralai": "mistral", "together": "together_ai", "vertex": "vertex_ai"}


class _Endpoints(msgspec.Struct):
    chat_completions: bool = False


class _Vendor(msgspec.Struct):
    endpoints: _Endpoints = msgspec.field(default_factory=_Endpoints)


class _List(msgspec.Struct):
    providers: dict[str, _Vendor]


def litellm_folder() -> Path | None:
    """Returns the folder of the installed litellm, or `None`. Imports nothing of it."""
    spec = importlib.util.find_spec("litellm")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


def check_installed(provider: str) -> None:
    """Raises `ProviderError` of kind `unsupported` if litellm is not installed."""
    if litellm_folder() is None:
        raise not_installed(provider)


def not_installed(provider: str) -> ProviderError:
    """Returns the error for a missing litellm, with a hint how to install it."""
    message = f"{provider} needs the package litellm, which is not installed."
    hint = f"Install it beside Antiphon: {to_install_command('litellm')}"
    failure = Failure.of("unsupported", message, hint=hint, provider=provider)
    return ProviderError(failure, wait_hint="never")


@functools.cache
def chat_vendors() -> frozenset[str]:
    """Returns the vendors whose chat models litellm can ask.

    Empty if litellm's list cannot be read.
    """
    folder = litellm_folder()
    if folder is None:
        return frozenset()
    try:
        listed = msgspec.json.decode((folder / _LIST).read_bytes(), type=_List).providers
    except (OSError, msgspec.MsgspecError):
        return frozenset()
    return frozenset(name for name, vendor in listed.items() if vendor.endpoints.chat_completions)


def litellm_model(provider: str, model: str) -> str:
    """Returns litellm's name of a provider's model.

    Raises `ProviderError` of kind `model_not_found` if the vendor of the model is not known.
    """
    name = provider.lower()
    vendor = _OTHER_NAMES.get(name, name)
    if vendor in chat_vendors():
        return f"{vendor}/{model}"
    if "/" in model:
        return model
    message = f"{provider}/{model} does not say which vendor's model it is."
    hint = f"Name the vendor as litellm does: {provider}/anthropic/{model}, for example."
    failure = Failure.of("model_not_found", message, hint=hint, provider=provider)
    raise ProviderError(failure, wait_hint="never")
