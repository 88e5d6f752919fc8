"""The system's keyring: used where there is one, absent without fuss, never waited for long."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import anyio
import keyring.core
import pytest

from antiphon.model.values.extras import to_install_command
from antiphon.settings.keys.keyring import KeyringUnavailable, SystemKeyring
from support.keyring.file_keyring import FileKeyring, LeakyKeyring, StuckKeyring, UnsafeKeyring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = "sk-planted-0123456789"
USER = "openai@https://api.openai.com"
CHOSEN = {"PYTHON_KEYRING_BACKEND": "chosen.by.the.test"}


@pytest.fixture
def use(tmp_path: Path, monkeypatch) -> Callable[[type[FileKeyring]], FileKeyring]:
    """Makes a backend the one of this machine, until the test ends."""

    def use(kind: type[FileKeyring]) -> FileKeyring:
        backend = kind(tmp_path / "keyring.json")
        monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
        return backend

    return use


async def test_what_was_put_is_found_and_removed_once(use):
    backend = use(FileKeyring)
    store = SystemKeyring(CHOSEN)
    assert await store.find([USER]) == {}
    await store.put(USER, KEY)
    assert backend.get_password("antiphon", USER) == KEY
    assert await store.find(["other@groq", USER]) == {USER: KEY}
    assert [await store.remove(USER), await store.remove(USER)] == [True, False]
    assert "File" in await store.name()


async def test_a_keyring_that_is_not_safe_is_not_used(use):
    backend = use(UnsafeKeyring)
    with pytest.raises(KeyringUnavailable, match="stores keys safely"):
        await SystemKeyring(CHOSEN).put(USER, KEY)
    assert not backend.path.exists()


async def test_what_a_backend_raises_is_told_without_its_text(use):
    use(LeakyKeyring)
    with pytest.raises(KeyringUnavailable) as caught:
        await SystemKeyring(CHOSEN).put(USER, KEY)
    assert "RuntimeError" in str(caught.value)
    assert KEY not in str(caught.getrepr(chain=True))


async def test_a_keyring_that_does_not_answer_is_left_behind_and_not_asked_twice_at_once(use):
    backend = use(StuckKeyring)
    store = SystemKeyring(CHOSEN, timeout_s=0.05)
    try:
        with pytest.raises(KeyringUnavailable, match=r"within 0\.05 seconds"):
            await store.find([USER])
        with pytest.raises(KeyringUnavailable, match="earlier request"):
            await store.find([USER])
    finally:
        backend.let_go.set()
    with anyio.fail_after(10):
        while True:
            try:
                found = await store.find([USER])
            except KeyringUnavailable:
                await anyio.sleep(0.01)
            else:
                assert found == {}
                return


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the keyring needs no session")
async def test_without_a_session_nothing_is_imported_to_find_out(tmp_path, monkeypatch):
    nothing = {"XDG_RUNTIME_DIR": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    monkeypatch.setitem(sys.modules, "keyring", None)  # an import would fail, and say so
    with pytest.raises(KeyringUnavailable, match="no desktop session"):
        await SystemKeyring(nothing).find([USER])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the keyring needs no session")
@pytest.mark.parametrize("name", ["bus", "python_keyring/keyringrc.cfg"])
async def test_a_session_or_a_configured_keyring_is_asked(tmp_path, use, name):
    use(FileKeyring)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    environ = {"XDG_RUNTIME_DIR": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    assert await SystemKeyring(environ).find([USER]) == {}


async def test_a_missing_package_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyringUnavailable, match=re.escape(to_install_command("keyring"))):
        await SystemKeyring(CHOSEN).find([USER])
