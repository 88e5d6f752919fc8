"""Certificates are read once, only for TLS, and never left out where they count."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading

import pytest

from antiphon.providers.http import certificates


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout.strip()


def test_importing_the_http_client_reads_no_certificate() -> None:
    program = """
import ssl
read = []
inner = ssl.SSLContext.set_default_verify_paths
ssl.SSLContext.set_default_verify_paths = lambda self: (read.append(self), inner(self))
from antiphon.providers.http import client
from antiphon.providers.openai import exchange, models
print(len(read), ssl.SSLContext.set_default_verify_paths is inner)
from aiohttp import connector
context = connector._SSL_CONTEXT_VERIFIED
print(context.verify_mode.name, context.check_hostname, context.cert_store_stats()["x509_ca"])
"""
    assert run(program).splitlines()[0] == "0 False"
    assert run(program).splitlines()[1] == "CERT_REQUIRED True 0"


@pytest.mark.parametrize(("base_url", "read"), [("https://a.example/v1", 1), ("http://[::1]", 0)])
def test_preparing_reads_them_where_they_will_be_needed(base_url: str, read: int) -> None:
    program = f"""
from antiphon.providers.registry.adapter_types import ADAPTERS
from antiphon.settings.schema.schema import ProviderSettings
ADAPTERS["openai"].prepare(ProviderSettings.model_validate({{"baseUrl": {base_url!r}}}))
from antiphon.providers.http.certificates import trusted
print(trusted.cache_info().currsize)
"""
    assert run(program) == str(read)


def test_the_context_checks_names_and_certificates() -> None:
    context = certificates.trusted()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert certificates.trusted() is context


async def test_it_is_the_same_one_in_a_thread() -> None:
    assert await certificates.read_trusted() is certificates.trusted()


def test_other_threads_read_them_also_while_one_leaves_them_out() -> None:
    read: list[ssl.SSLContext] = []
    inner = ssl.SSLContext.set_default_verify_paths

    def reads(self: ssl.SSLContext) -> None:
        read.append(self)

    ssl.SSLContext.set_default_verify_paths = reads
    try:
        with certificates.without_certificates():
            ssl.create_default_context()
            assert read == []
            other = threading.Thread(target=ssl.create_default_context)
            other.start()
            other.join()
            assert len(read) == 1
        ssl.create_default_context()
        assert len(read) == 2
    finally:
        ssl.SSLContext.set_default_verify_paths = inner


def test_an_import_that_fails_leaves_everything_as_it_was() -> None:
    before = ssl.SSLContext.set_default_verify_paths
    with pytest.raises(ImportError), certificates.without_certificates():
        raise ImportError
    assert ssl.SSLContext.set_default_verify_paths is before
