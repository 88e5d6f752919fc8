"""Loads a certificate and its key, as the service uses them."""

from __future__ import annotations

import ssl
from pathlib import Path


class TlsProblem(Exception):  # noqa: N818 - a state of two files, as a sentence for the user
    """The certificate or its key cannot be used."""


def load_tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """Returns a context for TLS 1.2 and newer. Raises `TlsProblem`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for path in (certificate, key):
        try:
            path.open("rb").close()
        except OSError as error:
            raise TlsProblem(f"{path}: {error.strerror}.") from None
    try:
        # A key with a passphrase would ask the terminal, which a service may not have.
        context.load_cert_chain(certificate, key, password=_refuse_passphrase)
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or "they are not a pair in PEM format"
        raise TlsProblem(f"{certificate} and {key} cannot be used: {reason}.") from None
    return context


def _refuse_passphrase() -> str:
    raise ValueError
