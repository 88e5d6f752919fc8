"""A real PgBouncer of the tests' own before a cluster, from Debian's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from support.history.postgresql import ACCOUNT, PASSWORD, ROLE, PostgresqlCluster, free_port, query

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM: Final = Path("/usr/sbin/pgbouncer")
_CONFIG: Final = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
server_login_retry = 0.1
"""


class Pgbouncer:
    """One pool before `cluster`, with settings as `pgbouncer.ini` has them."""

    def __init__(self, cluster: PostgresqlCluster, settings: Mapping[str, object]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="antiphon-pgbouncer-"))
        self.port = free_port()
        usual = _CONFIG.format(
            host=cluster.folder, port=cluster.port, own_port=self.port, folder=self.folder
        )
        own = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (self.folder / "pgbouncer.ini").write_text(usual + own)
        (self.folder / "users").write_text(f'"{ROLE}" "{PASSWORD}"\n')
        # It refuses to run as root.
        self._user = ACCOUNT if os.geteuid() == 0 else None
        for each in (self.folder, *self.folder.iterdir()):
            if self._user is not None:
                shutil.chown(each, self._user)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Starts the pool and waits until it lets clients in."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, self.folder / "pgbouncer.ini"], stderr=log, user=self._user, cwd="/"
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                query(self.url("postgres"), "SELECT 1;")
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text())

    def restart(self) -> None:
        """Kills the pool, which cuts every connection, and starts it again."""
        self._stop()
        self.start()

    def _stop(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def url(self, database: str, **parameters: str) -> str:
        """Returns the address of a database through the pool."""
        rest = "&".join(f"{name}={value}" for name, value in parameters.items())
        password = PASSWORD.replace(" ", "%20")
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{self.port}/{database}?{rest}"
