"""The system's keyring (Keychain, Credential Locker, Secret Service), where it has one.

Its calls block, may ask the person to unlock it, and on some machines never return, so each runs
in a thread that is left behind after three seconds. Importing the package is put off until a key
is really looked for; on a Linux machine without a desktop session not even that is done.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SERVICE: Final = "antiphon"
PATIENCE_S: Final = 3.0
_SAFE_PRIORITY: Final = 1
"""From here on the keyring package recommends a backend; below are files in plain text and the
backends that keep nothing."""

_T = TypeVar("_T")


class KeyringUnavailable(Exception):  # noqa: N818 - a state, not a fault
    """There is no keyring that could be used; the text is a sentence for the person.

    `keeps_nothing` says that there is none at all: what failed now may keep keys all the same.
    """

    def __init__(self, text: str, *, keeps_nothing: bool = False) -> None:
        super().__init__(text)
        self.keeps_nothing = keeps_nothing


class SystemKeyring:
    """Keys by the name that they are kept under: `openai@https://api.openai.com`."""

    def __init__(self, environ: Mapping[str, str], *, patience_s: float = PATIENCE_S) -> None:
        self._environ = environ
        self._patience_s = patience_s
        self._backend: Any = None
        self._absent: str | None = None
        self._calls = anyio.Lock()
        self._left_behind = False

    async def name(self) -> str:
        """What the keyring calls itself. Raises `KeyringUnavailable`."""
        return await self._call(lambda backend: str(backend.name))

    async def find(self, users: Sequence[str]) -> dict[str, str]:
        """The keys that are kept under these names. Raises `KeyringUnavailable`."""

        def read(backend: Any) -> dict[str, str]:
            found = {user: backend.get_password(SERVICE, user) for user in users}
            return {user: key for user, key in found.items() if key}

        return await self._call(read)

    async def put(self, user: str, key: str) -> None:
        """Keeps a key. Raises `KeyringUnavailable`."""
        await self._call(lambda backend: backend.set_password(SERVICE, user, key))

    async def remove(self, user: str) -> bool:
        """Removes a key; whether there was one. Raises `KeyringUnavailable`."""

        def remove(backend: Any) -> bool:
            if not backend.get_password(SERVICE, user):
                return False
            backend.delete_password(SERVICE, user)
            return True

        return await self._call(remove)

    async def _call(self, action: Callable[[Any], _T]) -> _T:
        async with self._calls:
            self._check_there()
            if self._left_behind:
                raise KeyringUnavailable("The keyring has still not answered an earlier question")
            with anyio.move_on_after(self._patience_s):
                outcome, problem = await anyio.to_thread.run_sync(
                    self._attempt, action, abandon_on_cancel=True
                )
                self._check_there()
                if problem is not None:
                    raise KeyringUnavailable(problem)
                return outcome
            raise KeyringUnavailable(
                f"The keyring did not answer within {self._patience_s:g} seconds"
            )

    def _check_there(self) -> None:
        if self._absent is not None:
            raise KeyringUnavailable(self._absent, keeps_nothing=True)

    def _attempt(self, action: Callable[[Any], _T]) -> tuple[_T, None] | tuple[Any, str]:
        """Runs in the thread. What backends raise may hold what they were given, so only its type
        is told."""
        self._left_behind = True
        try:
            if self._backend is None:
                self._absent = self._look()
            if self._absent is not None:
                return None, self._absent
            return action(self._backend), None
        except Exception as error:  # noqa: BLE001 - backends are plug-ins and raise anything
            return None, f"The keyring failed ({type(error).__name__})"
        finally:
            self._left_behind = False

    def _look(self) -> str | None:
        """Finds the backend; why there is none."""
        if _has_no_session(self._environ):
            return "This machine has no keyring: no desktop session is running"
        try:
            keyring: Any = importlib.import_module("keyring")
            backend = keyring.get_keyring()
            usable = backend.priority >= _SAFE_PRIORITY
        except ModuleNotFoundError:
            return "The keyring package is not installed (pip install 'antiphon[keyring]')"
        except Exception as error:  # noqa: BLE001 - a backend that cannot even say what it is
            return f"The keyring cannot be used ({type(error).__name__})"
        if not usable:
            return "This machine has no keyring that keeps keys safe"
        self._backend = backend
        return None


def _has_no_session(environ: Mapping[str, str]) -> bool:
    """Whether no keyring can be there, which is known without a second spent on asking.

    On Linux all of them are reached by the session's D-Bus, unless the person chose another one.
    """
    if sys.platform != "linux" or environ.get("PYTHON_KEYRING_BACKEND"):
        return False
    if environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False
    config = Path(environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser())
    runtime = Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    return (
        not (config / "python_keyring" / "keyringrc.cfg").exists()
        and not (runtime / "bus").exists()
    )
