"""The parts that Debian has too, started with the files and command lines of deploy/."""

from __future__ import annotations

import os
import shutil
import ssl
import stat
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def test_the_secrets_are_for_their_owner_and_readable_in_a_container(secrets):
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in secrets.iterdir()} == {0o444}


def test_secrets_that_are_there_are_kept(secrets, make_secrets_again):
    before = {each.name: each.read_bytes() for each in secrets.iterdir()}
    (secrets / "openai_api_key").unlink()
    (secrets / "openai_api_key").write_text("sk-of-mine")
    make_secrets_again(secrets)
    after = {each.name: each.read_bytes() for each in secrets.iterdir()}
    assert after == {**before, "openai_api_key": b"sk-of-mine"}


def test_the_addresses_have_the_passwords_and_the_names_of_the_services(secrets, compose):
    history = urlsplit((secrets / "history_url").read_text().strip())
    redis = urlsplit((secrets / "redis_url").read_text().strip())
    postgres = compose["services"]["postgres"]["environment"]
    assert {history.hostname, redis.hostname} <= set(compose["services"])
    assert history.password == (secrets / "postgres_password").read_text().strip()
    assert history.username == postgres["POSTGRES_USER"]
    assert history.path == f"/{postgres['POSTGRES_DB']}"
    assert f"requirepass {redis.password}\n" == (secrets / "redis_config").read_text()


@pytest.mark.parametrize(
    ("name", "hosts"), [("server", ["server"]), ("proxy", ["models.test", "code.test"])]
)
def test_the_certificates_are_for_their_names(secrets, name, hosts):
    context = ssl.create_default_context(cafile=str(secrets / f"{name}_certificate"))
    (certificate,) = context.get_ca_certs()
    assert [host for _, host in certificate["subjectAltName"]] == hosts
    pair = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair.load_cert_chain(secrets / f"{name}_certificate", secrets / f"{name}_key")


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_accepts_the_configuration(secrets, tmp_path):
    done = subprocess.run(
        [DEPLOY / "proxy" / "start.sh", "-t"],
        env={
            "PATH": f"/usr/sbin:{os.environ['PATH']}",
            "MODELS_HOST": "models.test",
            "EDITOR_HOST": "code.test",
            "SECRETS": str(secrets),
            "TEMPLATE": str(DEPLOY / "proxy" / "nginx.conf.template"),
            "RUN_FOLDER": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "test is successful" in done.stderr, done.stderr
    assert "@" not in (tmp_path / "nginx.conf").read_text()


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="Redis is not installed")
def test_redis_starts_with_the_command_line_and_wants_the_password(secrets, compose, tmp_path):
    command = compose["services"]["redis"]["command"]
    config = command[1].replace("/run/secrets", str(secrets))
    socket, password = tmp_path / "s", (secrets / "redis_config").read_text().split()[1]
    own = ["--port", "0", "--unixsocket", str(socket), "--dir", str(tmp_path)]
    with subprocess.Popen(
        [command[0], config, *command[2:], *own], stdout=subprocess.PIPE, text=True
    ) as redis:
        try:
            assert redis.stdout is not None
            assert any("ready to accept connections" in line.lower() for line in redis.stdout)
            ask = ["redis-cli", "-s", str(socket)]
            stranger = subprocess.run([*ask, "ping"], capture_output=True, text=True, check=False)
            assert "NOAUTH" in stranger.stdout
            known = subprocess.run(
                [*ask, "ping"],
                env={**os.environ, "REDISCLI_AUTH": password},
                capture_output=True,
                text=True,
                check=True,
            )
            assert known.stdout == "PONG\n"
        finally:
            redis.terminate()
