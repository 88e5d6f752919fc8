"""A client that stops reading for a while: answers go on being kept, and memory stays bounded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

TOKENS = 20_000
MIB = 1024 * 1024


def wait_for(value: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    """Polls beside the server, without reading a byte of what it sends."""
    end = time.monotonic() + 20
    while not wanted(last := value()):
        assert time.monotonic() < end, f"last seen: {last!r}"
        time.sleep(0.05)
    return last


def resident_bytes(pid: int) -> int:
    [line] = [
        line
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]
    return int(line.split()[1]) * 1024


def test_answers_are_kept_while_nobody_reads_and_are_complete_afterwards(
    installation: Installation, fault_server: FaultServer
) -> None:
    def ends() -> list[tuple[str, int]]:
        return installation.query(
            "SELECT status, length(content) FROM messages WHERE role = 'assistant' ORDER BY number"
        )

    def all_complete(count: int) -> Callable[[list[tuple[str, int]]], bool]:
        return lambda found: [status for status, _ in found] == ["complete"] * count

    with installation.raw_client() as client:
        client.run("antiphon.broadcast", {"prompt": "warm", "models": ["fault/ok"]})
        before = resident_bytes(client.process.pid)
        flood = {"prompt": "tag:flood", "models": [f"fault/flood-{TOKENS}"] * 4, "streamToken": "f"}
        run = client.command("antiphon.broadcast", flood)
        wait_for(ends, all_complete(5))
        # Whoever does not read may still ask: the next run is kept as well.
        late = {"prompt": "tag:late", "models": ["fault/ok"] * 2, "streamToken": "l"}
        later = client.command("antiphon.broadcast", late)
        wait_for(ends, all_complete(7))
        grown = resident_bytes(client.process.pid) - before
        assert run not in client.answers
        assert grown < 64 * MIB

        client.until(lambda: {run, later} <= client.answers.keys())
        assert client.answers[run]["result"]["status"] == "complete"
        sent = sorted(each["text"] for each in fault_server.requests(tag="flood"))
        events = client.events("f")
        texts: dict[str, str] = {}
        for event in events:
            if event["type"] == "token":
                texts[event["paneId"]] = texts.get(event["paneId"], "") + event["text"]
        assert sorted(texts.values()) == sent
        assert len(client.progress("f")) < TOKENS / 50
        for pane_id in texts:
            numbers = [event["seq"] for event in events if event["paneId"] == pane_id]
            assert numbers == list(range(1, len(numbers) + 1))


def test_a_provider_is_not_read_further_than_a_client_that_does_not_read_can_hold(
    installation: Installation, fault_server: FaultServer
) -> None:
    def kept() -> int:
        return sum(
            length
            for (length,) in installation.query("SELECT coalesce(sum(length(text)), 0) FROM chunks")
        )

    with installation.raw_client() as client:
        assert client.run("antiphon.health", {})["result"]["history"]["schemaVersion"]
        ask = {"prompt": "x", "models": ["fault/huge-answer", "fault/ok"], "streamToken": "s"}
        run = client.command("antiphon.broadcast", ask)
        wait_for(kept, lambda length: length >= 2 * MIB)
        after_ok = "SELECT count(*) FROM messages WHERE status = 'complete' AND role = 'assistant'"
        wait_for(lambda: installation.query(after_ok), lambda found: found == [(1,)])
        [huge] = fault_server.requests("huge-answer")
        assert huge["closed"] is None
        assert kept() < 6 * MIB
        client.until(lambda: run in client.answers, within_s=30)
        [huge, small] = client.answers[run]["result"]["results"]
        assert small["status"] == "complete"
        text = "".join(
            event["text"]
            for event in client.events("s")
            if event["type"] == "token" and event["messageId"] == huge["messageId"]
        )
        [end] = [event for event in client.events("s") if event["type"] == "final"
                 and event["messageId"] == huge["messageId"]]  # fmt: skip
        assert end["content"] == text
        assert set(text) == {"x"}
        assert len(text) >= 6 * MIB
