"""The shared server as a client finds it, before it is greeted."""

from __future__ import annotations

import shutil
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.shared_server.address import find_socket
from antiphon.shared_server.launch import server_environ
from antiphon_client import AntiphonClient, ServerDied
from antiphon_client.shared_server import OPT_OUT, SharedServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def environ() -> Iterator[dict[str, str]]:
    """An environment with a private runtime folder, whose path is short enough for sockets."""
    folder = tempfile.mkdtemp(prefix="a", dir="/tmp")
    (Path(folder) / "antiphon").mkdir(0o700)
    yield {"XDG_RUNTIME_DIR": folder, "HOME": folder}
    shutil.rmtree(folder)


@pytest.fixture
def listener(environ: dict[str, str]) -> Iterator[socket.socket]:
    """Something that listens where the shared server does."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(find_socket(environ))
        listening.listen()
        yield listening


def test_without_a_socket_there_is_none(environ: dict[str, str]) -> None:
    assert SharedServer.find(environ) is None


@pytest.mark.usefixtures("listener")
def test_it_is_found_unless_the_user_wants_none(environ: dict[str, str]) -> None:
    assert SharedServer.find({**environ, OPT_OUT: "1"}) is None
    found = SharedServer.find(environ)
    assert found is not None
    found.discard()


def test_a_socket_that_nobody_answers_at_counts_as_none(
    environ: dict[str, str], listener: socket.socket
) -> None:
    listener.close()
    assert Path(find_socket(environ)).exists()
    assert SharedServer.find(environ) is None


@pytest.mark.usefixtures("listener")
def test_no_key_is_sent_into_a_folder_that_others_can_reach(environ: dict[str, str]) -> None:
    Path(find_socket(environ)).parent.chmod(0o755)
    assert SharedServer.find(environ) is None


@pytest.mark.usefixtures("listener")
def test_a_connection_is_handed_over_once(environ: dict[str, str]) -> None:
    found = SharedServer.find(environ)
    assert found is not None
    first = found.detach()
    assert first is not None
    first.close()
    assert found.detach() is None


async def test_a_client_says_that_nobody_answers(environ: dict[str, str]) -> None:
    with pytest.raises(ServerDied, match="No server answers at"):
        async with AntiphonClient.connect_unix(environ=environ):
            raise AssertionError


@pytest.mark.parametrize(
    "other",
    [
        {"HOME": "/elsewhere"},
        {"ANTIPHON_CONFIG": "/elsewhere/config.toml"},
        {"ANTIPHON_HISTORY__URL": "sqlite:////elsewhere.db"},
        {"ANTIPHON_HISTORY__URL_FILE": "/run/secrets/history_url"},
        {"ANTIPHON_HISTORY_URL_FILE": "/run/secrets/history_url"},
        {"XDG_DATA_HOME": "/elsewhere"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_clients_with_other_files_never_meet(
    environ: dict[str, str], other: dict[str, str]
) -> None:
    assert find_socket(environ) != find_socket({**environ, **other})


def test_keys_and_settings_of_answers_do_not_part_clients(environ: dict[str, str]) -> None:
    more = {"OPENAI_API_KEY": "sk-x", "ANTIPHON_MODELS__DEFAULT": "demo/terse"}
    assert find_socket(environ) == find_socket({**environ, **more})


def test_a_history_of_the_options_counts_like_one_of_the_environment(
    environ: dict[str, str],
) -> None:
    url = "sqlite:////elsewhere.db"
    by_options = find_socket(environ, {"history": {"url": url}})
    assert by_options == find_socket({**environ, "ANTIPHON_HISTORY__URL": url})
    assert find_socket(environ, {"history": "nonsense"}) == find_socket(environ)


@pytest.mark.parametrize("runtime", ["", "relative", "/" + "x" * 100])
def test_without_a_usable_runtime_folder_it_is_in_one_of_the_user(runtime: str) -> None:
    assert find_socket({"XDG_RUNTIME_DIR": runtime}).startswith("/tmp/antiphon-")


@pytest.mark.parametrize("name", ["ANTIPHON_LIMITS__REDIS_URL", "ANTIPHON_LIMITS__REDIS_URL_FILE"])
def test_a_server_that_is_started_knows_over_which_redis_limits_are_shared(name: str) -> None:
    environ = {name: "redis://host", "OPENAI_API_KEY": "a-key", "PATH": "/bin"}
    assert server_environ(environ, None) == {name: "redis://host", "PATH": "/bin"}
