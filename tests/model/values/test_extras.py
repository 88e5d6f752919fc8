"""A missing extra is installed from where the rest came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.values.extras import to_install_command

if TYPE_CHECKING:
    from pathlib import Path


def test_a_checkout_installs_an_extra_by_its_makefile(tmp_path: Path) -> None:
    checkout = tmp_path / "my checkout"
    package = checkout / "server" / "antiphon"
    package.mkdir(parents=True)
    (checkout / "Makefile").touch()
    (checkout / "uv.lock").touch()
    assert to_install_command("groq", package) == f"make -C '{checkout}' install EXTRAS=groq"


def test_an_installed_package_names_its_extra_to_pip(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "antiphon"
    (tmp_path / "Makefile").touch()
    assert to_install_command("groq", package) == "pip install 'antiphon[groq]'"
