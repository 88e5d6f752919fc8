"""Base URLs, headers and proxies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.engine.ports.deltas import ProviderError
from antiphon.providers.http.base_url import check_headers, is_loopback, parse_base_url

GOOD = [
    ("https://api.openai.com/v1", "https://api.openai.com", "/v1"),
    ("https://API.OpenAI.com:443/v1/", "https://api.openai.com:443", "/v1"),
    ("http://localhost:11434", "http://localhost:11434", ""),
    ("http://[::1]:8080/v1", "http://[::1]:8080", "/v1"),
    ("http://[0:0::01]/v1", "http://[::1]", "/v1"),
    ("https://host/openai/v1/chat/completions", "https://host", "/openai/v1"),
    ("https://xn--mnchen-3ya.de/v1", "https://xn--mnchen-3ya.de", "/v1"),
]


@pytest.mark.parametrize(("url", "origin", "path"), GOOD)
def test_a_good_url_is_one_origin_and_one_path(url: str, origin: str, path: str) -> None:
    address = parse_base_url(url, "local")
    assert (address.origin, address.path) == (origin, path)
    assert address.url("/models") == f"{origin}{path}/models"


@pytest.mark.parametrize(
    "url",
    [
        *("", "api.openai.com/v1", "ftp://host/", "file:///etc/passwd", "javascript:alert(1)"),
        *("https://", "https:///v1", "https://host:", "https://host:0", "https://host:99999"),
        *("https://user@host/", "https://user:secret-word@host/", "https://@host/"),
        *("https://host/?key=1", "https://host/?", "https://host/#f", "https://host/v1#"),
        *("https://ho st/", "https://host\n.evil/", "https://host\\@evil/", "https://host/a b"),
        *("https://münchen.de/", "https://host%2eevil/", "https://[::1/", "https://[1.2.3.4]/"),
        *("https://host/../x", "https://-host/", f"https://{'a' * 64}.de/", "https://a..b/"),
        "https://host/v1\u2028",
        "https://xn--mnchen-3ya0.de/",
        *("http://0[::1]:80/", "http://:[::1]:80/", "http://[::1]x:80/", "http://[fe80::1%25e]/"),
    ],
)
def test_a_bad_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ProviderError) as caught:
        parse_base_url(url, "local")
    failure = caught.value.failure
    assert failure.kind == "bad_request"
    assert "providers.local.baseUrl" in failure.hint
    assert "secret-word" not in failure.message + failure.hint


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([url for url, _, _ in GOOD]),
    st.integers(0, 50),
    st.sampled_from([*list("@:/?#\\%.[] \t\n0"), "evil.example", "user:pw@", "ü", "。", "//"]),
)
def test_a_url_that_was_tampered_with_is_refused_or_read_as_every_parser_reads_it(
    url: str, at: int, odd: str
) -> None:
    import yarl

    changed = url[:at] + odd + url[at:]
    try:
        address = parse_base_url(changed, "local")
    except ProviderError:
        return
    sent = yarl.URL(address.url("/models"))
    assert sent.raw_host == address.host
    assert sent.user is None
    assert sent.password is None
    assert yarl.URL(changed).raw_host == sent.raw_host


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((host, True) for host in ("localhost", "LOCALHOST.", "a.localhost", "127.1.2.3")),
        *((host, True) for host in ("::1", "0.0.0.0", "::")),
        *((host, False) for host in ("localhost.evil.com", "10.0.0.1", "example.com", "1.27.0.1")),
    ],
)
def test_loopback_is_this_machine_and_nothing_else(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("url", "no_proxy", "expected"),
    [
        ("https://api.example.com", "", "http://proxy:3128"),
        ("https://api.example.com", "example.com", None),
        ("https://localhost:8443", "", None),
        ("https://127.0.0.1:8443", "", None),
        ("http://10.0.0.5:8000", "", None),
    ],
)
def test_a_proxy_is_used_for_tls_and_never_for_this_machine(
    monkeypatch: pytest.MonkeyPatch, url: str, no_proxy: str, expected: str | None
) -> None:
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert parse_base_url(url, "local").proxy("local") == expected


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "a\r\nX-B: b"},
        {"X A": "a"},
        {"": "a"},
        {"Host": "evil"},
        {"content-length": "1"},
        {"X-A": "€"},
        {"X-A": "a\x00"},
    ],
)
def test_a_header_that_cannot_be_sent_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ProviderError):
        check_headers(headers, "local")


def test_ordinary_headers_are_kept() -> None:
    headers = {"HTTP-Referer": "https://example.com", "X-Title": "Käse"}
    assert check_headers(headers, "local") == headers
