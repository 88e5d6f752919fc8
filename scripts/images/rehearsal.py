"""Runs the images together on a loopback of their own, and asks two models through the proxy.

    unshare --net --mount python -m scripts.images.rehearsal PLAN

PLAN is a JSON file that `scripts.images` writes.
"""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anyio
from scripts.images.compose import read_compose, read_env_file
from scripts.images.confined import Confined

from antiphon.model.commands.runs import BroadcastParams, ModelChoice
from antiphon_client import AntiphonClient

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT: Final = Path(__file__).resolve().parents[2]
USERS: Final = {"server": 10001, "proxy": 10002, "editor": 10003}
_WRITES: Final = "import os; print(os.getuid()); open('/opt/antiphon/written', 'w')"


def main() -> int:
    """Returns the exit code."""
    plan: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    folder = Path(plan["folder"])
    _set_up_network(folder)
    server = _make("server", plan, {"/config": "config", "/data": "data", "/state": "state"})
    token = server.run(["antiphon", "token", "add", "ada"]).strip()
    _check_confinement(server)
    with _running(server) as first:
        print("health check:", server.check_health().strip())
        for name, check in (("proxy", _ask_through_proxy), ("editor", _ask_editor)):
            if name in plan["images"]:
                own = {"/home/editor": "editor"} if name == "editor" else {"/var/www/acme": "acme"}
                _run_beside(_make(name, plan, own), name, check, folder, token)
    print("the server ended with", first.returncode)
    return first.returncode


def _make(name: str, plan: dict[str, Any], folders: dict[str, str]) -> Confined:
    image = plan["images"][name]
    service = read_compose(
        ROOT / "deploy" / "compose.yaml", read_env_file(Path(plan["variables"]))
    )["services"][name]
    work = Path(plan["folder"])
    mounted = {inside: work / own for inside, own in folders.items()}
    for path in mounted.values():
        path.mkdir(mode=0o700, exist_ok=True)
        subprocess.run(["chown", f"{USERS[name]}:{USERS[name]}", path], check=True)
    for each in service["secrets"]:
        mounted[f"/run/secrets/{each}"] = work / "secrets" / each
    mounted["/etc/hosts"] = work / "hosts"
    mounted["/etc/resolv.conf"] = work / "resolv.conf"
    addresses = {"SERVER": "127.0.0.1:4123", "EDITOR": "127.0.0.1:8080"} if name == "proxy" else {}
    return Confined(image["root"], image["config"], service, mounted, addresses)


def _set_up_network(folder: Path) -> None:
    """Makes the names of the services lead to a loopback that has no way out."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").write_text("0")
    names = "server proxy editor models.test code.test"
    (folder / "hosts").write_text(f"127.0.0.1 localhost {names}\n")
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "--bind", folder / "hosts", "/etc/hosts"], check=True)


def _check_confinement(server: Confined) -> None:
    """Proves that the root file system cannot be written. Raises if it can."""
    process = server.start(["/opt/antiphon/bin/python", "-c", _WRITES])
    printed, _ = process.communicate(timeout=60)
    if process.returncode == 0 or printed.strip() != str(USERS["server"]):
        raise SystemExit("The server's root file system can be written, or its user is another.")
    print("user:", printed.strip(), "- root file system: read-only")


@contextmanager
def _running(service: Confined) -> Generator[subprocess.Popen[str]]:
    process = service.serve()
    try:
        if service.config["Entrypoint"] == ["antiphon"] and process.stdout is not None:
            print("the server says:", process.stdout.readline().strip())
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _run_beside(service: Confined, name: str, check: Any, folder: Path, token: str) -> None:
    with _running(service):
        anyio.run(_until_healthy, service)
        print(f"{name}: health check answered")
        anyio.run(check, folder, token)


async def _until_healthy(service: Confined) -> None:
    """Asks again, as an engine would, until the health check succeeds."""
    with anyio.fail_after(120):
        while True:
            try:
                await anyio.to_thread.run_sync(service.check_health)
            except subprocess.CalledProcessError:
                await anyio.sleep(0.2)
            else:
                return


async def _ask_through_proxy(folder: Path, token: str) -> None:
    tls = ssl.create_default_context(cafile=str(folder / "secrets" / "proxy_certificate"))
    models: list[str | ModelChoice] = ["demo/poet", "demo/coder"]
    async with AntiphonClient.connect_ws("wss://models.test", token, tls=tls) as client:
        run = client.broadcast(BroadcastParams(prompt="Sing!", models=models))
        async for _ in run:
            pass
        for pane in (await run.result()).panes:
            text = await client.content(pane.uri)
            print(f"proxy: {pane.model} answered, {len(text)} characters")


async def _ask_editor(folder: Path, _token: str) -> None:
    """Asks for the editor's page by its name, which leads to the page that wants its password."""
    certificate = str(folder / "secrets" / "proxy_certificate")
    command = ["curl", "--silent", "--show-error", "--head", "--cacert", certificate]
    page = await anyio.run_process([*command, "https://code.test/"])
    print("editor:", *page.stdout.decode().splitlines()[:1])


if __name__ == "__main__":
    sys.exit(main())
