"""The Dockerfiles: what a linter says, and what they promise."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ("server", "proxy", "editor")


def dockerfile(name):
    return (ROOT / "deploy" / name / "Dockerfile").read_text()


def last_stage(text):
    return text[text.rindex("\nFROM ") :]


@pytest.mark.skipif(sys.platform == "win32", reason="no build of hadolint")
def test_the_linter_has_nothing_to_say():
    hadolint = Path(sys.prefix) / "bin" / "hadolint"
    files = [ROOT / "deploy" / name / "Dockerfile" for name in IMAGES]
    done = subprocess.run([hadolint, *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", IMAGES)
def test_the_base_is_an_argument_that_has_to_be_given(name):
    text = dockerfile(name)
    assert re.search(r"^ARG BASE_IMAGE$", text, re.MULTILINE)
    stages = set(re.findall(r"^FROM \S+ AS (\w+)$", text, re.MULTILINE))
    bases = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    assert bases - stages <= {"${BASE_IMAGE}", "scratch"}


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_has_a_user_without_rights_and_a_health_check(name):
    final = last_stage(dockerfile(name))
    user = re.search(r"^USER (\d+):(\d+)$", final, re.MULTILINE)
    assert user is not None
    assert int(user[1]) > 10_000
    assert "\nHEALTHCHECK " in final
    assert "\nSTOPSIGNAL " in final


def test_the_extras_of_the_server_exist():
    found = re.search(r'^ARG EXTRAS="([^"]+)"$', dockerfile("server"), re.MULTILINE)
    assert found is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(found[1].split()) <= set(project["optional-dependencies"])
    assert "network" in found[1].split()


@pytest.mark.parametrize("name", IMAGES)
def test_everything_that_is_copied_is_let_in(name):
    text = (ROOT / "deploy" / name / "Dockerfile.dockerignore").read_text()
    allowed = [line[1:] for line in text.splitlines() if line.startswith("!")]
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile(name), re.MULTILINE)
    for source in (each for line in copies for each in line.split()):
        assert (ROOT / source).exists()
        assert any(source == one or source.startswith(f"{one}/") for one in allowed), source


def test_packages_are_installed_by_their_hashes():
    installs = re.findall(r"pip install .*", dockerfile("server") + dockerfile("editor"))
    from_registries = [line for line in installs if "dist/*.whl" not in line]
    assert len(from_registries) == 3
    assert all("--require-hashes" in line for line in from_registries)
    # Of code-server's own inner folder, whose lock lacks an entry.
    assert re.findall(r"npm (?:install|i)\b.*", dockerfile("editor")) == [
        "npm install --no-save --omit=dev --ignore-scripts \\"
    ]
