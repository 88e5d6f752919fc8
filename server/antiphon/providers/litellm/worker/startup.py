"""Imports litellm and turns off its network use, logging, callbacks and advice on stdout."""

from __future__ import annotations

import logging
from typing import Any, Final

import litellm as untyped

from antiphon.providers.litellm.worker import http_probe

litellm: Final[Any] = untyped  # its types hold `Unknown` everywhere


async def warm_up() -> None:
    """Runs one mock answer, so that everything is imported before the first real one."""
    logging.disable(logging.CRITICAL)  # its loggers have handlers of their own and log prompts
    litellm.suppress_debug_info = True
    litellm.disable_hf_tokenizer_download = True
    litellm.telemetry = False
    litellm.drop_params = False
    litellm.callbacks = []
    litellm.success_callback = []
    litellm.failure_callback = []
    litellm.num_retries = 0
    http_probe.install()
    messages = [{"role": "user", "content": "hi"}]
    stream = await litellm.acompletion(
        "openai/warm-up", messages, stream=True, mock_response="hello"
    )
    async for _ in stream:
        pass
