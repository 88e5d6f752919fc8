"""What a provider can do, and how its pane ends: the policy table, seen from outside."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from antiphon.model.commands.runs import BroadcastParams
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

ENDS: dict[str, tuple[str, str | None, int]] = {
    "ok": ("complete", None, 1),
    "length": ("truncated", None, 1),
    "content-filter": ("filtered", None, 1),
    "fin-weird": ("complete", None, 1),
    "garbage-one": ("complete", None, 1),
    "garbage-many": ("interrupted", "malformed_stream", 1),
    "comments": ("complete", None, 1),
    "empty200": ("failed", "malformed_stream", 1),
    "cut-first": ("failed", "network", 2),
    "cut": ("interrupted", "interrupted", 1),
    "clean-close": ("interrupted", "malformed_stream", 1),
    "no-finish": ("interrupted", "malformed_stream", 1),
    "cut-after-finish": ("complete", None, 1),
    "error-after-finish": ("complete", None, 1),
    "open-after-finish": ("complete", None, 1),
    "sse-error-first": ("failed", "overloaded", 3),
    "sse-error-mid": ("interrupted", "interrupted", 1),
    "s400": ("failed", "bad_request", 1),
    "s400ctx": ("failed", "context_length", 1),
    "s402": ("failed", "quota", 1),
    "s403": ("failed", "permission", 1),
    "s404": ("failed", "model_not_found", 1),
    "s408": ("failed", "server_error", 2),
    "s413": ("failed", "bad_request", 1),
    "s429": ("failed", "rate_limited", 3),
    "s429ra300": ("failed", "rate_limited", 1),
    "s429quota": ("failed", "quota", 1),
    "s500": ("failed", "server_error", 3),
    "s502html": ("failed", "server_error", 3),
    "s503": ("failed", "overloaded", 3),
    "s529": ("failed", "overloaded", 3),
    "html200": ("failed", "malformed_stream", 1),
    "json200": ("complete", None, 1),
    "json200err": ("failed", "overloaded", 3),
    "json200odd": ("failed", "malformed_stream", 1),
    "redirect": ("failed", "bad_request", 1),
    "stall-headers": ("failed", "timeout_first_token", 2),
    "stall-first": ("failed", "timeout_first_token", 1),
    "keepalive-only": ("failed", "timeout_first_token", 1),
    "stall-mid": ("interrupted", "timeout_idle", 1),
    "close-no-response": ("failed", "network", 2),
    "not-http": ("failed", "malformed_stream", 1),
    "s401": ("failed", "authentication", 1),
    "huge-line": ("interrupted", "malformed_stream", 1),
    "s422": ("failed", "bad_request", 1),
    "s404path": ("failed", "bad_request", 1),
}
"""By scenario: the status, the kind of its failure, and how many requests it took."""
# Long enough that a machine at its limit does not take an answer for a stalled one.
PATIENCE = {"firstTokenMs": 2_500, "idleMs": 2_500}
RETRY = {"baseDelayMs": 20, "maxDelayMs": 40}


async def test_every_fault_ends_its_pane_in_the_state_of_the_policy_table(
    installation: Installation, fault_server: FaultServer
) -> None:
    # A provider each: the errors of one are not held against the others.
    row = {"type": "openai", "baseUrl": fault_server.base_url, "maxConcurrency": 64}
    providers = {f"p-{name.lower()}": row for name in ENDS}
    models = [f"p-{name.lower()}/{name}" for name in ENDS]
    shown = Shown()
    async with installation.client(providers=providers, timeouts=PATIENCE, retry=RETRY) as client:
        result = await shown.follow(client.broadcast(BroadcastParams(prompt="p", models=models)))
        await shown.assert_documents(client, {pane.id: pane.uri for pane in result.panes})
    shown.assert_orderly()
    asked = Counter(request["model"] for request in fault_server.requests())
    ends = {
        name: (each.status, each.failure and each.failure.kind, asked[name])
        for name, each in zip(ENDS, result.results, strict=True)
    }
    assert ends == ENDS
    for name, each in zip(ENDS, result.results, strict=True):
        retries = [event for event in shown.of(each.message_id) if event.type == "retry"]
        assert len(retries) == asked[name] - 1
        assert (shown.end(each.message_id).type == "error") == (each.status == "failed")
        if each.failure is not None:
            assert each.failure.message.strip()
            assert each.failure.hint.strip()
