"""What the worker is started with."""

from __future__ import annotations

from antiphon.providers.litellm.environment import QUIET, worker_environment


def test_keys_addresses_and_callbacks_of_vendors_stay_outside():
    environ = {
        "OPENAI_API_KEY": "a",
        "ANTHROPIC_API_BASE": "b",
        "LANGFUSE_SECRET_KEY": "c",
        "LITELLM_MODE": "DEV",
        "LITELLM_LOG": "DEBUG",
        "PYTHONPATH": "d",
        "PYTHONSTARTUP": "e",
        "SOMETHING": "f",
    }
    assert worker_environment(environ) == dict(QUIET)


def test_what_a_process_and_a_vendors_own_credentials_need_is_kept():
    environ = {"PATH": "/bin", "https_proxy": "p", "LC_ALL": "C", "AWS_PROFILE": "x", "Temp": "t"}
    assert worker_environment(environ) == {**environ, **QUIET}
