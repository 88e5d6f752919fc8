"""Stores keys in the system's keyring (Keychain, Credential Locker, Secret Service).

Its calls block, may ask the user to unlock it, and on some machines never return, so each runs in a
thread that is abandoned after three seconds. The package is imported only when a key is needed, and
on a Linux machine without a desktop session not even then.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio
import anyio.to_thread

from antiphon.model.values.extras import to_install_command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SERVICE: Final = "antiphon"
TIMEOUT_S: Final = 3.0
_SAFE_PRIORITY: Final = 1
"""The lowest priority that the keyring package recommends: below it are files in plain text and
backends that store nothing."""

_T = TypeVar("_T")


class KeyringUnavailable(Exception):  # noqa: N818 - a state, not an error
    """No keyring can be used: the text is a sentence for the user.

    `keeps_nothing` is true if there is no keyring at all. One that only failed may store keys.
    """

    def __init__(self, text: str, *, keeps_nothing: bool = False) -> None:
        super().__init__(text)
        self.keeps_nothing = keeps_nothing


class SystemKeyring:
    """The system's keyring: keys by user names such as `openai@https://api.openai.com`."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        timeout_s: float = TIMEOUT_S,
        absent: str | None = None,
    ) -> None:
        """Takes `absent`, a sentence why no keyring is used, for users of other machines."""
        self._environ = environ
        self._timeout_s = timeout_s
        self._backend: Any = None
        self._absent = absent
        self._calls = anyio.Lock()
        self._is_blocked = False

    async def name(self) -> str:
        """Returns the keyring's own name. Raises `KeyringUnavailable`."""
        return await self._call(lambda backend: str(backend.name))

    async def find(self, users: Sequence[str]) -> dict[str, str]:
        """Returns the keys that are stored under these names. Raises `KeyringUnavailable`."""

        def read(backend: Any) -> dict[str, str]:
            found = {user: backend.get_password(SERVICE, user) for user in users}
            return {user: key for user, key in found.items() if key}

        return await self._call(read)

    async def put(self, user: str, key: str) -> None:
        """Stores a key. Raises `KeyringUnavailable`."""
        await self._call(lambda backend: backend.set_password(SERVICE, user, key))

    async def remove(self, user: str) -> bool:
        """Removes a key and returns whether there was one. Raises `KeyringUnavailable`."""

        def remove(backend: Any) -> bool:
            if not backend.get_password(SERVICE, user):
                return False
            backend.delete_password(SERVICE, user)
            return True

        return await self._call(remove)

    async def _call(self, action: Callable[[Any], _T]) -> _T:
        async with self._calls:
            self._check_present()
            if self._is_blocked:
                raise KeyringUnavailable("The keyring has still not answered an earlier request")
            with anyio.move_on_after(self._timeout_s):
                result, failure = await anyio.to_thread.run_sync(
                    self._attempt, action, abandon_on_cancel=True
                )
                self._check_present()
                if failure is not None:
                    raise KeyringUnavailable(failure)
                return result
            raise KeyringUnavailable(
                f"The keyring did not answer within {self._timeout_s:g} seconds"
            )

    def _check_present(self) -> None:
        if self._absent is not None:
            raise KeyringUnavailable(self._absent, keeps_nothing=True)

    def _attempt(self, action: Callable[[Any], _T]) -> tuple[_T, None] | tuple[Any, str]:
        """Runs in the thread and returns the action's result or the reason why it failed.

        The reason names only the exception's type, since its text may hold the key.
        """
        self._is_blocked = True
        try:
            if self._backend is None:
                self._absent = self._load_backend()
            if self._absent is not None:
                return None, self._absent
            return action(self._backend), None
        except Exception as error:  # noqa: BLE001 - backends are plug-ins and raise anything
            return None, f"The keyring failed ({type(error).__name__})"
        finally:
            self._is_blocked = False

    def _load_backend(self) -> str | None:
        """Loads the backend, or returns the reason why there is none."""
        if _has_no_session(self._environ):
            return "This machine has no keyring: no desktop session is running"
        try:
            keyring: Any = importlib.import_module("keyring")
            backend = keyring.get_keyring()
            usable = backend.priority >= _SAFE_PRIORITY
        except ModuleNotFoundError:
            return f"The keyring package is not installed ({to_install_command('keyring')})"
        except Exception as error:  # noqa: BLE001 - backends are plug-ins and raise anything
            return f"The keyring cannot be used ({type(error).__name__})"
        if not usable:
            return "This machine has no keyring that stores keys safely"
        self._backend = backend
        return None


def _has_no_session(environ: Mapping[str, str]) -> bool:
    """Checks whether there cannot be a keyring, without the second that asking would cost.

    On Linux all are reached through the session's D-Bus, unless the user configured another one.
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
