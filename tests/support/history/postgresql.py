"""A real PostgreSQL of the tests' own, from Debian's packages, in a private folder."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self

import asyncpg

from antiphon.history.postgresql.driver.statements import translated
from antiphon.history.postgresql.opening.migrate import shipped

ROLE: Final = "antiphon"
PASSWORD: Final = "correct horse"
ACCOUNT: Final = "postgres"
_TABLES: Final = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'antiphon_migrations'
    ORDER BY tablename NOT IN ('sessions', 'contexts'), tablename
"""
_VERSIONS: Final = "SELECT version FROM antiphon_migrations ORDER BY version"
_CONFIG: Final = """
listen_addresses = '127.0.0.1'
unix_socket_directories = '{folder}'
port = {port}
max_connections = 200
shared_buffers = 32MB
fsync = off
full_page_writes = off
autovacuum = off
log_min_messages = fatal
"""
_ENTRANCE: Final = """
local all all trust
local replication all trust
host all all 127.0.0.1/32 scram-sha-256
"""


def binaries() -> Path | None:
    """Returns the folder of the newest PostgreSQL that is installed, or `None`."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: each.parts[-2])
    found = shutil.which("initdb")
    candidates = [*([Path(found).resolve().parent] if found else []), *folders]
    return next((each for each in reversed(candidates) if (each / "initdb").exists()), None)


class PostgresqlCluster:
    """One server, whose databases are named by tests."""

    def __init__(self, programs: Path, settings: str = "") -> None:
        """Lets `settings`, lines of a configuration, differ from what is quick for tests."""
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="antiphon-postgresql-"))
        self._data = self.folder / "data"
        self.port = free_port()
        self._count = 0
        self._clean: list[str] = []
        # initdb and the server refuse to run as root.
        self._user = ACCOUNT if os.geteuid() == 0 else None
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._process: subprocess.Popen[bytes] | None = None
        self._fill(_CONFIG.format(folder=self.folder, port=self.port) + settings)

    def _fill(self, settings: str) -> None:
        self._run("initdb", "-D", str(self._data), "-U", ROLE, "--auth=trust", "-E", "UTF8",
                  "--locale=C", "--no-sync")  # fmt: skip
        self.keep_file("postgresql.auto.conf", settings)
        self.keep_file("pg_hba.conf", _ENTRANCE)

    def __enter__(self) -> Self:
        self.start()
        self.execute(f"ALTER ROLE {ROLE} PASSWORD '{PASSWORD}'")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder)

    @property
    def pid(self) -> int:
        """The process that started all others of the server."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str, *, password: str | None = None, **parameters: str) -> str:
        """Returns the address of a database: over its socket, or with a password over TCP."""
        rest = "".join(f"&{name}={value}" for name, value in parameters.items())
        if password is None:
            return f"postgresql://{ROLE}@/{database}?host={self.folder}&port={self.port}{rest}"
        where = f"{ROLE}:{password.replace(' ', '%20')}@127.0.0.1:{self.port}"
        return f"postgresql://{where}/{database}{rest.replace('&', '?', 1)}"

    def create(self) -> str:
        """Creates an empty database, and returns its name."""
        self._count += 1
        name = f"test_{self._count}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
        return name

    def borrow(self) -> str:
        """Returns the name of a database with the history's empty tables, made if necessary."""
        return self._clean.pop() if self._clean else self.create()

    def give_back(self, name: str) -> None:
        """Empties the tables of a borrowed database: much faster than making another."""
        tables = [row["tablename"] for row in self.execute(_TABLES, name)]
        # A test may have left it at another schema.
        if tables and self.execute(_VERSIONS, name) == [(each.version,) for each in shipped()]:
            self.execute("".join(f"DELETE FROM {table};" for table in tables), name)
            self._clean.append(name)

    def execute(self, statement: str, database: str = "postgres") -> list[Any]:
        """Runs a statement as the owner, and returns its rows."""

        async def run() -> list[Any]:
            connection = await asyncpg.connect(self.url(database))
            try:
                if ";" in statement:
                    await connection.execute(statement)
                    return []
                return await connection.fetch(statement)
            finally:
                await connection.close()

        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, run()).result()

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", str(self._data)],
                stdout=subprocess.DEVNULL,
                stderr=log,
                user=self._user,
                cwd="/",
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self.execute("SELECT 1")
            except (OSError, asyncpg.PostgresError):
                time.sleep(0.05)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text())

    def stop(self, how: str = "fast") -> None:
        """Stops the server: `smart`, `fast` or `immediate`, which is as if it had crashed."""
        if self._process is None:
            return
        signals = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
        self._process.send_signal(signals[how])
        self._process.wait()
        self._process = None

    def pause(self) -> None:
        """Stops every process of the server from running, as a frozen machine does."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets a paused server run on."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        for pid in [self.pid, *map(int, children.split())]:
            os.kill(pid, number)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True, capture_output=True, user=self._user, cwd="/",
        )  # fmt: skip

    def keep_file(self, name: str, text: str) -> None:
        """Puts a file beside the data, which the server's user alone may read."""
        path = self._data / name
        path.write_text(text)
        path.chmod(0o600)
        if self._user is not None:
            shutil.chown(path, self._user)


class PostgresqlReplica(PostgresqlCluster):
    """A server that repeats what another one commits, until it is promoted."""

    def __init__(self, programs: Path, primary: PostgresqlCluster) -> None:
        self._primary = primary
        super().__init__(programs)

    def _fill(self, settings: str) -> None:
        self._run("pg_basebackup", "-D", str(self._data), "-h", str(self._primary.folder),
                  "-p", str(self._primary.port), "-U", ROLE, "--write-recovery-conf",
                  "--checkpoint=fast", "--no-sync")  # fmt: skip
        # The last of several values holds: what the backup says of its primary stays.
        copied = (self._data / "postgresql.auto.conf").read_text()
        self.keep_file("postgresql.auto.conf", copied + settings)

    def __enter__(self) -> Self:
        self.start()
        return self

    def promote(self) -> None:
        """Makes it the primary, and waits until it is."""
        self.execute("SELECT pg_promote()")


def query(url: str, statement: str, *arguments: Any) -> list[Any]:
    """Runs a statement with parameters `?`, or a script, and returns its rows."""

    async def run() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            if ";" in statement:
                await connection.execute(statement)
                return []
            return await connection.fetch(translated(statement).text, *arguments)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:  # the test's own thread may have a loop
        return pool.submit(asyncio.run, run()).result()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
