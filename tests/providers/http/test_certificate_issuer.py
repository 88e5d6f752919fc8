"""Who issued a certificate."""

from __future__ import annotations

import ssl

from antiphon.providers.http.certificate_issuer import parse_issuer
from support.faults.client import CERTIFICATE

PEM = CERTIFICATE.read_text("ascii")
DER = ssl.PEM_cert_to_DER_cert(PEM[PEM.index("-----BEGIN CERTIFICATE-----") :])


def test_an_issuer_is_read_from_a_certificate() -> None:
    assert parse_issuer(DER) == "localhost, Antiphon test only"


def test_a_certificate_that_is_cut_or_garbled_anywhere_is_no_error() -> None:
    for at in range(len(DER)):
        garbled = DER[:at] + bytes([DER[at] ^ 0x81]) + DER[at + 1 :]
        for certificate in (DER[:at], garbled):
            found = parse_issuer(certificate)
            assert found is None or found.isprintable()
