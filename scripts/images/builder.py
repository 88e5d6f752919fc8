"""Builds images with buildah, from a Debian that mmdebstrap makes, and says how large they are."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SUITE: Final = "trixie"
_BASE: Final = f"localhost/rehearsal/debian:{SUITE}"
# What Debian's own slim images leave out too.
_LEFT_OUT: Final = ("man", "locale", "info", "doc")


class Builder:
    """Builds in `folder`, which keeps images between runs."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Builds from the checkout `root`."""
        self._root = root
        self._folder = folder

    def ensure_base(self, authorities: Sequence[Path]) -> str:
        """Returns the image that the others are built on, made at the first time.

        `authorities` are certificates that this machine's way to the registries needs.
        """
        if self._buildah("images", "--quiet", "--filter", f"reference={_BASE}"):
            return _BASE
        context = self._folder / "base"
        (context / "authorities").mkdir(parents=True, exist_ok=True)
        for each in authorities:
            (context / "authorities" / each.name).write_bytes(each.read_bytes())
        options = [f"--dpkgopt=path-exclude=/usr/share/{each}/*" for each in _LEFT_OUT]
        options.append("--dpkgopt=path-include=/usr/share/doc/*/copyright")
        command = ["mmdebstrap", "--quiet", "--variant=minbase", "--mode=root", *options]
        source = "http://deb.debian.org/debian"
        subprocess.run([*command, SUITE, context / "base.tar", source], check=True)
        recipe = "FROM scratch\nADD base.tar /\nCOPY authorities /usr/local/share/ca-certificates\n"
        (context / "Containerfile").write_text(recipe)
        self._build(_BASE, context / "Containerfile", context)
        return _BASE

    def build(self, name: str, base: str) -> str:
        """Builds `deploy/<name>/Dockerfile` and returns the image."""
        image = f"localhost/rehearsal/antiphon-{name}"
        recipe = self._root / "deploy" / name / "Dockerfile"
        ignored = f"--ignorefile={recipe}.dockerignore"
        self._build(image, recipe, self._root, ignored, f"--build-arg=BASE_IMAGE={base}")
        return image

    def describe(self, image: str) -> tuple[int, dict[str, Any]]:
        """Returns an image's size in bytes, unpacked, and what it says of how it is run."""
        (found,) = json.loads(self._buildah("images", "--json", image))
        size = subprocess.run(
            ["du", "--summarize", "--bytes", self.mount(image)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        inspected = json.loads(self._buildah("inspect", "--type=image", found["id"]))
        return int(size.stdout.split()[0]), inspected["Docker"]["config"]

    def mount(self, image: str) -> str:
        """Returns the folder with a fresh copy of the image's root file system."""
        container = self._buildah("from", "--pull-never", image)
        return self._buildah("mount", container)

    def clear(self) -> None:
        """Removes the copies that were mounted."""
        self._buildah("rm", "--all")

    def _build(self, image: str, recipe: Path, context: Path, *options: str) -> None:
        command = ["bud", "--isolation=chroot", "--format=docker", *options]
        arguments = [*command, f"--tag={image}", f"--file={recipe}", str(context)]
        subprocess.run([*self._command(), *arguments], check=True)

    def _buildah(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command(), *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def _command(self) -> list[str]:
        storage = self._folder / "storage"
        return ["buildah", "--root", str(storage), "--runroot", f"{storage}-run"]
