"""An answer of Google's whose status is not 200."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.providers.gemini.errors import error_of_status
from antiphon.providers.openai import refusal as openai
from antiphon.providers.openai.retry_after import retry_after_ms

if TYPE_CHECKING:
    from antiphon.engine.deltas import ProviderError
    from antiphon.providers.openai.endpoint import Endpoint
    from antiphon.providers.openai.http import Response


def refusal(response: Response, body: bytes, provider: Endpoint) -> ProviderError:
    """The failure that a response other than 200 stands for."""
    if response.status < 400:
        return openai.refusal(response, body, provider)
    wait_ms = retry_after_ms(response.headers)
    return error_of_status(response.status, body, provider.name, provider.key.scrub, wait_ms)
