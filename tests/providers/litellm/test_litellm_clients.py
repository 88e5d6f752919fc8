"""Clients with other credentials in their environment have another worker."""

from __future__ import annotations

from antiphon.engine.ports.environment import client_environ
from antiphon.providers.litellm.environment import QUIET, worker_environment
from antiphon.providers.litellm.supervisor import WorkerSupervisor, current_supervisor

OF_PROCESS = {"PATH": "/bin", "AWS_PROFILE": "of-the-process", "HTTPS_PROXY": "http://a:1"}


def found(**environ: str) -> WorkerSupervisor:
    with client_environ(environ):
        return current_supervisor()


async def test_equal_credentials_share_a_worker_and_others_do_not() -> None:
    one = found(AWS_PROFILE="one", EDITOR="vi")
    assert found(AWS_PROFILE="one", EDITOR="emacs") is one
    assert found(AWS_PROFILE="other") is not one
    assert found() is not one


async def test_the_credentials_of_a_client_that_has_ended_are_forgotten() -> None:
    one = found(AWS_PROFILE="one")
    await one.release(object())
    assert found(AWS_PROFILE="one") is not one


def test_a_worker_gets_the_credentials_of_the_client_and_the_rest_of_the_process() -> None:
    of_client = {"AWS_PROFILE": "of-the-client"}
    expected = {"PATH": "/bin", "AWS_PROFILE": "of-the-client", **QUIET}
    assert worker_environment(OF_PROCESS, of_client) == expected
    assert "AWS_PROFILE" not in worker_environment(OF_PROCESS, {})
