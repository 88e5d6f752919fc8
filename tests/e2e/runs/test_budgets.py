"""Budgets and meters of whole servers: a paid model on loopback, an editor, a terminal."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.commands.meter import MeterParams
from antiphon.model.commands.runs import BroadcastParams
from antiphon_client import CommandFailed
from antiphon_client.library import SessionsClient
from support.e2e.transports import over_alone

if TYPE_CHECKING:
    from antiphon.model.commands.runs import RunResult
    from antiphon_client import AntiphonClient
    from support.e2e.installation import Installation

PRICES = {"input": "3", "cachedInput": "1", "output": "7"}
SMALL = [{"scope": "month", "limit": "0.001", "provider": "fault"}]


def paid(installation: Installation) -> dict[str, Any]:
    row = {"type": "openai", "baseUrl": installation.fault_url, "prices": {"ok": PRICES}}
    return {"fault": row}


async def ask(client: AntiphonClient, **more: Any) -> RunResult:
    params = BroadcastParams(prompt="p", models=["fault/ok"], **more)
    async with client.broadcast(params) as run:
        async for _ in run:
            pass
        return await run.result()


async def test_a_budget_refuses_until_it_is_confirmed_and_warns_once(
    installation: Installation,
) -> None:
    async with installation.client(providers=paid(installation), budgets=SMALL) as client:
        with pytest.raises(CommandFailed, match="the month's budget of") as refused:
            await ask(client)
        assert refused.value.failure.kind == "budget"
        assert (await client.sessions()).sessions == []

        confirmed = await ask(client, allow_over_budget=True)
        assert confirmed.status == "complete"
        (warning,) = confirmed.budget_warnings or ()
        assert (warning.level, warning.budget.provider) == ("limit", "fault")
        assert list(client.messages) == [warning.message]
        assert {"type": "budget", "id": "month"} in client.changes
        assert (await ask(client, allow_over_budget=True)).budget_warnings is None
        assert list(client.messages) == [warning.message]


async def test_the_meter_has_what_the_runs_said_also_when_they_are_deleted(
    installation: Installation,
) -> None:
    async with installation.client(providers=paid(installation)) as client:
        library = SessionsClient(client)
        results = [await ask(client) for _ in range(2)]
        costs = [Decimal(result.results[0].cost.amount or 0) for result in results]
        await library.delete(results[0].session_id)
        found = await library.meter(MeterParams(group_by="session"))
        assert Decimal(found.total.cost.amount or 0) == sum(costs) > 0
        assert found.total.usage.source == "provider"
        by_key = {row.key: row for row in found.rows}
        assert by_key[results[0].session_id].label is None
        assert by_key[results[1].session_id].label == "p"
        with pytest.raises(CommandFailed):
            await client.command("antiphon.meter", {"limit": 0})


@over_alone("stdio", because="a terminal starts the server that it talks to")
@pytest.mark.slow
def test_a_terminal_refuses_confirms_and_shows_what_was_spent(installation: Installation) -> None:
    environ = {
        **installation.environ,
        "ANTIPHON_PROVIDERS": json.dumps(paid(installation)),
        "ANTIPHON_BUDGETS": json.dumps(SMALL),
        "ANTIPHON_HISTORY__URL": f"sqlite:///{installation.database}",
        "LC_ALL": "C.UTF-8",
    }

    def antiphon(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", *arguments],
            env=environ,
            cwd=installation.workspace,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=30,
            check=False,
        )

    question = ("ask", "p", "-m", "fault/ok")
    quote = antiphon(*question, "--estimate").stdout
    assert "month   ················  $0.00 of $0.001, $0.001 left  fault" in quote
    assert "confirm it with --over-budget" in quote
    refused = antiphon(*question, "--plain")
    assert refused.returncode == 1
    assert "--over-budget" in refused.stderr
    assert antiphon("meter").stdout.startswith("Nothing has been asked.\n")

    spent = antiphon(*question, "--json", "--over-budget")
    result = json.loads(spent.stdout.splitlines()[-1])
    assert "is used up" in spent.stderr
    cost = result["results"][0]["cost"]["amount"]

    total = json.loads(antiphon("meter", "--json").stdout)["total"]
    assert total["cost"]["amount"] == cost
    rows = list(csv.DictReader(io.StringIO(antiphon("meter", "--csv", "--by", "day").stdout)))
    assert [row["cost"] for row in rows] == [cost, cost]
    shown = antiphon("meter", "--by", "session").stdout
    assert "▇▇▇▇" in shown
    assert "month" in shown
    assert antiphon("meter", "--json", "--csv").returncode == 2
