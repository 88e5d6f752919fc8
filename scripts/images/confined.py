"""Runs an image's process as a container engine would: its user, a read-only root, its folders."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
_SCRIPT: Final = """
set -eu
root=$1; user=$2; shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
for pair in $TMPFS; do mount -t tmpfs -o "size=${pair#*:},mode=1777" tmpfs "$root${pair%:*}"; done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
for pair in $BINDS; do mount --bind "${pair%%:*}" "$root${pair#*:}"; done
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs env --ignore-environment "$@"
"""


@dataclass(frozen=True)
class Confined:
    """An image that is mounted at `root`, with what compose.yaml says of its service."""

    root: str
    config: Mapping[str, Any]
    service: Mapping[str, Any]
    folders: Mapping[str, Path]
    """What is mounted, by the path in the image."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """More than compose.yaml says, such as addresses that its network would resolve."""

    def start(self, arguments: Sequence[str]) -> subprocess.Popen[str]:
        """Starts a process, in a mount namespace of its own that ends with it."""
        sizes = (each.partition(":") for each in self.service.get("tmpfs", ()))
        tmpfs = [
            f"{path}:{options.split(',')[0].removeprefix('size=')}" for path, _, options in sizes
        ]
        binds = [f"{path}:{inside}" for inside, path in self.folders.items()]
        for inside, path in self.folders.items():
            place = Path(self.root + inside)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.mkdir(exist_ok=True) if path.is_dir() else place.touch()
        user = self.config["User"]
        variables = [*self.config["Env"], *_lines(self._environment()), *_lines(self.environment)]
        chroot = ["chroot", f"--userspec={user}", "--groups=", self.root, *arguments]
        return subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", _SCRIPT, "sh", self.root, user, *variables, *chroot],
            env={"PATH": _PATH, "TMPFS": " ".join(tmpfs), "BINDS": " ".join(binds)},
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def serve(self) -> subprocess.Popen[str]:
        """Starts the service itself."""
        command = self.service.get("command") or self.config.get("Cmd") or ()
        return self.start([*self.config["Entrypoint"], *command])

    def run(self, arguments: Sequence[str]) -> str:
        """Runs a process to its end and returns what it printed."""
        process = self.start(arguments)
        printed, _ = process.communicate(timeout=120)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, arguments)
        return printed

    def check_health(self) -> str:
        """Runs the image's health check."""
        kind, *arguments = self.config["Healthcheck"]["Test"]
        return self.run(arguments if kind == "CMD" else ["/bin/sh", "-c", *arguments])

    def _environment(self) -> Mapping[str, str]:
        return self.service.get("environment", {})


def _lines(variables: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in variables.items() if value]
