"""What followers of a session cost, and how long a token takes to another client's screen."""

from __future__ import annotations

import re
import select
import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from benchmarks.harness.peer import PATIENCE_S
from benchmarks.harness.proc import cpu_s
from benchmarks.harness.report import TIMES, Row, Table
from benchmarks.harness.sampling import interleaved, median, percentile
from benchmarks.harness.unix_server import unix_server

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.harness.bench import Bench
    from benchmarks.harness.peer import Peer
    from benchmarks.harness.unix_server import UnixServer

_STREAMS: Final = 64
_FOLLOWERS: Final = 8
_RATE: Final = 100
_WATCHED: Final = 8
_STAMP: Final = re.compile(r" (\d{9,})")
_END: Final = b'"type":"final"'


def run(bench: Bench) -> Table:
    """Counts CPU with and without followers, then times tokens on their way to one."""
    with unix_server(bench) as server:
        rows = _following(bench, server)
        rows += _ways(bench, server, server, "to a follower, same server", 30.0)
        with unix_server(bench) as other:
            rows += _ways(bench, server, other, "to a follower at a second server", 1000.0)
    note = (
        "A token's way begins when the loopback vendor sends it and ends when a client has read "
        f"it; {_WATCHED} answers at 50 tokens a second."
    )
    return Table("many_clients", "Many clients", rows, [note])


def _following(bench: Bench, server: UnixServer) -> list[Row]:
    tokens = 100 if bench.quick else 300
    with ExitStack() as stack:
        client = stack.enter_context(server.connect())
        alone, followed = (_begin(client, f"pace-{_RATE}-{tokens}", _STREAMS) for _ in range(2))
        followers = [stack.enter_context(server.connect()) for _ in range(_FOLLOWERS)]
        for each in followers:
            _follow(each, followed)
        cpu = interleaved(
            {
                "alone": partial(_pass, server, client, alone, (), tokens),
                "followed": partial(_pass, server, client, followed, followers, tokens),
            },
            bench.repetitions(7),
        )
    per_token = 1e6 / (_STREAMS * tokens)
    one, nine = (per_token * median(cpu[name]) for name in ("alone", "followed"))
    what = f"{_STREAMS} {TIMES} {tokens} at {_RATE} a second"
    return [
        Row(f"{what}, {_FOLLOWERS} followers: CPU a token", one, nine, "µs", "no follower"),
        Row(
            f"{what}: CPU a token and follower",
            one,
            (nine - one) / _FOLLOWERS,
            "µs",
            "a token without one",
        ),
    ]


def _ways(bench: Bench, own: UnixServer, other: UnixServer, whom: str, goal: float) -> list[Row]:
    tokens = 50 if bench.quick else 500
    with own.connect() as client, other.connect() as follower:
        session = _begin(client, f"clock-50-{tokens}", _WATCHED)
        _follow(follower, session)
        found: dict[Peer, list[float]] = {client: [], follower: []}

        def look(peer: Peer, body: bytes) -> None:
            now = time.perf_counter_ns()
            found[peer] += [(now - int(sent)) / 1e6 for sent in _STAMP.findall(_text(body))]

        _stream(client, session, [follower], look)
    whole = _WATCHED * tokens
    for ways in found.values():
        _check(len(ways), whole)
    asked, followed = found.values()
    return [
        Row(
            f"a token's way {whom}: p{round(100 * share)}",
            percentile(asked, share),
            percentile(followed, share),
            "ms",
            "to who asked",
            goal if share > 0.9 else None,
            "ours",
        )
        for share in (0.5, 0.99)
    ]


def _begin(client: Peer, model: str, streams: int) -> str:
    """Asks for the first answers of a session; its id."""
    argument = {
        "prompt": "hello",
        "models": [f"loop/{model}"] * streams,
        "streamToken": "begin",
    }
    result, _ = client.answer(client.command("antiphon.broadcast", argument))
    return result["sessionId"]


def _follow(peer: Peer, session: str) -> None:
    """Follows a session; what it has so far is read."""
    peer.command("antiphon.session.follow", {"sessionId": session, "streamToken": "follow"})
    peer.until(b'"type":"snapshot"')


def _pass(
    server: UnixServer, client: Peer, session: str, followers: Sequence[Peer], tokens: int
) -> float:
    """One turn of all panes, read by everybody; seconds of the server on a core."""
    bodies: dict[Peer, list[bytes]] = {each: [] for each in (client, *followers)}
    began = cpu_s(server.pid)
    _stream(client, session, followers, lambda peer, body: bodies[peer].append(body))
    took = cpu_s(server.pid) - began
    for each in bodies.values():
        _check(sum(_text(body).count(" word") for body in each), _STREAMS * tokens)
    return took


def _stream(
    client: Peer, session: str, followers: Sequence[Peer], look: Callable[[Peer, bytes], None]
) -> None:
    """Asks all panes of a session again, and looks at all that anybody is sent until all ended."""
    argument = {"prompt": "go on", "sessionId": session, "streamToken": "run"}
    client.command("antiphon.broadcast", argument)
    peers = [client, *followers]
    panes, ended = 0, dict.fromkeys(peers, 0)
    ends = time.perf_counter() + PATIENCE_S
    while not panes or any(count < panes for count in ended.values()):
        ready, _, _ = select.select(peers, [], [], ends - time.perf_counter())
        if not ready:
            raise TimeoutError(f"{sorted(ended.values())} of {panes} answers ended")
        for peer in ready:
            peer.read()
            for body in peer.bodies():
                look(peer, body)
                ended[peer] += body.count(_END)
                if peer is client:
                    panes += body.count(b'"type":"start"')


def _text(body: bytes) -> str:
    """The text that one notification shows."""
    message: Any = msgspec.json.decode(body)
    if message.get("method") != "$/progress":
        return ""
    events = message["params"]["value"].get("events", ())
    return "".join(event["text"] for event in events if event["type"] == "token")


def _check(found: int, wanted: int) -> None:
    if found != wanted:
        raise RuntimeError(f"{found} of {wanted} tokens came through")
