"""Every `sslmode` against a server with a certificate of its own, and one without TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from support.history.certificates import make_authority, make_certificate
from support.history.postgresql import PASSWORD, ROLE, PostgresqlCluster, binaries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ON = """
ssl = on
ssl_cert_file = 'server.pem'
ssl_key_file = 'server.key'
ssl_ca_file = 'ours.pem'
"""


class Secured(NamedTuple):
    cluster: PostgresqlCluster
    certificates: Path
    database: str

    def url(self, host: str = "localhost", **parameters: object) -> str:
        rest = "&".join(f"{name}={value}" for name, value in parameters.items())
        password = PASSWORD.replace(" ", "%20")
        return f"postgresql://{ROLE}:{password}@{host}:{self.cluster.port}/{self.database}?{rest}"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    folder = tmp_path_factory.mktemp("certificates")
    make_authority(folder, "ours")
    make_authority(folder, "theirs")
    make_certificate(folder, "server", "ours", "localhost")
    make_certificate(folder, ROLE, "ours")
    cluster = PostgresqlCluster(programs, _ON)
    for name in ("server.pem", "server.key", "ours.pem"):
        cluster.keep_file(name, (folder / name).read_text())
    cluster.keep_file(
        "pg_hba.conf",
        "local all all trust\n"
        "hostssl sealed all 127.0.0.1/32 scram-sha-256 clientcert=verify-full\n"
        "hostssl all all 127.0.0.1/32 scram-sha-256\n",
    )
    with cluster:
        cluster.execute("CREATE DATABASE sealed TEMPLATE template0 STRATEGY file_copy")
        yield Secured(cluster, folder, cluster.create())


@pytest.mark.parametrize("mode", ["prefer", "require", "verify-ca", "verify-full"])
async def test_a_server_that_proves_who_it_is_is_used_in_every_mode_with_tls(
    secured, problem_of, mode
) -> None:
    root = secured.certificates / "ours.pem"
    assert await problem_of(secured.url(sslmode=mode, sslrootcert=root)) is None


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (("127.0.0.1", "verify-full", "ours"), "is for another host name"),
        (("127.0.0.1", "verify-ca", "ours"), None),
        (("localhost", "verify-full", "theirs"), "is not trusted"),
        (("localhost", "verify-ca", "theirs"), "is not trusted"),
        (("localhost", "require", "theirs"), "is not trusted"),
        (("localhost", "prefer", "theirs"), None),
        (("localhost", "verify-full", "missing"), "a file that cannot be read"),
        (("localhost", "disable", "ours"), "refuses this user or password"),
    ],
)
async def test_a_server_that_cannot_prove_who_it_is_is_named_as_such(
    secured, problem_of, where, words
) -> None:
    host, mode, authority = where
    root = secured.certificates / f"{authority}.pem"
    problem = await problem_of(secured.url(host, sslmode=mode, sslrootcert=root))
    assert (problem is None) if words is None else (words in problem)


async def test_a_file_that_is_no_certificate_is_named_as_such(secured, problem_of) -> None:
    root = secured.certificates / "server.key"
    problem = await problem_of(secured.url(sslmode="verify-full", sslrootcert=root))
    assert "TLS connection" in problem
    assert "sslrootcert" in problem


@pytest.mark.parametrize(
    ("user", "words"),
    [(ROLE, None), (None, "wants a certificate of this client")],
)
async def test_a_server_that_wants_a_certificate_is_shown_the_one_of_the_address(
    secured, problem_of, user, words
) -> None:
    own = secured.certificates
    shown = {"sslcert": own / f"{user}.pem", "sslkey": own / f"{user}.key"} if user else {}
    sealed = secured._replace(database="sealed")
    url = sealed.url(sslmode="verify-full", sslrootcert=own / "ours.pem", **shown)
    problem = await problem_of(url)
    assert (problem is None) if words is None else (words in problem)


@pytest.mark.parametrize(
    ("mode", "words"),
    [("disable", None), ("prefer", None), ("require", "speaks no TLS"), ("verify", "is not valid")],
)
async def test_a_server_without_tls_is_used_only_if_that_is_allowed(
    postgresql_cluster, problem_of, mode, words
) -> None:
    url = postgresql_cluster.url("postgres", password=PASSWORD, sslmode=mode)
    problem = await problem_of(url)
    assert (problem is None) if words is None else (words in problem)


@pytest.mark.parametrize("rest", ["127.0.0.1:port/a", "127.0.0.1/a?target_session_attrs=best"])
async def test_an_address_that_cannot_be_read_is_named_as_such(problem_of, rest) -> None:
    problem = await problem_of(f"postgresql://me:s3cret@{rest}")
    assert "is not valid" in problem
    assert "s3cret" not in problem
